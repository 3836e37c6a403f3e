/* SPDX-License-Identifier: MIT
 * JSON of messages: printed, and parsed with care. */
#ifndef EFT_NET_JSON_H
#define EFT_NET_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "eft/json.h"

struct cJSON;

/* eft_json_parse() that tells where a text is no JSON. */
eft_result eft__json_parse(const char *text, size_t length, size_t *where);

/* Prints json without white space into *text, which cJSON_free() frees.
 * Errors: EFT_EINVAL, EFT_EDEPTH, EFT_ENOMEM. */
int32_t eft__json_print(const struct cJSON *json, char **text);

#endif
