/* SPDX-License-Identifier: MIT
 * What tasks are called, and what they wait for. */
#ifndef EFT_CORE_TREE_H
#define EFT_CORE_TREE_H

#include "future.h"
#include "text.h"

/* Adds what a sentence calls a future: "task NAME (WHERE)", or "a CLASS". */
void eft__describe(eft__text *text, const eft_future *future);

#endif
