/* SPDX-License-Identifier: MIT
 * A connection's beginning: the request, addresses, Unix sockets. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "servers.h"
#include "short_memory.h"
#include "suite.h"
#include "ws_attempt.h"

/* The request */

static const char *request(const eft_ws_options *options)
{
    return attempt_reads(test_server("request"), options);
}

static void the_request_by_default(void)
{
    const char *text = request(NULL);

    CHECK(strstr(text, "Host: 127.0.0.1:") == text);
    CHECK(strstr(text, "Upgrade: websocket\n") != NULL);
    CHECK(strstr(text, "Connection: Upgrade\n") != NULL);
    CHECK(strstr(text, "Sec-WebSocket-Version: 13\n") != NULL);
    CHECK(strstr(text, "Sec-WebSocket-Key: ") != NULL);
    CHECK(strstr(text, "User-Agent: eft/") != NULL);
    CHECK(strstr(text, "Origin") == NULL);
    CHECK(strstr(text, "Authorization") == NULL);
    CHECK(strstr(text, "Sec-WebSocket-Protocol") == NULL);
}

static void headers_of_ones_own(void)
{
    const eft_ws_header headers[] = {{"Cookie", "a=b; c=d"},
                                     {"X-Empty", ""},
                                     {"X-Twice", "1"},
                                     {"X-Twice", "2"},
                                     {"X-High", "\xc3\xa4"}};
    const char *text =
        request(&(eft_ws_options){.headers = headers, .header_count = 5});

    CHECK(strstr(text, "Cookie: a=b; c=d\nX-Empty: \nX-Twice: 1\nX-Twice: 2\n"
                       "X-High: \xc3\xa4\n") != NULL);
}

static void origin_and_user_agent(void)
{
    eft_ws_options options = {.origin = "https://eft.test",
                              .user_agent = "newt/1.0 (water; land)"};
    const char *text = request(&options);

    CHECK(strstr(text, "Origin: https://eft.test\n") != NULL);
    CHECK(strstr(text, "User-Agent: newt/1.0 (water; land)\n") != NULL);
    options.user_agent = "";
    CHECK(strstr(request(&options), "User-Agent") == NULL);
}

/* Node's own limit is 16 KiB of headers. */
static void a_long_request(void)
{
    static char value[12001];
    const eft_ws_header header = {"X-Long", value};
    const char *text;

    memset(value, 'x', 12000);
    text = request(&(eft_ws_options){.headers = &header, .header_count = 1});
    CHECK(strstr(text, value) != NULL);
}

/* Far more than the system takes at once: an answer comes in the middle. */
static void a_request_that_is_too_long_for_the_server(void)
{
    size_t size = 8 * 1024 * 1024;
    char *value = malloc(size + 1);
    const eft_ws_header header = {"X-Long", value};
    eft_ws_options options = {.headers = &header, .header_count = 1};
    eft_result result;

    REQUIRE(value != NULL);
    memset(value, 'x', size);
    value[size] = 0;
    result = eft_await(eft_ws_connect(test_server("echo"), &options));
    free(value);
    CHECK(result.error == EFT_EHANDSHAKE);
    CHECK(strstr(eft_error_detail(), "431") ||
          strstr(eft_error_detail(), "ended the connection"));
    eft_result_free(result);
}

/* Addresses */

/* Nothing listens on ::1: the servers are on 127.0.0.1 only. */
static void localhost_is_both_addresses(void)
{
    char url[200];

    snprintf(url, sizeof url, "ws://localhost:%s/echo",
             strrchr(test_server("base"), ':') + 1);
    CHECK(attempt_echoes(url, NULL));
    snprintf(url, sizeof url, "ws://a.LocalHost.:%s/echo",
             strrchr(test_server("base"), ':') + 1);
    CHECK(attempt_echoes(url, NULL));
}

static void a_host_that_refuses_on_all_addresses(void)
{
    char url[200];

    snprintf(url, sizeof url, "ws://localhost:%.5s",
             strrchr(test_server("refused"), ':') + 1);
    CHECK(attempt_fails(url, NULL, EFT_EREFUSED, "localhost:"));
}

/* Unix sockets */

static void a_socket_of_the_file_system(void)
{
    eft_ws_options options = {.unix_path = test_server("unix")};

    CHECK(attempt_echoes("ws://elsewhere.test/echo", &options));
    CHECK(strstr(attempt_reads("ws://elsewhere.test:8080/request", &options),
                 "Host: elsewhere.test:8080\n") != NULL);
}

/* A proxy of the environment's has nothing to do with it. */
static void a_socket_of_the_file_system_and_a_proxy(void)
{
    eft_ws_options options = {.unix_path = test_server("unix")};

    setenv("all_proxy", "http://127.0.0.1:1", 1);
    CHECK(attempt_echoes("ws://elsewhere.test/echo", &options));
    unsetenv("all_proxy");
    options.proxy = "http://127.0.0.1:1";
    CHECK(attempt_fails("ws://elsewhere.test/echo", &options, EFT_EINVAL,
                        "unix_path"));
}

static void paths_that_lead_nowhere(void)
{
    static char far[300];
    eft_ws_options options = {.unix_path = "/nonexistent/socket"};

    CHECK(attempt_fails("ws://a/", &options, EFT_ECONNECT,
                        "/nonexistent/socket: no such file"));
    options.unix_path = test_server("unix-file");
    CHECK(attempt_fails("ws://a/", &options, EFT_EREFUSED,
                        "refused the connection"));
    memset(far, 'x', sizeof far - 1);
    far[0] = '/';
    options.unix_path = far;
    CHECK(attempt_fails("ws://a/", &options, EFT_EINVAL, "more than"));
    options.unix_path = "@eft-nobody-listens-here";
    CHECK(attempt_fails("ws://a/", &options, EFT_EREFUSED,
                        "@eft-nobody-listens-here"));
}

static void a_socket_without_permission(void)
{
    eft_ws_options options = {.unix_path = test_server("unix-closed")};

    if (geteuid() == 0)
        SKIP("root may open every socket");
    CHECK(
        attempt_fails("ws://a/", &options, EFT_ECONNECT, "permission denied"));
}

/* Memory */

/* How many allocations a connection takes, each of which has failed once, with
 * all behind it. */
static size_t run_out_while_connecting(const char *url,
                                       const eft_ws_options *options)
{
    for (size_t allowed = 0; allowed < 1000; allowed++) {
        size_t left = allowed;
        eft_result result;

        eft_set_allocator(run_out, &left);
        result = eft_await(eft_ws_connect(url, options));
        eft_set_allocator(NULL, NULL);
        if (!result.error) {
            eft_ws_free(result.ws);
            return allowed;
        }
        if (result.error != EFT_ENOMEM)
            test_explain("after %zu: %s: %s", allowed,
                         eft_error_name(result.error), eft_error_detail());
        CHECK(result.error == EFT_ENOMEM);
    }
    return 0;
}

static void running_out_of_memory_says_so(void)
{
    const char *const subprotocols[] = {"chat"};
    char proxy[200];
    eft_ws_options options = {.subprotocols = subprotocols,
                              .subprotocol_count = 1,
                              .tls = {.ca_file = test_server("ca")},
                              .proxy = proxy};

    snprintf(proxy, sizeof proxy, "http://eft:se%%20cret@%s",
             test_server("proxy-auth"));
    CHECK(run_out_while_connecting(test_server("echo"), NULL) > 5);
    CHECK(run_out_while_connecting(test_server("wss"), &options) > 10);
    options.proxy = "";
    options.tls.ca_file = NULL;
    options.unix_path = test_server("unix");
    CHECK(run_out_while_connecting("ws://localhost/echo", &options) > 5);
}

const test_case suite_ws_opening[] = {
    {"the_request_by_default", the_request_by_default},
    {"headers_of_ones_own", headers_of_ones_own},
    {"origin_and_user_agent", origin_and_user_agent},
    {"a_long_request", a_long_request},
    {"a_request_that_is_too_long_for_the_server",
     a_request_that_is_too_long_for_the_server},
    {"localhost_is_both_addresses", localhost_is_both_addresses},
    {"a_host_that_refuses_on_all_addresses",
     a_host_that_refuses_on_all_addresses},
    {"a_socket_of_the_file_system", a_socket_of_the_file_system},
    {"a_socket_of_the_file_system_and_a_proxy",
     a_socket_of_the_file_system_and_a_proxy},
    {"paths_that_lead_nowhere", paths_that_lead_nowhere},
    {"a_socket_without_permission", a_socket_without_permission},
    {"running_out_of_memory_says_so", running_out_of_memory_says_so},
    {NULL, NULL},
};
