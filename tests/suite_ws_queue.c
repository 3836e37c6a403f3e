/* SPDX-License-Identifier: MIT
 * What waits to be received: its limits, pieces of messages, and a server's
 * connections. */
#include <string.h>

#include "sdk/net/ws.h"
#include "sdk/net/ws_options.h"
#include "suite.h"
#include "ws_case.h"
#include "ws_script.h"

static const char zeros[6 << 20];

/* Says numbers until reading stops; how many? */
static int32_t says_until_full(void)
{
    int32_t count = 0;

    while (count < 1000 && script_says_bytes(&count, sizeof count))
        count++;
    return count + 1;
}

static bool receives_number(eft_ws *ws, int32_t number)
{
    int32_t received = -1;
    eft_result result = eft_await(eft_ws_receive(ws));

    if (result.error)
        return false;
    memcpy(&received, result.message->data, sizeof received);
    eft_result_free(result);
    return received == number;
}

/* Where does reading stop, and where does it go on? */
static bool stops_at(size_t option, int32_t full, int32_t low)
{
    eft_ws *ws = open_with((eft_ws_options){.receive_queue = option});
    bool right = ws && says_until_full() == full && script_asked("pause");

    for (int32_t i = 0; right && i < full; i++) {
        right = receives_number(ws, i) &&
                script_asked(i == full - low - 1 ? "resume" : "");
    }
    close_ws(ws);
    return right;
}

static void reading_stops_when_the_queue_is_full(void)
{
    CHECK(stops_at(0, 16, 4));
    CHECK(stops_at(1, 1, 0));
    CHECK(stops_at(2, 2, 0));
    CHECK(stops_at(5, 5, 1));
    CHECK(stops_at(100, 100, 25));
}

static void many_bytes_stop_it_before_that(void)
{
    enum { SIZE = 3 << 20 };
    eft_ws *ws = open_with((eft_ws_options){.max_message = SIZE});

    REQUIRE(ws);
    CHECK(script_says_bytes(zeros, SIZE));
    CHECK(script_says_bytes(zeros, SIZE));
    CHECK(!script_says_bytes(zeros, SIZE));
    CHECK(script_asked("pause"));
    eft_result_free(eft_await(eft_ws_receive(ws)));
    CHECK(script_asked("resume"));
    close_ws(ws);
}

/* How many messages of a size may wait where reading cannot be stopped, before
 * the connection is closed with this code?  -1: it is not. */
static int bears(eft_ws_options options, size_t size, uint16_t code)
{
    enum { MOST = 1000000 };
    eft_ws *ws = open_with(options);
    uint16_t sent = 0;
    int count = 0;

    if (!ws)
        return -1;
    for (script_says_bytes(zeros, size); count < MOST; count++) {
        const eft__virtual_call *call = eft__virtual_ws_next();

        if (call && call->what == EFT__VIRTUAL_CLOSE) {
            sent = call->code;
            break;
        }
        script_says_bytes(zeros, size);
    }
    eft_future *closed = eft_ws_close(ws, 1000, "again");
    CHECK(script_error(eft_ws_send_text(ws, "x", 1)) == EFT_ECLOSED);
    script_closes(code, "");
    CHECK(script_error(closed) == 0);
    CHECK(eft_ws_close_code(ws) == code);
    close_ws(ws);
    return sent == code ? count : -1;
}

static void more_ends_the_connection(void)
{
    enum { MIB = 1 << 20 };

    CHECK(bears((eft_ws_options){.max_message = MIB}, MIB, 1008) == 15);
    CHECK(bears((eft_ws_options){.max_message = 5 * MIB}, 5 * MIB, 1008) == 4);
    CHECK(bears((eft_ws_options){.max_message = SIZE_MAX}, 5 * MIB, 1008) ==
          16);
    CHECK(bears((eft_ws_options){.max_message = SIZE_MAX, .receive_queue = 2},
                6 * MIB, 1008) == 2);
    /* Messages without bytes take memory, too. */
    CHECK(bears((eft_ws_options){0}, 0, 1008) > 0);
}

static void a_page_says_so_with_a_code_of_its_own(void)
{
    static const eft_target_ws_traits of_a_page = {0};

    eft__ws_traits = &of_a_page;
    CHECK(bears((eft_ws_options){0}, 1 << 20, 4008) == 15);
    eft__ws_traits = &eft_target_ws_traits_of_world;
}

static void what_had_come_can_be_received_all_the_same(void)
{
    enum { SIZE = 1 << 20 };
    eft_ws *ws = open_with((eft_ws_options){0});
    int count = 0;

    REQUIRE(ws);
    for (int i = 0; i < 20; i++)
        script_says_bytes(zeros, SIZE);
    CHECK(script_asked("pause | close 1008 receive queue is full | resume"));
    script_closes(1008, "");
    for (;;) {
        eft_result result = eft_await(eft_ws_receive(ws));

        eft_result_free(result);
        if (result.error) {
            CHECK(result.error == EFT_ELIMIT);
            break;
        }
        count++;
    }
    CHECK(count == 16);
    CHECK(script_told("faster than they were received"));
    close_ws(ws);
}

static void a_peer_that_ignores_that_is_cut_off(void)
{
    eft_ws *ws = open_with((eft_ws_options){.max_message = SIZE_MAX});

    REQUIRE(ws);
    for (int i = 0; i < 20; i++)
        script_says_bytes(zeros, 2 << 20);
    script_ignore();
    eft_future *closed = eft_ws_close(ws, 1000, NULL);
    int64_t begin = eft_now();
    CHECK(eft_await(closed).error == 0);
    CHECK(eft_now() - begin == 10000);
    CHECK(script_asked("abort"));
    CHECK(eft_ws_close_code(ws) == 1006);
    close_ws(ws);
}

/* Pieces */

static bool receives_piece(eft_ws *ws, const char *text, bool first, bool last)
{
    eft_future *receive = eft_ws_receive_fragment(ws);

    /* It must be there already. */
    eft_cancel(receive);
    eft_result result = eft_await(receive);
    if (result.error)
        return false;
    bool same = !strcmp((char *)result.message->data, text) &&
                result.message->first == first && result.message->last == last;
    eft_result_free(result);
    return same;
}

static void pieces_come_as_they_are(void)
{
    eft_ws *ws = open_with((eft_ws_options){.fragments = true});

    REQUIRE(ws);
    script_says_part("a", true, false);
    script_says_part("b", false, false);
    CHECK(receives_piece(ws, "a", true, false));
    CHECK(receives_piece(ws, "b", false, false));
    eft_future *receive = eft_ws_receive_fragment(ws);
    CHECK(script_error(eft_ws_receive_fragment(ws)) == EFT_EBUSY);
    CHECK(eft_cancel(receive));
    CHECK(script_error(receive) == EFT_ECANCELED);
    script_says_part("c", false, true);
    script_says("whole");
    /* One that nobody took goes back. */
    eft_future_free(eft_ws_receive_fragment(ws));
    CHECK(receives_piece(ws, "c", false, true));
    CHECK(receives_piece(ws, "whole", true, true));
    script_closes(1000, "");
    CHECK(script_error(eft_ws_receive_fragment(ws)) == EFT_ECLOSED);
    close_ws(ws);
}

static void each_connection_has_one_way_to_receive(void)
{
    eft_ws *ws = open_with((eft_ws_options){.fragments = true});

    REQUIRE(ws);
    CHECK(script_error(eft_ws_receive(ws)) == EFT_EINVAL);
    CHECK(script_told("fragments"));
    close_ws(ws);
    ws = open_with((eft_ws_options){0});
    REQUIRE(ws);
    CHECK(script_error(eft_ws_receive_fragment(ws)) == EFT_EINVAL);
    CHECK(script_told("fragments"));
    close_ws(ws);
}

/* A server's connections */

static void an_accepted_connection_is_one_like_any_other(void)
{
    eft_ws_options options = {.max_message = 1000, .receive_queue = 1};
    uint32_t id = 0;

    script_begin();
    eft_ws *ws = eft__ws_accept(&options, "chat", &id);
    REQUIRE(ws);
    eft__virtual_ws_adopt(id);
    CHECK(!strcmp(eft_ws_subprotocol(ws), "chat"));
    eft_future *sent = eft_ws_send_text(ws, "hello", 5);
    CHECK(script_asked("send text hello"));
    eft_core_ws_drained(id);
    CHECK(script_error(sent) == 0);
    script_says("a");
    CHECK(script_asked("pause"));
    CHECK(script_receives(ws, "a"));
    CHECK(script_asked("resume"));
    eft_future *closed = eft_ws_close(ws, 1001, "going away");
    CHECK(script_asked("close 1001 going away"));
    script_closes(1001, "");
    CHECK(script_error(closed) == 0);
    CHECK(eft_ws_close_code(ws) == 1001);
    close_ws(ws);
}

static void an_accepted_connection_can_be_given_up(void)
{
    uint32_t id = 0;

    script_begin();
    eft_ws *ws = eft__ws_accept(&(eft_ws_options){0}, "", &id);
    REQUIRE(ws);
    eft__virtual_ws_adopt(id);
    eft_future *receive = eft_ws_receive(ws);
    eft_ws_free(ws);
    CHECK(script_error(receive) == EFT_ECLOSED);
    CHECK(script_asked("abort"));
    script_end();
}

static void an_idle_connection_costs_little(void)
{
    CHECK(sizeof(struct eft_ws) <= 200);
}

const test_case suite_ws_queue[] = {
    {"reading_stops_when_the_queue_is_full",
     reading_stops_when_the_queue_is_full},
    {"many_bytes_stop_it_before_that", many_bytes_stop_it_before_that},
    {"more_ends_the_connection", more_ends_the_connection},
    {"a_page_says_so_with_a_code_of_its_own",
     a_page_says_so_with_a_code_of_its_own},
    {"what_had_come_can_be_received_all_the_same",
     what_had_come_can_be_received_all_the_same},
    {"a_peer_that_ignores_that_is_cut_off",
     a_peer_that_ignores_that_is_cut_off},
    {"pieces_come_as_they_are", pieces_come_as_they_are},
    {"each_connection_has_one_way_to_receive",
     each_connection_has_one_way_to_receive},
    {"an_accepted_connection_is_one_like_any_other",
     an_accepted_connection_is_one_like_any_other},
    {"an_accepted_connection_can_be_given_up",
     an_accepted_connection_can_be_given_up},
    {"an_idle_connection_costs_little", an_idle_connection_costs_little},
    {NULL, NULL},
};
