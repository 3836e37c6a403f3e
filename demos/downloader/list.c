/* SPDX-License-Identifier: MIT
 * What is to be downloaded: URLs, and what their files are called. */
#define _POSIX_C_SOURCE 200809L
#include "list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "read.h"

/* A file system takes 255 bytes, and a name here gets more around it. */
enum { NAME_MOST = 200, URL_MOST = 8192 };

/* World Population Prospects 2024, the largest first. */
static const char countries[][3] = {"in", "cn", "us", "id", "pk", "ng", "br",
                                    "bd", "ru", "et", "mx", "jp", "eg", "ph",
                                    "cd", "vn", "ir", "tr", "de", "th"};

/* What no file system, and no shell, is to be surprised by. */
static bool is_plain(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || strchr("-_.,+=@~", byte);
}

/* The last part of a URL's path, as a file's name. */
static void name_of(const char *url, char *name, size_t size)
{
    const char *host = strstr(url, "://");
    const char *path = host ? host + 3 : url;
    const char *end = path + strcspn(path, "?#");
    const char *from = end;

    while (from > path && from[-1] != '/')
        from--;
    /* Without a path it is the host. */
    if (from == path && host)
        from = end;
    size_t length = (size_t)(end - from);

    length = length < size - 1 ? length : size - 1;
    for (size_t i = 0; i < length; i++)
        name[i] = from[i] && is_plain(from[i]) ? from[i] : '_';
    name[length] = 0;
    /* "..", and what a listing would not show. */
    if (*name == '.')
        *name = '_';
    if (!*name)
        snprintf(name, size, "index.html");
}

/* Some file systems do not tell A from a. */
static bool is_taken(const file_list *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcasecmp(self->files[i].name, name) == 0)
            return true;
    return false;
}

static bool refuse(const char *why, const char *what)
{
    fprintf(stderr, "downloader: %s%s\n", why, what);
    return false;
}

static char *copy(const char *text)
{
    size_t size = strlen(text) + 1;
    char *made = malloc(size);

    return made ? memcpy(made, text, size) : NULL;
}

/* Room for LIST_MOST files at once is 64 KiB. */
static bool append(file_list *self, const char *url, const char *name)
{
    if (!self->files)
        self->files = calloc(LIST_MOST, sizeof *self->files);
    if (!self->files)
        return refuse("out of memory", "");
    file made = {copy(url), copy(name)};

    self->files[self->count++] = made;
    return (made.url && made.name) || refuse("out of memory", "");
}

static size_t scheme_of(const char *url)
{
    static const char *const schemes[] = {"http://", "https://"};

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strncasecmp(url, schemes[i], strlen(schemes[i])) == 0)
            return strlen(schemes[i]);
    return 0;
}

static bool has_control(const char *url)
{
    for (; *url; url++)
        if ((unsigned char)*url < ' ' || *url == 127)
            return true;
    return false;
}

/* What can be said before anything is begun; the rest the request says.  A URL
 * is printed, and a terminal obeys what controls are in it. */
static bool is_url(const char *url)
{
    size_t scheme = scheme_of(url);

    if (!*url)
        return refuse("an empty URL", "");
    if (strlen(url) > URL_MOST)
        return refuse("a URL of more than 8,192 bytes", "");
    if (has_control(url))
        return refuse("a URL with a control character in it", "");
    if (!scheme && (url[strcspn(url, ":/?#")] == ':' || !takes_relative()))
        return refuse("a URL begins with http:// or https://: ", url);
    if (scheme && strchr("/?#", url[scheme]))
        return refuse("a URL without a host: ", url);
    return true;
}

bool list_add(file_list *self, const char *url)
{
    char plain[NAME_MOST], name[NAME_MOST + 16];

    if (self->count == LIST_MOST)
        return refuse("these are too many URLs: 4,096 is the limit", "");
    if (!is_url(url))
        return false;
    name_of(url, plain, sizeof plain);
    snprintf(name, sizeof name, "%s", plain);
    for (size_t number = self->count + 1; is_taken(self, name); number++)
        snprintf(name, sizeof name, "%zu-%s", number, plain);
    return append(self, url, name);
}

bool list_add_flags(file_list *self, const char *base)
{
    char url[URL_MOST];
    int length = (int)strlen(base);

    while (length && base[length - 1] == '/')
        length--;
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++) {
        const char *country = countries[i];
        int size = snprintf(url, sizeof url, "%.*s/%s/%s.gif", length, base,
                            country, country);

        if (size >= (int)sizeof url)
            return refuse("a URL of more than 8,192 bytes", "");
        if (!list_add(self, url))
            return false;
    }
    return true;
}

bool list_add_lines(file_list *self, char *text)
{
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        line += strspn(line, " \t\r");
        size_t length = strlen(line);

        while (length && strchr(" \t\r", line[length - 1]))
            line[--length] = 0;
        if (length && *line != '#' && !list_add(self, line))
            return false;
    }
    return true;
}

void list_free(file_list *self)
{
    for (size_t i = 0; i < self->count; i++) {
        free(self->files[i].url);
        free(self->files[i].name);
    }
    free(self->files);
}
