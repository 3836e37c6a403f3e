/* SPDX-License-Identifier: MIT
 * permessage-deflate with Python's servers: is it agreed on, and is it used? */
#include <stdio.h>
#include <string.h>

#include <eft/eft.h>

#include "servers.h"
#include "servers_case.h"
#include "suite.h"

/* Is what the server says was agreed on a text that begins with this? */
static bool agreed_on(const char *server, const char *extension)
{
    eft_ws *ws = open_server(server, "/extensions");
    bool well = false;

    if (!ws)
        return false;
    eft_result result = eft_await(eft_ws_receive(ws));
    if (!result.error) {
        const char *text = (const char *)result.message->data;

        well = !strncmp(text, extension, strlen(extension));
        if (!well)
            test_explain("# agreed on: %s\n", text);
        eft_result_free(result);
    }
    return closes(ws) && well;
}

static void what_is_offered_is_agreed_on(void)
{
    CHECK_OF("py", agreed_on("py", "permessage-deflate"));
    CHECK_OF("aiohttp", agreed_on("aiohttp", "permessage-deflate"));
    CHECK_OF("py-plain", agreed_on("py-plain", "none"));
    CHECK_OF("aiohttp-plain", agreed_on("aiohttp-plain", "none"));
}

/* What a message was on the wire, to the server and back: compressed or not,
 * and its payload's bytes. */
typedef struct wire {
    int there_compressed, back_compressed;
    size_t there, back;
} wire;

/* Sends a message, which comes back, and after it what the server saw. */
static bool passes(eft_ws *ws, const void *data, size_t length, wire *seen)
{
    if (!comes_back(ws, EFT_MESSAGE_BINARY, data, length))
        return false;
    eft_result result = eft_await(eft_ws_receive(ws));
    if (!test_succeeded(result.error))
        return false;
    const char *text = (const char *)result.message->data;
    bool well = sscanf(text, "%d %zu %d %zu", &seen->there_compressed,
                       &seen->there, &seen->back_compressed, &seen->back) == 4;

    test_explain("# of %zu bytes: %s\n", length, text);
    eft_result_free(result);
    return well;
}

static void messages_are_compressed_both_ways(void)
{
    static uint8_t zeros[100000];
    wire seen;

    if (!is_native())
        SKIP("what is compressed is the browser's choice");
    eft_ws *ws = open_server("py", "/wire");
    REQUIRE(ws != NULL);
    CHECK(passes(ws, zeros, sizeof zeros, &seen));
    CHECK(seen.there_compressed && seen.there < 200);
    CHECK(seen.back_compressed && seen.back < 200);
    /* The threshold: too short to gain anything. */
    CHECK(passes(ws, zeros, 63, &seen));
    CHECK(!seen.there_compressed && seen.there == 63);
    CHECK(seen.back_compressed);
    CHECK(closes(ws));
}

/* What does not get shorter by itself does by what went before. */
static void the_window_lasts_from_message_to_message(void)
{
    wire first, second;

    if (!is_native())
        SKIP("what is compressed is the browser's choice");
    fill_noise();
    eft_ws *ws = open_server("py", "/wire");
    REQUIRE(ws != NULL);
    CHECK(passes(ws, noise, 2000, &first));
    CHECK(passes(ws, noise, 2000, &second));
    CHECK(first.there_compressed && first.there >= 2000);
    CHECK(second.there_compressed && second.there < 100);
    CHECK(first.back_compressed && first.back >= 2000);
    CHECK(second.back_compressed && second.back < 100);
    CHECK(closes(ws));
}

/* Half noise: it gets shorter by itself, and no more the second time. */
static void without_a_window_each_is_compressed_alone(void)
{
    const eft_ws_options options = {
        .deflate = {.client_no_context_takeover = true,
                    .server_no_context_takeover = true}};
    static uint8_t half[4000];
    wire first, second;

    if (!is_native())
        SKIP("what is compressed is the browser's choice");
    fill_noise();
    memcpy(half, noise, sizeof half / 2);
    eft_result opened = connect_to("py", "/wire", options);
    REQUIRE(test_succeeded(opened.error));
    CHECK(passes(opened.ws, half, sizeof half, &first));
    CHECK(passes(opened.ws, half, sizeof half, &second));
    CHECK(first.there_compressed && second.there_compressed);
    CHECK(first.there > 2000 && first.there < 2100);
    CHECK(second.there > 2000 && second.there < 2100);
    CHECK(first.back_compressed && second.back_compressed);
    CHECK(second.back == first.back && second.back > 2000);
    CHECK(closes(opened.ws));
}

static void what_was_not_agreed_on_is_not_used(void)
{
    const eft_ws_options off = {.deflate = {.off = true}};
    static uint8_t zeros[1000];
    wire seen;

    if (!is_native())
        SKIP("what is compressed is the browser's choice");
    eft_ws *ws = open_server("py-plain", "/wire");
    REQUIRE(ws != NULL);
    CHECK(passes(ws, zeros, sizeof zeros, &seen));
    CHECK(!seen.there_compressed && seen.there == sizeof zeros);
    CHECK(!seen.back_compressed && seen.back == sizeof zeros);
    CHECK(closes(ws));

    eft_result opened = connect_to("py", "/wire", off);
    REQUIRE(test_succeeded(opened.error));
    CHECK(passes(opened.ws, zeros, sizeof zeros, &seen));
    CHECK(!seen.there_compressed && seen.there == sizeof zeros);
    CHECK(!seen.back_compressed && seen.back == sizeof zeros);
    CHECK(closes(opened.ws));
}

const test_case suite_ws_deflate[] = {
    {"what_is_offered_is_agreed_on", what_is_offered_is_agreed_on},
    {"messages_are_compressed_both_ways", messages_are_compressed_both_ways},
    {"the_window_lasts_from_message_to_message",
     the_window_lasts_from_message_to_message},
    {"without_a_window_each_is_compressed_alone",
     without_a_window_each_is_compressed_alone},
    {"what_was_not_agreed_on_is_not_used", what_was_not_agreed_on_is_not_used},
    {NULL, NULL},
};
