/* SPDX-License-Identifier: MIT
 * The command line of the downloader. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "read.h"

#define DEFAULT_BASE "http://127.0.0.1:8767/flags"

enum { DEFAULT_AT_ONCE = 8, MOST_AT_ONCE = 1000, BASE = 256, HELP };

static const char usage[] =
    "usage: downloader [OPTION]... [URL]...\n"
    "Downloads each URL; without any, the flags of the twenty most populous\n"
    "countries.\n"
    "\n"
    "  -n, --at-once N    so many at a time, 1 to 1000; 8 if not given\n"
    "  -d, --folder PATH  where the files go; downloads if not given\n"
    "  -f, --file PATH    a file of URLs, one a line; - is standard input\n"
    "      --base URL     flags are URL/cc/cc.gif; " DEFAULT_BASE "\n"
    "  -v, --verbose      tell when each begins, and where it comes from\n"
    "      --help         print this\n"
    "\n"
    "The exit code is 0 where all files are there, 1 where one is not,\n"
    "2 where the arguments are wrong, 130 after Ctrl-C.  A file is there\n"
    "whole, or not at all, in the place of what had its name before.\n";

/* getopt begins its lines with argv[0]. */
static char program_name[] = "downloader";

static const struct option known[] = {
    {"at-once", required_argument, NULL, 'n'},
    {"folder", required_argument, NULL, 'd'},
    {"file", required_argument, NULL, 'f'},
    {"base", required_argument, NULL, BASE},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, HELP},
    {NULL, 0, NULL, 0},
};

void options_help(void)
{
    fputs(usage, stdout);
}

static bool read_at_once(options *self, const char *text)
{
    char *end;
    long value = strtol(text, &end, 10);

    self->at_once = (size_t)value;
    if (*text >= '0' && *text <= '9' && !*end && value > 0 &&
        value <= MOST_AT_ONCE)
        return true;
    fprintf(stderr, "downloader: -n is a number from 1 to 1000, not \"%s\"\n",
            text);
    return false;
}

static bool take(options *self, int option)
{
    switch (option) {
    case 'n':
        return read_at_once(self, optarg);
    case 'd':
        self->folder = optarg;
        return true;
    case 'f':
        self->file = optarg;
        return true;
    case BASE:
        self->base = optarg;
        return true;
    case 'v':
        self->verbose = true;
        return true;
    case HELP:
        self->help = true;
        return true;
    default: /* getopt has said what is wrong */
        return false;
    }
}

static bool add_file(file_list *list, const char *path)
{
    char *text = read_text(path);
    bool done = text && list_add_lines(list, text);

    free(text);
    if (done && !list->count)
        fprintf(stderr, "downloader: %s names no URL\n", path);
    return done && list->count;
}

bool options_read(options *self, file_list *list, int argc, char **argv)
{
    int option;

    *self = (options){.at_once = DEFAULT_AT_ONCE, .base = DEFAULT_BASE};
    if (argc > 0)
        argv[0] = program_name;
    while ((option = getopt_long(argc, argv, "n:d:f:v", known, NULL)) != -1)
        if (!take(self, option))
            return false;
    if (self->help)
        return true;
    for (int i = optind; i < argc; i++)
        if (!list_add(list, argv[i]))
            return false;
    if (self->file)
        return add_file(list, self->file);
    return list->count || list_add_flags(list, self->base);
}
