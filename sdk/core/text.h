/* SPDX-License-Identifier: MIT
 * Sentences put together without printf. */
#ifndef EFT_CORE_TEXT_H
#define EFT_CORE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* A line for the log; what does not fit is cut.  Begins as {0}. */
typedef struct eft__text {
    size_t length;
    char line[512];
} eft__text;

void eft__text_add(eft__text *text, const char *part);
void eft__text_add_number(eft__text *text, uint64_t number);

#endif
