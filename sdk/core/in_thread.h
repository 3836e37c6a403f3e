/* SPDX-License-Identifier: MIT
 * Work of another thread that is waited for, also after a cancel. */
#ifndef EFT_CORE_IN_THREAD_H
#define EFT_CORE_IN_THREAD_H

#include "eft/future.h"

/* As eft_run_in_executor(), but its future is complete only when function has
 * let go of arg, also where it is cancelled: hurry(arg), or NULL, is called
 * then, and may bring the function to its end.  Who drops the future does not
 * know when that is. */
eft_future *eft__in_thread(eft_result (*function)(void *arg), void *arg,
                           void (*hurry)(void *arg));

#endif
