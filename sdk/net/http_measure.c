/* SPDX-License-Identifier: MIT
 * Requests whose files are measured before they are sent. */
#include "../core/memory.h"
#include "eft/error.h"
#include "http.h"
#include "http_body.h"

/* Design notes.  So what is not there, or cannot be read, is told before
 * anything is sent, and the server is told how long the body is.  The answer of
 * one who has been given up meanwhile is not waited for: it goes to the form,
 * which the asking task holds. */

typedef struct eft__http_measuring {
    eft_http_response *self;
    eft_future *task; /* one reference */
    eft__node done;   /* waits for it */
} measuring;

/* Has its own number from here on: it is as old in line as its call. */
static void take_number(eft_http_response *self)
{
    self->number = ++self->session->line.numbers;
}

static void measured(eft__node *node)
{
    measuring *it = EFT__OWNER(node, measuring, done);
    eft_http_response *self = it->self;
    eft__http_request *request = self->request;
    eft__detail detail = {0};
    eft_result result = eft__future_consume(it->task, &detail);

    self->measuring = NULL;
    eft__free(it);
    if (result.error) {
        eft__http_cut(self, result.error, detail.text);
    } else {
        request->target.body_length = eft__http_multipart_length(request->more);
        eft__http_join(self);
    }
    eft__detail_clear(&detail);
}

void eft__http_measure(eft_http_response *self)
{
    measuring *it = eft__alloc(sizeof *it);

    if (!it) {
        eft__http_cut(self, EFT_ENOMEM, NULL);
        return;
    }
    take_number(self);
    *it = (measuring){.self = self, .done = {.run = measured}};
    it->task = eft__http_multipart_measure(self->request->more);
    self->measuring = it;
    eft__future_wait(it->task, &it->done);
}

void eft__http_measure_stop(eft_http_response *self)
{
    measuring *it = self->measuring;

    if (!it)
        return;
    self->measuring = NULL;
    eft__future_unwait(it->task, &it->done);
    eft_cancel(it->task);
    eft_future_free(it->task);
    eft__free(it);
}
