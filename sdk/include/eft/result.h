/* SPDX-License-Identifier: MIT
 * What an asynchronous function ends with: an error, or a value. */
#ifndef EFT_RESULT_H
#define EFT_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct cJSON;
struct eft_http_response;
struct eft_message;
struct eft_results;
struct eft_waited;
struct eft_ws;

/* A result is 16 bytes, passed by value.  error says whether there is a value;
 * kind says what the union holds, and so how eft_result_free() frees it.
 *
 *     eft_result result = eft_await(eft_ws_receive(ws));
 *     if (result.error)
 *         return result;
 *     use(result.message->data, result.message->length);
 *     eft_result_free(result);
 *
 * Plain values (kind 0) are copied freely.  Owned ones have one holder: who
 * ends up with the result frees it, or returns it and so gives it on. */
typedef struct eft_result {
    int32_t error; /* 0, or a negative EFT_E… code; the rest is then 0 */
    uint32_t kind; /* an eft_kind, or one that eft_owned() gave out */
    union {
        void *ptr;
        int64_t i64;
        double f64;
        bool boolean;
        size_t size;
        struct eft_ws *ws;
        struct eft_message *message;
        struct eft_http_response *response;
        struct eft_results *results;
        struct cJSON *json;
        struct eft_waited *waited;
    };
} eft_result;

typedef enum eft_kind {
    EFT_KIND_PLAIN = 0,    /* nothing to free */
    EFT_KIND_RESULTS = 1,  /* results, of eft_gather() */
    EFT_KIND_MESSAGE = 2,  /* message */
    EFT_KIND_WS = 3,       /* ws */
    EFT_KIND_RESPONSE = 4, /* response */
    EFT_KIND_JSON = 5,     /* json */
    EFT_KIND_WAITED = 6,   /* waited, of eft_wait() */
    EFT_KIND_WAITING = 15, /* no result yet: eft/step.h */
    EFT_KIND_OWNED = 16    /* from here on: ptr, freed as eft_owned() said */
} eft_kind;

/* What eft_gather() ends with: one result for each future, in their order. */
typedef struct eft_results {
    size_t count;
    eft_result *items; /* lives and dies with the struct */
} eft_results;

/* Plain results: eft_ok() without a value, the others with one. */
static inline eft_result eft_ok(void)
{
    eft_result result = {0, EFT_KIND_PLAIN, {NULL}};
    return result;
}

static inline eft_result eft_ok_i64(int64_t value)
{
    eft_result result = eft_ok();
    result.i64 = value;
    return result;
}

static inline eft_result eft_ok_f64(double value)
{
    eft_result result = eft_ok();
    result.f64 = value;
    return result;
}

static inline eft_result eft_ok_bool(bool value)
{
    eft_result result = eft_ok();
    result.boolean = value;
    return result;
}

static inline eft_result eft_ok_size(size_t value)
{
    eft_result result = eft_ok();
    result.size = value;
    return result;
}

/* eft_ok_ptr makes a result that carries a pointer and does not own it. */
static inline eft_result eft_ok_ptr(void *value)
{
    eft_result result = eft_ok();
    result.ptr = value;
    return result;
}

/* eft_owned makes a result that owns value: whoever ends up with it, the
 * library included, frees it with free_value(value).
 *
 * Owns:    takes value; free_value NULL makes it a plain pointer.
 * Errors:  EFT_ELIMIT  more than 48 different free functions were used in this
 *                      process; value is then freed */
eft_result eft_owned(void *value, void (*free_value)(void *value));

/* eft_failed makes a result with an error and nothing more to say. */
static inline eft_result eft_failed(int32_t error)
{
    eft_result result = eft_ok();
    result.error = error;
    return result;
}

/* eft_fail makes a result with an error and a sentence, which
 * eft_error_detail() then gives here, and to who awaits the task that returns
 * this result.  Formatted as printf does; cut at 511 bytes. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
eft_result
eft_fail(int32_t error, const char *format, ...);

/* eft_result_free frees what a result owns: nothing for errors and plain
 * values, all items for the results of eft_gather().
 *
 * Owns:    takes what result holds. */
void eft_result_free(eft_result result);

/* EFT_TRY evaluates an expression that gives an eft_result: an error is
 * returned from the enclosing function, a value is freed and forgotten.
 *
 *     EFT_TRY(eft_await(eft_sleep(500))); */
#define EFT_TRY(expression)                                                    \
    do {                                                                       \
        eft_result eft_try_result = (expression);                              \
        if (eft_try_result.error)                                              \
            return eft_try_result;                                             \
        if (eft_try_result.kind != EFT_KIND_PLAIN)                             \
            eft_result_free(eft_try_result);                                   \
    } while (0)

#ifdef __cplusplus
}
#endif
#endif
