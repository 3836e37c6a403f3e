/* SPDX-License-Identifier: MIT
 * JSON at the library's edge: depth is checked before cJSON recurses. */
#include "json.h"

#include <stdbool.h>
#include <cjson/cJSON.h>

#include "../core/result.h"
#include "eft/json.h"

static const char *skip_string(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        if (*at == '\\' && at + 1 < end)
            at++;
    return at;
}

/* Brackets outside of strings: an upper bound also for malformed text. */
static bool text_is_deep(const char *text, size_t length)
{
    const char *end = text + length;
    int depth = 0;

    for (const char *at = text; at < end; at++) {
        if (*at == '"')
            at = skip_string(at, end);
        else if (*at == '[' || *at == '{')
            depth++;
        else if (*at == ']' || *at == '}')
            depth--;
        if (depth > EFT_JSON_DEPTH)
            return true;
    }
    return false;
}

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void free_json(void *value)
{
    eft_json_free(value);
}

eft_result eft__json_parse(const char *text, size_t length, size_t *where)
{
    const char *end = NULL;

    *where = 0;
    if (text_is_deep(text, length))
        return eft_failed(EFT_EDEPTH);
    cJSON *json = cJSON_ParseWithLengthOpts(text, length, &end, false);
    while (json && end < text + length && is_white(*end))
        end++;
    *where = end ? (size_t)(end - text) : 0;
    if (!json || end != text + length) {
        cJSON_Delete(json);
        return eft_failed(EFT_EJSON);
    }
    return eft__result_of_kind(EFT_KIND_JSON, json, free_json);
}

eft_result eft_json_parse(const char *text, size_t length)
{
    size_t where;

    return eft__json_parse(text, length, &where);
}

void eft_json_free(cJSON *json)
{
    /* Children are moved up between their parent and what follows it, so the
     * list grows instead of the stack. */
    while (json) {
        cJSON *next = json->next;

        if (json->child && !(json->type & cJSON_IsReference)) {
            cJSON *last = json->child;

            while (last->next)
                last = last->next;
            last->next = next;
            next = json->child;
            json->child = NULL;
        }
        json->next = NULL;
        cJSON_Delete(json);
        json = next;
    }
}

static bool value_is_deep(const cJSON *json, int levels)
{
    if (levels < 0)
        return true;
    for (const cJSON *child = json->child; child; child = child->next)
        if ((child->type & (cJSON_Array | cJSON_Object)) &&
            value_is_deep(child, levels - 1))
            return true;
    return false;
}

int32_t eft__json_print(const cJSON *json, char **text)
{
    if (!json)
        return EFT_EINVAL;
    if (value_is_deep(json, EFT_JSON_DEPTH - 1))
        return EFT_EDEPTH;
    *text = cJSON_PrintUnformatted(json);
    /* cJSON does not tell an unprintable value from a lack of memory. */
    return *text ? 0 : EFT_EINVAL;
}
