/* SPDX-License-Identifier: MIT
 * Combinators: futures made of futures. */
#ifndef EFT_COMBINE_H
#define EFT_COMBINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/future.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Which one is wanted?
 *
 *   all of them, in their order          eft_gather
 *   some of them; nothing is cancelled   eft_wait
 *   each as soon as it is complete       eft_as_completed
 *   one, but not for ever                eft_wait_for
 *   one, whoever cancels the waiting     eft_shield
 *
 *     eft_result both = eft_await(eft_wait_for(10000,
 *         eft_gather(eft_spawn(send, ws), eft_spawn(receive, ws))));
 *
 * eft_gather, eft_wait_for and eft_shield take the futures and give their
 * values.  eft_wait and eft_as_completed borrow them and give indices: the
 * values are then awaited, and the futures freed, by their owner. */

/* Every member's zero means the default. */
typedef struct eft_gather_options {
    bool return_errors; /* an error is an item of the results like a value, and
                           ends nothing; asyncio's return_exceptions */
} eft_gather_options;

/* eft_gather_array waits for all of count futures.
 *
 * The first error completes it with that error.  Before that, what it alone
 * holds is ended: the children of which nobody else kept a reference are
 * cancelled and waited for, so that nothing outlives its owner.  A child whose
 * reference the caller kept runs on.  A child that is cancelled from elsewhere
 * counts as failed with EFT_ECANCELED.  Cancelling the gather cancels all its
 * children, and it ends with EFT_ECANCELED when all have ended, also where
 * errors are returned.  A future may be given twice, with a reference for each.
 *
 * Owns:    takes each future, and borrows the array; copies options, which may
 *          be NULL; gives the future.
 * Result:  results: one item for each future, in their order; none for 0.
 * Errors:  the first child's that fails; EFT_ECANCELED; EFT_ENOMEM; EFT_EINVAL,
 *          a future is NULL or belongs to another loop.  In these two cases of
 *          starting, EFT_ENOMEM and EFT_EINVAL, it cannot wait: children of
 *          which nobody else kept a reference are cancelled, and those that
 *          have not begun never will.
 * Source:  asyncio.gather; the ending of siblings is eft's. */
eft_future *eft_gather_array(eft_future *const *futures, size_t count,
                             const eft_gather_options *options);

/* EFT_FUTURES is an array of the futures named, and their number, for calls.
 * It is an array initialiser, which gcc and clang evaluate from left to right,
 * whereas they take the arguments of a call in opposite orders; C itself leaves
 * both open. */
#ifndef __cplusplus
#define EFT_FUTURES(...)                                                       \
    (eft_future *[]){__VA_ARGS__},                                             \
        sizeof((eft_future *[]){__VA_ARGS__}) / sizeof(eft_future *)
#endif

/* eft_gather is eft_gather_array() of the futures named as its arguments, at
 * least one, which are evaluated from left to right. */
#ifndef __cplusplus
#define eft_gather(...) eft_gather_array(EFT_FUTURES(__VA_ARGS__), NULL)
#else
#define eft_gather(...) eft_gather_list({__VA_ARGS__}, nullptr)
#endif

/* eft_gather_with is eft_gather() with options before the futures.
 *
 *     eft_gather_with(&(eft_gather_options){.return_errors = true}, a, b) */
#ifndef __cplusplus
#define eft_gather_with(options, ...)                                          \
    eft_gather_array(EFT_FUTURES(__VA_ARGS__), options)
#else
#define eft_gather_with(options, ...) eft_gather_list({__VA_ARGS__}, options)
#endif

/* What eft_wait() waits for. */
typedef enum eft_return_when {
    EFT_ALL_COMPLETED = 0,
    EFT_FIRST_COMPLETED = 1, /* any of them, also a cancelled one */
    EFT_FIRST_ERROR = 2      /* an error, but for EFT_ECANCELED; or all */
} eft_return_when;

/* What eft_wait() ends with: indices of futures, ascending. */
typedef struct eft_waited {
    size_t done_count;
    size_t pending_count;
    const size_t *done;    /* of those that are complete */
    const size_t *pending; /* of the others; both die with the struct */
} eft_waited;

/* eft_wait_array waits until some of count futures are complete, and tells
 * which, as it was when the wait ended.
 *
 * Nothing is cancelled, neither at the deadline nor when the wait is cancelled,
 * and the deadline is no error.
 *
 * Owns:    borrows the array, and keeps a reference to each future until done;
 *          gives the future.
 * Result:  waited; eft_result_free() frees it.
 * Errors:  EFT_ECANCELED; EFT_ENOMEM; EFT_EINVAL, count is 0, or a future is
 *          NULL or belongs to another loop.
 * Units:   milliseconds; EFT_FOREVER waits without limit.
 * Source:  asyncio.wait. */
eft_future *eft_wait_array(eft_future *const *futures, size_t count,
                           eft_return_when when, int64_t timeout_ms);

/* eft_wait is eft_wait_array() of the futures named as its last arguments.
 *
 *     eft_wait(EFT_FIRST_COMPLETED, 500, a, b) */
#ifndef __cplusplus
#define eft_wait(when, timeout_ms, ...)                                        \
    eft_wait_array(EFT_FUTURES(__VA_ARGS__), when, timeout_ms)
#else
#define eft_wait(when, timeout_ms, ...)                                        \
    eft_wait_list({__VA_ARGS__}, when, timeout_ms)
#endif

/* An eft_as_completed tells, one after the other, which of several futures is
 * complete.
 *
 *     eft_as_completed *each = eft_as_completed_new(pages, count, 5000);
 *     while (eft_as_completed_more(each)) {
 *         eft_result next = eft_await(eft_as_completed_next(each));
 *         if (next.error)
 *             break;
 *         show(eft_await(pages[next.size]));
 *     }
 *     eft_as_completed_free(each);
 *
 * At the deadline the futures that are not complete are let go, uncancelled. */
typedef struct eft_as_completed eft_as_completed;

/* eft_as_completed_new begins with count futures.
 *
 * Owns:    borrows the array, and keeps a reference to each future until it is
 *          complete; gives the iterator, which eft_as_completed_free() frees;
 *          NULL when out of memory or where no loop runs, which the functions
 *          below answer with EFT_ENOMEM.
 * Errors:  of eft_as_completed_next().
 * Units:   milliseconds, for all of them together; EFT_FOREVER: no limit.
 * Source:  asyncio.as_completed. */
eft_as_completed *eft_as_completed_new(eft_future *const *futures, size_t count,
                                       int64_t timeout_ms);

/* eft_as_completed_more answers whether there is a next to ask for: as often
 * as there are futures.  It is true of NULL, whose next gives the error. */
bool eft_as_completed_more(const eft_as_completed *iterator);

/* eft_as_completed_next gives the index of the next future that is complete.
 *
 * Several may be waited for at once: first asked, first served.  One that is
 * cancelled leaves its turn to another.
 *
 * Owns:    borrows iterator; gives the future.
 * Result:  size: an index into the array that the iterator was made with.
 * Errors:  EFT_ETIMEDOUT  the deadline came before
 *          EFT_ECLOSED    the iterator was freed
 *          EFT_EINVAL     there are no more; or a future that the iterator was
 *                         made with is NULL or belongs to another loop
 *          EFT_ECANCELED, EFT_ENOMEM */
eft_future *eft_as_completed_next(eft_as_completed *iterator);

/* eft_as_completed_free gives the iterator up.  The futures stay what they are;
 * who waits for a next gets EFT_ECLOSED.
 *
 * Owns:    takes iterator; NULL is allowed. */
void eft_as_completed_free(eft_as_completed *iterator);

/* eft_wait_for gives future timeout_ms to complete.
 *
 * At the deadline future is cancelled, and only when it has really ended the
 * wait ends with EFT_ETIMEDOUT; or with the value, where future caught the
 * cancel and succeeded all the same.  So it may take longer than timeout_ms.
 * A task given with a timeout of 0 never begins.  Cancelling the wait cancels
 * future, and is never mistaken for a timeout.
 *
 * Owns:    takes future; gives the future.
 * Result:  future's.
 * Errors:  future's; EFT_ETIMEDOUT; EFT_ECANCELED; EFT_ENOMEM; EFT_EINVAL,
 *          future is NULL or belongs to another loop.  In these two cases of
 *          starting, EFT_ENOMEM and EFT_EINVAL, a future of which nobody else
 *          kept a reference is cancelled at once.
 * Units:   milliseconds; EFT_FOREVER waits without limit.
 * Source:  asyncio.wait_for. */
eft_future *eft_wait_for(int64_t timeout_ms, eft_future *future);

/* eft_shield keeps a cancel of the waiting from future.
 *
 * The shield that is given ends as future does.  Cancelled, it ends with
 * EFT_ECANCELED at once, and future goes on; dropped likewise.  Whoever awaits
 * the shield is cancelled all the same.
 *
 *     eft_await(eft_shield(eft_spawn(save, document)));
 *
 * Owns:    takes future, which is kept until it has ended; gives the future,
 *          which is future itself where that is complete.
 * Result:  future's; an owned value that comes too late is freed.
 * Errors:  future's; EFT_ECANCELED; EFT_ENOMEM; EFT_EINVAL, future is NULL or
 *          belongs to another loop.  In these two cases of starting, EFT_ENOMEM
 *          and EFT_EINVAL, a task goes on unshielded.
 * Source:  asyncio.shield. */
eft_future *eft_shield(eft_future *future);

#ifdef __cplusplus
}

#include <initializer_list>

inline eft_future *eft_gather_list(std::initializer_list<eft_future *> futures,
                                   const eft_gather_options *options)
{
    return eft_gather_array(futures.begin(), futures.size(), options);
}

inline eft_future *eft_wait_list(std::initializer_list<eft_future *> futures,
                                 eft_return_when when, int64_t timeout_ms)
{
    return eft_wait_array(futures.begin(), futures.size(), when, timeout_ms);
}
#endif
#endif
