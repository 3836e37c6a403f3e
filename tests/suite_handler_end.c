/* SPDX-License-Identifier: MIT
 * Handler with options: closes, frees, cancels, and hooks that do so. */
#include <string.h>

#include "handler_case.h"
#include "journal.h"
#include "suite.h"
#include "ws_script.h"

static void a_close_ends_the_waiting(void)
{
    eft_future *receive;

    handler_begin();
    eft_handler *handler = handler_away(&receive);
    eft_future *closed = eft_handler_close(handler, "user quit");
    script_settle();
    CHECK(script_error(closed) == 0);
    CHECK(script_error(receive) == 0);
    eft_result_free(eft_await(eft_sleep(100000)));
    CHECK(script_asked(""));
    CHECK(journal_is("connecting connected disconnected (EFT_EABNORMAL) "
                     "waiting closed"));
    CHECK(script_error(eft_handler_send_text(handler, "x", 1)) != 0);
    /* It can begin again. */
    eft_future *connect =
        eft_handler_connect_with(handler, handler_url, &handler_again);
    script_settle();
    script_opens("");
    script_settle();
    CHECK(script_error(connect) == 0);
    handler_end(handler);
}

static void a_close_ends_an_attempt(void)
{
    eft_future *receive;

    handler_begin();
    eft_handler *handler = handler_away(&receive);
    eft_result_free(eft_await(eft_sleep(1000)));
    CHECK(script_asked("2: open ws://host/"));
    eft_future *closed = eft_handler_close(handler, "user quit");
    script_settle();
    CHECK(script_asked("2: abort"));
    CHECK(script_error(closed) == 0);
    CHECK(script_error(receive) == 0);
    CHECK(journal_is("connecting connected disconnected (EFT_EABNORMAL) "
                     "waiting connecting closed"));
    handler_end(handler);
}

static void a_close_of_ours_is_the_end(void)
{
    handler_begin();
    eft_handler *handler = handler_connected(&handler_again);
    eft_future *receive = handler_receiving(handler);
    eft_future *closed = eft_handler_close(handler, "user quit");
    script_settle();
    CHECK(script_asked("close 1000 user quit"));
    /* However it goes. */
    script_closes(1006, "");
    script_settle();
    CHECK(script_error(closed) == 0);
    CHECK(script_error(receive) == EFT_EABNORMAL);
    eft_result_free(eft_await(eft_sleep(100)));
    CHECK(script_asked(""));
    handler_end(handler);
}

static void a_close_that_is_refused_changes_nothing(void)
{
    char words[200];

    handler_begin();
    eft_handler *handler = handler_connected(&handler_again);
    eft_future *receive = handler_receiving(handler);
    memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = 0;
    eft_future *closed = eft_handler_close(handler, words);
    script_settle();
    CHECK(script_error(closed) == EFT_EINVAL);
    script_closes(1006, "");
    handler_pass();
    CHECK(script_asked("2: open ws://host/"));
    script_opens("");
    script_settle();
    eft_cancel(receive);
    script_settle();
    CHECK(script_error(receive) == EFT_ECANCELED);
    handler_end(handler);
}

/* Hooks that give the handler up, or close it */

typedef struct hook {
    eft_handler_state when;
    eft_handler *handler;
    bool closes;
    bool done;
} hook;

static void do_it(const eft_handler_news *news, void *arg)
{
    hook *self = arg;

    if (news->state != self->when || self->done)
        return;
    self->done = true;
    if (self->closes)
        eft_future_free(eft_handler_close(self->handler, "enough"));
    else
        eft_handler_free(self->handler);
}

/* Runs through all states; how does what is under way end? */
static int32_t run_through(hook *self)
{
    eft_handler_options options = handler_again;

    handler_begin();
    options.on_state = do_it;
    options.arg = self;
    self->handler = eft_handler_new();
    eft_future *connect =
        eft_handler_connect_with(self->handler, handler_url, &options);
    script_settle();
    script_opens("");
    script_settle();
    int32_t error = script_error(connect);
    if (error)
        return error;
    eft_future *receive =
        eft_handler_receive(self->handler, handler_note_message, NULL);
    script_settle();
    script_closes(1001, "");
    handler_pass();
    if (script_id(2)) {
        script_opens("");
        script_settle();
        script_closes(1000, "");
        handler_pass();
    }
    return script_error(receive);
}

static void a_hook_may_free_the_handler(void)
{
    for (int state = EFT_HANDLER_CONNECTING; state < EFT_HANDLER_CLOSED;
         state++) {
        hook self = {.when = (eft_handler_state)state};

        CHECK(run_through(&self) == EFT_ECLOSED);
        CHECK(self.done);
        handler_end(self.done ? NULL : self.handler);
    }
    /* Then it has ended well already. */
    hook self = {.when = EFT_HANDLER_CLOSED};
    CHECK(run_through(&self) == 0);
    CHECK(self.done);
    handler_end(self.done ? NULL : self.handler);
}

static void a_hook_may_close_the_handler(void)
{
    static const eft_handler_state states[] = {EFT_HANDLER_DISCONNECTED,
                                               EFT_HANDLER_WAITING};

    for (int i = 0; i < 2; i++) {
        hook self = {.when = states[i], .closes = true};

        CHECK(run_through(&self) == 0);
        CHECK(self.done);
        CHECK(script_asked("open ws://host/"));
        handler_end(self.handler);
    }
}

/* Nobody has to wait for a close. */
static void a_close_that_is_dropped_goes_on(void)
{
    handler_begin();
    eft_handler *handler = handler_connected(&handler_again);
    eft_future *receive = handler_receiving(handler);
    eft_future_free(eft_handler_close(handler, "user quit"));
    CHECK(script_asked("close 1000 user quit"));
    script_closes(1000, "user quit");
    script_settle();
    CHECK(script_error(receive) == 0);
    CHECK(journal_is("connecting connected closed"));
    handler_end(handler);
}

static void a_freed_handler_ends_the_waiting(void)
{
    eft_future *receive;

    handler_begin();
    eft_handler *handler = handler_away(&receive);
    eft_handler_free(handler);
    script_settle();
    CHECK(script_error(receive) == EFT_ECLOSED);
    CHECK(script_told("freed"));
    handler_end(NULL);

    handler_begin();
    handler = eft_handler_new();
    eft_future *connect =
        eft_handler_connect_with(handler, handler_url, &handler_again);
    script_settle();
    eft_handler_free(handler);
    script_settle();
    CHECK(script_error(connect) == EFT_ECLOSED);
    handler_end(NULL);
}

static void a_cancelled_connect_leaves_it_unconnected(void)
{
    handler_begin();
    eft_handler *handler = eft_handler_new();
    eft_future *connect =
        eft_handler_connect_with(handler, handler_url, &handler_again);
    CHECK(script_error(eft_handler_connect_with(handler, handler_url,
                                                &handler_again)) == EFT_EBUSY);
    script_settle();
    eft_cancel(connect);
    script_settle();
    CHECK(script_error(connect) == EFT_ECANCELED);
    script_ignore();
    connect = eft_handler_connect_with(handler, handler_url, &handler_again);
    eft_cancel(connect);
    script_settle();
    CHECK(script_error(connect) == EFT_ECANCELED);
    CHECK(script_asked(""));
    handler_end(handler);
}

const test_case suite_handler_end[] = {
    {"a_close_ends_the_waiting", a_close_ends_the_waiting},
    {"a_close_ends_an_attempt", a_close_ends_an_attempt},
    {"a_close_of_ours_is_the_end", a_close_of_ours_is_the_end},
    {"a_close_that_is_refused_changes_nothing",
     a_close_that_is_refused_changes_nothing},
    {"a_hook_may_free_the_handler", a_hook_may_free_the_handler},
    {"a_hook_may_close_the_handler", a_hook_may_close_the_handler},
    {"a_close_that_is_dropped_goes_on", a_close_that_is_dropped_goes_on},
    {"a_freed_handler_ends_the_waiting", a_freed_handler_ends_the_waiting},
    {"a_cancelled_connect_leaves_it_unconnected",
     a_cancelled_connect_leaves_it_unconnected},
    {NULL, NULL},
};
