/* SPDX-License-Identifier: MIT
 * WebSockets whose bytes come all at once, in pieces, or to nobody. */
#include <stdio.h>
#include <string.h>

#include <eft/eft.h>

#include "servers.h"
#include "suite.h"
#include "targets/world.h"

enum { MESSAGE_SIZE = 5000 };

/* Those of the plain server, or of the one with TLS: its "wss" is its echo. */
static const char *url_of(bool tls, const char *path)
{
    static char url[1024];
    const char *base = test_server(tls ? "wss" : "base");
    int length = (int)strlen(base) - (tls ? (int)strlen("/echo") : 0);

    snprintf(url, sizeof url, "%.*s%s", length, base, path);
    return url;
}

static eft_ws *open_path(bool tls, const char *path)
{
    eft_ws_options options = {0};

    if (tls && eft_target_ws_traits_of_world.any_close_code)
        options.tls.ca_file = test_server("ca");
    eft_result result = eft_await(eft_ws_connect(url_of(tls, path), &options));

    CHECK(test_succeeded(result.error));
    return result.error ? NULL : result.ws;
}

/* Is the next message the one with this number? */
static bool receives_number(eft_ws *ws, size_t number)
{
    eft_result result = eft_await(eft_ws_receive(ws));
    bool right;

    if (result.error)
        return test_succeeded(result.error);
    right = result.message->type == EFT_MESSAGE_BINARY &&
            result.message->length == MESSAGE_SIZE;
    for (size_t i = 0; right && i < MESSAGE_SIZE; i++)
        right = result.message->data[i] == (uint8_t)number;
    eft_result_free(result);
    return right;
}

static void gives_all(bool tls, const char *path, size_t count)
{
    eft_ws *ws = open_path(tls, path);

    REQUIRE(ws != NULL);
    for (size_t i = 0; i < count; i++)
        CHECK(receives_number(ws, i));
    CHECK(eft_await(eft_ws_receive(ws)).error == EFT_ECLOSED);
    CHECK(eft_ws_close_code(ws) == 1000);
    CHECK(!strcmp(eft_ws_close_reason(ws), "by"));
    eft_ws_free(ws);
}

static void frames_in_the_answers_own_segment(void)
{
    gives_all(false, "/at-once/0", 0);
    gives_all(false, "/at-once/1", 1);
    gives_all(false, "/at-once/12", 12);
    gives_all(true, "/at-once/0", 0);
    gives_all(true, "/at-once/1", 1);
    gives_all(true, "/at-once/12", 12);
}

/* More than any buffer on the way. */
static void many_frames_behind_the_answer(void)
{
    gives_all(false, "/at-once/200", 200);
    gives_all(true, "/at-once/200", 200);
}

static void an_answer_in_pieces(void)
{
    gives_all(false, "/in-writes/1/1", 1);
    gives_all(false, "/in-writes/2/61", 2);
    gives_all(false, "/in-writes/20/4999", 20);
}

/* Each piece is a record of its own. */
static void an_answer_in_pieces_over_tls(void)
{
    gives_all(true, "/in-writes/1/19", 1);
    gives_all(true, "/in-writes/2/61", 2);
    gives_all(true, "/in-writes/20/4999", 20);
}

/* The receiver rests, and reading has stopped; what is still to come fits into
 * the system.  Who sends learns of the end all the same, and what came before
 * it can be received after it. */
static void the_end_is_heard_while_nobody_receives(bool tls)
{
    int32_t error = 0;

    if (!eft_target_ws_traits_of_world.any_close_code)
        SKIP("a page reads on by itself, and Chromium loses a Close that it "
             "has not read when it sends to a server that has gone");
    eft_ws *ws = open_path(tls, "/at-once/24");
    REQUIRE(ws != NULL);
    while (!error) {
        error = eft_await(eft_ws_send_text(ws, "are you there?", 14)).error;
        eft_await(eft_sleep(0));
    }
    CHECK(error == EFT_ECLOSED);
    for (size_t i = 0; i < 24; i++)
        CHECK(receives_number(ws, i));
    CHECK(eft_await(eft_ws_receive(ws)).error == EFT_ECLOSED);
    CHECK(eft_ws_close_code(ws) == 1000);
    eft_ws_free(ws);
}

static void the_end_is_heard_while_nobody_receives_plain(void)
{
    the_end_is_heard_while_nobody_receives(false);
}

static void the_end_is_heard_while_nobody_receives_over_tls(void)
{
    the_end_is_heard_while_nobody_receives(true);
}

static void every_size_comes_back_over_tls(void)
{
    static const size_t sizes[] = {0,     1,     125,   126,    16383,
                                   16384, 16385, 65535, 131072, 1000000};
    static uint8_t bytes[1000000];
    eft_ws *ws = open_path(true, "/echo");

    REQUIRE(ws != NULL);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 + (i >> 8));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        CHECK(eft_await(eft_ws_send_binary(ws, bytes, sizes[i])).error == 0);
        eft_result result = eft_await(eft_ws_receive(ws));
        REQUIRE(test_succeeded(result.error));
        CHECK(result.message->length == sizes[i]);
        CHECK(!memcmp(result.message->data, bytes, sizes[i]));
        eft_result_free(result);
    }
    CHECK(eft_await(eft_ws_close(ws, 1000, "done")).error == 0);
    eft_ws_free(ws);
}

static eft_result send_much(void *arg)
{
    static const uint8_t bytes[200000];

    for (int i = 0; i < 40; i++)
        EFT_TRY(eft_await(eft_ws_send_binary(arg, bytes, sizeof bytes)));
    return eft_ok();
}

/* Both directions full at once, and the reader slow. */
static void much_goes_both_ways_over_tls(void)
{
    eft_ws *ws = open_path(true, "/echo");

    REQUIRE(ws != NULL);
    eft_future *sender = eft_spawn(send_much, ws);
    for (int i = 0; i < 40; i++) {
        eft_result result = eft_await(eft_ws_receive(ws));
        CHECK(result.error == 0 && result.message->length == 200000);
        eft_result_free(result);
        eft_await(eft_sleep(i % 3));
    }
    CHECK(eft_await(sender).error == 0);
    CHECK(eft_await(eft_ws_close(ws, 1000, "done")).error == 0);
    eft_ws_free(ws);
}

/* The server breaks a rule and then neither reads nor ends: who receives need
 * not wait for it. */
static void a_broken_rule_is_told_at_once(void)
{
    eft_ws *ws = open_path(false, "/raw/f100");

    REQUIRE(ws != NULL);
    int32_t error = eft_await(eft_wait_for(1500, eft_ws_receive(ws))).error;
    CHECK(error == EFT_EPROTO || error == EFT_EABNORMAL);
    CHECK(eft_ws_close_code(ws) == 1006);
    eft_ws_free(ws);
}

const test_case suite_ws_stream[] = {
    {"frames_in_the_answers_own_segment", frames_in_the_answers_own_segment},
    {"many_frames_behind_the_answer", many_frames_behind_the_answer},
    {"an_answer_in_pieces", an_answer_in_pieces},
    {"an_answer_in_pieces_over_tls", an_answer_in_pieces_over_tls},
    {"the_end_is_heard_while_nobody_receives",
     the_end_is_heard_while_nobody_receives_plain},
    {"the_end_is_heard_while_nobody_receives_over_tls",
     the_end_is_heard_while_nobody_receives_over_tls},
    {"every_size_comes_back_over_tls", every_size_comes_back_over_tls},
    {"much_goes_both_ways_over_tls", much_goes_both_ways_over_tls},
    {"a_broken_rule_is_told_at_once", a_broken_rule_is_told_at_once},
    {NULL, NULL},
};
