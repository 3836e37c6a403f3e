/* SPDX-License-Identifier: MIT
 * A log sink that keeps the lines, to compare them. */
#ifndef EFT_TESTS_LOG_LINES_H
#define EFT_TESTS_LOG_LINES_H

#include <stdbool.h>

/* Forgets everything, and keeps what is logged from now on. */
void log_lines_begin(void);

/* Gives the log back to the world, and the lines kept, each with its newline,
 * until the next log_lines_begin(). */
const char *log_lines_end(void);

/* Are the lines exactly these?  Ends the keeping; prints them where not. */
bool log_lines_are(const char *expected);

#endif
