/* SPDX-License-Identifier: MIT
 * Answers as no library would send them, and what only natively is seen. */
#include <stdio.h>
#include <string.h>

#include "http_case.h"

static void heads_have_a_limit(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.max_headers = 2000});

    CHECK(http_status(eft_http_get(
              session, http_at("http-raw", "/long-head/1000"), NULL)) == 200);
    CHECK(
        http_ends(eft_http_get(session, http_at("http-raw", "/long-head/2000"),
                               NULL)) == EFT_EPROTO);
    CHECK(http_detail_has("max_headers, 2000 bytes"));
    eft_http_session_free(session);
}

static void two_lengths_are_none(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});

    CHECK(http_ends(eft_http_get(session, http_at("http-raw", "/two-lengths"),
                                 NULL)) == EFT_EPROTO);
    CHECK(http_detail_has("two Content-Lengths"));
    eft_http_session_free(session);
}

/* The URL of an answer that is this text, and then these bytes as hex; until
 * the call after next. */
static const char *answer_at(const char *text, const char *hex)
{
    char url[1000];
    size_t used = 0;

    for (; *text && used < sizeof url - 3; text++)
        used += (size_t)sprintf(url + used, "%02x", (unsigned char)*text);
    return http_at("http-raw", "/answer/%s%s", url, hex);
}

/* RFC 1952 section 2.2: "one, " and "two", each compressed by itself. */
#define ONE "1f8b0800000000000203cbcf4bd55100001cd5fa4a05000000"
#define TWO "1f8b08000000000002032b29cf0700668aca1103000000"
#define LF "0d0a"

static void a_body_of_several_gzip_files(void)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n";
    eft_http_session *session = http_open((eft_http_session_options){0});
    /* In one piece, and each in a chunk of its own. */
    const char *const bodies[] = {
        "3330" LF ONE TWO LF "30" LF LF,
        "3139" LF ONE LF "3137" LF TWO LF "30" LF LF,
        "3139" LF ONE LF "3137" LF TWO LF "31" LF "00" LF "30" LF LF,
    };

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        CHECK(http_says(eft_http_get(session, answer_at(head, bodies[i]), NULL),
                        "one, two"));
    /* What follows the last is passed over, and so is the rest of it. */
    CHECK(
        http_says(eft_http_get(session,
                               answer_at(head, "3139" LF ONE LF "31" LF "00" LF
                                               "3137" LF TWO LF "30" LF LF),
                               NULL),
                  "one, "));
    eft_http_session_free(session);
}

/* RFC 9110 section 7.8: nobody has asked for another protocol. */
static void a_protocol_that_nobody_asked_for(void)
{
    static const char head[] = "HTTP/1.1 101 Switching Protocols\r\n"
                               "Upgrade: x\r\nConnection: Upgrade\r\n\r\n";
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (int i = 0; i < 2; i++) {
        const char *url = answer_at(head, i ? "68656c6c6f" : "");

        CHECK(http_ends(eft_http_get(session, url, NULL)) == EFT_EPROTO);
        CHECK(http_detail_has("it answered 101"));
    }
    eft_http_session_free(session);
}

const test_case suite_http_answers[] = {
    {"heads_have_a_limit", heads_have_a_limit},
    {"two_lengths_are_none", two_lengths_are_none},
    {"a_body_of_several_gzip_files", a_body_of_several_gzip_files},
    {"a_protocol_that_nobody_asked_for", a_protocol_that_nobody_asked_for},
    {NULL, NULL},
};
