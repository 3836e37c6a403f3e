/* SPDX-License-Identifier: MIT
 * Messages that are sent in parts, and what waits behind them. */
#include <string.h>

#include "sdk/net/ws_options.h"
#include "suite.h"
#include "ws_case.h"
#include "ws_script.h"

static const eft_target_ws_traits of_a_page = {0};

static eft_future *begin(eft_ws *ws)
{
    return eft_ws_send_begin(ws, EFT_MESSAGE_TEXT);
}

static eft_future *part(eft_ws *ws, const char *text)
{
    return eft_ws_send_part(ws, text, strlen(text));
}

static eft_future *text(eft_ws *ws, const char *words)
{
    return eft_ws_send_text(ws, words, strlen(words));
}

/* A future that is pending now, and completes so when all is handed over. */
static bool is_sent(eft_future *future)
{
    bool pending = eft_future_state(future) == EFT_PENDING;

    script_drains();
    return script_error(future) == 0 && pending;
}

static eft_ws *open_ws(void)
{
    return open_with((eft_ws_options){0});
}

static void parts_go_as_they_come(void)
{
    eft_ws *ws = open_ws();

    REQUIRE(ws);
    CHECK(script_error(begin(ws)) == 0);
    CHECK(script_asked(""));
    CHECK(is_sent(part(ws, "a")));
    CHECK(script_asked("send text first a"));
    CHECK(is_sent(part(ws, "b")));
    CHECK(is_sent(eft_ws_send_end(ws)));
    CHECK(script_asked("send text middle b | send text last"));
    CHECK(script_error(eft_ws_send_begin(ws, EFT_MESSAGE_BINARY)) == 0);
    CHECK(is_sent(eft_ws_send_part(ws, "\xff", 1)));
    CHECK(is_sent(eft_ws_send_end(ws)));
    CHECK(script_asked("send binary first \xff | send binary last"));
    close_ws(ws);
}

static void a_message_may_have_no_parts(void)
{
    eft_ws *ws = open_ws();

    REQUIRE(ws);
    CHECK(script_error(begin(ws)) == 0);
    CHECK(script_error(part(ws, "")) == 0);
    CHECK(script_error(eft_ws_send_part(ws, NULL, 0)) == 0);
    CHECK(is_sent(eft_ws_send_end(ws)));
    CHECK(script_asked("send text"));
    close_ws(ws);
}

static void a_page_gathers_the_parts(void)
{
    eft_ws *ws = open_ws();

    REQUIRE(ws);
    eft__ws_traits = &of_a_page;
    CHECK(script_error(begin(ws)) == 0);
    CHECK(script_error(part(ws, "a\xc3")) == 0);
    CHECK(script_error(part(ws, "\xa4")) == 0);
    CHECK(script_asked(""));
    CHECK(is_sent(eft_ws_send_end(ws)));
    CHECK(script_asked("send text a\xc3\xa4"));
    CHECK(script_error(begin(ws)) == 0);
    CHECK(is_sent(eft_ws_send_end(ws)));
    CHECK(script_asked("send text"));
    CHECK(script_error(begin(ws)) == 0);
    CHECK(script_error(part(ws, "lost")) == 0);
    eft_future *closed = eft_ws_close(ws, 1000, "bye");
    CHECK(script_asked("close 1000 bye"));
    script_closes(1000, "");
    CHECK(script_error(closed) == 0);
    eft__ws_traits = &eft_target_ws_traits_of_world;
    close_ws(ws);
}

static void text_may_be_cut_anywhere(void)
{
    eft_ws *ws = open_ws();

    REQUIRE(ws);
    CHECK(script_error(begin(ws)) == 0);
    CHECK(is_sent(part(ws, "\xe2\x82")));
    CHECK(script_error(eft_ws_send_end(ws)) == EFT_EUTF8);
    CHECK(script_told("inside a character"));
    CHECK(is_sent(part(ws, "\xac")));
    /* What is refused leaves the text as it was. */
    CHECK(is_sent(part(ws, "\xf0\x9f")));
    CHECK(script_error(part(ws, "x")) == EFT_EUTF8);
    CHECK(script_error(part(ws, "\x98\xff")) == EFT_EUTF8);
    CHECK(is_sent(part(ws, "\x98\x80")));
    CHECK(is_sent(eft_ws_send_end(ws)));
    CHECK(script_asked("send text first \xe2\x82 | send text middle \xac | "
                       "send text middle \xf0\x9f | send text middle \x98\x80 "
                       "| send text last"));
    /* Another begins as a text of its own. */
    CHECK(script_error(begin(ws)) == 0);
    CHECK(script_error(part(ws, "\x98")) == EFT_EUTF8);
    CHECK(is_sent(eft_ws_send_end(ws)));
    close_ws(ws);
}

static void what_has_not_begun_has_no_parts(void)
{
    eft_ws *ws = open_ws();

    REQUIRE(ws);
    CHECK(script_error(part(ws, "a")) == EFT_EINVAL);
    CHECK(script_error(eft_ws_send_end(ws)) == EFT_EINVAL);
    CHECK(script_told("has begun"));
    CHECK(script_error(eft_ws_send_begin(ws, 0)) == EFT_EINVAL);
    CHECK(script_error(eft_ws_send_begin(ws, 8)) == EFT_EINVAL);
    CHECK(script_error(begin(ws)) == 0);
    CHECK(is_sent(eft_ws_send_end(ws)));
    CHECK(script_error(eft_ws_send_end(ws)) == EFT_EINVAL);
    close_ws(ws);
}

static void other_sends_wait_for_the_end(void)
{
    char words[] = "copied";
    eft_ws *ws = open_ws();

    REQUIRE(ws);
    CHECK(script_error(begin(ws)) == 0);
    eft_future *first = text(ws, words);
    eft_future *second = eft_ws_send_binary(ws, "b", 1);
    memset(words, '?', sizeof words - 1);
    eft_future_free(part(ws, "a"));
    CHECK(script_asked("send text first a"));
    script_drains();
    CHECK(eft_future_state(first) == EFT_PENDING);
    eft_future *end = eft_ws_send_end(ws);
    CHECK(script_asked("send text last | send text copied | send binary b"));
    CHECK(eft_future_state(first) == EFT_PENDING);
    script_drains();
    CHECK(script_error(end) == 0);
    CHECK(script_error(first) == 0);
    CHECK(script_error(second) == 0);
    CHECK(is_sent(text(ws, "c")));
    CHECK(script_asked("send text c"));
    close_ws(ws);
}

static void beginnings_take_turns(void)
{
    eft_ws *ws = open_ws();

    REQUIRE(ws);
    CHECK(script_error(begin(ws)) == 0);
    eft_future *second = eft_ws_send_begin(ws, EFT_MESSAGE_BINARY);
    eft_future *between = text(ws, "between");
    eft_future *third = begin(ws);
    eft_future *behind = text(ws, "behind");
    eft_future_free(eft_ws_send_end(ws));
    CHECK(script_asked("send text"));
    CHECK(script_error(second) == 0);
    CHECK(eft_future_state(third) == EFT_PENDING);
    eft_future_free(eft_ws_send_part(ws, "\xff", 1));
    eft_future_free(eft_ws_send_end(ws));
    CHECK(script_asked("send binary first \xff | send binary last | "
                       "send text between"));
    CHECK(script_error(third) == 0);
    eft_future_free(part(ws, "c"));
    eft_future_free(eft_ws_send_end(ws));
    CHECK(script_asked("send text first c | send text last | "
                       "send text behind"));
    script_drains();
    CHECK(script_error(between) == 0);
    CHECK(script_error(behind) == 0);
    close_ws(ws);
}

static void who_is_cancelled_in_line_sends_nothing(void)
{
    eft_ws *ws = open_ws();

    REQUIRE(ws);
    CHECK(script_error(begin(ws)) == 0);
    eft_future *cancelled = text(ws, "cancelled");
    eft_future *turn = begin(ws);
    eft_future *sent = text(ws, "sent");
    CHECK(eft_cancel(cancelled) && eft_cancel(turn));
    CHECK(script_error(cancelled) == EFT_ECANCELED);
    CHECK(script_error(turn) == EFT_ECANCELED);
    eft_future_free(eft_ws_send_end(ws));
    CHECK(script_asked("send text | send text sent"));
    /* Sent already: the cancel only stops the waiting. */
    CHECK(eft_cancel(sent));
    CHECK(script_error(sent) == EFT_ECANCELED);
    script_drains();
    close_ws(ws);
}

static void who_does_not_wait_has_it_sent(void)
{
    eft_ws *ws = open_ws();

    REQUIRE(ws);
    eft_future_free(begin(ws));
    eft_future_free(text(ws, "sent"));
    eft_future_free(begin(ws)); /* nobody would ever end it */
    eft_future_free(part(ws, "a"));
    eft_future_free(eft_ws_send_end(ws));
    CHECK(script_asked("send text first a | send text last | send text sent"));
    CHECK(is_sent(text(ws, "b")));
    close_ws(ws);
}

static eft_result send_in_line(void *arg)
{
    EFT_TRY(eft_await(eft_ws_send_text(arg, "task", 4)));
    return eft_ok();
}

static void a_task_waits_its_turn(void)
{
    eft_ws *ws = open_ws();

    REQUIRE(ws);
    eft_future_free(begin(ws));
    eft_future *task = eft_spawn(send_in_line, ws);
    script_settle();
    CHECK(eft_future_state(task) == EFT_PENDING);
    eft_future_free(eft_ws_send_end(ws));
    CHECK(script_asked("send text | send text task"));
    script_drains();
    script_settle();
    CHECK(script_error(task) == 0);
    close_ws(ws);
}

/* The end of the connection in the middle */

static void closing_within_a_message_says_1011(void)
{
    eft_ws *ws = open_ws();

    REQUIRE(ws);
    eft_future_free(begin(ws));
    eft_future_free(part(ws, "half"));
    eft_future *waits = text(ws, "never sent");
    eft_future *closed = eft_ws_close(ws, 1000, "bye");
    CHECK(script_asked("send text first half | "
                       "close 1011 close during fragmented message"));
    CHECK(script_error(waits) == EFT_ECLOSED);
    CHECK(script_error(part(ws, "x")) == EFT_ECLOSED);
    CHECK(script_error(eft_ws_send_end(ws)) == EFT_ECLOSED);
    CHECK(script_error(begin(ws)) == EFT_ECLOSED);
    script_closes(1011, "");
    CHECK(script_error(closed) == 0);
    CHECK(script_error(eft_ws_receive(ws)) == EFT_ECLOSED);
    close_ws(ws);
}

static void a_code_of_an_error_is_left_as_it_is(void)
{
    eft_ws *ws = open_ws();

    REQUIRE(ws);
    eft_future_free(begin(ws));
    eft_future_free(part(ws, "half"));
    eft_future_free(eft_ws_close(ws, 4001, "mine"));
    CHECK(script_asked("send text first half | close 4001 mine"));
    script_closes(4001, "");
    close_ws(ws);
}

static void before_the_first_part_nothing_is_unfinished(void)
{
    eft_ws *ws = open_ws();

    REQUIRE(ws);
    eft_future_free(begin(ws));
    eft_future *turn = begin(ws);
    eft_future_free(eft_ws_close(ws, 1000, "bye"));
    CHECK(script_asked("close 1000 bye"));
    CHECK(script_error(turn) == EFT_ECLOSED);
    script_closes(1000, "");
    close_ws(ws);
}

static void the_end_of_the_connection_ends_what_waits(void)
{
    eft_ws *ws = open_ws();

    REQUIRE(ws);
    eft_future_free(begin(ws));
    eft_future *sent = part(ws, "a");
    eft_future *waits = text(ws, "b");
    eft_future *turn = begin(ws);
    eft_future_free(text(ws, "nobody waits"));
    script_closes(1006, "");
    CHECK(script_error(sent) == EFT_EABNORMAL);
    CHECK(script_error(waits) == EFT_EABNORMAL);
    CHECK(script_error(turn) == EFT_EABNORMAL);
    CHECK(script_error(part(ws, "c")) == EFT_EABNORMAL);
    close_ws(ws);
}

static void freeing_it_ends_what_waits(void)
{
    eft_ws *ws = open_ws();

    REQUIRE(ws);
    eft_future_free(begin(ws));
    eft_future *waits = text(ws, "a");
    eft_future *turn = begin(ws);
    eft_ws_free(ws);
    CHECK(script_error(waits) == EFT_ECLOSED);
    CHECK(script_error(turn) == EFT_ECLOSED);
    CHECK(script_asked("abort"));
    script_end();
}

const test_case suite_ws_parts[] = {
    {"parts_go_as_they_come", parts_go_as_they_come},
    {"a_message_may_have_no_parts", a_message_may_have_no_parts},
    {"a_page_gathers_the_parts", a_page_gathers_the_parts},
    {"text_may_be_cut_anywhere", text_may_be_cut_anywhere},
    {"what_has_not_begun_has_no_parts", what_has_not_begun_has_no_parts},
    {"other_sends_wait_for_the_end", other_sends_wait_for_the_end},
    {"beginnings_take_turns", beginnings_take_turns},
    {"who_is_cancelled_in_line_sends_nothing",
     who_is_cancelled_in_line_sends_nothing},
    {"who_does_not_wait_has_it_sent", who_does_not_wait_has_it_sent},
    {"a_task_waits_its_turn", a_task_waits_its_turn},
    {"closing_within_a_message_says_1011", closing_within_a_message_says_1011},
    {"a_code_of_an_error_is_left_as_it_is",
     a_code_of_an_error_is_left_as_it_is},
    {"before_the_first_part_nothing_is_unfinished",
     before_the_first_part_nothing_is_unfinished},
    {"the_end_of_the_connection_ends_what_waits",
     the_end_of_the_connection_ends_what_waits},
    {"freeing_it_ends_what_waits", freeing_it_ends_what_waits},
    {NULL, NULL},
};
