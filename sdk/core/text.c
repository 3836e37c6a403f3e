/* SPDX-License-Identifier: MIT
 * Sentences put together without printf. */
#include "text.h"

void eft__text_add(eft__text *text, const char *part)
{
    while (*part && text->length < sizeof text->line - 1)
        text->line[text->length++] = *part++;
    text->line[text->length] = 0;
}

void eft__text_add_number(eft__text *text, uint64_t number)
{
    char digits[21];
    char *at = &digits[sizeof digits - 1];

    *at = 0;
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    eft__text_add(text, at);
}
