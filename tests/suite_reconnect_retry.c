/* SPDX-License-Identifier: MIT
 * Reconnecting: what is worth another attempt, and what it is given. */
#include <string.h>

#include "journal.h"
#include "reconnect_case.h"
#include "sdk/net/ws_options.h"
#include "suite.h"
#include "ws_script.h"

static char told_arg[] = "arg";

static void what_is_retried_by_default(void)
{
    static const struct {
        int32_t error;
        int status;
        bool retried;
    } cases[] = {
        {EFT_ECONNECT, 0, true},      {EFT_ERESOLVE, 0, true},
        {EFT_EREFUSED, 0, true},      {EFT_EUNREACHABLE, 0, true},
        {EFT_ETIMEDOUT, 0, true},     {EFT_EHANDSHAKE, 0, true},
        {EFT_EHANDSHAKE, 429, true},  {EFT_EHANDSHAKE, 500, true},
        {EFT_EHANDSHAKE, 501, false}, {EFT_EHANDSHAKE, 502, true},
        {EFT_EHANDSHAKE, 503, true},  {EFT_EHANDSHAKE, 504, true},
        {EFT_EHANDSHAKE, 200, false}, {EFT_EHANDSHAKE, 301, false},
        {EFT_EHANDSHAKE, 401, false}, {EFT_EHANDSHAKE, 404, false},
        {EFT_EPROXY, 0, true},        {EFT_EPROXY, 407, false},
        {EFT_EPROXY, 502, true},      {EFT_ETLS, 0, false},
        {EFT_EREDIRECT, 0, false},    {EFT_EURL, 0, false},
        {EFT_ESCHEME, 0, false},      {EFT_EINVAL, 0, false},
        {EFT_ENOTSUP, 0, false},      {EFT_ENOMEM, 0, false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        eft_reconnect_failure failure = {
            .error = cases[i].error, .status = cases[i].status, .detail = ""};

        CHECK(eft_reconnect_is_retryable(&failure) == cases[i].retried);
    }
}

static void what_is_not_worth_it_ends_it(void)
{
    eft_reconnect *again = reconnect_make_told();

    eft_future *next = eft_reconnect_next(again);
    CHECK(reconnect_waits() == 0);
    reconnect_answers(404);
    script_settle();
    CHECK(script_error(next) == EFT_EHANDSHAKE);
    CHECK(script_told("the server answered otherwise"));
    CHECK(journal_is("connecting failed (EFT_EHANDSHAKE 404 1)"));
    reconnect_leave(again);
}

static void there_may_be_a_limit_of_attempts(void)
{
    eft_reconnect *again = reconnect_make(&(eft_reconnect_options){
        .max_attempts = 3, .on_state = reconnect_note});

    eft_future *next = eft_reconnect_next(again);
    for (int i = 0; i < 3; i++) {
        CHECK(reconnect_waits() >= 0);
        reconnect_refuses(EFT_EREFUSED, "nobody");
    }
    script_settle();
    CHECK(script_error(next) == EFT_EREFUSED);
    CHECK(journal_is("connecting waiting (EFT_EREFUSED 0 1) connecting "
                     "waiting (EFT_EREFUSED 0 2) connecting "
                     "failed (EFT_EREFUSED 0 3)"));
    reconnect_leave(again);
}

static void a_success_begins_to_count_attempts_again(void)
{
    eft_reconnect *again =
        reconnect_make(&(eft_reconnect_options){.max_attempts = 2});

    for (int i = 0; i < 3; i++) {
        eft_future *next = eft_reconnect_next(again);

        CHECK(reconnect_waits() >= 0);
        reconnect_refuses(EFT_EREFUSED, NULL);
        CHECK(reconnect_waits() > 0);
        script_opens("");
        eft_ws *ws = reconnect_opened(next);
        CHECK(ws != NULL);
        eft_ws_free(ws);
        script_settle();
        script_ignore();
    }
    reconnect_leave(again);
}

static bool retry_unless_403(const eft_reconnect_failure *failure, void *arg)
{
    note("%s/%s/%d/%u", (const char *)arg, failure->detail, failure->status,
         (unsigned)failure->attempt);
    return failure->status != 403;
}

static void a_hook_may_decide(void)
{
    eft_reconnect *again = reconnect_make(
        &(eft_reconnect_options){.retry = retry_unless_403, .arg = told_arg});

    eft_future *next = eft_reconnect_next(again);
    CHECK(reconnect_waits() == 0);
    reconnect_refuses(EFT_ETLS, "expired");
    CHECK(reconnect_waits() > 0);
    reconnect_answers(403);
    script_settle();
    CHECK(script_error(next) == EFT_EHANDSHAKE);
    CHECK(journal_is("arg/expired/0/1 "
                     "arg/the server answered otherwise/403/2"));
    reconnect_leave(again);
}

static void a_limit_comes_before_the_hook(void)
{
    eft_reconnect *again = reconnect_make(&(eft_reconnect_options){
        .retry = retry_unless_403, .arg = told_arg, .max_attempts = 1});

    eft_future *next = eft_reconnect_next(again);
    CHECK(reconnect_waits() == 0);
    reconnect_refuses(EFT_EREFUSED, "nobody");
    script_settle();
    CHECK(script_error(next) == EFT_EREFUSED);
    CHECK(journal_is(""));
    reconnect_leave(again);
}

static void a_silent_server_is_tried_again(void)
{
    journal_clear();
    script_begin();
    eft_reconnect *again = eft_reconnect_new(
        reconnect_url, &(eft_ws_options){.open_timeout_ms = 700},
        &(eft_reconnect_options){.on_state = reconnect_note});

    eft_future *next = eft_reconnect_next(again);
    CHECK(reconnect_waits() == 0);
    int64_t waited = reconnect_waits();
    CHECK(waited >= 1200 && waited <= 1701);
    CHECK(journal_is("connecting waiting (EFT_ETIMEDOUT 0 1) connecting"));
    eft_future_free(next);
    reconnect_leave(again);
}

/* What it is given */

static void it_copies_what_it_is_given(void)
{
    char name[] = "X-Token", value[] = "secret", where[] = "ws://host/a";
    eft_ws_header header = {name, value};
    eft_ws_options options = {.headers = &header, .header_count = 1};

    script_begin();
    eft_reconnect *again = eft_reconnect_new(where, &options, NULL);
    memset(name, 'x', 3);
    memset(value, 'x', 3);
    memset(where, 'x', 3);
    options.header_count = 1000;
    eft_future *next = eft_reconnect_next(again);
    script_settle();
    const eft__virtual_call *call = eft__virtual_ws_next();
    CHECK(call && !strcmp(call->data, "ws://host/a"));
    script_opens("");
    eft_ws *ws = reconnect_opened(next);
    CHECK(ws != NULL);
    eft_ws_free(ws);
    reconnect_leave(again);
}

/* A copy asks for nothing that the original did not. */
static void the_defaults_can_be_had_everywhere(void)
{
    static const eft_target_lack lacks[] = {
        {"headers", "no"},   {"subprotocols", "no"},
        {"origin", "no"},    {"user_agent", "no"},
        {"tls", "no"},       {"proxy", "no"},
        {"unix_path", "no"}, {NULL, NULL}};
    eft_reconnect *again = reconnect_make(NULL);

    eft__ws_lacks = lacks;
    eft_future *next = eft_reconnect_next(again);
    CHECK(reconnect_waits() == 0);
    eft__ws_lacks = eft_target_ws_lacks;
    script_opens("");
    eft_ws *ws = reconnect_opened(next);
    CHECK(ws != NULL);
    eft_ws_free(ws);
    reconnect_leave(again);
}

static int32_t refuses_options(const eft_ws_options *ws_options,
                               const eft_reconnect_options *options,
                               const char *words)
{
    eft_reconnect *again =
        eft_reconnect_new(reconnect_url, ws_options, options);
    int32_t error = script_error(eft_reconnect_next(again));

    CHECK(script_told(words));
    eft_reconnect_free(again);
    return error;
}

static void what_is_wrong_with_it_is_told_by_next(void)
{
    script_begin();
    CHECK(refuses_options(&(eft_ws_options){.max_redirects = -2}, NULL,
                          "max_redirects") == EFT_EINVAL);
    CHECK(refuses_options(NULL, &(eft_reconnect_options){.min_delay_ms = -1},
                          "min_delay_ms") == EFT_EINVAL);
    CHECK(refuses_options(NULL, &(eft_reconnect_options){.max_delay_ms = -1},
                          "max_delay_ms") == EFT_EINVAL);
    CHECK(refuses_options(NULL, &(eft_reconnect_options){.max_delay_ms = 999},
                          "max_delay_ms") == EFT_EINVAL);
    CHECK(refuses_options(NULL, &(eft_reconnect_options){.steady_ms = -1},
                          "steady_ms") == EFT_EINVAL);
    CHECK(script_asked(""));
    script_end();
}

static void a_url_is_the_first_attempts(void)
{
    static const char *const urls[] = {"http://host/", NULL};
    static const int32_t errors[] = {EFT_ESCHEME, EFT_EURL};

    for (int i = 0; i < 2; i++) {
        script_begin();
        eft_reconnect *again = eft_reconnect_new(urls[i], NULL, NULL);
        eft_future *next = eft_reconnect_next(again);
        script_settle();
        CHECK(script_error(next) == errors[i]);
        eft_reconnect_free(again);
        script_end();
    }
}

const test_case suite_reconnect_retry[] = {
    {"what_is_retried_by_default", what_is_retried_by_default},
    {"what_is_not_worth_it_ends_it", what_is_not_worth_it_ends_it},
    {"there_may_be_a_limit_of_attempts", there_may_be_a_limit_of_attempts},
    {"a_success_begins_to_count_attempts_again",
     a_success_begins_to_count_attempts_again},
    {"a_hook_may_decide", a_hook_may_decide},
    {"a_limit_comes_before_the_hook", a_limit_comes_before_the_hook},
    {"a_silent_server_is_tried_again", a_silent_server_is_tried_again},
    {"it_copies_what_it_is_given", it_copies_what_it_is_given},
    {"the_defaults_can_be_had_everywhere", the_defaults_can_be_had_everywhere},
    {"what_is_wrong_with_it_is_told_by_next",
     what_is_wrong_with_it_is_told_by_next},
    {"a_url_is_the_first_attempts", a_url_is_the_first_attempts},
    {NULL, NULL},
};
