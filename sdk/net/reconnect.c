/* SPDX-License-Identifier: MIT
 * Reconnecting: attempts, and the waits between them. */
#include "reconnect.h"

#include <string.h>

#include "../core/loop.h"
#include "../core/memory.h"
#include "../core/timer.h"
#include "eft/loop.h"
#include "ws.h"
#include "ws_options.h"

/* Design notes.  A next is a future without a body, so that it needs no fiber:
 * it waits for its timer, or for the connect that it has begun, by turns.
 *
 * The hooks are the user's and may do anything, eft_reconnect_free() included:
 * who calls one holds the iterator and the next, and looks again whether that
 * is the pending one still.  They run from the loop, never inside a function
 * that the user calls. */

/* BEGINNING --> WAITING --timer--> CONNECTING --open--> done
 *     |            ^                 ^   |
 *     +------------|---the first-----+   |
 *                  +-----worth it--------+----not-----> failed */
typedef struct next {
    eft__timed timed; /* BEGINNING: ready; WAITING: armed */
    eft_reconnect *again;
    eft__node node;      /* waits for connect */
    eft_future *connect; /* CONNECTING: one reference; else NULL */
    bool canceled;       /* it was asked to, while CONNECTING */
} next;

struct eft_reconnect {
    uint32_t keepers;  /* its user, its next, and who calls a hook */
    bool tried;        /* there was an attempt: another one waits first */
    bool open;         /* the last one has succeeded */
    uint32_t failures; /* in a row */
    int64_t opened_ms; /* when the last success was */
    eft__backoff backoff;
    next *pending; /* or NULL */
    int32_t fault; /* what is wrong with what it was given; 0: nothing */
    eft__ws_words fault_words;
    eft_reconnect_failure failure; /* the last; error 0: none */
    char *failure_text;            /* its sentence, or NULL */
    eft_reconnect_options options; /* filled in */
    eft_ws_options ws_options;     /* a deep copy */
    const char *url;
    void *texts[]; /* of the two above; aligned as pointers */
};

static void keep(eft_reconnect *again)
{
    again->keepers++;
}

static void unkeep(eft_reconnect *again)
{
    if (--again->keepers)
        return;
    eft__free(again->failure_text);
    eft__free(again);
}

/* Hooks */

static eft_future *hold(next *self)
{
    keep(self->again);
    return eft_future_ref(&self->timed.future);
}

/* True: self is no longer the one that is under way, and maybe no more. */
static bool let_go(eft_reconnect *again, const next *self, eft_future *held)
{
    eft_future_free(held);
    bool over = again->pending != self;
    unkeep(again);
    return over;
}

/* True: the hook has ended self. */
static bool tell(next *self, eft_reconnect_state state, int64_t delay_ms)
{
    eft_reconnect *again = self->again;
    bool why = state == EFT_RECONNECT_WAITING || state == EFT_RECONNECT_FAILED;
    eft_reconnect_news news = {.state = state, .delay_ms = delay_ms};

    if (!again->options.on_state)
        return false;
    if (why && again->failure.error)
        news.failure = &again->failure;
    eft_future *held = hold(self);
    again->options.on_state(&news, again->options.arg);
    return let_go(again, self, held);
}

/* Is it worth another attempt?  True in *over: the hook has ended self. */
static bool is_worth_it(next *self, bool *over)
{
    eft_reconnect *again = self->again;
    uint32_t most = again->options.max_attempts;
    eft_reconnect_retry *retry = again->options.retry;

    *over = false;
    if (most && again->failures >= most)
        return false;
    if (!retry)
        return eft_reconnect_is_retryable(&again->failure);
    eft_future *held = hold(self);
    bool worth_it = retry(&again->failure, again->options.arg);
    *over = let_go(again, self, held);
    return worth_it;
}

/* A next */

static void end_next(next *self)
{
    if (self->again->pending == self)
        self->again->pending = NULL;
}

static bool cancel_next(eft_future *future)
{
    next *self = (next *)future;
    eft_future *connect = self->connect;

    if (connect && (!connect->complete || !connect->result.error)) {
        /* A connection that is there already is not lost. */
        self->canceled = eft_cancel(connect);
        return self->canceled;
    }
    if (connect) {
        self->connect = NULL;
        eft__future_unwait(connect, &self->node);
        eft_future_free(connect);
    }
    eft__timer_stop(eft__loop_here, &self->timed.timer);
    end_next(self);
    return eft__future_cancel_now(future);
}

static void fini_next(eft_future *future)
{
    unkeep(((next *)future)->again);
}

static const eft__future_class next_class = {
    .name = "reconnect_next", .cancel = cancel_next, .fini = fini_next};

static void connect(next *self)
{
    eft_reconnect *again = self->again;

    again->tried = true;
    if (tell(self, EFT_RECONNECT_CONNECTING, 0))
        return;
    self->connect = eft_ws_connect(again->url, &again->ws_options);
    eft__future_wait(self->connect, &self->node);
}

static void due(eft__node *node)
{
    connect(EFT__OWNER(node, next, timed.timer.node));
}

static void wait(next *self)
{
    int64_t delay_ms = eft__backoff_next(&self->again->backoff);

    self->timed.timer.node.run = due;
    eft__timer_start(eft__loop_here, &self->timed.timer,
                     eft__deadline_after(delay_ms));
    (void)tell(self, EFT_RECONNECT_WAITING, delay_ms);
}

static void begin(eft__node *node)
{
    next *self = EFT__OWNER(node, next, timed.timer.node);
    eft_reconnect *again = self->again;

    if (again->open && eft_now() - again->opened_ms >= again->options.steady_ms)
        again->backoff.waits = 0;
    again->open = false;
    again->failure = (eft_reconnect_failure){0};
    if (again->tried)
        wait(self);
    else
        connect(self);
}

static void succeed(next *self, eft_result opened)
{
    eft_reconnect *again = self->again;

    again->open = true;
    again->opened_ms = eft_now();
    again->failures = 0;
    if (tell(self, EFT_RECONNECT_OPEN, 0)) {
        /* The hook gave it up, and the connection is nobody's now. */
        eft_result_free(opened);
        return;
    }
    end_next(self);
    eft__future_complete(&self->timed.future, opened);
}

/* Keeps what is to be told of it. */
static void note_failure(eft_reconnect *again, int32_t error, int status,
                         const eft__detail *detail)
{
    const char *text = detail->text ? detail->text : "";

    eft__free(again->failure_text);
    again->failure_text = eft__copy_text(text, strlen(text));
    again->failure = (eft_reconnect_failure){
        .error = error,
        .status = status,
        .detail = again->failure_text ? again->failure_text : "",
        .attempt = ++again->failures,
    };
}

static void fail(next *self, int32_t error, int status, eft__detail *detail)
{
    bool over = false;

    if (error != EFT_ECANCELED) {
        note_failure(self->again, error, status, detail);
        if (is_worth_it(self, &over)) {
            if (!over)
                wait(self);
            return;
        }
        if (over || tell(self, EFT_RECONNECT_FAILED, 0))
            return;
    }
    end_next(self);
    eft__future_fail_move(&self->timed.future, error, detail);
}

static void connected(eft__node *node)
{
    next *self = EFT__OWNER(node, next, node);
    eft_future *done = self->connect;
    int status = eft__ws_connect_status(done);
    eft__detail detail = {0};
    eft_result result = eft__future_consume(done, &detail);

    self->connect = NULL;
    if (!result.error)
        succeed(self, result);
    else if (self->canceled)
        fail(self, EFT_ECANCELED, 0, &detail);
    else
        fail(self, result.error, status, &detail);
    eft__detail_clear(&detail);
}

/* The iterator */

/* Looks at what was given, and copies what is right. */
static eft_reconnect *make(const char *url, const eft_ws_options *ws_options)
{
    eft__ws_words words = {""};
    int32_t fault = eft__ws_options_check(ws_options, &words);
    size_t size = fault ? 0 : eft__ws_options_size(ws_options);
    size_t url_size = strlen(url) + 1;
    eft_reconnect *again = eft__alloc_zero(sizeof *again + size + url_size);
    char *text;

    if (!again)
        return NULL;
    text = (char *)again->texts;
    again->fault = fault;
    again->fault_words = words;
    if (!fault)
        text =
            eft__ws_options_copy(&again->ws_options, ws_options, false, text);
    again->url = memcpy(text, url, url_size);
    return again;
}

eft_reconnect *eft_reconnect_new(const char *url,
                                 const eft_ws_options *ws_options,
                                 const eft_reconnect_options *options)
{
    static const eft_ws_options default_ws_options;
    static const eft_reconnect_options defaults;
    eft_reconnect *again =
        make(url ? url : "", ws_options ? ws_options : &default_ws_options);

    if (!again)
        return NULL;
    again->keepers = 1;
    again->options = options ? *options : defaults;
    eft__reconnect_options_fill(&again->options);
    again->backoff = (eft__backoff){
        .min_delay_ms = again->options.min_delay_ms,
        .max_delay_ms = again->options.max_delay_ms,
        .random = (uint64_t)(uintptr_t)again,
    };
    return again;
}

void eft__reconnect_seed(eft_reconnect *again, uint64_t seed)
{
    again->backoff.random = seed;
    again->backoff.seeded = true;
}

eft_future *eft_reconnect_next(eft_reconnect *again)
{
    eft_future *instead;

    if (!again)
        return eft__future_no_memory();
    if (again->fault)
        return eft__future_failed_copy(again->fault, again->fault_words.text);
    const char *why = eft__reconnect_options_fault(&again->options);
    if (why)
        return eft__future_failed(EFT_EINVAL, why);
    if (again->pending)
        return eft__future_failed(EFT_EBUSY,
                                  "another eft_reconnect_next() is under way");
    next *self = eft__future_make(sizeof *self, &next_class, &instead);
    if (!self)
        return instead;
    self->timed.timer.node.run = begin;
    self->node.run = connected;
    self->again = again;
    keep(again);
    again->pending = self;
    eft__loop_ready(eft__loop_here, &self->timed.timer.node);
    return &self->timed.future;
}

void eft_reconnect_reset(eft_reconnect *again)
{
    next *self = again ? again->pending : NULL;

    if (!again)
        return;
    again->tried = false;
    again->backoff.waits = 0;
    if (!self || !self->timed.timer.deadline)
        return;
    eft__timer_stop(eft__loop_here, &self->timed.timer);
    eft__loop_ready(eft__loop_here, &self->timed.timer.node);
}

/* Takes the next away from under whoever waits for it. */
static void abandon(next *self)
{
    eft_future *connect = self->connect;

    eft__timer_stop(eft__loop_here, &self->timed.timer);
    if (connect) {
        self->connect = NULL;
        eft__future_unwait(connect, &self->node);
        eft_future_free(connect);
    }
    end_next(self);
    eft__future_fail(&self->timed.future, EFT_ECLOSED,
                     "eft_reconnect_free() was called");
}

void eft_reconnect_free(eft_reconnect *again)
{
    if (!again)
        return;
    if (again->pending)
        abandon(again->pending);
    unkeep(again);
}
