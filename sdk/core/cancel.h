/* SPDX-License-Identifier: MIT
 * How a cancel travels through futures that wait for others. */
#ifndef EFT_CORE_CANCEL_H
#define EFT_CORE_CANCEL_H

#include <stdbool.h>
#include <stddef.h>

#include "eft/future.h"

/* What a cancel met on its way, the least of it first. */
typedef enum eft__reach {
    EFT__REACH_NONE, /* nothing that it could end: all is complete */
    EFT__REACH_SOME, /* something that will end by it */
    EFT__REACH_RING  /* itself: futures that wait for each other */
} eft__reach;

/* How the futures of one class pass a cancel on to what they wait for.  Each
 * has a link; while a cancel is on its way:
 *
 *   (link NULL) --enter--> ON THE WAY --all targets asked--> LEFT --end-->
 *                     link: where it came from    link: who was left before */
typedef struct eft__forwarding {
    size_t link; /* the offset of an eft_future *, NULL */

    /* Gives what the future waits for, one after the other, then NULL; first
     * begins anew. */
    eft_future *(*next)(eft_future *future, bool first);

    /* All of them were asked, and this was met.  Answers what to tell to those
     * who wait for the future. */
    eft__reach (*done)(eft_future *future, eft__reach reach);
} eft__forwarding;

/* The cancel of classes that forward. */
bool eft__cancel_through(eft_future *future);

#endif
