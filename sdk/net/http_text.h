/* SPDX-License-Identifier: MIT
 * Charsets and media types of HTTP bodies. */
#ifndef EFT_NET_HTTP_TEXT_H
#define EFT_NET_HTTP_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/message.h"

/* Finds a parameter's value in a Content-Type or the like (RFC 9110 section
 * 5.6.6): its length, and in *value where it begins, without quotes; 0: there
 * is none. */
size_t eft__http_parameter(const char *header, const char *name,
                           const char **value);

/* The media type of a Content-Type, in lower case and allocated; NULL: it is
 * none. */
char *eft__http_media_type(const char *header);

/* Decodes a body, by its charset's name.  *message is taken, and becomes a
 * text; or EFT_ECHARSET, EFT_ENOMEM, and it is as it was. */
int32_t eft__http_decode(eft_message **message, const char *charset);

/* Is it one that can be decoded here? */
bool eft__http_knows_charset(const char *charset);

#endif
