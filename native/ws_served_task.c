/* SPDX-License-Identifier: MIT
 * The task of a connection: the accept hook, and serve(). */
#define _POSIX_C_SOURCE 200809L
#include "ws_served.h"

#include "eft/log.h"
#include "eft/loop.h"
#include "eft/task.h"

/* How a connection has ended is nobody's failure. */
static bool is_end(const eft_ws *ws, int32_t error)
{
    return error == EFT_ECLOSED || error == EFT_ECANCELED ||
           (eft_ws_close_code(ws) &&
            (error == EFT_EPEERCLOSE || error == EFT_EABNORMAL ||
             error == EFT_EPROTO || error == EFT_EUTF8 ||
             error == EFT_EMSGSIZE || error == EFT_ETIMEDOUT));
}

static void serve(eft__served *self)
{
    const eft_ws_server_options *options = &self->server->options;
    eft_result result =
        options->serve(self->ws, &self->upgrade.request, options->arg);
    uint16_t code = 1000;

    if (result.error) {
        bool ended = is_end(self->ws, result.error);

        eft_log(ended ? EFT_LOG_DEBUG : EFT_LOG_ERROR, "%s: serving ended: %s",
                self->peer, eft_error_detail());
        code = result.error == EFT_ECANCELED ? 1001 : ended ? 1000 : 1011;
    }
    eft_result_free(result);
    eft_result_free(eft_await(eft_ws_close(self->ws, code, NULL)));
}

/* Has the 101 written by the loop, and waits for that. */
static void agree_and_wait(eft__served *self)
{
    if (!eft__answer_agree(&self->answer, &self->output)) {
        eft__served_write_refusal(self, 503, NULL, NULL);
        eft__served_become(self, EFT__SERVED_REFUSING);
        return;
    }
    self->answered = eft_future_new();
    eft__served_become(self, EFT__SERVED_ANSWERING);
    eft__stream_watch(self->stream, false, true);
    eft_result_free(eft_await(eft_future_ref(self->answered)));
}

static void decide(eft__served *self)
{
    const eft_ws_server_options *options = &self->server->options;
    eft_ws_answer *answer = &self->answer;
    eft_result result =
        options->accept(&self->upgrade.request, answer, options->arg);
    const char *text = answer->text;

    if (result.error && result.error != EFT_ECANCELED) {
        eft_log(EFT_LOG_ERROR, "%s: accepting failed: %s", self->peer,
                eft_error_detail());
        answer->status = 500;
        text = NULL;
    }
    self->upgrade.request.accepted = result.error ? eft_ok() : result;
    if (self->gone || self->late || result.error == EFT_ECANCELED) {
        answer->status = 503;
        text = NULL;
    }
    if (!answer->status) {
        agree_and_wait(self);
        return;
    }
    eft__served_write_refusal(self, answer->status, text, &answer->headers);
    eft__served_become(self, EFT__SERVED_REFUSING);
}

static eft_result run(void *arg)
{
    eft__served *self = arg;

    if (self->state == EFT__SERVED_DECIDING)
        decide(self);
    if (self->state == EFT__SERVED_OPEN)
        serve(self);
    return eft_ok();
}

/* The task has ended, or will not begin.  What is left to be written is the
 * loop's, as soon as libuv comes round. */
static void end_task(void *arg)
{
    eft__served *self = arg;
    bool refuses = self->state == EFT__SERVED_REFUSING ||
                   self->state == EFT__SERVED_DECIDING;

    if (!refuses || self->server->state == EFT__SERVER_CLOSED) {
        eft__served_free(self);
        return;
    }
    if (self->state == EFT__SERVED_DECIDING) {
        eft__served_write_refusal(self, 503, NULL, NULL);
        eft__served_become(self, EFT__SERVED_REFUSING);
    }
    eft_future_free(self->task);
    self->task = NULL;
    eft__served_set_deadline(self, EFT__SERVED_LINGER_MS);
    eft__stream_watch(self->stream, false, true);
}

/* Where it fails it has called end_task. */
void eft__served_spawn(eft__served *self)
{
    eft_future *task = eft_spawn_owned(run, self, end_task);

    if (eft_future_state(task) == EFT_PENDING)
        self->task = task;
    else
        eft_future_free(task);
}
