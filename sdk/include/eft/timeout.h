/* SPDX-License-Identifier: MIT
 * Timeout scopes: a deadline for a stretch of a task. */
#ifndef EFT_TIMEOUT_H
#define EFT_TIMEOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "eft/result.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where eft_wait_for() limits one future, a scope limits whatever its task does
 * between the opening and the closing: at the deadline the task is cancelled,
 * and the closing tells that cancel from others.
 *
 *     eft_timeout_scope *scope = eft_timeout_scope_open(5000);
 *     eft_result result = log_in(ws);
 *     if (!result.error)
 *         result = download(ws);
 *     result = eft_timeout_scope_close(scope, result);
 *
 * Here result.error is EFT_ETIMEDOUT where the five seconds were not enough.
 * Scopes may be nested, and are closed in the opposite order.  All functions
 * take NULL, which an opening gives that failed: the closing tells. */
typedef struct eft_timeout_scope eft_timeout_scope;

/* eft_timeout_scope_open begins a scope of the current task that ends in
 * delay_ms.
 *
 * At the deadline the task is cancelled, once.  A deadline that is past comes
 * in the next turn.
 *
 * Owns:    gives the scope, which eft_timeout_scope_close() frees; NULL when
 *          out of memory, outside of a task, or where 8,191 scopes and groups
 *          of the task are open.
 * Units:   milliseconds; EFT_FOREVER: no deadline, yet.
 * Source:  asyncio.timeout. */
eft_timeout_scope *eft_timeout_scope_open(int64_t delay_ms);

/* eft_timeout_scope_open_at is eft_timeout_scope_open() with a time of
 * eft_now()'s clock.
 *
 * Source:  asyncio.timeout_at. */
eft_timeout_scope *eft_timeout_scope_open_at(int64_t when_ms);

/* eft_timeout_scope_reschedule moves the deadline; one that was met stays.
 *
 * Owns:    borrows scope.
 * Units:   milliseconds of eft_now()'s clock; EFT_FOREVER: no deadline.
 * Source:  asyncio's Timeout.reschedule. */
void eft_timeout_scope_reschedule(eft_timeout_scope *scope, int64_t when_ms);

/* eft_timeout_scope_when gives the deadline, or EFT_FOREVER. */
int64_t eft_timeout_scope_when(const eft_timeout_scope *scope);

/* eft_timeout_scope_expired answers whether the deadline was met, and the task
 * cancelled. */
bool eft_timeout_scope_expired(const eft_timeout_scope *scope);

/* eft_timeout_scope_close ends the scope, given the result of what was done in
 * it.
 *
 * EFT_ECANCELED becomes EFT_ETIMEDOUT where the deadline was met and nobody
 * else has cancelled the task since the opening.  Everything else stays: a
 * value that came all the same, another error, a cancel from outside.
 *
 * Owns:    takes scope and result; gives the result.
 * Errors:  result's; EFT_ETIMEDOUT; and where scope is NULL and result would be
 *          a value: EFT_ENOMEM, EFT_ELIMIT where too many were open, or
 *          EFT_EDEADLK outside of a task. */
eft_result eft_timeout_scope_close(eft_timeout_scope *scope, eft_result result);

#ifdef __cplusplus
}
#endif
#endif
