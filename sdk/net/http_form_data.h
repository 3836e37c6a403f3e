/* SPDX-License-Identifier: MIT
 * The text of multipart forms, and their boundaries. */
#ifndef EFT_NET_HTTP_FORM_DATA_H
#define EFT_NET_HTTP_FORM_DATA_H

#include "http_options.h"

enum { EFT__BOUNDARY_LENGTH = 36 }; /* 70 at most: RFC 2046 section 5.1.1 */

/* A boundary at the end of the type that tells it. */
typedef struct eft__boundary {
    char type[sizeof "multipart/form-data; boundary=" + EFT__BOUNDARY_LENGTH];
} eft__boundary;

/* What only measures with to NULL, and else writes. */
typedef struct eft__pen {
    char *to;
    size_t at;
    bool too_much; /* more than can be in memory */
} eft__pen;

/* Chooses one that is in none of the parts. */
void eft__boundary_choose(eft__boundary *boundary,
                          const eft_http_request *request);
const char *eft__boundary_text(const eft__boundary *boundary);

/* A file of the form. */
typedef struct eft__form_file {
    size_t at;      /* where in the text it goes */
    int64_t length; /* its bytes; -1: that is not known */
} eft__form_file;

/* Writes a form without its files; files, or NULL, gets where each of these
 * goes. */
void eft__form_data_put(eft__pen *pen, const eft_http_request *request,
                        const eft__boundary *boundary, eft__form_file *files);

#endif
