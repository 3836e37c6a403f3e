/* SPDX-License-Identifier: MIT
 * What redirects change. */
#include <stdio.h>
#include <string.h>

#include <eft/eft.h>

#include "request_case.h"
#include "sdk/core/memory.h"
#include "suite.h"

static const eft_http_pair headers[] = {
    {"Authorization", "Bearer x"}, {"cookie", "a=b"},
    {"Proxy-Authorization", "c"},  {"X-A", "1"},
    {"Content-Language", "de"},
};

static eft_result write_nothing(eft_http_upload *upload, void *arg)
{
    (void)upload;
    (void)arg;
    return eft_ok();
}

/* The next hop of a request that has been answered so, in words. */
static const char *next(eft_http_session_options *session, const char *method,
                        const char *url, const eft_http_request *request,
                        int status, const char *location)
{
    static char text[400];
    eft__http_options *options;
    eft__http_words words;
    int32_t error = 0;
    eft__http_request *from =
        request_made(session, &options, method, url, request);

    strcpy(text, "(memory)");
    if (from) {
        eft__http_request *to = eft__http_request_redirected(
            from, status, location, &error, &words);

        if (to)
            strncpy(text, request_text(to), sizeof text - 1);
        else if (error != EFT_ENOMEM)
            snprintf(text, sizeof text, "%s: %s", eft_error_name(error),
                     words.text);
        eft__http_request_free(to ? to : from);
    }
    eft__free(options);
    return text;
}

static bool leads(const char *method, const char *url,
                  const eft_http_request *request, int status,
                  const char *location, const char *expected)
{
    const char *got = next(NULL, method, url, request, status, location);

    if (strcmp(got, expected))
        test_explain("# got  %s\n# not  %s\n", got, expected);
    return !strcmp(got, expected);
}

static bool tells(const char *text, const char *words)
{
    return strstr(text, words) != NULL;
}

static void some_statuses_lead_elsewhere(void)
{
    static const int statuses[] = {301, 302, 303, 307, 308};
    static const int others[] = {200, 201, 300, 304, 305, 306, 309, 400};

    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        CHECK(eft__http_is_redirect(statuses[i], "x"));
        CHECK(eft__http_is_redirect(statuses[i], ""));
        CHECK(!eft__http_is_redirect(statuses[i], NULL));
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK(!eft__http_is_redirect(others[i], "x"));
}

static void methods_change_as_browsers_do_it(void)
{
    static const struct {
        int status;
        const char *method;
        const char *next;
    } rules[] = {
        {301, "GET", "GET"},     {301, "POST", "GET"},
        {301, "PUT", "PUT"},     {301, "HEAD", "HEAD"},
        {302, "POST", "GET"},    {302, "DELETE", "DELETE"},
        {302, "PATCH", "PATCH"}, {303, "POST", "GET"},
        {303, "PUT", "GET"},     {303, "DELETE", "GET"},
        {303, "HEAD", "HEAD"},   {303, "GET", "GET"},
        {307, "POST", "POST"},   {307, "GET", "GET"},
        {308, "POST", "POST"},   {308, "PUT", "PUT"},
        {303, "OPTIONS", "GET"}, {301, "OPTIONS", "OPTIONS"},
    };

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const char *got = next(NULL, rules[i].method, "http://h", NULL,
                               rules[i].status, "/x");
        size_t length = strlen(rules[i].next);

        if (strncmp(got, rules[i].next, length) || got[length] != ' ')
            test_explain("# %d %s: %s\n", rules[i].status, rules[i].method,
                         got),
                CHECK(false);
    }
}

static void a_body_goes_with_its_headers_or_stays(void)
{
    eft_http_request request = {.data = "abc",
                                .length = 3,
                                .content_encoding = "gzip",
                                .headers = headers + 3,
                                .header_count = 2};

    CHECK(leads("POST", "http://h", &request, 302, "x",
                "GET http://h/x | X-A: 1"));
    CHECK(leads("PUT", "http://h", &request, 303, "x",
                "GET http://h/x | X-A: 1"));
    CHECK(leads("POST", "http://h", &request, 307, "x",
                "POST http://h/x | X-A: 1 | Content-Language: de | "
                "Content-Type: application/octet-stream | "
                "Content-Encoding: gzip > abc"));
    CHECK(leads("POST", "http://h", NULL, 308, "x", "POST http://h/x > "));
    CHECK(leads("POST", "http://h", NULL, 301, "x", "GET http://h/x"));
}

static void a_body_is_sent_again(void)
{
    static const eft_http_pair form[] = {{"a", "b"}};
    static const eft_http_part parts[] = {{.name = "a", .path = "/x"}};
    eft_http_request request = {.form = form, .form_count = 1};

    CHECK(leads("POST", "http://h", &request, 307, "x",
                "POST http://h/x | Content-Type: "
                "application/x-www-form-urlencoded > a=b"));
    request = (eft_http_request){.writer = write_nothing, .content_type = ""};
    CHECK(leads("POST", "http://h", &request, 307, "x", "POST http://h/x > *"));
    CHECK(leads("POST", "http://h", &request, 303, "x", "GET http://h/x"));
    request = (eft_http_request){.parts = parts, .part_count = 1};
    CHECK(leads("POST", "http://h", &request, 303, "x", "GET http://h/x"));
    CHECK(tells(next(NULL, "POST", "http://h", &request, 307, "x"), " > *"));
    request = (eft_http_request){.data = "abc", .length = 3, .lent = true};
    CHECK(tells(next(NULL, "POST", "http://h", &request, 307, "x"), " > abc"));
}

static void locations_are_resolved(void)
{
    CHECK(leads("GET", "http://h/a/b?c", NULL, 301, "d?e#f",
                "GET http://h/a/d?e"));
    CHECK(
        leads("GET", "http://h/a/b?c", NULL, 301, "../../d", "GET http://h/d"));
    CHECK(
        leads("GET", "http://h/a/b?c", NULL, 301, "?d", "GET http://h/a/b?d"));
    CHECK(leads("GET", "http://h/a/b?c", NULL, 301, "", "GET http://h/a/b?c"));
    CHECK(leads("GET", "https://h/a", NULL, 301, "//i:8443/",
                "GET https://i:8443/"));
    CHECK(leads("GET", "http://h/a", NULL, 301, "HTTPS://I", "GET https://i/"));
    CHECK(leads("GET", "http://h/a", NULL, 301, "/b c\xc3\xbc\xff",
                "GET http://h/b%20c%C3%BC%FF"));
}

static void nobody_is_authenticated_by_a_location(void)
{
    const eft_http_request request = {.user = "c:d"};

    CHECK(leads("GET", "http://h", NULL, 301, "http://a:b@h/x",
                "GET http://h/x"));
    CHECK(leads("GET", "http://h", &request, 301, "http://a:b@h/x",
                "GET http://h/x | Authorization: Basic Yzpk"));
}

static void credentials_stay_with_their_origin(void)
{
    const eft_http_request request = {.headers = headers, .header_count = 4};
    static const char *const strange[] = {"https://h/x", "http://h:8080/x",
                                          "//i/x", "http://h.i/x"};

    CHECK(leads("GET", "http://h", &request, 301, "http://H:80/x",
                "GET http://h/x | Authorization: Bearer x | cookie: a=b | "
                "Proxy-Authorization: c | X-A: 1"));
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
        const char *got =
            next(NULL, "GET", "http://h", &request, 301, strange[i]);

        CHECK(strstr(got, "/x | X-A: 1") && !strstr(got, "Bearer") &&
              !strstr(got, "cookie") && !strstr(got, "Proxy"));
    }
    CHECK(leads("GET", "http://a:b@h", NULL, 301, "x",
                "GET http://h/x | Authorization: Basic YTpi"));
    CHECK(leads("GET", "https://a:b@h", NULL, 301, "http://h/x",
                "GET http://h/x"));
}

static void credentials_do_not_come_back(void)
{
    eft_http_session_options session = {.base_url = "http://h", .user = "a:b"};
    eft__http_options *options;
    eft__http_words words;
    int32_t error;
    eft__http_request *from =
        request_made(&session, &options, "GET", "x", NULL);
    eft__http_request *to = NULL;

    if (from)
        to = eft__http_request_redirected(from, 301, "http://i/", &error,
                                          &words);
    if (to) {
        from = to;
        to = eft__http_request_redirected(from, 301, "http://h/x", &error,
                                          &words);
    }
    if (to)
        CHECK(!strcmp(request_text(to), "GET http://h/x"));
    eft__http_request_free(to ? to : from);
    eft__free(options);
}

static void what_is_no_http_is_refused(void)
{
    char location[9000] = "/";

    CHECK(leads("GET", "http://h", NULL, 301, "ftp://h/",
                "EFT_EREDIRECT: redirected to \"ftp://h/\": the scheme of an "
                "HTTP URL is http or https"));
    CHECK(leads("GET", "http://h", NULL, 301, "http://",
                "EFT_EREDIRECT: redirected to \"http://\": the URL has no "
                "host, or too long a one"));
    CHECK(tells(next(NULL, "GET", "http://h", NULL, 301, "javascript:x"),
                "EFT_EREDIRECT"));
    memset(location + 1, 'a', sizeof location - 2);
    CHECK(tells(next(NULL, "GET", "http://h", NULL, 301, location), "8192"));
    location[8190] = 0;
    CHECK(tells(next(NULL, "GET", "http://h", NULL, 301, location), "8192"));
}

static void a_unix_socket_has_one_origin(void)
{
    eft_http_session_options session = {.unix_path = "/run/x"};

    CHECK(!strcmp(next(&session, "GET", "http://h", NULL, 301, "/x"),
                  "GET http://h/x"));
    CHECK(!strcmp(next(&session, "GET", "http://h", NULL, 301, "//i/x"),
                  "EFT_EREDIRECT: redirected to http://i/x, which is not "
                  "behind unix_path"));
}

static void limits_go_along(void)
{
    int mark = 0;
    const eft_http_request request = {.total_timeout_ms = 1,
                                      .connect_timeout_ms = 2,
                                      .read_timeout_ms = 3,
                                      .max_body = 4,
                                      .redirects = EFT_HTTP_FOLLOW,
                                      .max_redirects = 5,
                                      .raise_for_status = true,
                                      .progress_arg = &mark};
    eft__http_options *options;
    eft__http_words words;
    int32_t error;
    eft__http_request *made =
        request_made(NULL, &options, "GET", "http://h", &request);
    eft__http_request *next = NULL;

    if (made)
        next = eft__http_request_redirected(made, 301, "https://i", &error,
                                            &words);
    if (next) {
        CHECK(next->total_timeout_ms == 1);
        CHECK(next->target.connect_timeout_ms == 2);
        CHECK(next->read_timeout_ms == 3);
        CHECK(next->max_body == 4);
        CHECK(next->redirects == EFT_HTTP_FOLLOW);
        CHECK(next->target.redirects == EFT_HTTP_FOLLOW);
        CHECK(next->max_redirects == 5);
        CHECK(next->raise_for_status);
        CHECK(next->progress_arg == &mark);
        CHECK(next->target.options == &options->options);
        CHECK(next->tls && next->origin_length == strlen("https://i"));
        CHECK(next->target.idempotent);
    }
    eft__http_request_free(next ? next : made);
    eft__free(options);
}

const test_case suite_http_redirect[] = {
    {"some_statuses_lead_elsewhere", some_statuses_lead_elsewhere},
    {"methods_change_as_browsers_do_it", methods_change_as_browsers_do_it},
    {"a_body_goes_with_its_headers_or_stays",
     a_body_goes_with_its_headers_or_stays},
    {"a_body_is_sent_again", a_body_is_sent_again},
    {"locations_are_resolved", locations_are_resolved},
    {"nobody_is_authenticated_by_a_location",
     nobody_is_authenticated_by_a_location},
    {"credentials_stay_with_their_origin", credentials_stay_with_their_origin},
    {"credentials_do_not_come_back", credentials_do_not_come_back},
    {"what_is_no_http_is_refused", what_is_no_http_is_refused},
    {"a_unix_socket_has_one_origin", a_unix_socket_has_one_origin},
    {"limits_go_along", limits_go_along},
    {NULL, NULL},
};
