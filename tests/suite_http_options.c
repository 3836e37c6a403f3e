/* SPDX-License-Identifier: MIT
 * The options of HTTP sessions: what is refused, and what is made of the rest.
 */
#include <string.h>

#include <eft/eft.h>

#include "request_case.h"
#include "sdk/core/memory.h"
#include "sdk/net/connect_check.h"
#include "suite.h"

static bool invalid(eft_http_session_options options, const char *words)
{
    return session_refuses(options, EFT_EINVAL, words);
}

static void zeros_are_the_defaults(void)
{
    eft__http_options *made = eft__http_options_new(NULL);

    REQUIRE(made);
    const eft_http_session_options *options = &made->options;
    CHECK(!made->error && !made->base.url && !made->authorization);
    CHECK(options->redirects == EFT_HTTP_FOLLOW);
    CHECK(options->max_redirects == 10);
    CHECK(options->limit == 100);
    CHECK(options->limit_per_host == SIZE_MAX);
    CHECK(options->keep_alive_ms == 15000);
    CHECK(options->total_timeout_ms == 300000);
    CHECK(options->connect_timeout_ms == 30000);
    CHECK(options->read_timeout_ms == EFT_FOREVER);
    CHECK(options->max_body == 64 << 20);
    CHECK(options->max_headers == 64 << 10);
    CHECK(!options->user_agent && !options->proxy && !options->headers);
    eft__free(made);
}

/* What is in the original may change. */
static void options_are_copied(void)
{
    char name[] = "X-A", value[] = "1", host[] = "h", address[] = "::1";
    char base[] = "http://u:p@h/x y", agent[] = "me", ca[] = "/ca";
    eft_http_pair header[] = {{name, value}};
    eft_http_address one[] = {{host, 80, address}};
    const eft_http_session_options options = {
        .base_url = base,
        .headers = header,
        .header_count = 1,
        .user_agent = agent,
        .addresses = one,
        .address_count = 1,
        .limit = 7,
        .tls = {.ca_file = ca, .insecure = true},
    };
    eft__http_options *made = eft__http_options_new(&options);

    name[0] = value[0] = host[0] = address[0] = base[0] = agent[0] = ca[0] =
        '?';
    header[0].name = NULL;
    one[0] = (eft_http_address){0};
    REQUIRE(made);
    const eft_http_session_options *copy = &made->options;
    CHECK(!strcmp(copy->base_url, "http://h/x%20y"));
    CHECK(!strcmp(made->authorization, "Basic dTpw"));
    CHECK(!strcmp(copy->headers[0].name, "X-A"));
    CHECK(!strcmp(copy->headers[0].value, "1"));
    CHECK(!strcmp(copy->user_agent, "me"));
    CHECK(!strcmp(copy->addresses[0].host, "h"));
    CHECK(copy->addresses[0].port == 80);
    CHECK(!strcmp(copy->addresses[0].address, "::1"));
    CHECK(copy->limit == 7);
    CHECK(!strcmp(copy->tls.ca_file, "/ca") && copy->tls.insecure);
    CHECK(!copy->tls.key_file);
    eft__free(made);
}

static void numbers_have_ranges(void)
{
    CHECK(invalid((eft_http_session_options){.total_timeout_ms = -2},
                  "total_timeout_ms: it is less than -1"));
    CHECK(invalid((eft_http_session_options){.connect_timeout_ms = -2},
                  "connect_timeout_ms: it is less than -1"));
    CHECK(invalid((eft_http_session_options){.read_timeout_ms = INT64_MIN},
                  "read_timeout_ms: it is less than -1"));
    CHECK(invalid((eft_http_session_options){.keep_alive_ms = -2},
                  "keep_alive_ms: it is less than -1"));
    CHECK(invalid((eft_http_session_options){.max_redirects = -1},
                  "max_redirects: it is negative"));
    CHECK(invalid((eft_http_session_options){.redirects = 4}, "redirects: "));
    CHECK(invalid((eft_http_session_options){.redirects = -1}, "redirects: "));
    CHECK(session_accepts(
        (eft_http_session_options){.total_timeout_ms = EFT_FOREVER,
                                   .connect_timeout_ms = EFT_FOREVER,
                                   .read_timeout_ms = EFT_FOREVER,
                                   .keep_alive_ms = INT64_MAX,
                                   .max_redirects = INT32_MAX,
                                   .redirects = EFT_HTTP_REFUSE,
                                   .limit = SIZE_MAX,
                                   .limit_per_host = SIZE_MAX,
                                   .max_body = SIZE_MAX,
                                   .max_headers = SIZE_MAX}));
}

static void a_connection_may_be_kept_for_ever(void)
{
    eft__http_options *made = eft__http_options_new(
        &(eft_http_session_options){.keep_alive_ms = EFT_FOREVER});

    REQUIRE(made);
    CHECK(!made->error && made->options.keep_alive_ms == EFT_FOREVER);
    eft__free(made);
}

static void those_of_a_request_do_too(void)
{
    const struct {
        eft_http_request request;
        const char *words;
    } wrong[] = {
        {{.total_timeout_ms = -2}, "total_timeout_ms: "},
        {{.connect_timeout_ms = -2}, "connect_timeout_ms: "},
        {{.read_timeout_ms = -2}, "read_timeout_ms: "},
        {{.max_redirects = -1}, "max_redirects: "},
        {{.redirects = 4}, "redirects: "},
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(request_is_invalid(NULL, "GET", "http://h", &wrong[i].request,
                                 wrong[i].words));
}

/* Zeros are the session's. */
static void a_request_may_say_otherwise(void)
{
    const eft_http_session_options session = {.total_timeout_ms = 1,
                                              .connect_timeout_ms = 2,
                                              .read_timeout_ms = 3,
                                              .max_body = 4,
                                              .redirects = EFT_HTTP_RETURN,
                                              .max_redirects = 5,
                                              .raise_for_status = true};
    const eft_http_request request = {.total_timeout_ms = 11,
                                      .connect_timeout_ms = 12,
                                      .read_timeout_ms = EFT_FOREVER,
                                      .max_body = 14,
                                      .redirects = EFT_HTTP_REFUSE,
                                      .max_redirects = 15};
    const eft_http_request *const requests[] = {NULL, &request};

    for (int i = 0; i < 2; i++) {
        eft__http_options *options;
        eft__http_request *made =
            request_made(&session, &options, "GET", "http://h", requests[i]);

        if (made) {
            CHECK(made->total_timeout_ms == (i ? 11 : 1));
            CHECK(made->target.connect_timeout_ms == (i ? 12 : 2));
            CHECK(made->read_timeout_ms == (i ? EFT_FOREVER : 3));
            CHECK(made->max_body == (size_t)(i ? 14 : 4));
            CHECK(made->redirects == (i ? EFT_HTTP_REFUSE : EFT_HTTP_RETURN));
            CHECK(made->target.redirects == made->redirects);
            CHECK(made->max_redirects == (i ? 15 : 5));
            CHECK(made->raise_for_status);
        }
        eft__http_request_free(made);
        eft__free(options);
    }
}

static void a_base_url_is_a_whole_one(void)
{
    static const char *const relative[] = {"nonsense", "", "/x", "//host/"};

    for (size_t i = 0; i < sizeof relative / sizeof *relative; i++)
        CHECK(
            session_refuses((eft_http_session_options){.base_url = relative[i]},
                            EFT_EURL, "base_url: it has to be absolute"));
    CHECK(session_refuses((eft_http_session_options){.base_url = "ws://h"},
                          EFT_ESCHEME, "base_url: the scheme"));
    CHECK(session_refuses((eft_http_session_options){.base_url = "http://h/\n"},
                          EFT_EURL, "base_url: the URL holds a control"));
}

static void texts_are_checked(void)
{
    static char path[109];

    memset(path, 'a', sizeof path - 1);
    CHECK(invalid((eft_http_session_options){.user_agent = "a\nb"},
                  "user_agent: "));
    CHECK(invalid((eft_http_session_options){.user = "a\nb"}, "user: "));
    CHECK(invalid((eft_http_session_options){.unix_path = ""}, "unix_path: "));
    CHECK(invalid((eft_http_session_options){.unix_path = path},
                  "unix_path: it has more than 107"));
    CHECK(session_accepts((eft_http_session_options){.unix_path = path + 1}));
    CHECK(invalid(
        (eft_http_session_options){.unix_path = "/x", .proxy = "http://p"},
        "proxy: "));
    CHECK(session_accepts(
        (eft_http_session_options){.unix_path = "/x", .proxy = ""}));
    CHECK(invalid((eft_http_session_options){.tls = {.key_file = "k"}},
                  "tls.key_file: "));
    CHECK(invalid((eft_http_session_options){.tls = {.server_name = "a b"}},
                  "tls.server_name: "));
    CHECK(invalid((eft_http_session_options){.tls = {.server_name = ""}},
                  "tls.server_name: "));
}

static bool takes(const char *host, const char *address)
{
    const eft_http_address one[] = {{host, 0, address}};

    return session_accepts(
        (eft_http_session_options){.addresses = one, .address_count = 1});
}

static bool has_no(const char *host, const char *address, const char *words)
{
    const eft_http_address one[] = {{"a", 0, "::"}, {host, 0, address}};

    return invalid(
        (eft_http_session_options){.addresses = one, .address_count = 2},
        words);
}

static void addresses_are_numeric(void)
{
    CHECK(takes("a.example", "127.0.0.1"));
    CHECK(takes("a_b.example", "::1"));
    CHECK(takes("127.0.0.2", "127.0.0.1"));
    CHECK(takes("::1", "127.0.0.1"));
    CHECK(has_no(NULL, "127.0.0.1", "addresses: a host"));
    CHECK(has_no("", "127.0.0.1", "addresses: a host"));
    CHECK(has_no("a:80", "127.0.0.1", "addresses: a host"));
    CHECK(has_no("a b", "127.0.0.1", "addresses: a host"));
    CHECK(has_no("u@a", "127.0.0.1", "addresses: a host"));
    CHECK(has_no("[::1]", "127.0.0.1", "addresses: a host"));
    CHECK(has_no("*", "127.0.0.1", "addresses: a host"));
    CHECK(has_no("a/b", "127.0.0.1", "addresses: a host"));
    CHECK(has_no("a", NULL, "addresses: that of a is"));
    CHECK(has_no("a", "localhost", "addresses: that of a is"));
    CHECK(invalid((eft_http_session_options){.address_count = 1},
                  "addresses: there are none"));
    CHECK(invalid(
        (eft_http_session_options){
            .addresses = (const eft_http_address[]){{"a", 0, "::"}}},
        "addresses: their count"));
}

static const char *const addresses[] = {
    "0.0.0.0",
    "255.255.255.255",
    "::",
    "::1",
    "1::",
    "1:2:3:4:5:6:7:8",
    "1::8",
    "fe80::1",
    "::ffff:1.2.3.4",
    "ABCD::EF0",
    "1:2:3:4:5:6:1.2.3.4",
    "1:2:3:4:5:6:7::",
};
static const char *const no_addresses[] = {
    "",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.",
    "1..3.4",
    "1.2.3.4 ",
    ":",
    ":::",
    ":::1",
    "1:::2",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "g::",
    "12345::",
    "1:2:3:4:5:6:7:8:9",
    "[::1]",
    "fe80::1%1",
    "::1.2.3",
    "1:2:3:4:5:6:7:1.2.3.4",
    "1:",
    ":1",
    "1:2:3:4:5:6:7:8::",
    "::1:",
    "1234",
    "::1.2.3.4:5",
};

static void addresses_are_read_strictly(void)
{
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        if (!eft__is_address(addresses[i]))
            test_explain("# %s\n", addresses[i]), CHECK(false);
    for (size_t i = 0; i < sizeof no_addresses / sizeof *no_addresses; i++)
        if (eft__is_address(no_addresses[i]))
            test_explain("# %s\n", no_addresses[i]), CHECK(false);
    CHECK(!eft__is_address(NULL));
}

const test_case suite_http_options[] = {
    {"zeros_are_the_defaults", zeros_are_the_defaults},
    {"options_are_copied", options_are_copied},
    {"numbers_have_ranges", numbers_have_ranges},
    {"a_connection_may_be_kept_for_ever", a_connection_may_be_kept_for_ever},
    {"those_of_a_request_do_too", those_of_a_request_do_too},
    {"a_request_may_say_otherwise", a_request_may_say_otherwise},
    {"a_base_url_is_a_whole_one", a_base_url_is_a_whole_one},
    {"texts_are_checked", texts_are_checked},
    {"addresses_are_numeric", addresses_are_numeric},
    {"addresses_are_read_strictly", addresses_are_read_strictly},
    {NULL, NULL},
};
