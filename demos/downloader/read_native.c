/* SPDX-License-Identifier: MIT
 * A file that names what is to be downloaded. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read.h"

/* As many URLs as a list takes have less. */
enum { MOST = 4 << 20 };

static char *refuse(const char *path, const char *why)
{
    fprintf(stderr, "downloader: cannot read %s: %s\n", path, why);
    return NULL;
}

static char *read_all(FILE *stream, const char *path)
{
    char *text = malloc(MOST + 1);

    if (!text)
        return refuse(path, "out of memory");
    size_t length = fread(text, 1, MOST, stream);

    text[length] = 0;
    const char *why = ferror(stream)            ? strerror(errno)
                      : length == MOST          ? "it has 4 MiB or more"
                      : memchr(text, 0, length) ? "it is no text"
                                                : NULL;
    if (!why)
        return text;
    free(text);
    return refuse(path, why);
}

char *read_text(const char *path)
{
    if (!strcmp(path, "-"))
        return read_all(stdin, "standard input");
    FILE *stream = fopen(path, "r");

    if (!stream)
        return refuse(path, strerror(errno));
    char *text = read_all(stream, path);

    fclose(stream);
    return text;
}

bool takes_relative(void)
{
    return false;
}
