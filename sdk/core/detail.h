/* SPDX-License-Identifier: MIT
 * The sentence that travels with an error. */
#ifndef EFT_CORE_DETAIL_H
#define EFT_CORE_DETAIL_H

#include <stdbool.h>
#include <stdint.h>

/* Either a constant, or a copy that is freed here. Memory short, a detail is
 * simply absent: the code alone says enough. */
typedef struct eft__detail {
    const char *text; /* NULL: none */
    int32_t error;    /* the code that it explains */
    bool owned;       /* text was allocated */
} eft__detail;

void eft__detail_clear(eft__detail *detail);

/* The text is a constant. */
void eft__detail_set(eft__detail *detail, int32_t error, const char *text);

/* The text is copied; NULL is allowed. */
void eft__detail_copy(eft__detail *detail, int32_t error, const char *text);

/* Moves from's text, and leaves from empty. */
void eft__detail_move(eft__detail *detail, eft__detail *from);

/* What whoever runs now, the current task or the loop's stack, was told last:
 * sets it, taking detail, and lends it. */
void eft__detail_say(eft__detail detail);
eft__detail eft__detail_said(void);

#endif
