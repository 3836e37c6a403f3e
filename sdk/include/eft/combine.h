/* SPDX-License-Identifier: MIT
 * Combinators: futures made of futures. */
#ifndef EFT_COMBINE_H
#define EFT_COMBINE_H

#include <stddef.h>
#include <stdint.h>

#include "eft/future.h"

#ifdef __cplusplus
extern "C" {
#endif

/*     eft_result both = eft_await(eft_wait_for(10000,
 *         eft_gather(eft_spawn(send, ws), eft_spawn(receive, ws)))); */

/* No limit, where milliseconds are asked for. */
#define EFT_FOREVER (-1)

/* eft_gather_array waits for all of count futures.
 *
 * The first error completes it with that error.  Before that, what it alone
 * holds is ended: the children of which nobody else kept a reference are
 * cancelled and waited for, so that nothing outlives its owner.  A child whose
 * reference the caller kept runs on.  A child that is cancelled from elsewhere
 * counts as failed with EFT_ECANCELED.  Cancelling the gather cancels all its
 * children, and it ends with EFT_ECANCELED.
 *
 * Owns:    takes each future, and borrows the array; gives the future.
 * Result:  results: one item for each future, in their order; none for 0.
 * Errors:  the first child's that fails; EFT_ECANCELED; EFT_ENOMEM.
 * Source:  asyncio.gather; the ending of siblings is eft's. */
eft_future *eft_gather_array(eft_future *const *futures, size_t count);

/* eft_gather is eft_gather_array() of the futures named as its arguments, at
 * least one.  It is a macro over an array initialiser, which gcc and clang
 * evaluate from left to right, whereas they take the arguments of a call in
 * opposite orders; C itself leaves both open. */
#ifndef __cplusplus
#define eft_gather(...)                                                        \
    eft_gather_array((eft_future *[]){__VA_ARGS__},                            \
                     sizeof((eft_future *[]){__VA_ARGS__}) /                   \
                         sizeof(eft_future *))
#else
#define eft_gather(...) eft_gather_list({__VA_ARGS__})
#endif

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
 * Errors:  future's; EFT_ETIMEDOUT; EFT_ECANCELED; EFT_ENOMEM.
 * Units:   milliseconds; EFT_FOREVER waits without limit.
 * Source:  asyncio.wait_for. */
eft_future *eft_wait_for(int64_t timeout_ms, eft_future *future);

#ifdef __cplusplus
}

#include <initializer_list>

inline eft_future *eft_gather_list(std::initializer_list<eft_future *> futures)
{
    return eft_gather_array(futures.begin(), futures.size());
}
#endif
#endif
