/* SPDX-License-Identifier: MIT
 * How far a request is. */
#include "../core/detail.h"
#include "../core/loop.h"
#include "http.h"

/* Design notes.  The world reports in the middle of its own work, where no
 * user's code runs: what is new is told from the ready queue, once for all that
 * came in between. */

static void tell(eft__node *node)
{
    eft_http_response *self = EFT__OWNER(node, eft_http_response, progress);
    int64_t total = self->head ? self->expected : -1;
    eft_http_progress progress = {
        .sent = self->sent,
        .send_total = self->send_total,
        .received = self->received,
        .total = total >= 0 && self->received <= (uint64_t)total ? total : -1,
    };

    if (!self->given_up && !self->end) {
        self->on_progress(&progress, self->progress_arg);
        eft__detail_say((eft__detail){0});
    }
    eft__http_unkeep(self);
}

void eft__http_progress_init(eft_http_response *self)
{
    const eft_target_http_request *target = &self->request->target;

    self->progress.run = tell;
    self->sent = 0;
    self->send_total = target->has_body ? target->body_length : 0;
}

void eft__http_progress_tell(eft_http_response *self)
{
    if (!self->on_progress || self->progress.next || self->given_up ||
        self->turns)
        return;
    eft__http_keep(self);
    eft__loop_ready(eft__loop_here, &self->progress);
}
