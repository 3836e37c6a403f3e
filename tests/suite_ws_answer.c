/* SPDX-License-Identifier: MIT
 * Answers to a WebSocket's upgrade, right and wrong: RFC 6455 section 4.1. */
#include <stdio.h>
#include <string.h>

#include "servers.h"
#include "suite.h"
#include "ws_attempt.h"

/* What every right answer has. */
#define RIGHT                                                                  \
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"               \
    "Connection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n"
/* A text message "hi". */
#define HI "\x81\x02hi"

/* The URL of a server that answers with text. */
static const char *answering(const char *text)
{
    static char path[15000];
    char *end = path + sprintf(path, "/answer/");

    for (; *text; text++)
        end += sprintf(end, "%02x", (unsigned char)*text);
    return attempt_at("base", path);
}

static bool refuses(const char *answer, const char *words)
{
    return attempt_fails(answering(answer), NULL, EFT_EHANDSHAKE, words);
}

static bool accepts(const char *answer)
{
    return strcmp(attempt_reads(answering(answer), NULL), "hi") == 0;
}

static void right_answers(void)
{
    CHECK(accepts(RIGHT "\r\n" HI));
    CHECK(accepts("HTTP/1.1 101 \r\nupgrade:WebSocket\r\n"
                  "CONNECTION:  keep-alive ,  UPGRADE \t\r\n"
                  "sec-websocket-accept:\t{accept}\t \r\n\r\n" HI));
    CHECK(accepts("HTTP/1.1 101\r\nConnection: close\r\nX:\r\n"
                  "Upgrade: websocket\r\nConnection: upgrade\r\n"
                  "Sec-WebSocket-Accept: {accept}\r\n\r\n" HI));
}

static void interim_answers_are_passed_over(void)
{
    CHECK(accepts("HTTP/1.1 100 Continue\r\n\r\n"
                  "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" RIGHT
                  "\r\n" HI));
    CHECK(attempt_fails(attempt_at("base", "/interim-flood"), NULL,
                        EFT_EHANDSHAKE, "interim answers"));
}

static void frames_in_the_same_piece(void)
{
    CHECK(!strcmp(attempt_reads(attempt_at("base", "/together/81026869"), NULL),
                  "hi"));
    CHECK(!strcmp(attempt_reads(attempt_at("base", "/pieces/81026869"), NULL),
                  "hi"));
}

static void headers_that_are_missing_or_wrong(void)
{
    CHECK(refuses("HTTP/1.1 101 x\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Accept: {accept}\r\n\r\n",
                  "Upgrade header"));
    CHECK(refuses("HTTP/1.1 101 x\r\nUpgrade: websockets\r\n"
                  "Connection: Upgrade\r\n"
                  "Sec-WebSocket-Accept: {accept}\r\n\r\n",
                  "Upgrade header"));
    CHECK(refuses("HTTP/1.1 101 x\r\nUpgrade: websocket\r\n"
                  "Sec-WebSocket-Accept: {accept}\r\n\r\n",
                  "Connection header"));
    CHECK(refuses("HTTP/1.1 101 x\r\nUpgrade: websocket\r\n"
                  "Connection: Upgrades\r\n"
                  "Sec-WebSocket-Accept: {accept}\r\n\r\n",
                  "Connection header"));
    CHECK(refuses("HTTP/1.1 101 x\r\nUpgrade: websocket\r\n"
                  "Connection: Upgrade\r\n\r\n",
                  "Sec-WebSocket-Accept"));
    CHECK(refuses("HTTP/1.1 101 x\r\nUpgrade: websocket\r\n"
                  "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                  "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
                  "Sec-WebSocket-Accept"));
}

static void headers_that_came_twice(void)
{
    CHECK(refuses(RIGHT "Sec-WebSocket-Accept: {accept}\r\n\r\n",
                  "Sec-WebSocket-Accept"));
    CHECK(refuses(RIGHT "Upgrade: websocket\r\n\r\n", "Upgrade header"));
    CHECK(refuses(RIGHT "Sec-WebSocket-Protocol: a\r\n"
                        "Sec-WebSocket-Protocol: a\r\n\r\n",
                  "more than once"));
}

static void what_was_not_asked_for(void)
{
    CHECK(refuses(RIGHT "Sec-WebSocket-Protocol: a\r\n\r\n",
                  "subprotocol that was not asked for"));
    CHECK(refuses(RIGHT "Sec-WebSocket-Extensions: x-unknown\r\n\r\n",
                  "extension"));
    CHECK(refuses(RIGHT "Content-Length: 0\r\n\r\n", "Content-Length"));
    CHECK(refuses(RIGHT "Transfer-Encoding: chunked\r\n\r\n",
                  "Transfer-Encoding"));
}

/* No rule is broken, but it is not what the program wants. */
static void none_of_the_subprotocols(void)
{
    static const char *const wanted[] = {"a", "b"};
    eft_ws_options options = {.subprotocols = wanted, .subprotocol_count = 2};

    CHECK(attempt_fails(answering(RIGHT "\r\n"), &options, EFT_EHANDSHAKE,
                        "knows none of the subprotocols that were asked for: "
                        "a, b"));
    CHECK(!strstr(eft_error_detail(), "wrong"));
}

static void statuses_are_named(void)
{
    CHECK(refuses("HTTP/1.1 401 Unauthorized\r\n\r\n", "401 Unauthorized"));
    CHECK(refuses("HTTP/1.1 404 Not Found\r\n\r\n", "404 Not Found"));
    CHECK(refuses("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
                  "407 Proxy Authentication Required"));
    CHECK(refuses("HTTP/1.1 426 Upgrade Required\r\n\r\n", "426 Upgrade"));
    CHECK(refuses("HTTP/1.1 503 Service Unavailable\r\n\r\nlater",
                  "503 Service Unavailable"));
    CHECK(refuses("HTTP/1.1 200 OK\r\n\r\n", "200 OK"));
    CHECK(refuses("HTTP/1.1 999\r\n\r\n", "999"));
    CHECK(refuses("HTTP/1.1 302 Found\r\n\r\n", "302 Found"));
    CHECK(refuses("HTTP/1.1 500 a\x1b[31mb\r\n\r\n", "500 a?[31mb"));
    CHECK(refuses("HTTP/1.0 101 x\r\n\r\n", "HTTP/1.0"));
}

static void what_is_no_http(void)
{
    CHECK(refuses("SSH-2.0-OpenSSH\r\n", "no HTTP/1.1 answer"));
    CHECK(refuses("HTTP/2 101 x\r\n\r\n", "no HTTP/1.1 answer"));
    CHECK(refuses("HTTP/1.1 1x1 x\r\n\r\n", "no HTTP/1.1 answer"));
    CHECK(refuses("HTTP/1.1  101 x\r\n\r\n", "no HTTP/1.1 answer"));
    CHECK(refuses("HTTP/1.1 1010 x\r\n\r\n", "no HTTP/1.1 answer"));
    CHECK(refuses("HTTP/1.1 101 x\nUpgrade: websocket\n\n", "CR LF"));
    CHECK(refuses(RIGHT "No colon\r\n\r\n", "no header"));
    CHECK(refuses(RIGHT ": no name\r\n\r\n", "no header"));
    CHECK(refuses(RIGHT "Space : before\r\n\r\n", "no header"));
    CHECK(refuses(RIGHT "X: a\r\n folded\r\n\r\n", "no header"));
    CHECK(refuses(RIGHT "X: a\rb\r\n\r\n", "no header"));
}

static void heads_of_any_length_up_to_64_kib(void)
{
    static char answer[4000];
    char *end = answer + sprintf(answer, "%sX: ", RIGHT);

    memset(end, 'x', 3000);
    strcpy(end + 3000, "\r\n\r\n" HI);
    CHECK(accepts(answer));
    CHECK(attempt_fails(attempt_at("base", "/head-flood"), NULL, EFT_EHANDSHAKE,
                        "65,536"));
}

static void an_end_before_the_answer(void)
{
    CHECK(attempt_fails(test_server("hang-up"), NULL, EFT_EHANDSHAKE,
                        "ended the connection"));
}

static void a_head_that_never_ends(void)
{
    eft_ws_options options = {.open_timeout_ms = 100};

    CHECK(attempt_fails(answering("HTTP/1.1 101 x\r\nUpgrade: web"), &options,
                        EFT_ETIMEDOUT, "timed out"));
}

const test_case suite_ws_answer[] = {
    {"right_answers", right_answers},
    {"interim_answers_are_passed_over", interim_answers_are_passed_over},
    {"frames_in_the_same_piece", frames_in_the_same_piece},
    {"headers_that_are_missing_or_wrong", headers_that_are_missing_or_wrong},
    {"headers_that_came_twice", headers_that_came_twice},
    {"what_was_not_asked_for", what_was_not_asked_for},
    {"none_of_the_subprotocols", none_of_the_subprotocols},
    {"statuses_are_named", statuses_are_named},
    {"what_is_no_http", what_is_no_http},
    {"heads_of_any_length_up_to_64_kib", heads_of_any_length_up_to_64_kib},
    {"an_end_before_the_answer", an_end_before_the_answer},
    {"a_head_that_never_ends", a_head_that_never_ends},
    {NULL, NULL},
};
