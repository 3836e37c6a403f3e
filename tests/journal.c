/* SPDX-License-Identifier: MIT
 * A journal of short words, to compare orders of events with. */
#include "journal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "suite.h"

static char words[4096];

void journal_clear(void)
{
    words[0] = 0;
}

void note(const char *format, ...)
{
    size_t length = strlen(words);
    va_list arguments;

    if (length && length < sizeof words - 1)
        words[length++] = ' ';
    va_start(arguments, format);
    vsnprintf(words + length, sizeof words - length, format, arguments);
    va_end(arguments);
}

void note_word(void *word)
{
    note("%s", (const char *)word);
}

bool journal_is(const char *expected)
{
    bool same = !strcmp(words, expected);

    if (!same)
        test_explain("# expected: %s\n#      got: %s\n", expected, words);
    return same;
}
