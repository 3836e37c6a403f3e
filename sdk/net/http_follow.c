/* SPDX-License-Identifier: MIT
 * Redirects: a request that goes on with another URL. */
#include <stdio.h>

#include "../core/memory.h"
#include "eft/error.h"
#include "http.h"

/* Design notes.  A redirect is another hop of the same fetch: a new id, so that
 * a late word about the old one finds nothing; another turn among those of the
 * host that it leads to; the same total timeout.  The hop before ends first,
 * with what its writer does: both hops would write with the same argument. */

/* The answer as one of those that led here; false: out of memory. */
static bool remember(eft_http_response *self)
{
    size_t size = (self->history_count + 1) * sizeof *self->history;
    eft_http_response **history = eft__resize(self->history, size);

    if (!history)
        return false;
    self->history = history;
    eft_http_response *past = eft__http_response_new();
    if (!past)
        return false;
    past->state = EFT__HTTP_OVER;
    past->is_taken = true;
    past->head = self->head;
    past->expected = self->expected;
    self->head = NULL;
    history[self->history_count++] = past;
    return true;
}

static void refuse(eft_http_response *self, const char *location)
{
    char detail[320], shown[EFT__URL_SHOWN];

    eft__url_show(shown, sizeof shown, location);
    snprintf(detail, sizeof detail,
             "redirected with %d to \"%s\", which the option redirects refuses",
             self->head->status, shown);
    eft__http_cut(self, EFT_EREDIRECT, detail);
}

static void stop(eft_http_response *self, const char *location)
{
    char detail[320], shown[EFT__URL_SHOWN];

    eft__url_show(shown, sizeof shown, location);
    snprintf(detail, sizeof detail,
             "more than max_redirects, %ld; the last one led to \"%s\"",
             (long)self->request->max_redirects, shown);
    eft__http_cut(self, EFT_EREDIRECT, detail);
}

bool eft__http_turns(eft_http_response *self)
{
    const eft__http_request *request = self->request;
    const char *location = NULL;

    if (self->head->status / 100 == 3)
        location = eft__http_head_get(self->head, "location");
    if (!location || eft__http_traits->follows ||
        request->redirects == EFT_HTTP_RETURN ||
        !eft__http_is_redirect(self->head->status, location))
        return false;
    if (request->redirects == EFT_HTTP_REFUSE) {
        refuse(self, location);
    } else if (self->history_count >= (size_t)request->max_redirects) {
        stop(self, location);
    } else if (!remember(self)) {
        eft__http_cut(self, EFT_ENOMEM, NULL);
    } else {
        self->turns = true;
        eft__http_drop(self);
    }
    return true;
}

/* What was the hop's, and is not the next one's. */
static void forget_hop(eft_http_response *self)
{
    eft__http_drop_pieces(self);
    self->turns = self->aborted = self->paused = self->dropping = false;
    self->received = self->sent = 0;
    self->expected = -1;
}

bool eft__http_follow(eft_http_response *self)
{
    const eft__http_head *head = self->history[self->history_count - 1]->head;
    eft__http_words words;
    int32_t error = 0;
    eft__http_request *next = eft__http_request_redirected(
        self->request, head->status, eft__http_head_get(head, "location"),
        &error, &words);

    if (!next) {
        eft__http_note_end(self, error,
                           error == EFT_ENOMEM ? NULL : words.text);
        return false;
    }
    self->request = next;
    eft__http_line_leave(self);
    self->has_id = eft__id_new(&self->identified);
    if (!self->has_id || !eft__http_line_join(self)) {
        eft__http_note_end(self, EFT_ENOMEM, NULL);
        return false;
    }
    forget_hop(self);
    eft_http_session *session = self->session;
    session->keepers++;
    if (self->has_turn)
        eft__http_start(self);
    eft__http_line_serve(session);
    eft__http_session_unkeep(session);
    return true;
}
