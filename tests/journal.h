/* SPDX-License-Identifier: MIT
 * A journal of short words, to compare orders of events with. */
#ifndef EFT_TESTS_JOURNAL_H
#define EFT_TESTS_JOURNAL_H

#include <stdbool.h>

/* Forgets everything. */
void journal_clear(void);

/* Appends a word, formatted as printf does; words are parted by a space. */
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
void note(const char *format, ...);

/* The same as a callback: appends the literal that word is. */
void note_word(void *word);

/* Is it exactly this?  Prints it where it is not. */
bool journal_is(const char *expected);

#endif
