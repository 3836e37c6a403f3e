/* SPDX-License-Identifier: MIT
 * What is to be downloaded: URLs, and what their files are called. */
#ifndef DOWNLOADER_LIST_H
#define DOWNLOADER_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* Each download is a task with a stack of its own: a page has 8,192 of them. */
enum { LIST_MOST = 4096 };

typedef struct file {
    char *url;
    char *name; /* without a folder; no other file of the list has it, in upper
                   case or lower, and none begins with a dot */
} file;

typedef struct file_list {
    size_t count;
    file *files; /* count of them */
} file_list;

/* list_add appends a URL.  False, and a sentence on stderr: it is none, there
 * is no memory for it, or there are LIST_MOST already. */
bool list_add(file_list *self, const char *url);

/* list_add_flags appends the flags of the twenty most populous countries, each
 * BASE/cc/cc.gif. */
bool list_add_flags(file_list *self, const char *base);

/* list_add_lines appends what a text names: a URL a line; empty lines, and what
 * begins with #, are passed over.  Cuts text into its lines. */
bool list_add_lines(file_list *self, char *text);

void list_free(file_list *self);

#endif
