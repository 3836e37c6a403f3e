/* SPDX-License-Identifier: MIT
 * WebSockets against servers that fail: each failure has its own error. */
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <eft/eft.h>

#include "servers.h"
#include "suite.h"
#include "targets/world.h"

/* Natively each failure to connect has a code; a page is told one for all. */
static int32_t natively(int32_t error)
{
    return eft_target_ws_traits_of_world.any_close_code ? error : EFT_ECONNECT;
}

static bool fails_with(const char *url, int32_t expected)
{
    eft_ws_options options = {.open_timeout_ms = 5000};
    eft_result result = eft_await(eft_ws_connect(url, &options));
    const char *detail = eft_error_detail();

    if (result.error != expected || !*detail)
        printf("# %s: expected %s, got %s: %s\n", url, eft_error_name(expected),
               eft_error_name(result.error), detail);
    eft_result_free(result);
    return result.error == expected && *detail;
}

static bool ends_with(const char *url, int32_t expected, uint16_t code)
{
    eft_result opened = eft_await(eft_ws_connect(url, NULL));
    eft_result result = opened;

    if (!opened.error) {
        result = eft_await(eft_ws_receive(opened.ws));
        if (result.error != expected || eft_ws_close_code(opened.ws) != code)
            printf("# %s: expected %s %u, got %s %u: %s\n", url,
                   eft_error_name(expected), code, eft_error_name(result.error),
                   eft_ws_close_code(opened.ws), eft_error_detail());
        if (eft_ws_close_code(opened.ws) != code)
            result.error = EFT_OK;
        eft_ws_free(opened.ws);
    }
    return result.error == expected;
}

static void a_refused_port(void)
{
    CHECK(fails_with(test_server("refused"), natively(EFT_EREFUSED)));
}

static void an_unresolvable_host(void)
{
    CHECK(fails_with(test_server("unresolvable"), natively(EFT_ERESOLVE)));
}

static void a_server_that_answers_404(void)
{
    CHECK(fails_with(test_server("not-found"), natively(EFT_EHANDSHAKE)));
    if (natively(0) == 0)
        CHECK(strstr(eft_error_detail(), "404") != NULL);
}

static void servers_that_answer_something_else(void)
{
    CHECK(
        fails_with(test_server_at("status", "/500"), natively(EFT_EHANDSHAKE)));
    CHECK(fails_with(test_server("garbage"), natively(EFT_EHANDSHAKE)));
    CHECK(fails_with(test_server("hang-up"), natively(EFT_EHANDSHAKE)));
    CHECK(fails_with(test_server("bad-accept"), natively(EFT_EHANDSHAKE)));
    CHECK(fails_with(test_server("bad-subprotocol"), natively(EFT_EHANDSHAKE)));
}

static void a_certificate_that_nobody_signed(void)
{
    CHECK(fails_with(test_server("wss-bad"), natively(EFT_ETLS)));
}

static void a_server_that_never_answers(void)
{
    eft_ws_options options = {.open_timeout_ms = 100};

    CHECK(eft_await(eft_ws_connect(test_server("silent"), &options)).error ==
          EFT_ETIMEDOUT);
    CHECK(strstr(eft_error_detail(), "timed out during opening handshake with "
                                     "127.0.0.1:") != NULL);
    CHECK(eft_await(eft_ws_connect(test_server("no-answer"), &options)).error ==
          EFT_ETIMEDOUT);
}

static void cancelling_while_connecting(void)
{
    static const char *const servers[] = {"silent", "no-answer", "echo",
                                          "unresolvable"};

    for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
        for (int turns = 0; turns < 4; turns++) {
            eft_future *connect = eft_ws_connect(test_server(servers[i]), NULL);

            for (int turn = 0; turn < turns; turn++)
                eft_await(eft_sleep(turn));
            if (eft_future_state(connect) == EFT_PENDING)
                CHECK(eft_cancel(connect));
            eft_result result = eft_await(connect);
            CHECK(result.error == 0 || result.error == EFT_ECANCELED ||
                  eft_error_is(result.error, EFT_ECONNECT));
            eft_result_free(result);
        }
    }
}

static void a_deadline_around_connecting(void)
{
    eft_future *connect = eft_ws_connect(test_server("silent"), NULL);

    CHECK(eft_await(eft_wait_for(50, connect)).error == EFT_ETIMEDOUT);
}

static void a_normal_close_is_closed(void)
{
    CHECK(ends_with(test_server_at("close", "/1000/bye"), EFT_ECLOSED, 1000));
    CHECK(ends_with(test_server_at("close", "/1001"), EFT_ECLOSED, 1001));
    CHECK(ends_with(test_server("close"), EFT_ECLOSED, 1005));
}

static void a_close_with_an_error_code_says_so(void)
{
    CHECK(
        ends_with(test_server_at("close", "/4001/bye"), EFT_EPEERCLOSE, 4001));
    CHECK(strstr(eft_error_detail(), "4001") != NULL);
    CHECK(strstr(eft_error_detail(), "bye") != NULL);
    CHECK(ends_with(test_server_at("close", "/1011"), EFT_EPEERCLOSE, 1011));
}

static void a_lost_connection_is_abnormal(void)
{
    CHECK(ends_with(test_server("drop"), EFT_EABNORMAL, 1006));
}

static void a_connection_lost_in_a_message_is_abnormal(void)
{
    CHECK(ends_with(test_server("drop-mid"), EFT_EABNORMAL, 1006));
}

/* The peer breaks the protocol: natively its own error, in a page 1006. */
static bool breaks(const char *suffix, int32_t error)
{
    return ends_with(
        test_server_at("raw", suffix),
        eft_target_ws_traits_of_world.any_close_code ? error : EFT_EABNORMAL,
        1006);
}

static void a_peer_that_breaks_the_protocol(void)
{
    CHECK(breaks("/ff00", EFT_EPROTO));         /* reserved bits and opcode */
    CHECK(breaks("/818100000000", EFT_EPROTO)); /* masked by a server */
    CHECK(breaks("/8101ff", EFT_EUTF8));        /* text that is no UTF-8 */
    CHECK(breaks("/880103", EFT_EPROTO));       /* a Close of one byte */
}

static void a_message_over_the_maximum(void)
{
    eft_ws_options options = {.max_message = 1000};
    eft_result opened =
        eft_await(eft_ws_connect(test_server_at("send", "/1001"), &options));

    REQUIRE(test_succeeded(opened.error));
    CHECK(eft_await(eft_ws_receive(opened.ws)).error == EFT_EMSGSIZE);
    CHECK(*eft_error_detail() != 0);
    eft_ws_free(opened.ws);

    opened = eft_await(
        eft_ws_connect(test_server_at("send", "/1000/binary"), &options));
    REQUIRE(test_succeeded(opened.error));
    eft_result result = eft_await(eft_ws_receive(opened.ws));
    CHECK(result.error == 0 && result.message->length == 1000);
    eft_result_free(result);
    eft_ws_free(opened.ws);
}

static void text_that_is_no_utf8_is_not_sent(void)
{
    eft_result opened = eft_await(eft_ws_connect(test_server("echo"), NULL));

    REQUIRE(test_succeeded(opened.error));
    CHECK(eft_await(eft_ws_send_text(opened.ws, "\xc3(", 2)).error ==
          EFT_EUTF8);
    CHECK(eft_await(eft_ws_send_text(opened.ws, "\xed\xa0\x80", 3)).error ==
          EFT_EUTF8);
    CHECK(eft_await(eft_ws_send_text(opened.ws, "ok", 2)).error == 0);
    eft_result result = eft_await(eft_ws_receive(opened.ws));
    REQUIRE(test_succeeded(result.error));
    CHECK(result.message->length == 2);
    eft_result_free(result);
    eft_ws_free(opened.ws);
}

static void json_nested_too_deeply_is_not_sent(void)
{
    eft_result opened = eft_await(eft_ws_connect(test_server("echo"), NULL));
    cJSON *json = cJSON_CreateArray();

    REQUIRE(test_succeeded(opened.error));
    for (int i = 0; i < 100000; i++) {
        cJSON *outer = cJSON_CreateArray();

        cJSON_AddItemToArray(outer, json);
        json = outer;
    }
    CHECK(eft_await(eft_ws_send_json(opened.ws, json)).error == EFT_EDEPTH);
    CHECK(eft_await(eft_ws_close(opened.ws, 1000, NULL)).error == 0);
    eft_ws_free(opened.ws);
}

static void a_peer_that_does_not_answer_the_close(void)
{
    eft_ws_options options = {.close_timeout_ms = 50};
    eft_result opened =
        eft_await(eft_ws_connect(test_server("stall"), &options));

    REQUIRE(test_succeeded(opened.error));
    CHECK(eft_await(eft_ws_close(opened.ws, 1000, "bye")).error == 0);
    CHECK(eft_ws_close_code(opened.ws) == 1006);
    CHECK(eft_await(eft_ws_receive(opened.ws)).error == EFT_EABNORMAL);
    eft_ws_free(opened.ws);
}

static void options_that_make_no_sense(void)
{
    static const char *const bad[] = {"two words"};
    static const char *const twice[] = {"a", "a"};
    eft_ws_options options = {.subprotocols = bad, .subprotocol_count = 1};

    CHECK(eft_await(eft_ws_connect(test_server("echo"), &options)).error ==
          EFT_EINVAL);
    options = (eft_ws_options){.subprotocols = twice, .subprotocol_count = 2};
    CHECK(eft_await(eft_ws_connect(test_server("echo"), &options)).error ==
          EFT_EINVAL);
}

static void an_option_that_the_target_cannot_honour(void)
{
    eft_ws_options options = {.tls.ca_file = "/nonexistent/ca.pem"};
    int32_t error =
        eft_await(eft_ws_connect(test_server("wss"), &options)).error;

    CHECK(error == (eft_target_ws_traits_of_world.any_close_code
                        ? EFT_ETLS
                        : EFT_ENOTSUP));
    CHECK(strstr(eft_error_detail(), "ca") != NULL);
}

const test_case suite_ws_errors[] = {
    {"a_refused_port", a_refused_port},
    {"an_unresolvable_host", an_unresolvable_host},
    {"a_server_that_answers_404", a_server_that_answers_404},
    {"servers_that_answer_something_else", servers_that_answer_something_else},
    {"a_certificate_that_nobody_signed", a_certificate_that_nobody_signed},
    {"a_server_that_never_answers", a_server_that_never_answers},
    {"cancelling_while_connecting", cancelling_while_connecting},
    {"a_deadline_around_connecting", a_deadline_around_connecting},
    {"a_normal_close_is_closed", a_normal_close_is_closed},
    {"a_close_with_an_error_code_says_so", a_close_with_an_error_code_says_so},
    {"a_lost_connection_is_abnormal", a_lost_connection_is_abnormal},
    {"a_connection_lost_in_a_message_is_abnormal",
     a_connection_lost_in_a_message_is_abnormal},
    {"a_peer_that_breaks_the_protocol", a_peer_that_breaks_the_protocol},
    {"a_message_over_the_maximum", a_message_over_the_maximum},
    {"text_that_is_no_utf8_is_not_sent", text_that_is_no_utf8_is_not_sent},
    {"json_nested_too_deeply_is_not_sent", json_nested_too_deeply_is_not_sent},
    {"a_peer_that_does_not_answer_the_close",
     a_peer_that_does_not_answer_the_close},
    {"options_that_make_no_sense", options_that_make_no_sense},
    {"an_option_that_the_target_cannot_honour",
     an_option_that_the_target_cannot_honour},
    {NULL, NULL},
};
