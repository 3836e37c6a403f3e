/* SPDX-License-Identifier: MIT
 * Names the overflow of a fiber's stack before the process dies of it. */
#ifndef EFT_NATIVE_OVERFLOW_H
#define EFT_NATIVE_OVERFLOW_H

#include <stdint.h>

/* A fiber that uses up its stack touches the guard page, and the system sends
 * SIGSEGV (macOS: SIGBUS).  Our handler runs on a signal stack of the thread's
 * own, looks whether the address is in the guard of one of the thread's
 * fibers, and if so writes one sentence to stderr.  Then, and for every other
 * fault, it does what would have happened without it: it calls the handler
 * that was there before (the program's, a sanitizer's), or lets the process
 * die by that signal.
 *
 * The handler is installed once in a process, by its first fiber, and stays.
 * A thread gets a signal stack with its first fiber, if it has none yet, and
 * loses it with its last.
 *
 * A function with a frame larger than a page could step over the guard without
 * touching it, into the stack below.  Compile with -fstack-clash-protection:
 * it makes such a function touch each page on its way. */

/* A guard that is watched: a link of its thread's list, in the fiber. */
typedef struct eft__guard {
    struct eft__guard *next;     /* the one watched before */
    struct eft__guard *previous; /* the one watched after; NULL: the newest */
    const char *begin;           /* the guard's lowest address */
    const char *end;             /* the first one above it */
} eft__guard;

/* eft__overflow_watch watches from begin up to end, on this thread.
 *
 * Owns:    borrows guard until eft__overflow_unwatch.
 * Errors:  EFT_ELIMIT: no memory for the thread's signal stack. */
int32_t eft__overflow_watch(eft__guard *guard, const char *begin,
                            const char *end);

/* eft__overflow_unwatch forgets guard; on the same thread. */
void eft__overflow_unwatch(eft__guard *guard);

#endif
