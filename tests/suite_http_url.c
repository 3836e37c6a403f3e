/* SPDX-License-Identifier: MIT
 * URLs of requests: what is refused, and what is made of the rest. */
#include <string.h>

#include <eft/eft.h>

#include "request_case.h"
#include "sdk/core/memory.h"
#include "sdk/net/http_url.h"
#include "suite.h"

static bool gets(const char *url, const char *expected)
{
    char text[400] = "GET ";

    strncat(text, expected, sizeof text - 5);
    return request_is(NULL, "GET", url, NULL, text);
}

static bool is_no_url(const char *url, const char *words)
{
    return request_fails(NULL, "GET", url, NULL, EFT_EURL, words);
}

static void a_url_is_normalised(void)
{
    CHECK(gets("http://host", "http://host/"));
    CHECK(gets("HTTPS://Host.Example:443/X", "https://host.example/X"));
    CHECK(gets("http://host:80", "http://host/"));
    CHECK(gets("http://host:443?q", "http://host:443/?q"));
    CHECK(gets("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"));
    CHECK(gets("  http://host/x  ", "http://host/x"));
    CHECK(gets("http://host:", "http://host/"));
    CHECK(gets("http://host/?", "http://host/?"));
}

static void a_fragment_is_dropped(void)
{
    CHECK(gets("http://host#here", "http://host/"));
    CHECK(gets("http://host/a?b=c#d?e", "http://host/a?b=c"));
    CHECK(gets("http://host/a #\x01", "http://host/a%20"));
}

static void what_has_no_place_in_a_url_is_encoded(void)
{
    CHECK(gets("http://host/a b\"<>\\^`{|}",
               "http://host/a%20b%22%3C%3E%5C%5E%60%7B%7C%7D"));
    CHECK(gets("http://host/b\xc3\xbc"
               "cher?\xe4\xb8\xad",
               "http://host/b%C3%BCcher?%E4%B8%AD"));
    CHECK(gets("http://host/it's?it's", "http://host/it's?it%27s"));
    CHECK(gets("http://host/%41%zz%?%", "http://host/%41%zz%?%"));
    CHECK(gets("http://host/-._~!$&'()*+,;=:@/[]?/?:@!$&()*+,;=[]",
               "http://host/-._~!$&'()*+,;=:@/[]?/?:@!$&()*+,;=[]"));
}

static void dots_in_a_path_are_resolved(void)
{
    CHECK(gets("http://host/a/../b/./c", "http://host/b/c"));
    CHECK(gets("http://host/a/..", "http://host/"));
    CHECK(gets("http://host/../../a/.", "http://host/a/"));
    CHECK(gets("http://host/a/%2e%2E/b", "http://host/b"));
    CHECK(gets("http://host/.a/..b/...", "http://host/.a/..b/..."));
    CHECK(gets("http://host/a?/../b", "http://host/a?/../b"));
}

static void what_is_no_url_has_a_sentence(void)
{
    char url[9000] = "http://host/";

    CHECK(is_no_url(NULL, "there is no URL"));
    CHECK(is_no_url("", "no base_url"));
    CHECK(is_no_url("/path", "no base_url"));
    CHECK(is_no_url("host.example/path", "no base_url"));
    CHECK(is_no_url("http:host", "begins with http://"));
    CHECK(is_no_url("http:/host", "begins with http://"));
    CHECK(is_no_url("http://", "has no host"));
    CHECK(is_no_url("http:///path", "has no host"));
    CHECK(is_no_url("http://ho st/", "no place in a host"));
    CHECK(is_no_url("http://host:99999/", "a port is a number"));
    CHECK(is_no_url("http://host:0/", "a port is a number"));
    CHECK(is_no_url("http://[::1/", "IPv6"));
    CHECK(is_no_url("http://[h", "IPv6"));
    CHECK(is_no_url("http://host #", "no place in a host"));
    CHECK(is_no_url("http://b\xc3\xbc"
                    "cher.example/",
                    "xn--"));
    CHECK(is_no_url("http://\xc3\xbc.example/", "xn--"));
    CHECK(is_no_url("http://host/a\nb", "control character"));
    CHECK(is_no_url("http://host/a\r\nX-A: b", "control character"));
    CHECK(is_no_url("http://host/\x7f", "control character"));
    memset(url + 12, 'a', sizeof url - 13);
    CHECK(is_no_url(url, "8192"));
    url[8192] = 0;
    CHECK(strlen(request_of(NULL, "GET", url, NULL)) == 4 + 8192);
    url[8191] = ' ';
    url[8190] = '{';
    CHECK(is_no_url(url, "8192"));
}

static void a_sentence_shows_the_url_without_its_password(void)
{
    CHECK(request_is(NULL, "GET", "ftp://me:secret@host/", NULL,
                     "EFT_ESCHEME: \"ftp://me:***@host/\": the scheme of an "
                     "HTTP URL is http or https"));
    CHECK(is_no_url("http://me:secret@host/\n\xff", "me:***@host/??\": "));
}

static void another_scheme_has_its_own_error(void)
{
    static const char *const urls[] = {"ws://host/",      "ftp://host/",
                                       "file:///etc",     "data:,x",
                                       "localhost:8080/", "httpss://h"};

    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        CHECK(request_fails(NULL, "GET", urls[i], NULL, EFT_ESCHEME,
                            "is http or https"));
}

static void relative_urls_have_a_base(void)
{
    static const struct {
        const char *reference;
        const char *url;
    } pairs[] = {
        {"users", "GET https://api.example/v1/users"},
        {"/users?a=b", "GET https://api.example/users?a=b"},
        {"../x", "GET https://api.example/x"},
        {"?y", "GET https://api.example/v1/list?y"},
        {"", "GET https://api.example/v1/list?all"},
        {"#f", "GET https://api.example/v1/list?all"},
        {"//other/x", "GET https://other/x"},
        {"http://other/x", "GET http://other/x"},
        {"a:b",
         "EFT_ESCHEME: \"a:b\": the scheme of an HTTP URL is http or https"},
        {"./a:b c", "GET https://api.example/v1/a:b%20c"},
    };
    const eft_http_session_options options = {
        .base_url = "https://API.example:443/v1/list?all#top"};

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        CHECK(request_is(&options, "GET", pairs[i].reference, NULL,
                         pairs[i].url));
}

/* As a page does: with nothing before them. */
static void a_world_may_resolve_them_itself(void)
{
    static const eft_target_http_traits page = {.resolves = true};
    eft_http_session_options options = {.user = "me"};

    request_world(&page, NULL);
    CHECK(gets("/a b?c#d", "/a%20b?c"));
    CHECK(gets("../x", "../x"));
    CHECK(gets("", ""));
    CHECK(gets("//other/x", "//other/x"));
    CHECK(gets("http://host", "http://host/"));
    CHECK(request_is(&options, "GET", "x", NULL,
                     "GET x | Authorization: Basic bWU6"));
    options.base_url = "http://host/";
    CHECK(request_is(&options, "GET", "x", NULL,
                     "GET http://host/x | Authorization: Basic bWU6"));
    request_world(NULL, NULL);
}

static void the_origin_is_what_limits_count_by(void)
{
    static const struct {
        const char *url;
        const char *origin;
        bool tls;
    } some[] = {
        {"HTTP://Host:80/x", "http://host", false},
        {"https://host:8443?x", "https://host:8443", true},
        {"http://[::1]", "http://[::1]", false},
    };

    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        eft__http_options *options;
        eft__http_request *made =
            request_made(NULL, &options, "GET", some[i].url, NULL);

        if (made) {
            CHECK(made->origin_length == strlen(some[i].origin));
            CHECK(!strncmp(made->target.url, some[i].origin,
                           made->origin_length));
            CHECK(made->tls == some[i].tls);
        }
        eft__http_request_free(made);
        eft__free(options);
    }
}

/* Writes what a reference leads to; false: it is refused. */
static bool written(const eft__url *base, const char *text, char *to,
                    size_t room)
{
    eft__http_reference reference;
    const char *why = NULL;
    size_t origin;

    if (eft__http_url_read(&reference, base, false, text, &why))
        return CHECK(why != NULL), false;
    if (reference.size > room)
        return CHECK(false), false;
    char *end = eft__http_url_write(&reference, to, &origin);
    CHECK((size_t)(end - to) < reference.size);
    CHECK(!strncmp(to, "http", 4) && to[origin] == '/');
    *end = 0;
    return true;
}

static uint32_t next_random(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525 + 1013904223;
    return (*state >> 8) % below;
}

/* What is written is a URL, and stays what it is when it is read again. */
static void random_references_become_urls(void)
{
    static const char *const parts[] = {
        "a",     "/", "//",    ".",  "..",       "%2e",      "%",        "?",
        "#",     ":", "@",     " ",  "\xc3\xbc", "\xff",     "\"",       "'",
        "[::1]", "[", "]",     "\\", "http:",    "https://", "http://h", ":80",
        ":443",  "{", "a=b&c", "^",  "|",        "../",      "./",       "~",
    };
    static const char legal[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
                                "UVWXYZ0123456789-._~!$&'()*+,;=:@%/?[]";
    eft__url base = {.url = (char[]){"https://host:8443/a/b?c"}};
    char text[100], url[700], again[700];
    uint32_t state = 1;

    base.target = base.url + strlen("https://host:8443");
    base.tls = true;
    for (int i = 0; i < 20000; i++) {
        text[0] = 0;
        for (uint32_t k = next_random(&state, 9); k; k--)
            strcat(text,
                   parts[next_random(&state, sizeof parts / sizeof *parts)]);
        if (!written(&base, text, url, sizeof url))
            continue;
        bool same = strspn(url, legal) == strlen(url) &&
                    written(NULL, url, again, sizeof again) &&
                    !strcmp(url, again);
        if (!same)
            test_explain("# %s: %s\n", text, url), CHECK(false);
    }
}

const test_case suite_http_url[] = {
    {"a_url_is_normalised", a_url_is_normalised},
    {"a_fragment_is_dropped", a_fragment_is_dropped},
    {"what_has_no_place_in_a_url_is_encoded",
     what_has_no_place_in_a_url_is_encoded},
    {"dots_in_a_path_are_resolved", dots_in_a_path_are_resolved},
    {"what_is_no_url_has_a_sentence", what_is_no_url_has_a_sentence},
    {"a_sentence_shows_the_url_without_its_password",
     a_sentence_shows_the_url_without_its_password},
    {"another_scheme_has_its_own_error", another_scheme_has_its_own_error},
    {"relative_urls_have_a_base", relative_urls_have_a_base},
    {"a_world_may_resolve_them_itself", a_world_may_resolve_them_itself},
    {"random_references_become_urls", random_references_become_urls},
    {"the_origin_is_what_limits_count_by", the_origin_is_what_limits_count_by},
    {NULL, NULL},
};
