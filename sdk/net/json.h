/* SPDX-License-Identifier: MIT
 * Printing JSON for a message. */
#ifndef EFT_NET_JSON_H
#define EFT_NET_JSON_H

#include <stdint.h>

struct cJSON;

/* Prints json without white space into *text, which cJSON_free() frees.
 * Errors: EFT_EINVAL, EFT_EDEPTH, EFT_ENOMEM. */
int32_t eft__json_print(const struct cJSON *json, char **text);

#endif
