/* SPDX-License-Identifier: MIT
 * The head of an HTTP request, as a server reads it. */
#ifndef EFT_NATIVE_HTTP_REQUEST_H
#define EFT_NATIVE_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/ws.h"
#include "sdk/net/bytes.h"

/* Strict where others are lenient: what two readers might read in two ways is
 * refused (RFC 9112 sections 2.2, 5.1, 5.2 and 11.2).  Each line is looked at
 * as soon as it is whole.
 *
 * READING --an empty line--> WHOLE
 *    +------ a fault ------> REFUSED */
typedef enum eft__http_state {
    EFT__HTTP_READING, /* the peer's turn */
    EFT__HTTP_WHOLE,   /* all members can be read */
    EFT__HTTP_REFUSED  /* status and why say what to answer */
} eft__http_state;

/* The most headers of a request. */
enum { EFT__HTTP_HEADERS = 128 };

typedef struct eft__http_request {
    eft__http_state state;
    size_t limit;       /* bytes that the head may have */
    eft__bytes text;    /* the head so far; NULs behind what is whole in it */
    size_t line;        /* where the line begins that is not whole */
    bool has_line;      /* the request line was read */
    bool skipped;       /* an empty line before it was */
    const char *method; /* such as "GET" */
    char *target;       /* as it was sent */
    eft_ws_header *headers; /* header_count of them, values trimmed */
    size_t header_count;
    int status;      /* of the refusal */
    const char *why; /* a constant sentence */
} eft__http_request;

/* eft__http_request_init prepares for a head of at most limit bytes. */
void eft__http_request_init(eft__http_request *request, size_t limit);

/* eft__http_request_fini frees what it holds. */
void eft__http_request_fini(eft__http_request *request);

/* eft__http_request_read reads a piece.
 *
 * Result: how many bytes belonged to the head: all of them while it is READING,
 *         and behind WHOLE begins what comes after the request. */
size_t eft__http_request_read(eft__http_request *request, const void *data,
                              size_t length);

/* eft__http_is_token answers whether text is a token (RFC 9110 section
 * 5.6.2). */
bool eft__http_is_token(const char *text);

/* eft__http_is_value answers whether text may be the value of a header. */
bool eft__http_is_value(const char *text);

/* eft__http_find gives the header of a name, NULL where there is none.  count
 * is how many there are, or NULL. */
const char *eft__http_find(const eft_ws_header *headers, size_t header_count,
                           const char *name, size_t *count);

/* eft__http_element cuts the next element of a comma-separated list off *list:
 * lends where it begins, without the spaces around it, and its length; NULL at
 * the end.  Empty elements are passed over (section 5.6.1). */
const char *eft__http_element(const char **list, size_t *length);

#endif
