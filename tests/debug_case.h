/* SPDX-License-Identifier: MIT
 * What the tests of debug mode share. */
#ifndef EFT_TESTS_DEBUG_CASE_H
#define EFT_TESTS_DEBUG_CASE_H

/* Turns it on, with tasks numbered from the beginning. */
void debug_begin(void);

/* Leaves it as it was, and what counts as slow as it is by default. */
void debug_finish(void);

#endif
