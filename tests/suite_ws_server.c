/* SPDX-License-Identifier: MIT
 * The native WebSocket server and our own client: serving and accepting. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server_case.h"
#include "servers.h"
#include "suite.h"

/* Serving */

static void a_message_comes_back(void)
{
    eft_ws_server *server =
        server_start((eft_ws_server_options){.serve = serve_echo});
    eft_ws *ws;
    char text[64];

    REQUIRE(server != NULL);
    CHECK(eft_ws_server_port(server) != 0);
    ws = server_connect(server, "/");
    REQUIRE(ws != NULL);
    CHECK(eft_ws_server_connections(server) == 1);
    CHECK(eft_await(eft_ws_send_text(ws, "gr\xc3\xbc\xc3\x9f", 6)).error == 0);
    REQUIRE(server_receive_text(ws, text, sizeof text));
    CHECK(strcmp(text, "gr\xc3\xbc\xc3\x9f") == 0);
    CHECK(eft_await(eft_ws_close(ws, 1000, "done")).error == 0);
    CHECK(eft_ws_close_code(ws) == 1000);
    eft_ws_free(ws);
    CHECK(server_wait_for_connections(server, 0));
    server_end(server);
}

/* How a connection to path ends for its client. */
static bool ends_with(const eft_ws_server *server, const char *path,
                      int32_t error, uint16_t code)
{
    eft_ws *ws = server_connect(server, path);
    eft_result result;
    bool right;

    if (!ws)
        return false;
    result = eft_await(eft_ws_receive(ws));
    right = result.error == error && eft_ws_close_code(ws) == code;
    if (!right)
        test_explain("%s ends with %s, code %u", path,
                     eft_error_name(result.error),
                     (unsigned)eft_ws_close_code(ws));
    eft_result_free(result);
    eft_ws_free(ws);
    return right;
}

static void a_task_that_ends_closes_its_connection(void)
{
    eft_ws_server *server = server_start((eft_ws_server_options){.port = 0});

    REQUIRE(server != NULL);
    CHECK(ends_with(server, "/return", EFT_ECLOSED, 1000));
    CHECK(ends_with(server, "/close/4001", EFT_EPEERCLOSE, 4001));
    server_end(server);
}

static int errors_logged;
static char last_error[256];

static void count_errors(void *context, eft_log_level level, const char *line)
{
    (void)context;
    if (level != EFT_LOG_ERROR)
        return;
    errors_logged++;
    snprintf(last_error, sizeof last_error, "%s", line);
}

static void a_task_that_fails_closes_with_1011_and_is_logged(void)
{
    eft_ws_server *server = server_start((eft_ws_server_options){.port = 0});

    REQUIRE(server != NULL);
    errors_logged = 0;
    eft_log_set_sink(count_errors, NULL);
    CHECK(ends_with(server, "/fail", EFT_EPEERCLOSE, 1011));
    CHECK(server_wait_for_connections(server, 0));
    eft_log_set_sink(NULL, NULL);
    CHECK(errors_logged == 1);
    CHECK(strstr(last_error, "the task has had enough") != NULL);
    server_end(server);
}

/* A peer that goes is no failure. */
static void a_lost_peer_ends_its_task_quietly(void)
{
    eft_ws_server *server = server_start((eft_ws_server_options){.port = 0});
    eft_ws *ws;

    REQUIRE(server != NULL);
    errors_logged = 0;
    eft_log_set_sink(count_errors, NULL);
    ws = server_connect(server, "/echo");
    CHECK(server_wait_for_connections(server, 1));
    eft_ws_free(ws);
    CHECK(server_wait_for_connections(server, 0));
    eft_log_set_sink(NULL, NULL);
    CHECK(errors_logged == 0);
    server_end(server);
}

/* Is there this line in a text? */
static bool has_line(const char *text, const char *line)
{
    const char *found = strstr(text, line);

    return found && (found == text || found[-1] == '\n') &&
           found[strlen(line)] == '\n';
}

static void a_request_is_shown_as_it_was_made(void)
{
    eft_ws_server *server = server_start((eft_ws_server_options){.port = 0});
    char text[2048], host[64];
    eft_ws *ws;

    REQUIRE(server != NULL);
    ws = server_connect(server, "/request?a=%20b");
    REQUIRE(ws != NULL);
    REQUIRE(server_receive_text(ws, text, sizeof text));
    CHECK(has_line(text, "target /request?a=%20b"));
    snprintf(host, sizeof host, "host 127.0.0.1:%u",
             (unsigned)eft_ws_server_port(server));
    CHECK(has_line(text, host));
    CHECK(has_line(text, "origin none"));
    CHECK(has_line(text, "tls 0"));
    CHECK(strstr(text, "agent eft/") != NULL);
    eft_ws_free(ws);
    server_end(server);
}

static void the_servers_first_subprotocol_that_is_offered_is_chosen(void)
{
    static const char *const ours[] = {"best", "good", "chat"};
    static const char *const theirs[] = {"chat", "good"};
    eft_ws_server *server = server_start(
        (eft_ws_server_options){.subprotocols = ours, .subprotocol_count = 3});
    eft_result opened;
    char text[2048];

    REQUIRE(server != NULL);
    opened = eft_await(eft_ws_connect(
        server_url(server, "/request"),
        &(eft_ws_options){.subprotocols = theirs, .subprotocol_count = 2}));
    REQUIRE(test_succeeded(opened.error));
    CHECK(strcmp(eft_ws_subprotocol(opened.ws), "good") == 0);
    REQUIRE(server_receive_text(opened.ws, text, sizeof text));
    CHECK(has_line(text, "subprotocol good"));
    CHECK(has_line(text, "offered 2"));
    eft_ws_free(opened.ws);
    server_end(server);
}

/* Accepting */

/* Does a connect fail, with this in its sentence? */
static bool is_refused(const eft_ws_server *server, const char *path,
                       const char *words)
{
    eft_result result =
        eft_await(eft_ws_connect(server_url(server, path), NULL));
    bool right = result.error == EFT_EHANDSHAKE &&
                 strstr(eft_error_detail(), words) != NULL;

    if (!right)
        test_explain("%s: %s: %s", path, eft_error_name(result.error),
                     eft_error_detail());
    eft_result_free(result);
    return right;
}

static eft_result accept_by_path(const eft_ws_request *request,
                                 eft_ws_answer *answer, void *arg)
{
    (void)arg;
    if (!strcmp(request->target, "/secret")) {
        CHECK(eft_ws_answer_header(answer, "WWW-Authenticate", "Basic") == 0);
        CHECK(eft_ws_answer_refuse(answer, 401, "who are you?") == 0);
    } else if (!strcmp(request->target, "/broken")) {
        return eft_fail(EFT_EUSER, "the hook is broken");
    } else if (!strcmp(request->target, "/slow")) {
        return eft_await(eft_sleep(EFT_FOREVER));
    } else if (!strcmp(request->target, "/request")) {
        EFT_TRY(eft_await(eft_sleep(5)));
        return eft_owned(strcpy(malloc(16), "a guest"), free);
    }
    return eft_ok();
}

static void the_accept_hook_refuses(void)
{
    eft_ws_server *server =
        server_start((eft_ws_server_options){.accept = accept_by_path});

    REQUIRE(server != NULL);
    CHECK(is_refused(server, "/secret", "401"));
    CHECK(eft_ws_server_connections(server) == 0);
    server_end(server);
}

static void the_accept_hook_awaits_and_gives_a_value(void)
{
    eft_ws_server *server =
        server_start((eft_ws_server_options){.accept = accept_by_path});
    char text[2048];
    eft_ws *ws;

    REQUIRE(server != NULL);
    ws = server_connect(server, "/request");
    REQUIRE(ws != NULL);
    REQUIRE(server_receive_text(ws, text, sizeof text));
    CHECK(has_line(text, "accepted a guest"));
    eft_ws_free(ws);
    server_end(server);
}

static void an_accept_hook_that_fails_is_a_500(void)
{
    eft_ws_server *server =
        server_start((eft_ws_server_options){.accept = accept_by_path});

    REQUIRE(server != NULL);
    errors_logged = 0;
    eft_log_set_sink(count_errors, NULL);
    CHECK(is_refused(server, "/broken", "500"));
    eft_log_set_sink(NULL, NULL);
    CHECK(errors_logged == 1);
    CHECK(strstr(last_error, "the hook is broken") != NULL);
    server_end(server);
}

static void an_accept_hook_that_is_too_slow_is_a_503(void)
{
    eft_ws_server *server = server_start((eft_ws_server_options){
        .accept = accept_by_path, .open_timeout_ms = 300});

    REQUIRE(server != NULL);
    CHECK(is_refused(server, "/slow", "503"));
    CHECK(server_wait_for_connections(server, 0));
    server_end(server);
}

static void a_client_that_gives_up_cancels_the_accept_hook(void)
{
    eft_ws_server *server =
        server_start((eft_ws_server_options){.accept = accept_by_path});
    eft_future *connecting;

    REQUIRE(server != NULL);
    connecting = eft_ws_connect(server_url(server, "/slow"), NULL);
    CHECK(server_wait_for_connections(server, 1));
    eft_cancel(connecting);
    CHECK(eft_await(connecting).error == EFT_ECANCELED);
    CHECK(server_wait_for_connections(server, 0));
    server_end(server);
}

static eft_result accept_wrongly(const eft_ws_request *request,
                                 eft_ws_answer *answer, void *arg)
{
    (void)request;
    *(bool *)arg = true;
    CHECK(eft_ws_answer_refuse(answer, 200, NULL) == EFT_EINVAL);
    CHECK(eft_ws_answer_refuse(answer, 600, NULL) == EFT_EINVAL);
    CHECK(eft_ws_answer_header(answer, "A B", "c") == EFT_EINVAL);
    CHECK(eft_ws_answer_header(answer, "A", "c\r\nD: e") == EFT_EINVAL);
    CHECK(eft_ws_answer_header(answer, "Sec-WebSocket-Accept", "c") ==
          EFT_EINVAL);
    CHECK(eft_ws_answer_header(answer, "connection", "close") == EFT_EINVAL);
    CHECK(eft_ws_answer_subprotocol(answer, "never offered") == EFT_EINVAL);
    CHECK(eft_ws_answer_subprotocol(answer, "") == 0);
    return eft_ok();
}

static void an_answer_cannot_break_the_handshake(void)
{
    bool asked = false;
    eft_ws_server *server = server_start(
        (eft_ws_server_options){.accept = accept_wrongly, .arg = &asked});
    eft_ws *ws;

    REQUIRE(server != NULL);
    ws = server_connect(server, "/echo");
    CHECK(asked);
    eft_ws_free(ws);
    server_end(server);
}

const test_case suite_ws_server[] = {
    {"a_message_comes_back", a_message_comes_back},
    {"a_task_that_ends_closes_its_connection",
     a_task_that_ends_closes_its_connection},
    {"a_task_that_fails_closes_with_1011_and_is_logged",
     a_task_that_fails_closes_with_1011_and_is_logged},
    {"a_lost_peer_ends_its_task_quietly", a_lost_peer_ends_its_task_quietly},
    {"a_request_is_shown_as_it_was_made", a_request_is_shown_as_it_was_made},
    {"the_servers_first_subprotocol_that_is_offered_is_chosen",
     the_servers_first_subprotocol_that_is_offered_is_chosen},
    {"the_accept_hook_refuses", the_accept_hook_refuses},
    {"the_accept_hook_awaits_and_gives_a_value",
     the_accept_hook_awaits_and_gives_a_value},
    {"an_accept_hook_that_fails_is_a_500", an_accept_hook_that_fails_is_a_500},
    {"an_accept_hook_that_is_too_slow_is_a_503",
     an_accept_hook_that_is_too_slow_is_a_503},
    {"a_client_that_gives_up_cancels_the_accept_hook",
     a_client_that_gives_up_cancels_the_accept_hook},
    {"an_answer_cannot_break_the_handshake",
     an_answer_cannot_break_the_handshake},
    {NULL, NULL},
};
