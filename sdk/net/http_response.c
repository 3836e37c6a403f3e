/* SPDX-License-Identifier: MIT
 * What a response tells of its head. */
#include <stdio.h>
#include <string.h>

#include "../core/memory.h"
#include "header_check.h"
#include "http.h"
#include "http_text.h"

int eft_http_response_status(const eft_http_response *response)
{
    return response ? response->head->status : 0;
}

bool eft_http_response_ok(const eft_http_response *response)
{
    return response && response->head->status < 400;
}

const char *eft_http_response_reason(const eft_http_response *response)
{
    return response ? response->head->reason : "";
}

const char *eft_http_response_url(const eft_http_response *response)
{
    return response ? response->head->url : "";
}

int eft_http_response_version(const eft_http_response *response)
{
    return response ? response->head->version : 0;
}

const char *eft_http_response_header(const eft_http_response *response,
                                     const char *name)
{
    return response && name ? eft__http_head_get(response->head, name) : NULL;
}

const eft_http_pair *
eft_http_response_headers(const eft_http_response *response, size_t *count)
{
    if (count)
        *count = response ? response->head->count : 0;
    return response ? response->head->pairs : NULL;
}

/* The value of a cookie in "name=value; attribute; ...", or NULL. */
static const char *value_in(const char *set_cookie, const char *name,
                            size_t *length)
{
    size_t name_length = strlen(name);

    if (strncmp(set_cookie, name, name_length) ||
        set_cookie[name_length] != '=')
        return NULL;
    const char *value = set_cookie + name_length + 1;
    *length = strcspn(value, ";");
    while (*length && (value[*length - 1] == ' ' || value[*length - 1] == '\t'))
        --*length;
    return value;
}

/* What was set last is what counts. */
const char *eft_http_response_cookie(eft_http_response *response,
                                     const char *name)
{
    const char *value = NULL;
    size_t length = 0;

    if (!response || !name)
        return NULL;
    const eft__http_head *head = response->head;
    for (size_t i = head->count; i > 0 && !value; i--)
        if (eft__is_same_name(head->pairs[i - 1].name, "set-cookie"))
            value = value_in(head->pairs[i - 1].value, name, &length);
    eft__free(response->cookie);
    response->cookie = value ? eft__copy_text(value, length) : NULL;
    return response->cookie;
}

int64_t eft_http_response_length(const eft_http_response *response)
{
    if (!response)
        return -1;
    int64_t length = response->expected;
    /* Told with a body that does not come, as with HEAD. */
    if (length == 0)
        length = response->head->length > 0 ? response->head->length : 0;
    return length >= 0 && response->received > (uint64_t)length ? -1 : length;
}

uint64_t eft_http_response_received(const eft_http_response *response)
{
    return response ? response->received : 0;
}

/* RFC 9110 section 8.3.1: a type is two tokens, in any case of letters. */
const char *eft_http_response_content_type(const eft_http_response *response)
{
    eft__http_head *head = response ? response->head : NULL;
    const char *value = head ? eft__http_head_get(head, "content-type") : NULL;

    if (!value)
        return "";
    if (!head->type)
        head->type = eft__http_media_type(value);
    return head->type ? head->type : "";
}

const char *eft_http_response_charset(const eft_http_response *response)
{
    const char *type, *value = NULL;
    size_t length = 0;

    if (!response)
        return "";
    eft__http_head *head = response->head;
    if (head->has_charset)
        return head->charset;
    head->has_charset = true;
    type = eft__http_head_get(head, "content-type");
    if (type)
        length = eft__http_parameter(type, "charset", &value);
    if (length > 0 && length < sizeof head->charset)
        memcpy(head->charset, value, length);
    return head->charset;
}

const eft_http_response *const *
eft_http_response_redirects(const eft_http_response *response, size_t *count)
{
    if (count)
        *count = response ? response->history_count : 0;
    return response ? (const eft_http_response *const *)response->history
                    : NULL;
}

eft_result eft_http_response_raise(const eft_http_response *response)
{
    eft__detail detail = {0};
    char text[320];

    if (!response) {
        eft__detail_say(
            (eft__detail){"there is no response: NULL", EFT_EINVAL, false});
        return eft_failed(EFT_EINVAL);
    }
    if (response->head->status < 400)
        return eft_ok();
    eft__http_say_status(response->head, text, sizeof text);
    eft__detail_copy(&detail, EFT_ESTATUS, text);
    eft__detail_say(detail);
    return eft_failed(EFT_ESTATUS);
}

/* What was asked, or what has answered. */
void eft__http_describe(const eft__link *object, char *text, size_t size)
{
    const eft_http_response *self =
        EFT__OWNER(object, eft_http_response, known);
    const char *url = "a request";

    if (self->head)
        url = self->head->url;
    else if (self->request)
        url = self->request->target.url;
    snprintf(text, size, "%s", url);
}
