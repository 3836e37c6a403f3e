/* SPDX-License-Identifier: MIT
 * Error codes: fixed negative numbers, the same on every target. */
#ifndef EFT_ERROR_H
#define EFT_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Errors are values. A code says what kind of failure it was; the sentence
 * that goes with it, eft_error_detail(), says which host, which option, which
 * answer.  Codes never equal errno's: ETIMEDOUT is 110 on Linux and 73 under
 * Emscripten, EFT_ETIMEDOUT is -2 everywhere.
 *
 *     eft_result result = eft_await(eft_ws_connect(url, NULL));
 *     if (result.error)
 *         fprintf(stderr, "%s: %s\n", eft_error_name(result.error),
 *                 eft_error_detail());
 *
 * The list: X(name, number, text). */
#define EFT_ERRORS(X)                                                          \
    /* the core */                                                             \
    X(EFT_ECANCELED, -1, "cancelled")                                          \
    X(EFT_ETIMEDOUT, -2, "timed out")                                          \
    X(EFT_ECLOSED, -3, "closed")                                               \
    X(EFT_ENOMEM, -4, "out of memory")                                         \
    X(EFT_EINVAL, -5, "invalid argument")                                      \
    X(EFT_EDEADLK, -6, "await where nothing can be suspended")                 \
    X(EFT_ETAKEN, -7, "already taken")                                         \
    X(EFT_ENOTSUP, -8, "not supported here")                                   \
    X(EFT_ELIMIT, -9, "limit reached")                                         \
    X(EFT_EBUSY, -10, "already in progress")                                   \
    X(EFT_ETRAP, -11, "the task trapped")                                      \
    X(EFT_ESTACK, -12, "the task overflowed its stack")                        \
    X(EFT_EIO, -13, "I/O failed")                                              \
    X(EFT_EUSER, -14, "failed")                                                \
    X(EFT_EFULL, -15, "the queue is full")                                     \
    X(EFT_EEMPTY, -16, "the queue is empty")                                   \
    X(EFT_EBROKEN, -17, "the barrier is broken")                               \
    X(EFT_EADDRINUSE, -18, "address in use")                                   \
    /* what is checked before anything is sent */                              \
    X(EFT_EURL, -20, "malformed URL")                                          \
    X(EFT_ESCHEME, -21, "unknown URL scheme")                                  \
    X(EFT_EUTF8, -22, "invalid UTF-8")                                         \
    X(EFT_EMSGSIZE, -23, "message too large")                                  \
    X(EFT_EJSON, -24, "malformed JSON")                                        \
    X(EFT_EDEPTH, -25, "JSON nested too deeply")                               \
    X(EFT_ECHARSET, -26, "wrong charset")                                      \
    /* connecting: EFT_ECONNECT is all a page is told */                       \
    X(EFT_ECONNECT, -30, "could not connect")                                  \
    X(EFT_ERESOLVE, -31, "could not resolve the host name")                    \
    X(EFT_EREFUSED, -32, "connection refused")                                 \
    X(EFT_EUNREACHABLE, -33, "host unreachable")                               \
    X(EFT_EHANDSHAKE, -34, "opening handshake failed")                         \
    X(EFT_ETLS, -35, "TLS failed")                                             \
    X(EFT_EPROXY, -36, "proxy failed")                                         \
    X(EFT_EREDIRECT, -37, "redirect refused")                                  \
    /* an open connection */                                                   \
    X(EFT_EPROTO, -40, "the peer broke the protocol")                          \
    X(EFT_EABNORMAL, -41, "connection lost")                                   \
    X(EFT_EPEERCLOSE, -42, "the peer closed with an error code")               \
    X(EFT_ESTATUS, -43, "error status")

enum eft_error {
    EFT_OK = 0,
#define EFT_ERROR_ENUM(name, number, text) name = number,
    EFT_ERRORS(EFT_ERROR_ENUM)
#undef EFT_ERROR_ENUM
};

/* eft_strerror gives the text of a code, such as "timed out".
 *
 * Owns:    gives a static string, never NULL; an unknown code has one too. */
const char *eft_strerror(int32_t error);

/* eft_error_name gives the name of a code, such as "EFT_ETIMEDOUT".
 *
 * Owns:    gives a static string, never NULL. */
const char *eft_error_name(int32_t error);

/* eft_error_is answers whether error is of a kind.
 *
 * It is true of equal codes, and of every code from EFT_ERESOLVE to
 * EFT_EREDIRECT when kind is EFT_ECONNECT, so that a program that runs in both
 * worlds can ask one question. */
bool eft_error_is(int32_t error, int32_t kind);

/* eft_error_detail gives the sentence that came with the last error which the
 * current task (outside a task: the loop) awaited, made with eft_fail() or was
 * given at once in an eft_result, as by eft_http_response_raise();
 * eft_strerror()'s text where there was no more to say, and "" when there was
 * none yet.  Calls that return an error at once as a number, such as
 * eft_queue_put_nowait(), and eft_json_parse() leave it as it is.
 *
 * Owns:    lends a string that is valid until the task's next await that
 *          fails, or its end. */
const char *eft_error_detail(void);

#ifdef __cplusplus
}
#endif
#endif
