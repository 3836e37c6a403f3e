/* SPDX-License-Identifier: MIT
 * A page has no files: its URLs are arguments. */
#include <stdio.h>

#include "read.h"

char *read_text(const char *path)
{
    fprintf(stderr, "downloader: cannot read %s: a page has no files\n", path);
    return NULL;
}

bool takes_relative(void)
{
    return true;
}
