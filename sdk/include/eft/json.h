/* SPDX-License-Identifier: MIT
 * JSON at the library's edge: cJSON with its limits checked first. */
#ifndef EFT_JSON_H
#define EFT_JSON_H

#include <stddef.h>

#include "eft/result.h"

#ifdef __cplusplus
extern "C" {
#endif

/* JSON values are cJSON's own (cjson/cJSON.h), to be read and built with its
 * functions.  cJSON recurses into nested values on the task's stack, so what
 * comes in and goes out here may be nested at most this deep. */
enum { EFT_JSON_DEPTH = 500 };

/* eft_json_parse parses one JSON value.
 *
 * Owns:    borrows text; gives json, which eft_result_free() or cJSON_Delete()
 *          frees.
 * Errors:  EFT_EJSON   malformed, or something follows the value; or cJSON had
 *                      no memory, which it does not tell apart
 *          EFT_EDEPTH  nested more than EFT_JSON_DEPTH levels
 * Units:   length in bytes.
 * Source:  RFC 8259, as cJSON reads it: it lets pass numbers such as 01,
 * control characters in strings, and text that is not UTF-8. */
eft_result eft_json_parse(const char *text, size_t length);

/* eft_json_free frees a value however deep it is nested: cJSON_Delete()
 * recurses.
 *
 * Owns:    takes json; NULL is allowed. */
void eft_json_free(struct cJSON *json);

#ifdef __cplusplus
}
#endif
#endif
