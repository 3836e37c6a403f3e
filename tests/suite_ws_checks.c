/* SPDX-License-Identifier: MIT
 * The options of a connection: what is refused, and what is made of the rest.
 */
#include <string.h>

#include "sdk/net/ws_options.h"
#include "suite.h"
#include "ws_case.h"
#include "ws_script.h"

static const char *const url = "ws://host/";

static bool invalid(const eft_ws_options *options, const char *words)
{
    return refuses(options, EFT_EINVAL, words);
}

static void numbers_have_ranges(void)
{
    script_begin();
    CHECK(invalid(&(eft_ws_options){.open_timeout_ms = -2}, "open_timeout_ms"));
    CHECK(
        invalid(&(eft_ws_options){.close_timeout_ms = -2}, "close_timeout_ms"));
    CHECK(
        invalid(&(eft_ws_options){.ping_interval_ms = -2}, "ping_interval_ms"));
    CHECK(invalid(&(eft_ws_options){.ping_timeout_ms = INT64_MIN},
                  "ping_timeout_ms"));
    CHECK(invalid(&(eft_ws_options){.max_redirects = -2}, "max_redirects"));
    CHECK(accepts(&(eft_ws_options){.open_timeout_ms = -1,
                                    .close_timeout_ms = -1,
                                    .ping_interval_ms = -1,
                                    .ping_timeout_ms = -1,
                                    .max_redirects = -1,
                                    .max_message = SIZE_MAX,
                                    .receive_queue = SIZE_MAX,
                                    .write_limit = SIZE_MAX}));
    CHECK(accepts(&(eft_ws_options){.open_timeout_ms = INT64_MAX}));
    script_end();
}

static void compression_has_ranges(void)
{
    script_begin();
    CHECK(invalid(&(eft_ws_options){.deflate.client_max_window_bits = 8},
                  "deflate.client_max_window_bits"));
    CHECK(invalid(&(eft_ws_options){.deflate.server_max_window_bits = 16},
                  "deflate.server_max_window_bits"));
    CHECK(invalid(&(eft_ws_options){.deflate.level = 10}, "deflate.level"));
    CHECK(accepts(&(eft_ws_options){.deflate = {.client_max_window_bits = 9,
                                                .server_max_window_bits = 15,
                                                .level = 9}}));
    script_end();
}

static void subprotocols_are_tokens(void)
{
    static const char *const bad[] = {"two words"};
    static const char *const none[] = {""};
    static const char *const missing[] = {NULL};
    static const char *const twice[] = {"a", "b", "a"};
    static const char *const good[] = {"chat.v2", "CHAT.v2"};

    script_begin();
    CHECK(
        invalid(&(eft_ws_options){.subprotocols = bad, .subprotocol_count = 1},
                "subprotocols: a subprotocol is"));
    CHECK(
        invalid(&(eft_ws_options){.subprotocols = none, .subprotocol_count = 1},
                "subprotocols: a subprotocol is"));
    CHECK(invalid(
        &(eft_ws_options){.subprotocols = missing, .subprotocol_count = 1},
        "subprotocols: a subprotocol is"));
    CHECK(invalid(
        &(eft_ws_options){.subprotocols = twice, .subprotocol_count = 3},
        "subprotocols: one is named twice"));
    CHECK(invalid(&(eft_ws_options){.subprotocol_count = 1},
                  "subprotocol_count"));
    CHECK(accepts(
        &(eft_ws_options){.subprotocols = good, .subprotocol_count = 2}));
    script_end();
}

/* Each would be ignored silently. */
static void a_list_has_its_count(void)
{
    static const char *const chat[] = {"chat"};
    static const eft_ws_header header[] = {{"X-A", "b"}};

    script_begin();
    CHECK(invalid(&(eft_ws_options){.subprotocols = chat},
                  "subprotocols: subprotocol_count does not say"));
    CHECK(invalid(&(eft_ws_options){.headers = header},
                  "headers: header_count does not say"));
    CHECK(accepts(&(eft_ws_options){.max_message = 1}));
    script_end();
}

static bool header_is_refused(const char *name, const char *value,
                              const char *words)
{
    eft_ws_header header = {name, value};

    return invalid(&(eft_ws_options){.headers = &header, .header_count = 1},
                   words);
}

static void headers_are_well_formed(void)
{
    static const char *const names[] = {
        NULL, "", "a b", "a:", "a\n", "a\t", "\xc3\xa4", "a/b"};
    static const char *const values[] = {NULL, "a\r\nb: c", "\n", "\x01",
                                         "a\x7f"};
    eft_ws_header good[] = {{"X-A", ""}, {"x-a", "b\tc d"}, {"Y", "\xc3\xa4"}};

    script_begin();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        CHECK(header_is_refused(names[i], "x", "the name of a header"));
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        CHECK(header_is_refused("X-A", values[i], "the value of X-A"));
    CHECK(invalid(&(eft_ws_options){.header_count = 1}, "header_count"));
    CHECK(accepts(&(eft_ws_options){.headers = good, .header_count = 3}));
    script_end();
}

static void the_handshake_has_headers_of_its_own(void)
{
    static const char *const names[] = {
        "Host",
        "UPGRADE",
        "connection",
        "Sec-WebSocket-Key",
        "sec-websocket-version",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions",
        "Content-Length",
        "Transfer-Encoding",
    };
    eft_ws_header good[] = {{"Hosts", "x"}, {"Sec-WebSocke", "x"}};

    script_begin();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        CHECK(header_is_refused(names[i], "x", "belongs to the handshake"));
    CHECK(accepts(&(eft_ws_options){.headers = good, .header_count = 2}));
    script_end();
}

static void a_header_is_given_once(void)
{
    eft_ws_header origin = {"Origin", "http://a"};
    eft_ws_header agent = {"User-Agent", "me"};
    eft_ws_header authorization = {"authorization", "Bearer x"};
    eft_ws_options options = {.headers = &authorization, .header_count = 1};

    script_begin();
    CHECK(invalid(&(eft_ws_options){.headers = &origin,
                                    .header_count = 1,
                                    .origin = "http://b"},
                  "the option origin"));
    CHECK(accepts(&(eft_ws_options){.headers = &origin, .header_count = 1}));
    CHECK(invalid(&(eft_ws_options){.headers = &agent, .header_count = 1},
                  "the option user_agent"));
    CHECK(accepts(&(eft_ws_options){
        .headers = &agent, .header_count = 1, .user_agent = ""}));
    CHECK(accepts(&options));
    CHECK(script_error(eft_ws_connect("ws://u:p@host/", &options)) ==
          EFT_EINVAL);
    CHECK(script_told("Authorization"));
    script_end();
}

static void texts_do_not_break_the_request(void)
{
    char path[109];

    memset(path, 'p', sizeof path);
    path[108] = 0;
    script_begin();
    CHECK(invalid(&(eft_ws_options){.origin = "a\r\nb"}, "origin"));
    CHECK(invalid(&(eft_ws_options){.origin = ""}, "origin"));
    CHECK(invalid(&(eft_ws_options){.user_agent = "a\nb"}, "user_agent"));
    CHECK(invalid(&(eft_ws_options){.tls.server_name = "a b"},
                  "tls.server_name"));
    CHECK(invalid(&(eft_ws_options){.tls.key_file = "k"}, "tls.key_file"));
    CHECK(invalid(&(eft_ws_options){.unix_path = ""}, "unix_path"));
    CHECK(invalid(&(eft_ws_options){.unix_path = path}, "107 bytes"));
    path[107] = 0;
    CHECK(accepts(&(eft_ws_options){.unix_path = path}));
    CHECK(accepts(&(eft_ws_options){.origin = "null", .user_agent = "a b"}));
    script_end();
}

static void a_proxy_is_a_url(void)
{
    static const char *const good[] = {"", "http://p", "http://p:3128",
                                       "HTTP://u:p%40@p:3128/",
                                       "http://[::1]:1"};
    static const char *const bad[] = {"p:3128",      "http://",    "http://p/x",
                                      "http://p:0",  "http://p?x", "http://p p",
                                      "http://a\n:1"};

    script_begin();
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK(accepts(&(eft_ws_options){.proxy = good[i]}));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(invalid(&(eft_ws_options){.proxy = bad[i]}, "proxy: "));
    CHECK(refuses(&(eft_ws_options){.proxy = "https://p:1"}, EFT_ENOTSUP,
                  "proxy: "));
    CHECK(refuses(&(eft_ws_options){.proxy = "socks5://p:1"}, EFT_ENOTSUP,
                  "proxy: "));
    CHECK(invalid(&(eft_ws_options){.proxy = "http://p", .unix_path = "/s"},
                  "unix_path"));
    script_end();
}

static void what_is_not_given_has_its_default(void)
{
    script_begin();
    const eft_target_ws_request *request = ws_request_of(url, NULL);
    REQUIRE(request);
    const eft_ws_options *options = request->options;

    CHECK(options->open_timeout_ms == 10000);
    CHECK(options->close_timeout_ms == 10000);
    CHECK(options->ping_interval_ms == 20000);
    CHECK(options->ping_timeout_ms == 20000);
    CHECK(options->max_redirects == 10);
    CHECK(options->max_message == 1 << 20);
    CHECK(options->receive_queue == 16);
    CHECK(options->write_limit == 0);
    CHECK(options->deflate.client_max_window_bits == 15);
    CHECK(options->deflate.server_max_window_bits == 15);
    CHECK(options->deflate.level == 6);
    CHECK(options->deflate.threshold == 64);
    CHECK(!options->proxy && !options->user_agent && !options->origin);
    CHECK(!request->authorization);
    forget_request();
    script_end();
}

/* The caller's are gone by the time that the world looks at the request. */
static void options_and_url_are_copied(void)
{
    char text[] = "wss://user:pass@host:81/x";
    char chat[] = "chat", name[] = "X-A", value[] = "b", file[] = "ca.pem";
    const char *subprotocols[] = {chat};
    eft_ws_header headers[] = {{name, value}};
    eft_ws_options options = {.subprotocols = subprotocols,
                              .subprotocol_count = 1,
                              .headers = headers,
                              .header_count = 1,
                              .tls.ca_file = file,
                              .write_limit = 99};

    script_begin();
    const eft_target_ws_request *request = ws_request_of(text, &options);
    memset(text, '?', sizeof text - 1);
    memset(chat, '?', sizeof chat - 1);
    memset(name, '?', sizeof name - 1);
    memset(value, '?', sizeof value - 1);
    memset(file, '?', sizeof file - 1);
    memset(subprotocols, 0, sizeof subprotocols);
    memset(headers, 0, sizeof headers);
    memset(&options, 0, sizeof options);
    REQUIRE(request);
    CHECK(!strcmp(request->url, "wss://host:81/x"));
    CHECK(!strcmp(request->host, "host") && !strcmp(request->target, "/x"));
    CHECK(request->port == 81 && request->tls);
    CHECK(!strcmp(request->authorization, "Basic dXNlcjpwYXNz"));
    CHECK(request->options->subprotocol_count == 1);
    CHECK(!strcmp(request->options->subprotocols[0], "chat"));
    CHECK(request->options->header_count == 1);
    CHECK(!strcmp(request->options->headers[0].name, "X-A"));
    CHECK(!strcmp(request->options->headers[0].value, "b"));
    CHECK(!strcmp(request->options->tls.ca_file, "ca.pem"));
    CHECK(request->options->write_limit == 99);
    forget_request();
    script_end();
}

static int32_t error_of(eft_future *future)
{
    return eft_await(future).error;
}

static void nothing_is_refused_with_a_sentence(void)
{
    CHECK(error_of(eft_ws_send_text(NULL, "x", 1)) == EFT_EINVAL);
    CHECK(error_of(eft_ws_send_binary(NULL, "x", 1)) == EFT_EINVAL);
    CHECK(error_of(eft_ws_send_binary(NULL, NULL, 1)) == EFT_EINVAL);
    CHECK(error_of(eft_ws_send_text(NULL, NULL, 1)) == EFT_EINVAL);
    CHECK(error_of(eft_ws_send_begin(NULL, EFT_MESSAGE_TEXT)) == EFT_EINVAL);
    CHECK(error_of(eft_ws_send_part(NULL, "x", 1)) == EFT_EINVAL);
    CHECK(error_of(eft_ws_send_end(NULL)) == EFT_EINVAL);
    CHECK(error_of(eft_ws_receive(NULL)) == EFT_EINVAL);
    CHECK(error_of(eft_ws_receive_fragment(NULL)) == EFT_EINVAL);
    CHECK(error_of(eft_ws_ping(NULL, NULL, 0)) == EFT_EINVAL);
    CHECK(error_of(eft_ws_close(NULL, 1000, NULL)) == EFT_EINVAL);
    CHECK(strstr(eft_error_detail(), "no connection") != NULL);
}

const test_case suite_ws_checks[] = {
    {"numbers_have_ranges", numbers_have_ranges},
    {"compression_has_ranges", compression_has_ranges},
    {"subprotocols_are_tokens", subprotocols_are_tokens},
    {"a_list_has_its_count", a_list_has_its_count},
    {"headers_are_well_formed", headers_are_well_formed},
    {"the_handshake_has_headers_of_its_own",
     the_handshake_has_headers_of_its_own},
    {"a_header_is_given_once", a_header_is_given_once},
    {"texts_do_not_break_the_request", texts_do_not_break_the_request},
    {"a_proxy_is_a_url", a_proxy_is_a_url},
    {"what_is_not_given_has_its_default", what_is_not_given_has_its_default},
    {"options_and_url_are_copied", options_and_url_are_copied},
    {"nothing_is_refused_with_a_sentence", nothing_is_refused_with_a_sentence},
    {NULL, NULL},
};
