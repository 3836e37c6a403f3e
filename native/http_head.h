/* SPDX-License-Identifier: MIT
 * The head of an HTTP/1.1 answer: its status line and fields. */
#ifndef EFT_NATIVE_HTTP_HEAD_H
#define EFT_NATIVE_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { EFT__HEAD_MOST = 65536 /* bytes of a head */ };

/* A head lends parts of the text that it was read from. */
typedef struct eft__head {
    unsigned status;      /* 100 to 999 */
    unsigned minor;       /* of HTTP/1.minor */
    const char *line;     /* "404 Not Found" */
    size_t line_length;   /* bytes of it */
    const char *fields;   /* all field lines, each with its CRLF */
    size_t fields_length; /* bytes of them */
} eft__head;

typedef struct eft__head_field {
    const char *name;    /* a token */
    size_t name_length;  /* bytes of it */
    const char *value;   /* without the white space around it */
    size_t value_length; /* bytes of it */
} eft__head_field;

/* eft__head_find looks for the end of the head that text begins with.  *seen is
 * 0 at first, and saves looking at the same bytes again when text has grown.
 *
 * Result: its length with the empty line; 0: it goes on; -1: it is none, and
 *         *fault is a constant half sentence that says why. */
ptrdiff_t eft__head_find(const char *text, size_t length, size_t *seen,
                         const char **fault);

/* eft__head_parse takes apart what eft__head_find found.  False: it is no
 * head, as *fault says.
 *
 * Source: RFC 9112 sections 4 and 5; a line that continues the one before it
 *         is refused (section 5.2). */
bool eft__head_parse(eft__head *head, const char *text, size_t length,
                     const char **fault);

/* eft__head_next gives one field after the other; *at is 0 at first. */
bool eft__head_next(const eft__head *head, size_t *at, eft__head_field *field);

/* eft__head_get copies a field's value; where it came several times, all of
 * them with ", " in between (RFC 9110 section 5.3).
 *
 * Result: how often it came; -1: it does not fit into size bytes. */
int eft__head_get(const eft__head *head, const char *name, char *value,
                  size_t size);

/* eft__head_quote copies the status line for a sentence: what could not be
 * printed is a '?', and what is too long is cut. */
void eft__head_quote(const eft__head *head, char *text, size_t size);

#endif
