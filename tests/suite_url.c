/* SPDX-License-Identifier: MIT
 * URLs: what is refused, and why. */
#include <string.h>

#include <eft/eft.h>

#include "sdk/core/memory.h"
#include "sdk/net/url.h"
#include "suite.h"

static int32_t parse(const char *text)
{
    const char *why = NULL;
    eft__url url;
    int32_t error = eft__url_parse(&url, text, &why);

    if (!error)
        eft__url_fini(&url);
    else if (error != EFT_ENOMEM && text && !why)
        return 1;
    return error;
}

/* Does text parse to these parts? */
static bool gives(const char *text, const char *whole, const char *host,
                  unsigned port, const char *target, bool tls)
{
    const char *why = NULL;
    eft__url url;

    if (eft__url_parse(&url, text, &why))
        return false;
    bool same = !strcmp(url.url, whole) && !strcmp(url.host, host) &&
                url.port == port &&
                !strncmp(url.target, target, strlen(target) + 1) &&
                url.tls == tls;
    eft__url_fini(&url);
    return same;
}

static void parts_are_told_apart(void)
{
    CHECK(gives("ws://host/", "ws://host/", "host", 80, "/", false));
    CHECK(gives("wss://host", "wss://host/", "host", 443, "/", true));
    CHECK(gives("ws://127.0.0.1:8765/a/b?c=d", "ws://127.0.0.1:8765/a/b?c=d",
                "127.0.0.1", 8765, "/a/b?c=d", false));
    CHECK(gives("ws://[::1]:81/x", "ws://[::1]:81/x", "::1", 81, "/x", false));
    CHECK(gives("ws://host?q", "ws://host/?q", "host", 80, "/?q", false));
}

static void it_is_normalised(void)
{
    CHECK(gives("WS://host:80", "ws://host/", "host", 80, "/", false));
    CHECK(gives("WsS://host:443/x", "wss://host/x", "host", 443, "/x", true));
    CHECK(gives("wss://host:80/x", "wss://host:80/x", "host", 80, "/x", true));
    CHECK(gives("ws://host:/x", "ws://host/x", "host", 80, "/x", false));
}

static void an_unknown_scheme_has_its_own_error(void)
{
    CHECK(parse("http://host/") == EFT_ESCHEME);
    CHECK(parse("ftp://host/") == EFT_ESCHEME);
    CHECK(parse("w://host/") == EFT_ESCHEME);
    CHECK(parse("wsss://host/") == EFT_ESCHEME);
}

static void malformed_ones_are_refused(void)
{
    static const char *const malformed[] = {
        "",
        "host",
        "://host",
        "ws:/host",
        "ws:host",
        "ws://",
        "ws:///path",
        "ws://:80/",
        "ws://ho st",
        "ws://host\n/",
        "ws://host/\x01",
        "ws://h\xc3\xa4/",
        "ws://host/ ",
        "ws://host:0/",
        "ws://host:65536/",
        "ws://host:1a/",
        "ws://host:-1/",
        "ws://[::1/",
        "ws://[]/",
        "ws://[::g]/",
        "ws://host/#f",
        "ws://host#",
        "ws://a%20b/",
        "ws://host\\x",
        "ws://host:99999999999999999999/",
        " ws://host/",
        "ws://a,b/",
    };

    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        if (parse(malformed[i]) != EFT_EURL)
            CU_FAIL("a malformed URL was not refused with EFT_EURL");
    CHECK(parse(NULL) == EFT_EURL);
}

static void a_long_url_is_refused(void)
{
    static char text[100001];

    memset(text, 'a', sizeof text - 1);
    memcpy(text, "ws://host/", 10);
    CHECK(parse(text) == EFT_EURL);
    text[EFT__URL_LENGTH] = 0;
    CHECK(parse(text) == 0);
}

static void a_long_host_is_refused(void)
{
    char text[400] = "ws://";

    memset(text + 5, 'h', 300);
    CHECK(parse(text) == EFT_EURL);
}

/* Does the URL of this user give this header, and no more of it elsewhere? */
static bool authorizes(const char *text, const char *header)
{
    char basic[200] = "";
    const char *why = NULL;
    eft__url_parts parts;

    if (eft__url_read(&parts, text, &why))
        return false;
    size_t size = eft__url_basic_size(&parts);
    if (size > sizeof basic)
        return false;
    size_t written = (size_t)(eft__url_basic_write(&parts, basic) - basic);
    return !strcmp(basic, header) && written <= size &&
           (written > 0) == (size > 0);
}

/* RFC 7617 section 2 has the first one. */
static void user_and_password_become_basic_authorization(void)
{
    CHECK(authorizes("ws://Aladdin:open%20sesame@host/",
                     "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    CHECK(authorizes("ws://test:123%C2%A3@host/", "Basic dGVzdDoxMjPCow=="));
    CHECK(authorizes("ws://user:secret@host/", "Basic dXNlcjpzZWNyZXQ="));
    CHECK(authorizes("ws://user:se:cr@host/", "Basic dXNlcjpzZTpjcg=="));
    CHECK(authorizes("ws://user@host/", "Basic dXNlcjo="));
    CHECK(authorizes("ws://ab:c@host/", "Basic YWI6Yw=="));
    CHECK(authorizes("ws://:secret@host/", "Basic OnNlY3JldA=="));
    CHECK(authorizes("ws://@host/", ""));
    CHECK(authorizes("ws://host/", ""));
}

static void the_url_itself_has_no_user(void)
{
    CHECK(gives("ws://user:secret@host:81/x", "ws://host:81/x", "host", 81,
                "/x", false));
    CHECK(
        gives("ws://user:secret@[::1]/", "ws://[::1]/", "::1", 80, "/", false));
    CHECK(gives("ws://host/a@b", "ws://host/a@b", "host", 80, "/a@b", false));
    CHECK(gives("ws://host?a@b", "ws://host/?a@b", "host", 80, "/?a@b", false));
}

static void malformed_users_are_refused(void)
{
    CHECK(parse("ws://a%0Ab:c@host/") == EFT_EURL);
    CHECK(parse("ws://a:b%00@host/") == EFT_EURL);
    CHECK(parse("ws://a%3Ab:c@host/") == EFT_EURL);
    CHECK(parse("ws://a%7F@host/") == EFT_EURL);
    CHECK(parse("ws://a%2:c@host/") == EFT_EURL);
    CHECK(parse("ws://a%zz:c@host/") == EFT_EURL);
    CHECK(parse("ws://a%@host/") == EFT_EURL);
    CHECK(parse("ws://a<b@host/") == EFT_EURL);
    CHECK(parse("ws://a@b@host/") == EFT_EURL);
    CHECK(parse("ws://a:b@/") == EFT_EURL);
}

/* Where does a reference lead from there? */
static bool leads(const char *base_text, const char *reference,
                  const char *expected)
{
    const char *why = NULL;
    char *text = NULL;
    eft__url base;

    if (eft__url_parse(&base, base_text, &why))
        return false;
    int32_t error = eft__url_resolve(&base, reference, &text, &why);
    eft__url_fini(&base);
    if (error)
        return false;
    bool same = !strcmp(text, expected);
    if (!same)
        test_explain("# %s gives %s\n", reference, text);
    eft__free(text);
    return same;
}

/* Those of RFC 3986 section 5.4 that a WebSocket's URL can have. */
static void references_are_resolved(void)
{
    static const char *const examples[][2] = {
        {"g", "ws://a/b/c/g"},
        {"./g", "ws://a/b/c/g"},
        {"g/", "ws://a/b/c/g/"},
        {"/g", "ws://a/g"},
        {"//g", "ws://g"},
        {"?y", "ws://a/b/c/d;p?y"},
        {"g?y", "ws://a/b/c/g?y"},
        {"#s", "ws://a/b/c/d;p?q"},
        {"g#s", "ws://a/b/c/g"},
        {"g?y#s", "ws://a/b/c/g?y"},
        {";x", "ws://a/b/c/;x"},
        {"g;x", "ws://a/b/c/g;x"},
        {"", "ws://a/b/c/d;p?q"},
        {".", "ws://a/b/c/"},
        {"./", "ws://a/b/c/"},
        {"..", "ws://a/b/"},
        {"../", "ws://a/b/"},
        {"../g", "ws://a/b/g"},
        {"../..", "ws://a/"},
        {"../../", "ws://a/"},
        {"../../g", "ws://a/g"},
        {"../../../g", "ws://a/g"},
        {"/./g", "ws://a/g"},
        {"/../g", "ws://a/g"},
        {"g.", "ws://a/b/c/g."},
        {".g", "ws://a/b/c/.g"},
        {"g..", "ws://a/b/c/g.."},
        {"..g", "ws://a/b/c/..g"},
        {"./../g", "ws://a/b/g"},
        {"./g/.", "ws://a/b/c/g/"},
        {"g/./h", "ws://a/b/c/g/h"},
        {"g/../h", "ws://a/b/c/h"},
        {"g;x=1/../y", "ws://a/b/c/y"},
        {"g?y/../x", "ws://a/b/c/g?y/../x"},
    };

    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        CHECK(leads("ws://a/b/c/d;p?q", examples[i][0], examples[i][1]));
}

static void whole_references_may_be_of_http(void)
{
    CHECK(leads("ws://a/", "http://b/x", "ws://b/x"));
    CHECK(leads("ws://a/", "HTTPS://b/x#f", "wss://b/x"));
    CHECK(leads("wss://a:81/", "ws://b", "ws://b"));
    CHECK(leads("wss://a:81/", "//b:82/./x", "wss://b:82/x"));
    CHECK(leads("ws://[::1]:81/x?y", "z", "ws://[::1]:81/z"));
    CHECK(leads("ws://a/", "b:c", "ws://a/b:c") == false);
    CHECK(leads("ws://a/", "ftp://b/", "ws://a/") == false);
    CHECK(leads("ws://a/", "./b:c", "ws://a/b:c"));
}

static void an_origin_is_scheme_host_and_port(void)
{
    const char *why = NULL;
    eft__url_parts parts;
    eft__url url;

    REQUIRE(!eft__url_parse(&url, "wss://Host/a", &why));
    CHECK(!eft__url_read(&parts, "wss://u:p@hOST:443/b", &why));
    CHECK(eft__url_same_origin(&url, &parts));
    CHECK(!eft__url_read(&parts, "wss://host:444/", &why));
    CHECK(!eft__url_same_origin(&url, &parts));
    CHECK(!eft__url_read(&parts, "ws://host:443/", &why));
    CHECK(!eft__url_same_origin(&url, &parts));
    CHECK(!eft__url_read(&parts, "wss://hosts/", &why));
    CHECK(!eft__url_same_origin(&url, &parts));
    CHECK(!eft__url_read(&parts, "wss://hos/", &why));
    CHECK(!eft__url_same_origin(&url, &parts));
    eft__url_fini(&url);
}

/* Is text shown as that? */
static bool shows(const char *text, const char *expected)
{
    char shown[EFT__URL_SHOWN];

    eft__url_show(shown, sizeof shown, text);
    if (strcmp(shown, expected) != 0)
        test_explain("# %s is shown as %s\n", text, shown);
    return !strcmp(shown, expected);
}

static void a_password_is_not_shown(void)
{
    CHECK(shows("ws://user:secret@host:81/x", "ws://user:***@host:81/x"));
    CHECK(shows("ws://:secret@host/", "ws://:***@host/"));
    CHECK(shows("ws://user:@host/", "ws://user:***@host/"));
    CHECK(shows("ws://user:se:cr@[::1]:81/", "ws://user:***@[::1]:81/"));
    CHECK(shows("ws://user@host/", "ws://user@host/"));
    CHECK(shows("ws://host:81/a@b", "ws://host:81/a@b"));
    CHECK(shows("ws://[::1]:81/a:b@c", "ws://[::1]:81/a:b@c"));
    CHECK(shows("ws://host/a:b@c", "ws://host/a:b@c"));
    CHECK(shows("ws://host", "ws://host"));
    CHECK(shows("", ""));
}

static void nor_is_that_of_what_is_no_url(void)
{
    CHECK(shows("ws://user:se/cr?e#t@host/", "ws://user:***@host/"));
    CHECK(shows("ws://user:se@cr@host/", "ws://user:***@host/"));
    CHECK(shows("ws://[user:secret@host/", "ws://[user:***@host/"));
    CHECK(shows("ws://[us]er:secret@host/", "ws://[us]er:***@host/"));
    CHECK(shows("user:secret@host", "user:***@host"));
    CHECK(shows("user:se://cret@host", "user:***@host"));
    CHECK(shows("ws:/user:secret@host", "ws:***@host"));
    CHECK(shows("ws:user:secret@host/@", "ws:***@"));
    CHECK(shows("ws://[zz]/a@b", "ws://[zz]/a@b"));
    CHECK(shows("ws://[::1", "ws://[::1"));
}

static void what_is_shown_is_one_line_and_bounded(void)
{
    char text[200] = "ws://host/", shown[EFT__URL_SHOWN];

    CHECK(shows("ws://h\xc3\xa4\n\x7fi/ x", "ws://h\xc3\xa4??i/ x"));
    CHECK(shows("ws://\xc3(\xe2\x80", "ws://?(??"));
    CHECK(shows("\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\xe2\x82\xac",
                "????????\xe2\x82\xac"));
    memset(text + 10, 'a', sizeof text - 11);
    text[EFT__URL_SHOWN - 1] = 0;
    CHECK(shows(text, text));
    text[EFT__URL_SHOWN - 1] = 'a';
    eft__url_show(shown, sizeof shown, text);
    CHECK(strlen(shown) == EFT__URL_SHOWN - 1);
    CHECK(!strcmp(shown + EFT__URL_SHOWN - 5, "a..."));
    memcpy(text + EFT__URL_SHOWN - 6, "\xf0\x9f\xa6\x8e", 4);
    eft__url_show(shown, sizeof shown, text);
    CHECK(!strcmp(shown + EFT__URL_SHOWN - 7, "a..."));
    memset(text + 5, ':', sizeof text - 6);
    text[sizeof text - 2] = '@';
    CHECK(shows(text, "ws://:***@"));
    memset(text + 5, 'u', 150);
    eft__url_show(shown, sizeof shown, text);
    CHECK(!strcmp(shown + EFT__URL_SHOWN - 5, "u..."));
}

static bool answers(const char *text, int32_t error, const char *sentence)
{
    int32_t got = eft_await(eft_ws_connect(text, NULL)).error;

    if (strcmp(eft_error_detail(), sentence) != 0)
        test_explain("# it says %s\n", eft_error_detail());
    return got == error && !strcmp(eft_error_detail(), sentence);
}

static void connect_answers_a_bad_url_with_its_sentence(void)
{
    CHECK(answers("nonsense", EFT_EURL,
                  "\"nonsense\": a URL begins with ws:// or wss://"));
    CHECK(answers("gopher://u:p@x/", EFT_ESCHEME,
                  "\"gopher://u:***@x/\": the scheme of a WebSocket's URL is "
                  "ws or wss"));
    CHECK(answers("ws://[zz]/", EFT_EURL,
                  "\"ws://[zz]/\": what stands in brackets is an IPv6 "
                  "address, as in [::1]"));
    CHECK(answers(NULL, EFT_EURL, "there is no URL"));
}

const test_case suite_url[] = {
    {"parts_are_told_apart", parts_are_told_apart},
    {"it_is_normalised", it_is_normalised},
    {"an_unknown_scheme_has_its_own_error",
     an_unknown_scheme_has_its_own_error},
    {"malformed_ones_are_refused", malformed_ones_are_refused},
    {"a_long_url_is_refused", a_long_url_is_refused},
    {"a_long_host_is_refused", a_long_host_is_refused},
    {"user_and_password_become_basic_authorization",
     user_and_password_become_basic_authorization},
    {"the_url_itself_has_no_user", the_url_itself_has_no_user},
    {"malformed_users_are_refused", malformed_users_are_refused},
    {"references_are_resolved", references_are_resolved},
    {"whole_references_may_be_of_http", whole_references_may_be_of_http},
    {"an_origin_is_scheme_host_and_port", an_origin_is_scheme_host_and_port},
    {"a_password_is_not_shown", a_password_is_not_shown},
    {"nor_is_that_of_what_is_no_url", nor_is_that_of_what_is_no_url},
    {"what_is_shown_is_one_line_and_bounded",
     what_is_shown_is_one_line_and_bounded},
    {"connect_answers_a_bad_url_with_its_sentence",
     connect_answers_a_bad_url_with_its_sentence},
    {NULL, NULL},
};
