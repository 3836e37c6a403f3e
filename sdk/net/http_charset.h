/* SPDX-License-Identifier: MIT
 * Names of charsets, and the one that is decoded here. */
#ifndef EFT_NET_HTTP_CHARSET_H
#define EFT_NET_HTTP_CHARSET_H

#include <stdint.h>

#include "eft/message.h"

enum { EFT__CHARSET_LENGTH = 40 };

/* The name by which WHATWG Encoding knows a label (section 4.2), such as "gbk"
 * of "GB2312", "utf-8" of "" and NULL; of a label that it does not know, the
 * label in lower case, in room.  NULL: it cannot be one. */
const char *eft__charset_name(const char *label, char *room);

/* Decodes bytes that were called ASCII or Latin-1, which WHATWG takes for
 * windows-1252.  Errors: EFT_ENOMEM. */
int32_t eft__windows_1252_decode(const eft_message *bytes, eft_message **text);

#endif
