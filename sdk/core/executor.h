/* SPDX-License-Identifier: MIT
 * Functions on other threads, with what they are given. */
#ifndef EFT_CORE_EXECUTOR_H
#define EFT_CORE_EXECUTOR_H

#include "eft/loop.h"

/* eft__executor_run is eft_run_in_executor() for what function may still use
 * when the future has been cancelled.
 *
 * Owns:    with free_arg takes arg: free_arg(arg) is called once, from the
 *          loop, when function has returned or never will begin; also when this
 *          fails.  NULL: borrows it. */
eft_future *eft__executor_run(eft_result (*function)(void *arg), void *arg,
                              void (*free_arg)(void *arg));

#endif
