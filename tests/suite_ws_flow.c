/* SPDX-License-Identifier: MIT
 * A peer that sends more than is received, and who has to wait for whom. */
#include <malloc.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eft/eft.h>

#include "servers.h"
#include "suite.h"
#include "targets/world.h"

enum { SIZE = 65536, COUNT = 1024 /* 64 MiB */ };

#define FLOOD "/65536/1024"

/* How much memory the library holds more than before, and held at most. */
typedef struct meter {
    ptrdiff_t now;
    ptrdiff_t peak;
} meter;

/* Blocks are malloc's, so that those of before and after can be freed. */
static void *metered(void *context, void *memory, size_t size)
{
    meter *m = context;

    m->now -= (ptrdiff_t)malloc_usable_size(memory);
    if (!size) {
        free(memory);
        return NULL;
    }
    void *made = realloc(memory, size);
    m->now += (ptrdiff_t)malloc_usable_size(made ? made : memory);
    if (m->now > m->peak)
        m->peak = m->now;
    return made;
}

/* Natively always; in a page only with WebSocketStream, which the driver asks
 * for and tells. */
static bool can_stop_its_peer(void)
{
    const char *sockets = test_server("sockets");

    return eft_target_ws_traits_of_world.any_close_code ||
           (sockets && !strcmp(sockets, "stream"));
}

static bool receive_text(eft_ws *ws, char *text, size_t size)
{
    eft_result result = eft_await(eft_ws_receive(ws));

    if (!test_succeeded(result.error))
        return false;
    snprintf(text, size, "%s", (const char *)result.message->data);
    eft_result_free(result);
    return true;
}

/* Opens the flood and gives its key, but receives nothing of it. */
static eft_ws *open_flood(const char *suffix, char *key, size_t size)
{
    eft_result opened =
        eft_await(eft_ws_connect(test_server_at("flood", suffix), NULL));

    if (!test_succeeded(opened.error))
        return NULL;
    if (!receive_text(opened.ws, key, size)) {
        eft_ws_free(opened.ws);
        return NULL;
    }
    return opened.ws;
}

/* How many bytes left the server before nothing went any more, and the code
 * that closed the connection there. */
static bool ask(const char *key, unsigned long *sent, unsigned *code)
{
    char suffix[40], text[64] = "";

    snprintf(suffix, sizeof suffix, "/%s", key);
    eft_result opened =
        eft_await(eft_ws_connect(test_server_at("flooded", suffix), NULL));
    if (!test_succeeded(opened.error))
        return false;
    bool told = receive_text(opened.ws, text, sizeof text);
    eft_ws_free(opened.ws);
    return told && sscanf(text, "%lu %u", sent, code) == 2;
}

/* Opens the flood, and lets it come to a stand, or to an end, before anything
 * of it is received. */
static eft_ws *let_it_flood(const char *suffix, unsigned long *sent,
                            unsigned *code)
{
    char key[32];
    eft_ws *ws = open_flood(suffix, key, sizeof key);

    if (ws)
        CHECK(ask(key, sent, code));
    return ws;
}

static void tell(unsigned long sent, const meter *m)
{
    printf("# %lu of %d bytes left the server, %td were held\n", sent,
           SIZE * COUNT, m->peak);
}

/* Receives the rest in order; gives how many came, and how it ended. */
static uint32_t receive_rest(eft_ws *ws, int32_t *error)
{
    for (uint32_t count = 0;; count++) {
        eft_result result = eft_await(eft_ws_receive(ws));
        uint32_t number = 0;

        *error = result.error;
        if (result.error)
            return count;
        if (result.message->length == SIZE)
            memcpy(&number, result.message->data, sizeof number);
        CHECK(result.message->length == SIZE && number == count);
        eft_result_free(result);
    }
}

static void stop_the_peer(const meter *m)
{
    unsigned long sent = 0;
    unsigned code = 1;
    int32_t error = 0;
    eft_ws *ws = let_it_flood(FLOOD, &sent, &code);

    REQUIRE(ws != NULL);
    CHECK(sent > 0 && sent < (unsigned long)SIZE * COUNT / 2);
    CHECK(code == 0);
    CHECK(receive_rest(ws, &error) == COUNT);
    CHECK(error == EFT_ECLOSED);
    CHECK(eft_ws_close_code(ws) == 1000);
    CHECK(m->peak < 8 << 20);
    tell(sent, m);
    eft_ws_free(ws);
}

static void be_overrun(const meter *m)
{
    unsigned long sent = 0;
    unsigned code = 0;
    int32_t error = 0;
    eft_ws *ws = let_it_flood(FLOOD, &sent, &code);

    REQUIRE(ws != NULL);
    CHECK(code == 4008);
    CHECK(receive_rest(ws, &error) < COUNT);
    CHECK(error == EFT_ELIMIT);
    CHECK(strstr(eft_error_detail(), "faster") != NULL);
    CHECK(m->peak < 24 << 20);
    tell(sent, m);
    eft_ws_free(ws);
}

static void with_meter(void (*test)(const meter *m))
{
    meter m = {0, 0};

    eft_set_allocator(metered, &m);
    test(&m);
    eft_set_allocator(NULL, NULL);
}

static void a_slow_receiver_stops_its_peer(void)
{
    if (!can_stop_its_peer())
        SKIP("a page's WebSocket cannot be stopped");
    with_meter(stop_the_peer);
}

static void a_peer_that_cannot_be_stopped_is_closed(void)
{
    if (can_stop_its_peer())
        SKIP("the peer can be stopped");
    with_meter(be_overrun);
}

static void closing_does_not_wait_for_a_flood(void)
{
    unsigned long sent = 0;
    unsigned code = 0;
    int32_t error = 0;

    if (!can_stop_its_peer())
        SKIP("a page's WebSocket cannot be stopped");
    eft_ws *ws = let_it_flood(FLOOD, &sent, &code);
    REQUIRE(ws != NULL);
    CHECK(code == 0);
    CHECK(eft_await(eft_ws_close(ws, 4000, "enough")).error == 0);
    CHECK(eft_ws_close_code(ws) == 4000);
    receive_rest(ws, &error);
    CHECK(error == EFT_ECLOSED);
    eft_ws_free(ws);
}

static void a_flood_that_is_given_up_ends(void)
{
    char key[32];
    unsigned long sent = 0;
    unsigned code = 0;

    if (!can_stop_its_peer())
        SKIP("a page's WebSocket cannot be stopped");
    eft_ws *ws = open_flood(FLOOD, key, sizeof key);
    REQUIRE(ws != NULL);
    CHECK(ask(key, &sent, &code) && code == 0);
    eft_ws_free(ws);
    CHECK(ask(key, &sent, &code) && code != 0);
}

/* Fewer messages than stop the reading, and more. */
static void what_came_before_the_end_is_received(void)
{
    static const char *const floods[] = {"/10/1", "/10/20", "/10/2000",
                                         "/65536/20", "/65536/60"};

    for (size_t i = 0; i < sizeof floods / sizeof *floods; i++) {
        unsigned long sent = 0, count = 0;
        unsigned code = 0;
        eft_ws *ws = let_it_flood(floods[i], &sent, &code);

        REQUIRE(ws != NULL);
        for (eft_result result = eft_await(eft_ws_receive(ws)); !result.error;
             result = eft_await(eft_ws_receive(ws))) {
            count++;
            eft_result_free(result);
        }
        CHECK(count == strtoul(strrchr(floods[i], '/') + 1, NULL, 10));
        CHECK(eft_ws_close_code(ws) == 1000);
        eft_ws_free(ws);
    }
}

/* A page that was not reading when the peer closed may miss the last: it must
 * be told so.  These are about as many as fit before reading stops. */
static void nothing_is_lost_in_silence(void)
{
    for (unsigned long sent = 79; sent < 85; sent++) {
        char suffix[32];
        unsigned long left = 0;
        unsigned code = 0;
        int32_t error = 0;

        snprintf(suffix, sizeof suffix, "/%d/%lu", SIZE, sent);
        eft_ws *ws = let_it_flood(suffix, &left, &code);
        REQUIRE(ws != NULL);
        uint32_t count = receive_rest(ws, &error);
        CHECK(error == EFT_ELIMIT || (error == EFT_ECLOSED && count == sent));
        CHECK(error != EFT_ELIMIT || strstr(eft_error_detail(), "dropped"));
        CHECK(eft_ws_close_code(ws) == 1000);
        printf("# %lu sent, %u received: %s\n", sent, count,
               eft_error_name(error));
        eft_ws_free(ws);
    }
}

/* The server never reads: what the hosts between take, some megabytes, is done
 * soon, and then nothing is, however long one waits. */
static void a_send_waits_for_a_peer_that_does_not_read(void)
{
    static uint8_t bytes[SIZE];
    eft_result opened = eft_await(eft_ws_connect(test_server("stall"), NULL));
    int32_t error = 0;
    int done = 0;

    REQUIRE(test_succeeded(opened.error));
    while (done < COUNT && !error) {
        eft_future *send = eft_ws_send_binary(opened.ws, bytes, sizeof bytes);

        error = eft_await(eft_wait_for(500, send)).error;
        done += !error;
    }
    CHECK(error == EFT_ETIMEDOUT);
    CHECK(done > 0 && done < COUNT / 2);
    eft_future *last = eft_ws_send_binary(opened.ws, bytes, sizeof bytes);
    CHECK(eft_future_state(last) == EFT_PENDING);
    eft_ws_free(opened.ws);
    CHECK(eft_await(last).error == EFT_ECLOSED);
}

const test_case suite_ws_flow[] = {
    {"a_slow_receiver_stops_its_peer", a_slow_receiver_stops_its_peer},
    {"a_peer_that_cannot_be_stopped_is_closed",
     a_peer_that_cannot_be_stopped_is_closed},
    {"closing_does_not_wait_for_a_flood", closing_does_not_wait_for_a_flood},
    {"a_flood_that_is_given_up_ends", a_flood_that_is_given_up_ends},
    {"what_came_before_the_end_is_received",
     what_came_before_the_end_is_received},
    {"nothing_is_lost_in_silence", nothing_is_lost_in_silence},
    {"a_send_waits_for_a_peer_that_does_not_read",
     a_send_waits_for_a_peer_that_does_not_read},
    {NULL, NULL},
};
