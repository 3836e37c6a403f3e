/* SPDX-License-Identifier: MIT
 * Redirects of an opening: where they lead, and where they may not. */
#include <stdio.h>
#include <string.h>

#include "sdk/net/ws.h"
#include "suite.h"
#include "ws_script.h"

/* Ends a connect that is pending still. */
static void give_up(eft_future *connect)
{
    eft_future_free(connect);
    script_settle();
    script_ignore();
}

/* Does a redirect with this status lead from url there? */
static bool leads(int status, const char *url, const char *location,
                  const char *calls)
{
    script_begin();
    eft_future *connect = eft_ws_connect(url, NULL);
    script_ignore();
    script_redirects(status, location);
    bool led = script_asked(calls) && eft_future_state(connect) == EFT_PENDING;
    give_up(connect);
    script_end();
    return led;
}

/* Does it end the connect with this error, and these words? */
static bool ends(int status, const char *url, const char *location,
                 int32_t error, const char *words)
{
    script_begin();
    eft_future *connect = eft_ws_connect(url, NULL);
    script_ignore();
    script_redirects(status, location);
    bool ended = script_asked("") && script_error(connect) == error &&
                 script_told(words);
    script_end();
    return ended;
}

static void each_kind_of_redirect_is_followed(void)
{
    static const int statuses[] = {301, 302, 303, 307, 308};

    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        CHECK(leads(statuses[i], "ws://a/x", "ws://b:81/y?z",
                    "2: open ws://b:81/y?z"));
}

static void a_location_may_be_relative(void)
{
    CHECK(leads(301, "wss://a:81/x/y", "/z", "2: open wss://a:81/z"));
    CHECK(leads(301, "wss://a:81/x/y", "z", "2: open wss://a:81/x/z"));
    CHECK(leads(301, "wss://a:81/x/y", "../z", "2: open wss://a:81/z"));
    CHECK(leads(301, "wss://a:81/x/y", "?z", "2: open wss://a:81/x/y?z"));
    CHECK(leads(301, "wss://a:81/x/y", "//b/z#f", "2: open wss://b/z"));
    CHECK(leads(301, "ws://a/", "https://a/", "2: open wss://a/"));
    CHECK(leads(301, "ws://a/", "http://a/b", "2: open ws://a/b"));
}

static void other_answers_are_none(void)
{
    CHECK(ends(300, "ws://a/", "/b", EFT_EHANDSHAKE, "it was no 101"));
    CHECK(ends(304, "ws://a/", "/b", EFT_EHANDSHAKE, "it was no 101"));
    CHECK(ends(200, "ws://a/", "/b", EFT_EHANDSHAKE, "it was no 101"));
    CHECK(ends(404, "ws://a/", "/b", EFT_EHANDSHAKE, "it was no 101"));
    CHECK(ends(302, "ws://a/", NULL, EFT_EHANDSHAKE, "it was no 101"));
}

static void a_redirect_to_what_is_no_websocket_is_refused(void)
{
    static char too_long[9000];

    memset(too_long, 'x', sizeof too_long - 1);
    too_long[0] = '/';
    CHECK(ends(302, "ws://a/", "ftp://a/", EFT_EREDIRECT, "no WebSocket"));
    CHECK(ends(302, "ws://a/", "mailto:a@b", EFT_EREDIRECT, "no WebSocket"));
    CHECK(ends(302, "ws://a/", "ws://", EFT_EREDIRECT, "has no host"));
    CHECK(ends(302, "ws://a/", "http:b", EFT_EREDIRECT, "no WebSocket"));
    CHECK(ends(302, "ws://a/", "/a b", EFT_EREDIRECT, "no WebSocket"));
    CHECK(ends(302, "ws://a/", "//b:0/", EFT_EREDIRECT, "a port is"));
    CHECK(ends(302, "ws://a/", too_long, EFT_EREDIRECT, "8192"));
}

static void encryption_is_not_given_up(void)
{
    CHECK(ends(302, "wss://a/", "ws://b/", EFT_EREDIRECT, "not encrypted"));
    CHECK(ends(302, "wss://a/", "http://a/", EFT_EREDIRECT, "not encrypted"));
    CHECK(leads(302, "wss://a/", "https://b/", "2: open wss://b/"));
}

static void a_chain_opens_at_its_end(void)
{
    script_begin();
    eft_future *connect = eft_ws_connect("ws://a/1", NULL);
    script_redirects(301, "2");
    script_redirects(302, "ws://b/3");
    script_redirects(303, "wss://b/4");
    CHECK(script_asked("open ws://a/1 | 2: open ws://a/2 | 3: open ws://b/3 | "
                       "4: open wss://b/4"));
    script_opens("");
    eft_result opened = eft_await(connect);
    REQUIRE(!opened.error);
    eft_future_free(eft_ws_send_text(opened.ws, "x", 1));
    CHECK(script_asked("4: send text x"));
    script_says("y");
    CHECK(script_receives(opened.ws, "y"));
    eft_ws_free(opened.ws);
    script_end();
}

/* How many redirects of a loop are followed? */
static int followed(int32_t max_redirects, int32_t error, const char *words)
{
    eft_ws_options options = {.max_redirects = max_redirects};
    int count = 0;

    script_begin();
    eft_future *connect = eft_ws_connect("ws://a/loop", &options);
    for (; eft_future_state(connect) == EFT_PENDING; count++)
        script_redirects(302, "/loop");
    bool ended = script_error(connect) == error && script_told(words);
    script_ignore();
    script_end();
    return ended ? count - 1 : -1;
}

static void there_are_at_most_so_many(void)
{
    CHECK(followed(0, EFT_EREDIRECT,
                   "more than 10 redirects; the last one came from "
                   "ws://a/loop") == 10);
    CHECK(followed(3, EFT_EREDIRECT, "more than 3") == 3);
    CHECK(followed(100, EFT_EREDIRECT, "more than 100") == 100);
    CHECK(followed(-1, EFT_EHANDSHAKE, "it was no 101") == 0);
}

/* What goes along */

static const eft_target_ws_request *redirected(const char *from,
                                               const eft_ws_options *options,
                                               const char *location,
                                               eft_future **connect)
{
    const eft__virtual_call *call;

    *connect = eft_ws_connect(from, options);
    if (eft_future_state(*connect) != EFT_PENDING)
        return NULL;
    script_redirects(307, location);
    call = eft__virtual_ws_next();
    call = call ? eft__virtual_ws_next() : NULL;
    return call && eft_future_state(*connect) == EFT_PENDING ? call->request
                                                             : NULL;
}

static bool has(const eft_target_ws_request *request, const char *name)
{
    for (size_t i = 0; i < request->options->header_count; i++)
        if (!strcmp(request->options->headers[i].name, name))
            return true;
    return false;
}

static const eft_ws_header secrets[] = {{"AUTHORIZATION", "Bearer x"},
                                        {"X-A", "a"},
                                        {"Cookie", "c=d"},
                                        {"proxy-authorization", "Basic x"},
                                        {"X-B", "b"}};

static const eft_ws_options with_secrets = {.headers = secrets,
                                            .header_count = 5,
                                            .tls = {.ca_file = "ca",
                                                    .certificate_file = "cert",
                                                    .key_file = "key",
                                                    .key_password = "password",
                                                    .server_name = "name"}};

static void the_same_origin_has_all_that_was_given(void)
{
    eft_future *connect;

    script_begin();
    const eft_target_ws_request *request =
        redirected("wss://a/x", &with_secrets, "https://A:443/y", &connect);
    REQUIRE(request);
    CHECK(request->options->header_count == 5 && has(request, "Cookie"));
    CHECK(!strcmp(request->options->tls.certificate_file, "cert"));
    CHECK(!strcmp(request->options->tls.server_name, "name"));
    give_up(connect);
    request = redirected("wss://u:p@a/x", NULL, "/y", &connect);
    REQUIRE(request);
    CHECK(!strcmp(request->authorization, "Basic dTpw"));
    give_up(connect);
    script_end();
}

static void credentials_stay_with_their_origin(void)
{
    static const char *const others[] = {"wss://b/", "wss://a:444/",
                                         "//sub.a/"};
    eft_future *connect;

    for (size_t i = 0; i < 3; i++) {
        script_begin();
        const eft_target_ws_request *request =
            redirected("wss://a/", &with_secrets, others[i], &connect);
        REQUIRE(request);
        CHECK(request->options->header_count == 2);
        CHECK(has(request, "X-A") && has(request, "X-B"));
        CHECK(!request->options->tls.certificate_file);
        CHECK(!request->options->tls.key_file);
        CHECK(!request->options->tls.key_password);
        CHECK(!request->options->tls.server_name);
        CHECK(!strcmp(request->options->tls.ca_file, "ca"));
        give_up(connect);
        request = redirected("wss://u:p@a/", NULL, others[i], &connect);
        REQUIRE(request);
        CHECK(!request->authorization);
        give_up(connect);
        script_end();
    }
}

static void credentials_do_not_come_back(void)
{
    eft_future *connect;

    script_begin();
    REQUIRE(redirected("wss://a/", &with_secrets, "wss://b/", &connect));
    script_redirects(302, "wss://a/");
    const eft__virtual_call *call = eft__virtual_ws_next();
    REQUIRE(call && !strcmp(call->data, "wss://a/"));
    REQUIRE(eft_future_state(connect) == EFT_PENDING);
    CHECK(!has(call->request, "Cookie") && has(call->request, "X-A"));
    give_up(connect);
    script_end();
}

static void a_location_may_have_a_user(void)
{
    eft_ws_options options = {.headers = secrets, .header_count = 1};
    eft_future *connect;

    script_begin();
    const eft_target_ws_request *request =
        redirected("ws://u:p@a/", NULL, "http://v:q@b/", &connect);
    REQUIRE(request);
    CHECK(!strcmp(request->url, "ws://b/"));
    CHECK(!strcmp(request->authorization, "Basic djpx"));
    give_up(connect);
    /* A header of ours is not given twice. */
    request = redirected("ws://a/", &options, "http://v:q@a/", &connect);
    REQUIRE(request);
    CHECK(has(request, "AUTHORIZATION") && !request->authorization);
    give_up(connect);
    script_end();
}

static void a_unix_path_has_one_origin(void)
{
    eft_ws_options options = {.unix_path = "/run/x"};
    eft_future *connect;

    script_begin();
    const eft_target_ws_request *request =
        redirected("ws://a/", &options, "/b", &connect);
    REQUIRE(request);
    CHECK(!strcmp(request->options->unix_path, "/run/x"));
    give_up(connect);
    connect = eft_ws_connect("ws://a/", &options);
    script_redirects(302, "ws://b/");
    CHECK(script_error(connect) == EFT_EREDIRECT);
    CHECK(script_told("unix_path"));
    script_ignore();
    script_end();
}

/* The end of an attempt on its way */

static void one_timeout_covers_the_chain(void)
{
    eft_ws_options options = {.open_timeout_ms = 100};

    script_begin();
    eft_future *connect = eft_ws_connect("ws://a/", &options);
    eft_result_free(eft_await(eft_sleep(60)));
    script_redirects(302, "/b");
    eft_result_free(eft_await(eft_sleep(39)));
    CHECK(eft_future_state(connect) == EFT_PENDING);
    int64_t begin = eft_now();
    CHECK(eft_await(connect).error == EFT_ETIMEDOUT);
    CHECK(eft_now() - begin <= 1);
    CHECK(script_told("after 100 ms"));
    CHECK(script_asked("open ws://a/ | 2: open ws://a/b | 2: abort"));
    script_end();
}

static void a_cancel_ends_it_at_each_stage(void)
{
    for (int stage = 0; stage < 3; stage++) {
        script_begin();
        eft_future *connect = eft_ws_connect("ws://a/", NULL);
        for (int i = 0; i < stage; i++)
            script_redirects(302, "/");
        script_ignore();
        CHECK(eft_cancel(connect));
        CHECK(eft_await(connect).error == EFT_ECANCELED);
        CHECK(script_asked(stage == 0   ? "abort"
                           : stage == 1 ? "2: abort"
                                        : "3: abort"));
        script_end();
    }
}

static void a_redirect_that_meets_a_cancel_is_not_followed(void)
{
    script_begin();
    eft__virtual_ws_answer_aborts(false);
    eft_future *connect = eft_ws_connect("ws://a/", NULL);
    CHECK(eft_cancel(connect));
    script_redirects(302, "/b");
    CHECK(script_asked("open ws://a/ | abort"));
    CHECK(script_error(connect) == EFT_ECANCELED);
    script_end();
}

static void late_words_of_the_old_attempt_find_nothing(void)
{
    script_begin();
    eft_future *connect = eft_ws_connect("ws://a/", NULL);
    uint32_t old = script_id(1);
    script_redirects(302, "/b");
    eft_core_ws_open(old, "");
    CHECK(eft_future_state(connect) == EFT_PENDING);
    give_up(connect);
    script_end();
}

static void the_status_is_kept_for_who_retries(void)
{
    script_begin();
    eft_future *connect = eft_future_ref(eft_ws_connect("ws://a/", NULL));
    script_redirects(302, "/b");
    script_redirects(503, NULL);
    CHECK(eft_await(connect).error == EFT_EHANDSHAKE);
    CHECK(eft__ws_connect_status(connect) == 503);
    eft_future_free(connect);
    script_ignore();
    script_end();
}

const test_case suite_ws_redirect[] = {
    {"each_kind_of_redirect_is_followed", each_kind_of_redirect_is_followed},
    {"a_location_may_be_relative", a_location_may_be_relative},
    {"other_answers_are_none", other_answers_are_none},
    {"a_redirect_to_what_is_no_websocket_is_refused",
     a_redirect_to_what_is_no_websocket_is_refused},
    {"encryption_is_not_given_up", encryption_is_not_given_up},
    {"a_chain_opens_at_its_end", a_chain_opens_at_its_end},
    {"there_are_at_most_so_many", there_are_at_most_so_many},
    {"the_same_origin_has_all_that_was_given",
     the_same_origin_has_all_that_was_given},
    {"credentials_stay_with_their_origin", credentials_stay_with_their_origin},
    {"credentials_do_not_come_back", credentials_do_not_come_back},
    {"a_location_may_have_a_user", a_location_may_have_a_user},
    {"a_unix_path_has_one_origin", a_unix_path_has_one_origin},
    {"one_timeout_covers_the_chain", one_timeout_covers_the_chain},
    {"a_cancel_ends_it_at_each_stage", a_cancel_ends_it_at_each_stage},
    {"a_redirect_that_meets_a_cancel_is_not_followed",
     a_redirect_that_meets_a_cancel_is_not_followed},
    {"late_words_of_the_old_attempt_find_nothing",
     late_words_of_the_old_attempt_find_nothing},
    {"the_status_is_kept_for_who_retries", the_status_is_kept_for_who_retries},
    {NULL, NULL},
};
