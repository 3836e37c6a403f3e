/* SPDX-License-Identifier: MIT
 * WebSockets against Python's websockets, aiohttp and nginx. */
#include <string.h>

#include <eft/eft.h>

#include "servers.h"
#include "servers_case.h"
#include "suite.h"

static bool small_messages_come_back(const char *server)
{
    static const char text[] = "gr\xc3\xbc\xc3\x9f\0\xf0\x9f\xa6\x8e";
    eft_ws *ws = open_server(server, "/echo");
    bool well = ws;

    for (size_t length = 0; well && length < 130; length++)
        well = comes_back(ws, EFT_MESSAGE_BINARY, noise, length);
    well = well && comes_back(ws, EFT_MESSAGE_TEXT, text, sizeof text - 1) &&
           comes_back(ws, EFT_MESSAGE_TEXT, "", 0);
    return (!ws || closes(ws)) && well;
}

static void every_server_echoes_text_and_bytes(void)
{
    fill_noise();
    for (const char *const *at = everyone; *at; at++)
        CHECK_OF(*at, small_messages_come_back(*at));
}

static bool big_messages_come_back(const char *server)
{
    static const size_t lengths[] = {65535, 65536, 65537, 300000, MEBIBYTE};
    static uint8_t letters[MEBIBYTE];
    eft_ws *ws = open_server(server, "/echo");
    bool well = ws;

    memset(letters, 'x', sizeof letters);
    for (size_t i = 0; well && i < sizeof lengths / sizeof *lengths; i++)
        well = comes_back(ws, EFT_MESSAGE_BINARY, noise, lengths[i]) &&
               comes_back(ws, EFT_MESSAGE_TEXT, letters, lengths[i]);
    return (!ws || closes(ws)) && well;
}

static void every_server_echoes_big_messages(void)
{
    fill_noise();
    for (const char *const *at = everyone; *at; at++)
        CHECK_OF(*at, big_messages_come_back(*at));
}

/* Many at once, of sizes that change: their order is kept. */
static bool a_flood_comes_back(const char *server)
{
    enum { COUNT = 300 };
    eft_ws *ws = open_server(server, "/echo");
    bool well = ws;

    for (size_t i = 0; ws && i < COUNT; i++)
        eft_future_free(eft_ws_send_binary(ws, noise + i, i * 37 % 5000));
    for (size_t i = 0; well && i < COUNT; i++)
        well = receives(ws, EFT_MESSAGE_BINARY, noise + i, i * 37 % 5000);
    return (!ws || closes(ws)) && well;
}

static void every_server_keeps_the_order(void)
{
    fill_noise();
    for (const char *const *at = everyone; *at; at++)
        CHECK_OF(*at, a_flood_comes_back(*at));
}

static bool chooses_a_subprotocol(const char *server)
{
    static const char *const wanted[] = {"other", "chat"};
    eft_result opened = connect_to(
        server, "/echo",
        (eft_ws_options){.subprotocols = wanted, .subprotocol_count = 2});
    bool well;

    if (!test_succeeded(opened.error))
        return false;
    well = !strcmp(eft_ws_subprotocol(opened.ws), "chat");
    return closes(opened.ws) && well;
}

static void every_server_chooses_a_subprotocol(void)
{
    for (const char *const *at = everyone; *at; at++)
        CHECK_OF(*at, chooses_a_subprotocol(*at));
}

static void every_server_tells_why_it_closes(void)
{
    for (const char *const *at = everyone; *at; at++) {
        CHECK_OF(*at,
                 ends_with(*at, "/close/1000/bye", EFT_ECLOSED, 1000, "bye"));
        CHECK_OF(*at, ends_with(*at, "/close/1001", EFT_ECLOSED, 1001, ""));
        CHECK_OF(*at, ends_with(*at, "/close/1011/why", EFT_EPEERCLOSE, 1011,
                                "why"));
        CHECK_OF(*at, ends_with(*at, "/close/4321", EFT_EPEERCLOSE, 4321, ""));
    }
}

static void every_server_can_be_lost(void)
{
    for (const char *const *at = everyone; *at; at++)
        CHECK_OF(*at, ends_with(*at, "/drop", EFT_EABNORMAL, 1006, ""));
}

/* Most answer with our code, aiohttp with 1000 (RFC 6455 section 5.5.1 asks for
 * neither). */
static bool hears_our_code(const char *server)
{
    uint16_t answer = strncmp(server, "aiohttp", 7) ? 4001 : 1000;
    eft_ws *ws = open_server(server, "/echo");
    bool well = ws;

    if (!ws)
        return false;
    well = eft_await(eft_ws_close(ws, 4001, "because")).error == 0 &&
           eft_ws_close_code(ws) == answer;
    eft_ws_free(ws);
    return well;
}

static void every_server_answers_our_close(void)
{
    for (const char *const *at = everyone; *at; at++)
        CHECK_OF(*at, hears_our_code(*at));
}

static bool gets_its_pongs(const char *server)
{
    eft_ws *ws = open_server(server, "/pings/5");
    bool well = ws && receives(ws, EFT_MESSAGE_TEXT, "pong 5", 6);

    return (!ws || closes(ws)) && well;
}

static void every_server_gets_its_pongs(void)
{
    for (const char *const *at = everyone; *at; at++)
        CHECK_OF(*at, gets_its_pongs(*at));
}

/* aiohttp sends none. */
static void fragments_of_websockets_and_through_nginx(void)
{
    static const char *const senders[] = {"py", "py-plain", "nginx",
                                          "nginx-wss", NULL};

    for (const char *const *at = senders; *at; at++) {
        eft_ws *ws = open_server(*at, "/fragments/20");

        REQUIRE(ws != NULL);
        CHECK_OF(*at,
                 receives(ws, EFT_MESSAGE_TEXT, "01234567890123456789", 20));
        CHECK_OF(*at, closes(ws));
    }
}

static bool sends_too_much(const char *server)
{
    eft_result opened = connect_to(server, "/send/100001",
                                   (eft_ws_options){.max_message = 100000});
    eft_result result;

    if (!test_succeeded(opened.error))
        return false;
    result = eft_await(eft_ws_receive(opened.ws));
    eft_result_free(result);
    eft_ws_free(opened.ws);
    return result.error == EFT_EMSGSIZE;
}

static void every_server_may_send_too_much(void)
{
    for (const char *const *at = everyone; *at; at++)
        CHECK_OF(*at, sends_too_much(*at));
}

/* Sends until one does not get through; false where all do. */
static bool fills_up(eft_ws *ws)
{
    eft_result result = eft_ok();

    for (int i = 0; !result.error && i < 128; i++)
        result = eft_await(
            eft_wait_for(500, eft_ws_send_binary(ws, noise, sizeof noise)));
    return result.error == EFT_ETIMEDOUT;
}

/* The system's buffers fill up, then a send waits; closing does not, for longer
 * than it was told. */
static bool that_never_reads_makes_us_wait(const char *server)
{
    eft_result opened =
        connect_to(server, "/stall", (eft_ws_options){.close_timeout_ms = 100});
    bool well;

    if (!test_succeeded(opened.error))
        return false;
    well = fills_up(opened.ws) &&
           eft_await(eft_wait_for(5000, eft_ws_close(opened.ws, 1000, NULL)))
                   .error == 0 &&
           eft_ws_close_code(opened.ws) == 1006;
    eft_ws_free(opened.ws);
    return well;
}

static void a_server_that_never_reads_makes_a_send_wait(void)
{
    static const char *const stalling[] = {"aiohttp-plain", "py-plain",
                                           "nginx-wss", NULL};

    fill_noise();
    for (const char *const *at = stalling; *at; at++)
        CHECK_OF(*at, that_never_reads_makes_us_wait(*at));
}

static eft_result hold_a_conversation(void *server)
{
    eft_ws *ws = open_server(server, "/echo");
    bool well = ws;

    for (size_t i = 0; well && i < 50; i++)
        well = comes_back(ws, EFT_MESSAGE_BINARY, noise, i * 100);
    well = (!ws || closes(ws)) && well;
    return well ? eft_ok() : eft_failed(EFT_EUSER);
}

static void ten_conversations_with_each_at_once(void)
{
    enum { MOST = 64 };
    eft_future *talks[MOST];
    size_t count = 0;

    fill_noise();
    for (const char *const *at = everyone; *at; at++)
        for (int i = 0; i < 10; i++)
            talks[count++] = eft_spawn(hold_a_conversation, (void *)*at);
    eft_result all = eft_await(eft_gather_array(talks, count, NULL));
    CHECK(all.error == 0);
    eft_result_free(all);
}

const test_case suite_ws_servers[] = {
    {"every_server_echoes_text_and_bytes", every_server_echoes_text_and_bytes},
    {"every_server_echoes_big_messages", every_server_echoes_big_messages},
    {"every_server_keeps_the_order", every_server_keeps_the_order},
    {"every_server_chooses_a_subprotocol", every_server_chooses_a_subprotocol},
    {"every_server_tells_why_it_closes", every_server_tells_why_it_closes},
    {"every_server_can_be_lost", every_server_can_be_lost},
    {"every_server_answers_our_close", every_server_answers_our_close},
    {"every_server_gets_its_pongs", every_server_gets_its_pongs},
    {"fragments_of_websockets_and_through_nginx",
     fragments_of_websockets_and_through_nginx},
    {"every_server_may_send_too_much", every_server_may_send_too_much},
    {"a_server_that_never_reads_makes_a_send_wait",
     a_server_that_never_reads_makes_a_send_wait},
    {"ten_conversations_with_each_at_once",
     ten_conversations_with_each_at_once},
    {NULL, NULL},
};
