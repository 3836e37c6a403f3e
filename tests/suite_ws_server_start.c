/* SPDX-License-Identifier: MIT
 * The native WebSocket server: how it starts, and what it refuses. */
#include <stdio.h>
#include <string.h>

#include "server_case.h"
#include "servers.h"
#include "suite.h"

/* Does a start fail with error, and this in its sentence? */
static bool fails(eft_ws_server_options options, int32_t error,
                  const char *words)
{
    eft_result result = eft_await(eft_ws_server_start(&options));
    bool right =
        result.error == error && strstr(eft_error_detail(), words) != NULL;

    if (!right)
        test_explain("%s: %s", eft_error_name(result.error),
                     eft_error_detail());
    eft_result_free(result);
    return right;
}

static void options_out_of_range_are_refused(void)
{
    static const char *const none[] = {"a b"};

    CHECK(fails((eft_ws_server_options){.port = 0}, EFT_EINVAL, "serve"));
    CHECK(fails((eft_ws_server_options){.serve = serve_echo,
                                        .address = "::1",
                                        .unix_path = "/tmp/x"},
                EFT_EINVAL, "unix_path"));
    CHECK(fails((eft_ws_server_options){.serve = serve_echo, .unix_path = ""},
                EFT_EINVAL, "unix_path"));
    CHECK(fails((eft_ws_server_options){.serve = serve_echo,
                                        .port = 1,
                                        .unix_path = "/tmp/x"},
                EFT_EINVAL, "port and unix_path"));
    CHECK(fails((eft_ws_server_options){.serve = serve_echo, .address = ""},
                EFT_EINVAL, "address"));
    CHECK(fails((eft_ws_server_options){.serve = serve_echo,
                                        .subprotocols = none,
                                        .subprotocol_count = 1},
                EFT_EINVAL, "subprotocols: a subprotocol is"));
    CHECK(fails(
        (eft_ws_server_options){.serve = serve_echo, .subprotocols = none},
        EFT_EINVAL, "subprotocols: subprotocol_count"));
    CHECK(fails((eft_ws_server_options){.serve = serve_echo, .origins = none},
                EFT_EINVAL, "origins: origin_count"));
    CHECK(fails(
        (eft_ws_server_options){.serve = serve_echo, .tls = {.insecure = true}},
        EFT_EINVAL, "tls.insecure"));
    CHECK(fails((eft_ws_server_options){.serve = serve_echo,
                                        .tls = {.server_name = "x"}},
                EFT_EINVAL, "tls.server_name"));
    CHECK(fails(
        (eft_ws_server_options){.serve = serve_echo, .tls = {.key_file = "x"}},
        EFT_EINVAL, "tls.certificate_file"));
    CHECK(fails((eft_ws_server_options){.serve = serve_echo,
                                        .client_certificate = true},
                EFT_EINVAL, "tls.ca_file"));
    CHECK(fails(
        (eft_ws_server_options){.serve = serve_echo, .open_timeout_ms = -2},
        EFT_EINVAL, "open_timeout_ms: it is less than -1"));
    CHECK(fails(
        (eft_ws_server_options){.serve = serve_echo, .ping_timeout_ms = -2},
        EFT_EINVAL, "ping_timeout_ms: it is less than -1"));
    CHECK(fails(
        (eft_ws_server_options){.serve = serve_echo, .deflate = {.level = 10}},
        EFT_EINVAL, "level"));
    CHECK(
        fails((eft_ws_server_options){.serve = serve_echo,
                                      .deflate = {.client_max_window_bits = 8}},
              EFT_EINVAL, "window"));
}

/* Does a server for this origin start, or else fail with its sentence, as is
 * expected? */
static bool is_origin(const char *origin, bool expected)
{
    static const char sentence[] = "origins: one could never match";
    const char *const origins[] = {NULL, origin};
    const eft_ws_server_options options = {
        .serve = serve_echo, .origins = origins, .origin_count = 2};
    eft_result started = eft_await(eft_ws_server_start(&options));

    bool right = started.error
                     ? !expected && started.error == EFT_EINVAL &&
                           strstr(eft_error_detail(), sentence) != NULL
                     : expected;

    if (!right)
        test_explain("# \"%s\": %s\n", origin, eft_error_name(started.error));
    if (!started.error)
        server_end(started.ptr);
    return right;
}

static void origins_that_can_never_match_are_refused(void)
{
    static const char *const never[] = {
        "",
        "*",
        "example.org",
        "//example.org",
        "https://",
        "https://example.org/",
        "https://example.org/chat",
        "https://example.org?a",
        "https://example.org#a",
        "https://user@example.org",
        "https://*.example.org",
        "https://example.org:443",
        "http://example.org:80",
        "http://example.org:",
        "http://example.org:0",
        "http://example.org:08080",
        "http://example.org:65536",
        "http://example.org:8x",
        "http://exa mple.org",
        "http://b\xc3\xbc"
        "cher.example",
        "http://[::1",
        "http://[::1]x",
        "http://[]",
        "1http://example.org",
        " https://example.org",
    };
    static const char *const fine[] = {
        "null",
        "http://example.org",
        "HTTPS://Example.org:8443",
        "https://example.org:80",
        "http://127.0.0.1:3000",
        "http://[::1]:3000",
        "http://[::1]",
        "file://",
        "moz-extension://0a1b-2c",
        "app://-",
    };

    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        CHECK(is_origin(never[i], false));
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        CHECK(is_origin(fine[i], true));
}

static void a_port_that_is_taken_is_its_own_error(void)
{
    eft_ws_server *server = server_start((eft_ws_server_options){.port = 0});

    REQUIRE(server != NULL);
    CHECK(fails((eft_ws_server_options){.serve = serve_echo,
                                        .port = eft_ws_server_port(server)},
                EFT_EADDRINUSE, "127.0.0.1:"));
    server_end(server);
}

static void an_address_that_is_not_ours_is_refused(void)
{
    CHECK(fails(
        (eft_ws_server_options){.serve = serve_echo, .address = "192.0.2.1"},
        EFT_EIO, "192.0.2.1"));
    CHECK(fails((eft_ws_server_options){.serve = serve_echo,
                                        .address = "no-such-host.invalid"},
                EFT_ERESOLVE, "no-such-host.invalid"));
}

static void a_name_is_listened_on_and_so_is_ipv6(void)
{
    eft_ws_server *server =
        server_start((eft_ws_server_options){.address = "localhost"});
    eft_ws *ws;

    REQUIRE(server != NULL);
    ws = server_connect(server, "/echo");
    eft_ws_free(ws);
    server_end(server);
    server = server_start((eft_ws_server_options){.address = "::"});
    REQUIRE(server != NULL);
    ws = server_connect(server, "/echo");
    eft_ws_free(ws);
    server_end(server);
}

static void a_start_can_be_cancelled(void)
{
    eft_future *starting = eft_ws_server_start(&(eft_ws_server_options){
        .serve = serve_echo, .address = "no-such-host.invalid"});

    CHECK(eft_cancel(starting));
    CHECK(eft_await(starting).error == EFT_ECANCELED);
    eft_future_free(eft_ws_server_start(
        &(eft_ws_server_options){.serve = serve_echo, .address = "localhost"}));
    eft_future_free(
        eft_ws_server_start(&(eft_ws_server_options){.serve = serve_echo}));
}

static void a_certificate_that_cannot_be_read_is_named(void)
{
    const char *ca = test_server("ca");
    char words[300];

    CHECK(fails((eft_ws_server_options){.serve = serve_echo,
                                        .tls = {.certificate_file =
                                                    "/nowhere/good.crt"}},
                EFT_ETLS, "tls.certificate_file /nowhere/good.crt: "));
    if (!ca)
        SKIP("there are no certificates");
    /* There is no key in it. */
    snprintf(words, sizeof words, "tls.certificate_file %s: ", ca);
    CHECK(fails((eft_ws_server_options){.serve = serve_echo,
                                        .tls = {.certificate_file = ca}},
                EFT_ETLS, words));
    CHECK(fails((eft_ws_server_options){.serve = serve_echo,
                                        .tls = {.certificate_file = ca,
                                                .key_file = "/nowhere/k"}},
                EFT_ETLS, "tls.key_file /nowhere/k: "));
}

const test_case suite_ws_server_start[] = {
    {"options_out_of_range_are_refused", options_out_of_range_are_refused},
    {"origins_that_can_never_match_are_refused",
     origins_that_can_never_match_are_refused},
    {"a_port_that_is_taken_is_its_own_error",
     a_port_that_is_taken_is_its_own_error},
    {"an_address_that_is_not_ours_is_refused",
     an_address_that_is_not_ours_is_refused},
    {"a_name_is_listened_on_and_so_is_ipv6",
     a_name_is_listened_on_and_so_is_ipv6},
    {"a_start_can_be_cancelled", a_start_can_be_cancelled},
    {"a_certificate_that_cannot_be_read_is_named",
     a_certificate_that_cannot_be_read_is_named},
    {NULL, NULL},
};
