/* SPDX-License-Identifier: MIT
 * The command line of the downloader. */
#ifndef DOWNLOADER_OPTIONS_H
#define DOWNLOADER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "list.h"

typedef struct options {
    size_t at_once;     /* downloads at a time */
    const char *folder; /* NULL: the usual one */
    const char *base;   /* of the flags */
    const char *file;   /* that names URLs; NULL: none */
    bool verbose;
    bool help; /* is all that is wanted */
} options;

/* options_read reads the command line, and what it names, into self and list.
 * False, and a sentence on stderr: that cannot be done. */
bool options_read(options *self, file_list *list, int argc, char **argv);

/* options_help prints what there is. */
void options_help(void);

#endif
