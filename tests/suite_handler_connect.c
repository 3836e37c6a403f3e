/* SPDX-License-Identifier: MIT
 * Handler with options: its states, and connections that follow each other. */
#include <string.h>

#include <cjson/cJSON.h>

#include "handler_case.h"
#include "journal.h"
#include "log_lines.h"
#include "suite.h"
#include "ws_script.h"

static void it_receives_over_many_connections(void)
{
    handler_begin();
    eft_handler *handler = handler_connected(&handler_again);
    eft_future *receive = handler_receiving(handler);
    script_says("a");
    script_closes(1006, "");
    handler_pass();
    CHECK(script_asked("2: open ws://host/"));
    script_opens("");
    script_says("b");
    script_settle();
    script_closes(1001, "going away");
    handler_pass();
    script_opens("");
    script_says("c");
    script_closes(1000, "bye");
    script_settle();
    CHECK(script_error(receive) == 0);
    CHECK(journal_is(
        "connecting connected \"a\" disconnected (EFT_EABNORMAL) waiting "
        "connecting connected \"b\" disconnected (EFT_ECLOSED) waiting "
        "connecting connected \"c\" closed"));
    handler_end(handler);
}

static void the_log_says_so(void)
{
    journal_clear();
    script_begin();
    log_lines_begin();
    eft_handler *handler = handler_connected(&(eft_handler_options){
        .reconnect = true, .reconnect_options = &handler_soon});
    eft_future *receive = handler_receiving(handler);
    script_ends(0, (eft_core_ws_end){.error = EFT_EABNORMAL,
                                     .code = 1006,
                                     .reason = "",
                                     .detail = "the line is dead"});
    handler_pass();
    script_opens("");
    script_settle();
    script_closes(1012, "restart");
    handler_pass();
    script_opens("");
    script_settle();
    script_closes(1000, "bye");
    script_settle();
    CHECK(script_error(receive) == 0);
    CHECK(log_lines_are("attempting connection to ws://host/\n"
                        "connected\n"
                        "async_recv begin\n"
                        "disconnected: the line is dead\n"
                        "reconnecting in 0 ms\n"
                        "attempting connection to ws://host/\n"
                        "connected\n"
                        "disconnected: the peer closed with 1012 restart\n"
                        "reconnecting in 0 ms\n"
                        "attempting connection to ws://host/\n"
                        "connected\n"
                        "async_recv end\n"
                        "closed 1000 bye\n"));
    eft_log_set_level(EFT_LOG_WARN);
    handler_end(handler);
}

static void the_log_has_no_passwords(void)
{
    static const char url[] = "ws://user:secret@host/";
    eft_handler *handler = eft_handler_new();

    script_begin();
    log_lines_begin();
    eft_future *connect = eft_handler_connect(handler, url);
    script_settle();
    script_closes(1006, "");
    script_settle();
    CHECK(script_error(connect) == EFT_EABNORMAL);
    connect = eft_handler_connect_with(handler, url, NULL);
    script_settle();
    script_closes(1006, "");
    script_settle();
    CHECK(script_error(connect) == EFT_EABNORMAL);
    CHECK(log_lines_are("attempting connection to ws://user:***@host/\n"
                        "attempting connection to ws://user:***@host/\n"));
    handler_end(handler);
}

static void the_log_says_why_it_gives_up(void)
{
    const eft_reconnect_options twice = {
        .min_delay_ms = 1, .max_delay_ms = 1, .max_attempts = 2};
    const eft_core_ws_end end = {.error = EFT_EREFUSED,
                                 .code = 1006,
                                 .reason = "",
                                 .detail = "nobody is there"};
    eft_handler *handler = eft_handler_new();

    script_begin();
    log_lines_begin();
    eft_future *connect = eft_handler_connect_with(
        handler, handler_url,
        &(eft_handler_options){.reconnect = true, .reconnect_options = &twice});
    script_settle();
    script_ends(0, end);
    handler_pass();
    script_ends(0, end);
    script_settle();
    CHECK(script_error(connect) == EFT_EREFUSED);
    CHECK(log_lines_are("attempting connection to ws://host/\n"
                        "reconnecting in 0 ms: nobody is there\n"
                        "attempting connection to ws://host/\n"
                        "giving up: nobody is there\n"));
    handler_end(handler);
}

static void the_first_connection_is_tried_again_too(void)
{
    handler_begin();
    eft_handler *handler = eft_handler_new();
    eft_future *connect =
        eft_handler_connect_with(handler, handler_url, &handler_again);
    script_settle();
    script_ends(0, (eft_core_ws_end){.error = EFT_EREFUSED,
                                     .code = 1006,
                                     .reason = "",
                                     .detail = "nobody"});
    CHECK(!eft_handler_ws(handler));
    CHECK(script_error(eft_handler_send_text(handler, "x", 1)) == EFT_ECLOSED);
    handler_pass();
    script_opens("");
    script_settle();
    CHECK(script_error(connect) == 0);
    CHECK(journal_is("connecting waiting (EFT_EREFUSED) connecting connected"));
    handler_end(handler);
}

static void without_reconnect_it_ends_with_the_connection(void)
{
    handler_begin();
    eft_handler *handler =
        handler_connected(&(eft_handler_options){.on_state = handler_note});
    eft_future *receive = handler_receiving(handler);
    script_closes(1006, "");
    script_settle();
    CHECK(script_error(receive) == EFT_EABNORMAL);
    CHECK(journal_is("connecting connected closed (EFT_EABNORMAL)"));
    handler_end(handler);

    handler_begin();
    handler = eft_handler_new();
    eft_future *connect = eft_handler_connect_with(
        handler, handler_url, &(eft_handler_options){.on_state = handler_note});
    script_settle();
    script_closes(1006, "");
    handler_pass();
    CHECK(script_error(connect) == EFT_EABNORMAL);
    CHECK(journal_is("connecting closed (EFT_EABNORMAL)"));
    handler_end(handler);
}

static void the_options_are_the_connections(void)
{
    const eft_ws_options options = {.max_redirects = -2};

    handler_begin();
    eft_handler *handler = eft_handler_new();
    eft_future *connect = eft_handler_connect_with(
        handler, handler_url,
        &(eft_handler_options){.ws = &options, .on_state = handler_note});
    script_settle();
    CHECK(script_error(connect) == EFT_EINVAL);
    CHECK(script_told("max_redirects"));
    CHECK(journal_is("closed (EFT_EINVAL)"));
    /* Nothing is left of it: it can connect. */
    connect = eft_handler_connect(handler, handler_url);
    script_settle();
    script_opens("");
    script_settle();
    CHECK(script_error(connect) == 0);
    handler_end(handler);
}

static void null_options_are_the_defaults(void)
{
    handler_begin();
    eft_handler *handler = handler_connected(NULL);
    eft_future *receive = handler_receiving(handler);
    script_closes(1000, "");
    script_settle();
    CHECK(script_error(receive) == 0);
    handler_end(handler);
    CHECK(script_error(eft_handler_connect_with(NULL, handler_url, NULL)) ==
          EFT_ENOMEM);
    CHECK(!eft_handler_ws(NULL));
}

static void between_two_connections_nothing_is_sent(void)
{
    eft_future *receive;

    handler_begin();
    eft_handler *handler = handler_away(&receive);
    REQUIRE(eft_handler_ws(handler) != NULL);
    CHECK(eft_ws_close_code(eft_handler_ws(handler)) == 1006);
    CHECK(script_error(eft_handler_send_text(handler, "x", 1)) == EFT_ECLOSED);
    CHECK(script_told("between two connections"));
    CHECK(script_error(eft_handler_send_bytes(handler, "x", 1)) == EFT_ECLOSED);
    CHECK(script_error(eft_handler_send_json(handler, cJSON_CreateNull())) ==
          EFT_ECLOSED);
    eft_result_free(eft_await(eft_sleep(1000)));
    script_opens("");
    script_settle();
    script_ignore();
    eft_future *sent = eft_handler_send_text(handler, "x", 1);
    CHECK(script_asked("2: send text x"));
    script_drains();
    CHECK(script_error(sent) == 0);
    eft_cancel(receive);
    script_settle();
    CHECK(script_error(receive) == EFT_ECANCELED);
    handler_end(handler);
}

static void what_is_final_ends_the_receiving(void)
{
    eft_future *receive;

    handler_begin();
    eft_handler *handler = handler_away(&receive);
    eft_result_free(eft_await(eft_sleep(1000)));
    script_ends(0, (eft_core_ws_end){.error = EFT_EHANDSHAKE,
                                     .code = 1006,
                                     .reason = "",
                                     .detail = "it is gone",
                                     .status = 410});
    script_settle();
    CHECK(script_error(receive) == EFT_EHANDSHAKE);
    CHECK(script_told("it is gone"));
    CHECK(journal_is("connecting connected disconnected (EFT_EABNORMAL) "
                     "waiting connecting closed (EFT_EHANDSHAKE)"));
    handler_end(handler);
}

static bool never(const eft_reconnect_failure *failure, void *arg)
{
    note("retry? %s %s", (const char *)arg, failure->detail);
    return false;
}

static void the_retry_hook_keeps_its_argument(void)
{
    char arg[] = "arg";
    const eft_reconnect_options options = {
        .min_delay_ms = 1, .retry = never, .arg = arg};

    handler_begin();
    eft_handler *handler = eft_handler_new();
    eft_future *connect = eft_handler_connect_with(
        handler, handler_url,
        &(eft_handler_options){.reconnect = true,
                               .reconnect_options = &options,
                               .on_state = handler_note});
    script_settle();
    script_ends(0, (eft_core_ws_end){.error = EFT_EREFUSED,
                                     .code = 1006,
                                     .reason = "",
                                     .detail = "nobody"});
    script_settle();
    CHECK(script_error(connect) == EFT_EREFUSED);
    CHECK(script_told("nobody"));
    CHECK(journal_is("connecting retry? arg nobody closed (EFT_EREFUSED)"));
    handler_end(handler);
}

static eft_result refuse_message(const eft_message *message, void *arg)
{
    (void)message;
    (void)arg;
    return eft_fail(EFT_EUSER, "enough");
}

static void an_error_of_the_callback_is_no_reason_to_reconnect(void)
{
    handler_begin();
    eft_handler *handler = handler_connected(&handler_again);
    eft_future *receive = eft_handler_receive(handler, refuse_message, NULL);
    script_says("a");
    script_closes(1006, "");
    handler_pass();
    CHECK(script_error(receive) == EFT_EUSER);
    CHECK(script_told("enough"));
    CHECK(script_asked(""));
    CHECK(journal_is("connecting connected closed (EFT_EUSER)"));
    handler_end(handler);
}

static void a_cancelled_receive_can_be_followed_by_another(void)
{
    eft_future *receive;

    handler_begin();
    eft_handler *handler = handler_away(&receive);
    eft_cancel(receive);
    script_settle();
    CHECK(script_error(receive) == EFT_ECANCELED);
    eft_result_free(eft_await(eft_sleep(100000)));
    CHECK(script_asked(""));
    receive = handler_receiving(handler);
    eft_result_free(eft_await(eft_sleep(2000)));
    CHECK(script_asked("2: open ws://host/"));
    script_opens("");
    script_says("a");
    script_closes(1000, "");
    script_settle();
    CHECK(script_error(receive) == 0);
    CHECK(journal_is("connecting connected disconnected (EFT_EABNORMAL) "
                     "waiting waiting connecting connected \"a\" closed"));
    handler_end(handler);
}

static void two_cannot_receive(void)
{
    eft_future *receive;

    handler_begin();
    eft_handler *handler = handler_away(&receive);
    eft_future *other = handler_receiving(handler);
    CHECK(script_error(other) == EFT_EBUSY);
    eft_result_free(eft_await(eft_sleep(1000)));
    script_opens("");
    script_settle();
    other = handler_receiving(handler);
    CHECK(script_error(other) == EFT_EBUSY);
    script_closes(1000, "");
    script_settle();
    CHECK(script_error(receive) == 0);
    handler_end(handler);
}

const test_case suite_handler_connect[] = {
    {"it_receives_over_many_connections", it_receives_over_many_connections},
    {"the_log_says_so", the_log_says_so},
    {"the_log_has_no_passwords", the_log_has_no_passwords},
    {"the_log_says_why_it_gives_up", the_log_says_why_it_gives_up},
    {"the_first_connection_is_tried_again_too",
     the_first_connection_is_tried_again_too},
    {"without_reconnect_it_ends_with_the_connection",
     without_reconnect_it_ends_with_the_connection},
    {"the_options_are_the_connections", the_options_are_the_connections},
    {"null_options_are_the_defaults", null_options_are_the_defaults},
    {"between_two_connections_nothing_is_sent",
     between_two_connections_nothing_is_sent},
    {"what_is_final_ends_the_receiving", what_is_final_ends_the_receiving},
    {"the_retry_hook_keeps_its_argument", the_retry_hook_keeps_its_argument},
    {"an_error_of_the_callback_is_no_reason_to_reconnect",
     an_error_of_the_callback_is_no_reason_to_reconnect},
    {"a_cancelled_receive_can_be_followed_by_another",
     a_cancelled_receive_can_be_followed_by_another},
    {"two_cannot_receive", two_cannot_receive},
    {NULL, NULL},
};
