/* SPDX-License-Identifier: MIT
 * What the words in a header may be. */
#ifndef EFT_NET_HEADER_CHECK_H
#define EFT_NET_HEADER_CHECK_H

#include <stdbool.h>

/* A name, RFC 9110 section 5.6.2; false also of NULL, as below. */
bool eft__is_token(const char *text);

/* A value, section 5.5, which may have UTF-8, and may be empty. */
bool eft__is_header_value(const char *text);

/* One or more visible ASCII characters. */
bool eft__is_visible(const char *text);

/* Are the names the same, in any case? */
bool eft__is_same_name(const char *a, const char *b);

/* Is it what was meant for one origin, and goes to no other? */
bool eft__is_credential(const char *name);

#endif
