/* SPDX-License-Identifier: MIT
 * How the host names what is to be downloaded. */
#ifndef DOWNLOADER_READ_H
#define DOWNLOADER_READ_H

#include <stdbool.h>

/* read_text gives what a file holds, "-" being standard input, as a string to
 * be freed.  NULL, and a sentence on stderr: that cannot be had.  It blocks, so
 * it is for the time before the loop runs. */
char *read_text(const char *path);

/* takes_relative answers whether a URL may be a relative one: in a page it is
 * one of the page's. */
bool takes_relative(void);

#endif
