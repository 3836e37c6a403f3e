/* SPDX-License-Identifier: MIT
 * Reconnecting: cancels, frees, and hooks that do what they like. */
#include "journal.h"
#include "suite.h"
#include "ws_script.h"

static const char url[] = "ws://host/";

static void refuses(void)
{
    script_ends(0, (eft_core_ws_end){
                       .error = EFT_EREFUSED, .code = 1006, .reason = ""});
}

static eft_reconnect *make(eft_reconnect_on_state *on_state, void *arg)
{
    journal_clear();
    script_begin();
    return eft_reconnect_new(
        url, NULL, &(eft_reconnect_options){.on_state = on_state, .arg = arg});
}

static void leave(eft_reconnect *again)
{
    eft_reconnect_free(again);
    script_settle();
    script_ignore();
    script_end();
}

/* A next that has failed once, and waits. */
static eft_future *waiting(eft_reconnect *again)
{
    eft_future *next = eft_reconnect_next(again);

    script_settle();
    CHECK(script_asked("open ws://host/"));
    refuses();
    script_settle();
    return next;
}

static void only_one_may_be_under_way(void)
{
    eft_reconnect *again = make(NULL, NULL);
    eft_future *next = eft_reconnect_next(again);

    CHECK(script_error(eft_reconnect_next(again)) == EFT_EBUSY);
    eft_future_free(next);
    next = eft_reconnect_next(again);
    CHECK(eft_future_state(next) == EFT_PENDING);
    eft_future_free(next);
    CHECK(script_error(eft_reconnect_next(NULL)) == EFT_ENOMEM);
    leave(again);
}

static void a_cancel_ends_the_waiting(void)
{
    eft_reconnect *again = make(NULL, NULL);
    eft_future *next = waiting(again);

    CHECK(eft_cancel(next));
    CHECK(script_error(next) == EFT_ECANCELED);
    eft_result_free(eft_await(eft_sleep(100000)));
    CHECK(script_asked(""));
    leave(again);
}

static void a_cancel_before_the_beginning(void)
{
    eft_reconnect *again = make(NULL, NULL);
    eft_future *next = eft_reconnect_next(again);

    CHECK(eft_cancel(next));
    CHECK(script_error(next) == EFT_ECANCELED);
    script_settle();
    CHECK(script_asked(""));
    leave(again);
}

static void a_cancel_ends_the_attempt(void)
{
    eft_reconnect *again = make(NULL, NULL);
    eft_future *next = eft_reconnect_next(again);

    script_settle();
    CHECK(script_asked("open ws://host/"));
    CHECK(eft_cancel(next));
    CHECK(script_asked("abort"));
    script_settle();
    CHECK(script_error(next) == EFT_ECANCELED);
    eft_result_free(eft_await(eft_sleep(100000)));
    CHECK(script_asked(""));
    leave(again);
}

/* An attempt that times out just then is no reason to go on. */
static void a_cancel_of_an_attempt_that_ends_otherwise(void)
{
    eft_reconnect *again = make(NULL, NULL);
    eft_future *next = eft_reconnect_next(again);

    script_settle();
    eft__virtual_ws_answer_aborts(false);
    eft_result_free(eft_await(eft_sleep(10001)));
    CHECK(script_asked("open ws://host/ | abort"));
    CHECK(eft_cancel(next));
    refuses();
    script_settle();
    CHECK(script_error(next) == EFT_ECANCELED);
    eft__virtual_ws_answer_aborts(true);
    leave(again);
}

static void a_cancel_between_an_attempt_and_the_wait(void)
{
    eft_reconnect *again = make(NULL, NULL);
    eft_future *next = eft_reconnect_next(again);

    script_settle();
    refuses();
    CHECK(eft_cancel(next));
    CHECK(script_error(next) == EFT_ECANCELED);
    leave(again);
}

static void a_connection_that_is_there_is_not_lost_by_a_cancel(void)
{
    eft_reconnect *again = make(NULL, NULL);
    eft_future *next = eft_reconnect_next(again);

    script_settle();
    script_opens("");
    CHECK(!eft_cancel(next));
    script_settle();
    eft_result result = eft_await(next);
    CHECK(result.error == 0);
    eft_result_free(result);
    leave(again);
}

static void who_drops_it_leaves_no_connection(void)
{
    eft_reconnect *again = make(NULL, NULL);
    eft_future *next = eft_reconnect_next(again);

    script_settle();
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
    leave(again);
}

static void a_deadline_ends_it(void)
{
    eft_reconnect *again = make(NULL, NULL);
    int64_t begin = eft_now();

    eft_future *limited = eft_wait_for(300, eft_reconnect_next(again));
    script_settle();
    refuses();
    CHECK(eft_await(limited).error == EFT_ETIMEDOUT);
    CHECK(eft_now() - begin == 300);
    leave(again);
}

static void a_free_ends_it(void)
{
    eft_reconnect *again = make(NULL, NULL);
    eft_future *next = waiting(again);

    eft_reconnect_free(again);
    CHECK(script_error(next) == EFT_ECLOSED);
    script_end();

    again = make(NULL, NULL);
    next = eft_reconnect_next(again);
    script_settle();
    eft_reconnect_free(again);
    CHECK(script_error(next) == EFT_ECLOSED);
    script_settle();
    CHECK(script_asked("open ws://host/ | abort"));
    script_end();
    eft_reconnect_free(NULL);
}

static void its_connections_stay(void)
{
    eft_reconnect *again = make(NULL, NULL);
    eft_future *next = eft_reconnect_next(again);

    script_settle();
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

            self.again = make(do_it, &self);
            self.next = eft_reconnect_next(self.again);
            play();
            CHECK(self.done);
            if (frees)
                CHECK(script_error(self.next) == EFT_ECLOSED);
            else
                CHECK(!self.next);
            if (!frees)
                eft_future_free(self.next);
            leave(self.again);
        }
}

static void a_hook_may_begin_another(void)
{
    for (int state = EFT_RECONNECT_WAITING; state <= EFT_RECONNECT_OPEN;
         state++) {
        hook self = {.when = (eft_reconnect_state)state, .restart = true};

        self.again = make(do_it, &self);
        self.next = eft_reconnect_next(self.again);
        play();
        CHECK(self.done);
        CHECK(self.next != NULL);
        eft_result_free(eft_await(eft_sleep(10000)));
        eft_future_free(self.next);
        leave(self.again);
    }
}

static bool refuse_by_free(const eft_reconnect_failure *failure, void *arg)
{
    eft_reconnect **again = arg;

    (void)failure;
    eft_reconnect_free(*again);
    *again = NULL;
    return true;
}

static void the_retry_hook_may_free_it(void)
{
    eft_reconnect *again;

    script_begin();
    again = eft_reconnect_new(
        url, NULL,
        &(eft_reconnect_options){.retry = refuse_by_free, .arg = &again});
    eft_future *next = eft_reconnect_next(again);
    script_settle();
    refuses();
    script_settle();
    CHECK(script_error(next) == EFT_ECLOSED);
    leave(again);
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
    eft_reconnect *again;

    script_begin();
    again = eft_reconnect_new(
        url, NULL,
        &(eft_reconnect_options){
            .on_state = free_it_at_the_end, .arg = &again, .max_attempts = 1});
    eft_future *next = eft_reconnect_next(again);
    script_settle();
    refuses();
    script_settle();
    CHECK(script_error(next) == EFT_ECLOSED);
    leave(again);
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
