/* SPDX-License-Identifier: MIT
 * Redirects, parts, pieces and options, against other people's servers. */
#include <stdio.h>
#include <string.h>

#include <eft/eft.h>

#include "servers.h"
#include "suite.h"

static eft_ws *open_with(const char *url, const eft_ws_options *options)
{
    eft_result result = eft_await(eft_ws_connect(url, options));

    CHECK(test_succeeded(result.error));
    return result.error ? NULL : result.ws;
}

static void close_and_free(eft_ws *ws)
{
    CHECK(eft_await(eft_ws_close(ws, 1000, "done")).error == 0);
    eft_ws_free(ws);
}

static bool receives_text(eft_ws *ws, const char *text)
{
    eft_result result = eft_await(eft_ws_receive(ws));
    bool same = false;

    if (!result.error)
        same = result.message->length == strlen(text) &&
               !memcmp(result.message->data, text, result.message->length);
    eft_result_free(result);
    return same;
}

/* Redirects: a page follows none (WHATWG Fetch: its mode is "error"). */

static bool is_page(void)
{
    return eft_ws_unsupported("max_redirects") != NULL;
}

static bool comes_back(const char *url)
{
    eft_ws *ws = open_with(url, NULL);
    bool back = ws && !eft_await(eft_ws_send_text(ws, "there", 5)).error &&
                receives_text(ws, "there");

    if (ws)
        close_and_free(ws);
    return back;
}

static bool fails(const char *url, int32_t error)
{
    eft_result result = eft_await(eft_ws_connect(url, NULL));

    eft_result_free(result);
    if (result.error != error)
        test_explain("# %s: %s\n", eft_error_name(result.error),
                     eft_error_detail());
    return result.error == error;
}

static void redirects_are_followed(void)
{
    static const char *const ways[] = {"/301/%2Fecho", "/302/..%2F..%2Fecho",
                                       "/303/%2Fecho", "/307/%2Fecho",
                                       "/308/%2Fecho"};

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (is_page())
            CHECK(fails(test_server_at("redirect", ways[i]), EFT_ECONNECT));
        else
            CHECK(comes_back(test_server_at("redirect", ways[i])));
    }
}

static void redirects_end_somewhere(void)
{
    int32_t loop = is_page() ? EFT_ECONNECT : EFT_EREDIRECT;
    int32_t nowhere = is_page() ? EFT_ECONNECT : EFT_EHANDSHAKE;

    CHECK(fails(test_server_at("redirect", "/302/302"), loop));
    CHECK(fails(test_server_at("redirect", "/302/ftp%3A%2F%2Fhost%2F"), loop));
    CHECK(fails(test_server_at("redirect", "/302"), nowhere));
    CHECK(fails(test_server_at("redirect", "/302/%2Fnothing-here"), nowhere));
}

/* Parts */

static void a_message_in_parts_arrives_whole(void)
{
    static uint8_t bytes[70000];
    eft_ws *ws = open_with(test_server("echo"), NULL);

    REQUIRE(ws);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 11);
    CHECK(!eft_await(eft_ws_send_begin(ws, EFT_MESSAGE_BINARY)).error);
    eft_future *behind = eft_ws_send_text(ws, "behind", 6);
    for (size_t i = 0; i < sizeof bytes; i += 1000)
        CHECK(!eft_await(eft_ws_send_part(ws, bytes + i, 1000)).error);
    CHECK(!eft_await(eft_ws_send_end(ws)).error);
    CHECK(!eft_await(behind).error);
    eft_result result = eft_await(eft_ws_receive(ws));
    REQUIRE(test_succeeded(result.error));
    CHECK(result.message->type == EFT_MESSAGE_BINARY);
    CHECK(result.message->length == sizeof bytes &&
          !memcmp(result.message->data, bytes, sizeof bytes));
    eft_result_free(result);
    CHECK(receives_text(ws, "behind"));
    close_and_free(ws);
}

static void text_in_parts_may_be_cut_in_a_character(void)
{
    static const char text[] = "\xe2\x82\xac \xf0\x9f\x98\x80";
    eft_ws *ws = open_with(test_server("echo"), NULL);

    REQUIRE(ws);
    CHECK(!eft_await(eft_ws_send_begin(ws, EFT_MESSAGE_TEXT)).error);
    for (size_t i = 0; i + 1 < sizeof text; i++)
        CHECK(!eft_await(eft_ws_send_part(ws, text + i, 1)).error);
    CHECK(!eft_await(eft_ws_send_end(ws)).error);
    CHECK(receives_text(ws, text));
    close_and_free(ws);
}

/* Pieces: of a message in ten frames as many as the target has, together the
 * whole. */
static void pieces_are_the_message(void)
{
    eft_ws_options options = {.fragments = true};
    eft_ws *ws = open_with(test_server_at("fragments", "/10"), &options);
    char text[64] = "";
    bool first = true, last = false;

    REQUIRE(ws);
    while (!last) {
        eft_result result = eft_await(eft_ws_receive_fragment(ws));

        REQUIRE(test_succeeded(result.error));
        CHECK(result.message->first == first);
        CHECK(result.message->type == EFT_MESSAGE_TEXT);
        first = false;
        last = result.message->last;
        strncat(text, (char *)result.message->data,
                sizeof text - 1 - strlen(text));
        eft_result_free(result);
    }
    CHECK(!strcmp(text, "0123456789"));
    close_and_free(ws);
}

static void a_queue_of_one_loses_nothing(void)
{
    eft_ws_options options = {.receive_queue = 1};
    eft_ws *ws = open_with(test_server("echo"), &options);
    char text[16];

    REQUIRE(ws);
    for (int i = 0; i < 50; i++) {
        snprintf(text, sizeof text, "%d", i);
        eft_future_free(eft_ws_send_text(ws, text, strlen(text)));
    }
    for (int i = 0; i < 50; i++) {
        snprintf(text, sizeof text, "%d", i);
        CHECK(receives_text(ws, text));
    }
    close_and_free(ws);
}

/* Either it works, or it is refused by its name. */
static void a_user_in_the_url_is_sent_or_refused(void)
{
    char url[256];
    const char *echo = test_server("echo");

    snprintf(url, sizeof url, "ws://user:secret@%s", echo + strlen("ws://"));
    if (is_page()) {
        CHECK(fails(url, EFT_ENOTSUP));
        CHECK(strstr(eft_error_detail(), "url.user") != NULL);
    } else {
        CHECK(comes_back(url));
    }
}

const test_case suite_ws_more[] = {
    {"redirects_are_followed", redirects_are_followed},
    {"redirects_end_somewhere", redirects_end_somewhere},
    {"a_message_in_parts_arrives_whole", a_message_in_parts_arrives_whole},
    {"text_in_parts_may_be_cut_in_a_character",
     text_in_parts_may_be_cut_in_a_character},
    {"pieces_are_the_message", pieces_are_the_message},
    {"a_queue_of_one_loses_nothing", a_queue_of_one_loses_nothing},
    {"a_user_in_the_url_is_sent_or_refused",
     a_user_in_the_url_is_sent_or_refused},
    {NULL, NULL},
};
