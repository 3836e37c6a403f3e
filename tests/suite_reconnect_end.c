/* SPDX-License-Identifier: MIT
 * Reconnecting: cancels, frees, and hooks that do what they like. */
#include "reconnect_case.h"
#include "suite.h"
#include "ws_script.h"

static void refuses(void)
{
    reconnect_refuses(EFT_EREFUSED, NULL);
}

/* A next whose first attempt is under way. */
static eft_future *connecting(eft_reconnect **again)
{
    *again = reconnect_make(NULL);
    eft_future *next = eft_reconnect_next(*again);

    script_settle();
    return next;
}

/* A next that has failed once, and waits. */
static eft_future *waiting(eft_reconnect **again)
{
    eft_future *next = connecting(again);

    CHECK(script_asked("open ws://host/"));
    refuses();
    script_settle();
    return next;
}

static void only_one_may_be_under_way(void)
{
    eft_reconnect *again = reconnect_make(NULL);
    eft_future *next = eft_reconnect_next(again);

    CHECK(script_error(eft_reconnect_next(again)) == EFT_EBUSY);
    eft_future_free(next);
    next = eft_reconnect_next(again);
    CHECK(eft_future_state(next) == EFT_PENDING);
    eft_future_free(next);
    CHECK(script_error(eft_reconnect_next(NULL)) == EFT_ENOMEM);
    reconnect_leave(again);
}

static void a_cancel_ends_the_waiting(void)
{
    eft_reconnect *again;
    eft_future *next = waiting(&again);

    CHECK(eft_cancel(next));
    CHECK(script_error(next) == EFT_ECANCELED);
    eft_result_free(eft_await(eft_sleep(100000)));
    CHECK(script_asked(""));
    reconnect_leave(again);
}

static void a_cancel_before_the_beginning(void)
{
    eft_reconnect *again = reconnect_make(NULL);
    eft_future *next = eft_reconnect_next(again);

    CHECK(eft_cancel(next));
    CHECK(script_error(next) == EFT_ECANCELED);
    script_settle();
    CHECK(script_asked(""));
    reconnect_leave(again);
}

static void a_cancel_ends_the_attempt(void)
{
    eft_reconnect *again;
    eft_future *next = connecting(&again);

    CHECK(script_asked("open ws://host/"));
    CHECK(eft_cancel(next));
    CHECK(script_asked("abort"));
    script_settle();
    CHECK(script_error(next) == EFT_ECANCELED);
    eft_result_free(eft_await(eft_sleep(100000)));
    CHECK(script_asked(""));
    reconnect_leave(again);
}

/* An attempt that times out just then is no reason to go on. */
static void a_cancel_of_an_attempt_that_ends_otherwise(void)
{
    eft_reconnect *again;
    eft_future *next = connecting(&again);

    eft__virtual_ws_answer_aborts(false);
    eft_result_free(eft_await(eft_sleep(10001)));
    CHECK(script_asked("open ws://host/ | abort"));
    CHECK(eft_cancel(next));
    refuses();
    script_settle();
    CHECK(script_error(next) == EFT_ECANCELED);
    eft__virtual_ws_answer_aborts(true);
    reconnect_leave(again);
}

static void a_cancel_between_an_attempt_and_the_wait(void)
{
    eft_reconnect *again;
    eft_future *next = connecting(&again);

    refuses();
    CHECK(eft_cancel(next));
    CHECK(script_error(next) == EFT_ECANCELED);
    reconnect_leave(again);
}

static void a_connection_that_is_there_is_not_lost_by_a_cancel(void)
{
    eft_reconnect *again;
    eft_future *next = connecting(&again);

    script_opens("");
    CHECK(!eft_cancel(next));
    script_settle();
    eft_result result = eft_await(next);
    CHECK(result.error == 0);
    eft_result_free(result);
    reconnect_leave(again);
}

static void who_drops_it_leaves_no_connection(void)
{
    eft_reconnect *again;
    eft_future *next = connecting(&again);

    script_opens("");
    eft_future_free(next);
    script_settle();
    CHECK(script_asked("open ws://host/ | abort"));
    next = eft_reconnect_next(again);
    eft_result_free(eft_await(eft_sleep(2000)));
    script_opens("");
    script_settle();
    eft_future_free(next);
    script_settle();
    CHECK(script_asked("2: open ws://host/ | 2: abort"));
    reconnect_leave(again);
}

static void a_deadline_ends_it(void)
{
    eft_reconnect *again = reconnect_make(NULL);
    int64_t begin = eft_now();

    eft_future *limited = eft_wait_for(300, eft_reconnect_next(again));
    script_settle();
    refuses();
    CHECK(eft_await(limited).error == EFT_ETIMEDOUT);
    CHECK(eft_now() - begin == 300);
    reconnect_leave(again);
}

static void a_free_ends_it(void)
{
    eft_reconnect *again;
    eft_future *next = waiting(&again);

    eft_reconnect_free(again);
    CHECK(script_error(next) == EFT_ECLOSED);
    script_end();

    next = connecting(&again);
    eft_reconnect_free(again);
    CHECK(script_error(next) == EFT_ECLOSED);
    script_settle();
    CHECK(script_asked("open ws://host/ | abort"));
    script_end();
    eft_reconnect_free(NULL);
}

static void its_connections_stay(void)
{
    eft_reconnect *again;
    eft_future *next = connecting(&again);

    script_opens("");
    script_settle();
    eft_result result = eft_await(next);
    eft_reconnect_free(again);
    REQUIRE(result.error == 0);
    script_says("still here");
    CHECK(script_receives(result.ws, "still here"));
    eft_result_free(result);
    script_settle();
    script_ignore();
    script_end();
}

/* Hooks that end it */

typedef struct hook {
    eft_reconnect_state when;
    eft_reconnect *again;
    eft_future *next;
    bool frees;   /* the iterator; else it cancels the next */
    bool restart; /* and begins another one */
    bool done;
} hook;

static void do_it(const eft_reconnect_news *news, void *arg)
{
    hook *self = arg;

    if (news->state != self->when || self->done)
        return;
    self->done = true;
    if (self->frees) {
        eft_reconnect_free(self->again);
        self->again = NULL;
        return;
    }
    eft_future *next = self->next;
    self->next = NULL;
    if (self->restart)
        eft_cancel(next);
    eft_future_free(next);
    if (self->restart)
        self->next = eft_reconnect_next(self->again);
}

static eft_reconnect *make_with(hook *self)
{
    return reconnect_make(
        &(eft_reconnect_options){.on_state = do_it, .arg = self});
}

/* A refused attempt, an answered one, and one that fails for good. */
static void play(void)
{
    script_settle();
    if (script_id(1))
        refuses();
    eft_result_free(eft_await(eft_sleep(1001)));
    if (script_id(2))
        script_opens("");
    eft_result_free(eft_await(eft_sleep(2)));
}

static void a_hook_may_free_or_cancel(void)
{
    for (int state = EFT_RECONNECT_WAITING; state <= EFT_RECONNECT_OPEN;
         state++)
        for (int frees = 0; frees < 2; frees++) {
            hook self = {.when = (eft_reconnect_state)state, .frees = frees};

            self.again = make_with(&self);
            self.next = eft_reconnect_next(self.again);
            play();
            CHECK(self.done);
            if (frees)
                CHECK(script_error(self.next) == EFT_ECLOSED);
            else
                CHECK(!self.next);
            /* It is there still where memory was too short to come so far. */
            if (!frees)
                eft_future_free(self.next);
            reconnect_leave(self.again);
        }
}

static void a_hook_may_begin_another(void)
{
    for (int state = EFT_RECONNECT_WAITING; state <= EFT_RECONNECT_OPEN;
         state++) {
        hook self = {.when = (eft_reconnect_state)state, .restart = true};

        self.again = make_with(&self);
        self.next = eft_reconnect_next(self.again);
        play();
        CHECK(self.done);
        CHECK(self.next != NULL);
        eft_result_free(eft_await(eft_sleep(10000)));
        eft_future_free(self.next);
        reconnect_leave(self.again);
    }
}

/* A hook frees it when an attempt was refused. */
static void frees_itself(eft_reconnect_options options)
{
    eft_reconnect *again;

    options.arg = &again;
    again = reconnect_make(&options);
    eft_future *next = eft_reconnect_next(again);
    script_settle();
    refuses();
    script_settle();
    CHECK(!again);
    CHECK(script_error(next) == EFT_ECLOSED);
    reconnect_leave(again);
}

static bool retry_by_free(const eft_reconnect_failure *failure, void *arg)
{
    eft_reconnect **again = arg;

    (void)failure;
    eft_reconnect_free(*again);
    *again = NULL;
    return true;
}

static void the_retry_hook_may_free_it(void)
{
    frees_itself((eft_reconnect_options){.retry = retry_by_free});
}

static void free_it_at_the_end(const eft_reconnect_news *news, void *arg)
{
    eft_reconnect **again = arg;

    if (news->state != EFT_RECONNECT_FAILED)
        return;
    eft_reconnect_free(*again);
    *again = NULL;
}

static void a_hook_may_free_it_when_it_has_failed(void)
{
    frees_itself((eft_reconnect_options){.on_state = free_it_at_the_end,
                                         .max_attempts = 1});
}

const test_case suite_reconnect_end[] = {
    {"only_one_may_be_under_way", only_one_may_be_under_way},
    {"a_cancel_ends_the_waiting", a_cancel_ends_the_waiting},
    {"a_cancel_before_the_beginning", a_cancel_before_the_beginning},
    {"a_cancel_ends_the_attempt", a_cancel_ends_the_attempt},
    {"a_cancel_of_an_attempt_that_ends_otherwise",
     a_cancel_of_an_attempt_that_ends_otherwise},
    {"a_cancel_between_an_attempt_and_the_wait",
     a_cancel_between_an_attempt_and_the_wait},
    {"a_connection_that_is_there_is_not_lost_by_a_cancel",
     a_connection_that_is_there_is_not_lost_by_a_cancel},
    {"who_drops_it_leaves_no_connection", who_drops_it_leaves_no_connection},
    {"a_deadline_ends_it", a_deadline_ends_it},
    {"a_free_ends_it", a_free_ends_it},
    {"its_connections_stay", its_connections_stay},
    {"a_hook_may_free_or_cancel", a_hook_may_free_or_cancel},
    {"a_hook_may_begin_another", a_hook_may_begin_another},
    {"the_retry_hook_may_free_it", the_retry_hook_may_free_it},
    {"a_hook_may_free_it_when_it_has_failed",
     a_hook_may_free_it_when_it_has_failed},
    {NULL, NULL},
};
