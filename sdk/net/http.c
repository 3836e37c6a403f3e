/* SPDX-License-Identifier: MIT
 * HTTP: requests on their way. */
#include "http.h"

#include <stdio.h>
#include <string.h>

#include "../core/kinds.h"
#include "../core/loop.h"
#include "../core/memory.h"
#include "../core/result.h"
#include "targets/complete.h"
#include "targets/world.h"

/* Design notes.  A request and its response are one struct, whose memory is
 * kept by its user (who has it from the fetch on), by its way to the end, by
 * each operation whose future is not freed, and by what is queued for it.
 * Whatever happens to a request, it is the world's ended event that ends it: a
 * timeout or a cancel only aborts, and notes why in end.  So a future that is
 * complete says that the transfer is over. */

static _Thread_local eft__kind responses = {.name = "http_response",
                                            .describe = eft__http_describe};

static void free_response(void *response)
{
    eft_http_response_free(response);
}

void eft__http_keep(eft_http_response *self)
{
    self->keepers++;
}

void eft__http_unkeep(eft_http_response *self)
{
    if (--self->keepers)
        return;
    for (size_t i = 0; i < self->history_count; i++)
        eft__http_unkeep(self->history[i]);
    eft__http_drop_pieces(self);
    eft__free(self->history);
    eft__http_head_free(self->head);
    eft__free(self->end_detail);
    eft__free(self->cookie);
    eft__kind_remove(&responses, &self->known);
    eft__free(self);
}

/* Operations */

eft__http_op *eft__http_op_make(eft_http_response *self, size_t size,
                                const eft__future_class *type,
                                eft_future **instead)
{
    eft__http_op *op = eft__future_make(size, type, instead);

    if (op) {
        op->response = self;
        eft__http_keep(self);
    }
    return op;
}

static bool cancel_fetch(eft_future *future)
{
    eft_http_response *self = ((eft__http_op *)future)->response;

    self->given_up = true;
    eft__http_cut(self, EFT_ECANCELED, NULL);
    return true;
}

static void fini_fetch(eft_future *future)
{
    eft__http_unkeep(((eft__http_op *)future)->response);
}

static const eft__future_class fetch_class = {
    .name = "http_fetch", .cancel = cancel_fetch, .fini = fini_fetch};

static void fail_fetch(eft_http_response *self, int32_t error,
                       const char *detail)
{
    eft__http_op *fetch = self->fetch;

    self->fetch = NULL;
    if (fetch)
        eft__future_fail_copy(&fetch->future, error, detail);
}

/* The end */

/* The first reason is the one that counts. */
void eft__http_note_end(eft_http_response *self, int32_t error,
                        const char *detail)
{
    if (self->end)
        return;
    self->end = error;
    if (detail && *detail)
        self->end_detail = eft__copy_text(detail, strlen(detail));
}

static void free_id(eft_http_response *self)
{
    if (self->has_id)
        eft__id_free(&self->identified);
    self->has_id = false;
}

static void finish(eft_http_response *self)
{
    eft_http_session *session = self->session;
    eft__http_request *request = self->request;

    free_id(self);
    eft__http_timer_stop(self);
    eft__http_measure_stop(self);
    self->state = EFT__HTTP_OVER;
    eft__list_remove(&self->link);
    session->count--;
    eft__http_line_leave(self);
    fail_fetch(self, self->end, self->end_detail);
    eft__http_read_over(self);
    self->request = NULL;
    self->session = NULL;
    eft__http_unkeep(self);
    eft__http_line_serve(session);
    eft__http_session_unkeep(session);
    /* Last: a writer's argument is freed by the program's function. */
    eft__http_request_free(request);
}

void eft__http_go_on(eft_http_response *self)
{
    if (self->turns && !self->end && eft__http_follow(self))
        return;
    finish(self);
}

void eft__http_abort(eft_http_response *self)
{
    if (self->aborted)
        return;
    self->aborted = true;
    eft__http_read_stop(self);
    eft__http_keep(self);
    eft__http_upload_cancel(self);
    eft_target_http_abort(self->identified.id);
    eft__http_unkeep(self);
}

void eft__http_cut(eft_http_response *self, int32_t error, const char *detail)
{
    if (self->state == EFT__HTTP_OVER)
        return;
    eft__http_note_end(self, error, detail);
    if (self->state == EFT__HTTP_FILES || self->state == EFT__HTTP_LINE)
        finish(self);
    else if (self->state != EFT__HTTP_ENDING)
        eft__http_abort(self);
}

void eft_http_response_free(eft_http_response *response)
{
    if (!response)
        return;
    response->given_up = true;
    eft__http_read_close(response);
    eft__http_drop_pieces(response);
    eft__http_cut(response, EFT_ECLOSED, NULL);
    eft__http_unkeep(response);
}

/* Starting */

void eft__http_start(eft_http_response *self)
{
    self->state = EFT__HTTP_SENT;
    eft__http_session_open(self->session);
    eft__http_progress_init(self);
    eft__http_keep(self);
    eft_target_http_start(self->identified.id, self->session->id,
                          &self->request->target);
    if (self->state == EFT__HTTP_SENT && !self->end && self->request->writer)
        eft__http_upload_start(self);
    if (self->state == EFT__HTTP_SENT)
        eft__http_read_start(self);
    eft__http_unkeep(self);
}

/* The world is closed, and does not report any more. */
static void end_of_loop(eft__identified *object)
{
    eft_http_response *self = (eft_http_response *)object;

    self->session->loop = 0;
    eft__http_note_end(self, EFT_ECANCELED, NULL);
    eft_core_http_ended(object->id, EFT_ECANCELED, NULL);
}

eft_http_response *eft__http_response_new(void)
{
    eft_http_response *self = eft__alloc_zero(sizeof *self);

    if (self) {
        self->keepers = 1;
        eft__kind_add(&responses, &self->known);
    }
    return self;
}

static eft_http_response *make(eft_http_session *session)
{
    eft_http_response *self = eft__http_response_new();

    if (!self)
        return NULL;
    self->identified.end = end_of_loop;
    if (!eft__id_new(&self->identified)) {
        eft__http_unkeep(self);
        return NULL;
    }
    self->has_id = true;
    self->session = session;
    session->keepers++;
    session->count++;
    eft__list_append(&session->live, &self->link);
    return self;
}

/* Takes request. */
static eft_future *begin(eft_http_session *session, eft__http_request *request)
{
    eft_future *instead = eft__future_no_memory();
    eft_http_response *self = make(session);

    if (!self) {
        eft__http_request_free(request);
        return instead;
    }
    self->request = request;
    self->max_body = request->max_body;
    self->on_progress = request->on_progress;
    self->progress_arg = request->progress_arg;
    eft__http_op *op =
        eft__http_op_make(self, sizeof *op, &fetch_class, &instead);
    if (!op) {
        eft__http_cut(self, EFT_ENOMEM, NULL);
        return instead;
    }
    self->fetch = op;
    eft__http_total_start(self);
    if (request->has_files)
        eft__http_measure(self);
    else
        eft__http_join(self);
    return &op->future;
}

eft_future *eft_http_fetch(eft_http_session *session, const char *method,
                           const char *url, const eft_http_request *request)
{
    eft__http_words words;
    int32_t error;

    if (!session) {
        if (request)
            eft__http_request_refuse(request);
        return eft__future_failed(EFT_EINVAL, "there is no session: NULL");
    }
    eft__http_request *made = eft__http_request_new(
        session->options, method, url, request, &error, &words);
    if (made)
        return begin(session, made);
    return error == EFT_ENOMEM ? eft__future_no_memory()
                               : eft__future_failed_copy(error, words.text);
}

/* Events */

static eft_http_response *find(uint32_t id)
{
    return (eft_http_response *)eft__id_find(id);
}

void eft__http_drop(eft_http_response *self)
{
    enum { MOST = 1 << 16 };

    self->dropping = true;
    if (self->expected > MOST || self->received > MOST)
        eft__http_abort(self);
}

/* The bytes that will come, or -1. */
static int64_t expected(const eft_http_response *self)
{
    int status = self->head->status;

    if (!strcmp(self->request->target.method, "HEAD") || status == 204 ||
        status == 304)
        return 0;
    if (!self->session->options->options.no_decompress &&
        self->head->is_encoded)
        return -1;
    return self->head->length;
}

/* The answer is an error: its body is of no interest.  A fetch that has failed
 * is a promise that the writer does nothing more, so that has to end first. */
static void refuse_status(eft_http_response *self)
{
    char detail[320];

    self->given_up = true;
    eft__http_say_status(self->head, detail, sizeof detail);
    if (eft__http_upload_is_running(self)) {
        eft__http_cut(self, EFT_ESTATUS, detail);
        return;
    }
    fail_fetch(self, EFT_ESTATUS, detail);
    eft__http_drop(self);
}

void eft_core_http_head(uint32_t id, const eft_core_http_answer *answer)
{
    eft_http_response *self = find(id);

    if (!self || self->state != EFT__HTTP_SENT || self->aborted)
        return;
    self->head = eft__http_head_new(answer, self->request->target.url);
    if (!self->head) {
        eft__http_cut(self, EFT_ENOMEM, NULL);
        return;
    }
    self->expected = expected(self);
    eft__http_read_start(self);
    self->state = EFT__HTTP_BODY;
    if (eft__http_turns(self))
        return;
    if (self->request->raise_for_status && self->head->status >= 400) {
        refuse_status(self);
        return;
    }
    eft__http_op *fetch = self->fetch;
    self->fetch = NULL;
    eft__http_keep(self); /* the user, who finds it in the result */
    eft__future_complete(
        &fetch->future,
        eft__result_of_kind(EFT_KIND_RESPONSE, self, free_response));
}

void eft_core_http_written(uint32_t id)
{
    eft_http_response *self = find(id);

    if (!self)
        return;
    eft__http_read_start(self);
    eft__http_upload_written(self);
}

void eft_core_http_sent(uint32_t id, uint64_t bytes)
{
    eft_http_response *self = find(id);

    if (!self)
        return;
    self->sent = bytes;
    eft__http_read_start(self);
    eft__http_progress_tell(self);
}

void eft_core_http_ended(uint32_t id, int32_t error, const char *detail)
{
    eft_http_response *self = find(id);

    if (!self)
        return;
    free_id(self);
    eft__http_read_stop(self);
    /* What led elsewhere has said all that it had to. */
    if (error && !self->turns)
        eft__http_note_end(self, error, detail);
    if (!error && self->state == EFT__HTTP_SENT)
        eft__http_note_end(self, EFT_EABNORMAL,
                           "the server closed without an answer");
    self->state = EFT__HTTP_ENDING;
    if (eft__http_upload_end(self))
        eft__http_go_on(self);
}
