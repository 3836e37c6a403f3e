/* SPDX-License-Identifier: MIT
 * Tests of a WebSocket connection without I/O where memory is short. */
#include <string.h>

#include "eft/error.h"
#include "eft/memory.h"
#include "protocol_peer.h"
#include "short_memory.h"
#include "suite.h"

/* One of everything that allocates. */
static void converse(eft__protocol *server)
{
    static const char payload[20000] = "";

    feed(server, BYTES("\x01\x81\0\0\0\0a\x89\x81\0\0\0\0p\x80\x81\0\0\0\0b"),
         NULL);
    (void)eft__protocol_send(server, EFT_MESSAGE_BINARY, true, true, payload,
                             300);
    (void)eft__protocol_send(server, EFT_MESSAGE_BINARY, true, true, payload,
                             sizeof payload);
    feed(server, BYTES("\x89\x81\0\0\0\0q\x89\x81\0\0\0\0r"), NULL);
    feed(server, BYTES("\x88\x80\0\0\0\0"), NULL);
}

static void running_out_of_memory_neither_leaks_nor_hangs(void)
{
    size_t live = eft_live_objects();

    for (size_t allowed = 0; allowed < 20; allowed++) {
        size_t left = allowed;
        eft__protocol server;

        start(&server, EFT__SERVER);
        eft_set_allocator(run_out, &left);
        converse(&server);
        CU_ASSERT(server.state == EFT__PROTOCOL_FINISHED ||
                  server.state == EFT__PROTOCOL_FAILED);
        CU_ASSERT_NOT_EQUAL(eft__protocol_closing(&server)->error, 0);
        CU_ASSERT_TRUE(eft__protocol_eof(&server));
        eft__protocol_fini(&server);
        eft_set_allocator(NULL, NULL);
        CU_ASSERT_EQUAL(eft_live_objects(), live);
        if (left)
            return;
    }
    CU_FAIL("every allocation failed");
}

static void a_close_without_memory_changes_nothing(void)
{
    eft__protocol server;
    size_t none = 0;

    start(&server, EFT__SERVER);
    eft_set_allocator(run_out, &none);
    CU_ASSERT_EQUAL(eft__protocol_close(&server, 1000, "bye", 3), EFT_ENOMEM);
    CU_ASSERT_EQUAL(
        eft__protocol_send(&server, EFT_MESSAGE_TEXT, true, true, "x", 1),
        EFT_ENOMEM);
    CU_ASSERT_EQUAL(eft__protocol_ping(&server, "x", 1), EFT_ENOMEM);
    eft_set_allocator(NULL, NULL);
    CU_ASSERT_EQUAL(eft__protocol_closing(&server)->sent, 0);
    CU_ASSERT_EQUAL(eft__protocol_close(&server, 1000, "bye", 3), 0);
    CU_ASSERT_TRUE(writes(&server, BYTES("\x88\x05\x03\xe8"
                                         "bye")));
    eft__protocol_fini(&server);
}

static void a_close_that_cannot_be_answered_is_not_clean(void)
{
    eft__protocol server;
    size_t none = 0;

    start(&server, EFT__SERVER);
    eft_set_allocator(run_out, &none);
    CU_ASSERT_EQUAL(feed(&server, BYTES("\x88\x82\0\0\0\0\x03\xe8"), NULL),
                    EFT__EVENT_CLOSE);
    eft_set_allocator(NULL, NULL);
    CU_ASSERT_TRUE(writes(&server, NULL, 0));
    CU_ASSERT_TRUE(ended_with(&server, 1000, EFT_ECLOSED, false));
    CU_ASSERT_EQUAL(eft__protocol_transport(&server), EFT__TRANSPORT_END);
    eft__protocol_fini(&server);
}

/* What matters is known. */
static void a_reason_that_finds_no_memory_is_dropped(void)
{
    eft__protocol server;
    size_t one = 1;

    start(&server, EFT__SERVER);
    eft_set_allocator(run_out, &one);
    CU_ASSERT_EQUAL(feed(&server, BYTES("\x88\x83\0\0\0\0\x0f\xa0x"), NULL),
                    EFT__EVENT_CLOSE);
    eft__protocol_written(&server, 4);
    eft__protocol_trim(&server);
    eft_set_allocator(NULL, NULL);
    CU_ASSERT_TRUE(ended_with(&server, 4000, EFT_EPEERCLOSE, true));
    CU_ASSERT_PTR_NULL(eft__protocol_closing(&server)->reason);
    CU_ASSERT_EQUAL(eft__protocol_closing(&server)->reason_length, 0);
    eft__protocol_fini(&server);
}

static void a_pong_that_found_no_memory_gives_way_to_a_newer_one(void)
{
    static const char payload[20000] = "";
    static const char end[] = "\x8a\x85\0\0\0\0newer";
    eft__protocol client;
    const uint8_t *output;
    size_t waiting, length, none = 0;

    start(&client, EFT__CLIENT);
    CU_ASSERT_EQUAL(eft__protocol_send(&client, EFT_MESSAGE_BINARY, true, true,
                                       payload, sizeof payload),
                    0);
    feed(&client, BYTES("\x89\x05older"), NULL);
    eft_set_allocator(run_out, &none);
    eft__protocol_written(&client, 4000);
    eft_set_allocator(NULL, NULL);
    eft__protocol_output(&client, &waiting);
    CU_ASSERT_EQUAL(waiting, 8 + sizeof payload - 4000);
    feed(&client, BYTES("\x89\x05newer"), NULL);
    output = eft__protocol_output(&client, &length);
    REQUIRE(length == waiting + sizeof end - 1);
    CU_ASSERT_EQUAL(memcmp(output + waiting, BYTES(end)), 0);
    eft__protocol_written(&client, length);
    CU_ASSERT_TRUE(writes(&client, NULL, 0));
    eft__protocol_fini(&client);
}

static void a_pong_without_memory_fails_the_connection(void)
{
    eft__protocol server;
    size_t none = 0;

    start(&server, EFT__SERVER);
    eft_set_allocator(run_out, &none);
    CU_ASSERT_EQUAL(feed(&server, BYTES("\x89\x81\0\0\0\0p"), NULL),
                    EFT__EVENT_ERROR);
    eft_set_allocator(NULL, NULL);
    CU_ASSERT_TRUE(ended_with(&server, 1006, EFT_ENOMEM, false));
    CU_ASSERT_EQUAL(eft__protocol_closing(&server)->sent, 0);
    eft__protocol_fini(&server);
}

static void an_idle_connection_holds_no_memory_and_is_small(void)
{
    size_t live = eft_live_objects();
    eft__protocol client;

    CU_ASSERT(sizeof client <= 192);
    start(&client, EFT__CLIENT);
    feed(&client, BYTES("\x81\x01x"), NULL);
    CU_ASSERT_EQUAL(eft_live_objects(), live);
    eft__protocol_fini(&client);
}

const test_case suite_protocol_memory[] = {
    {"running_out_of_memory_neither_leaks_nor_hangs",
     running_out_of_memory_neither_leaks_nor_hangs},
    {"a_close_without_memory_changes_nothing",
     a_close_without_memory_changes_nothing},
    {"a_close_that_cannot_be_answered_is_not_clean",
     a_close_that_cannot_be_answered_is_not_clean},
    {"a_reason_that_finds_no_memory_is_dropped",
     a_reason_that_finds_no_memory_is_dropped},
    {"a_pong_that_found_no_memory_gives_way_to_a_newer_one",
     a_pong_that_found_no_memory_gives_way_to_a_newer_one},
    {"a_pong_without_memory_fails_the_connection",
     a_pong_without_memory_fails_the_connection},
    {"an_idle_connection_holds_no_memory_and_is_small",
     an_idle_connection_holds_no_memory_and_is_small},
    {NULL, NULL},
};
