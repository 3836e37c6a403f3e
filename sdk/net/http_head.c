/* SPDX-License-Identifier: MIT
 * The head of an answer: one block, taken apart once. */
#include <stdio.h>
#include <string.h>

#include "../core/memory.h"
#include "header_check.h"
#include "http.h"
#include "targets/complete.h"

const char *eft__http_head_get(const eft__http_head *head, const char *name)
{
    for (size_t i = 0; i < head->count; i++)
        if (eft__is_same_name(head->pairs[i].name, name))
            return head->pairs[i].value;
    return NULL;
}

static size_t count_lines(const char *text, size_t length)
{
    const char *end = text + length;
    size_t count = 0;

    while (text < end && (text = memchr(text, '\n', (size_t)(end - text)))) {
        text++;
        count++;
    }
    return count;
}

static int64_t read_length(const char *text)
{
    int64_t length = 0;

    if (!*text)
        return -1;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || length > INT64_MAX / 10 - 1)
            return -1;
        length = length * 10 + (*text - '0');
    }
    return length;
}

/* Notes what each response is asked for. */
static void note(eft__http_head *head, const eft_http_pair *pair, size_t length)
{
    if (length == sizeof "content-length" - 1 &&
        eft__is_same_name(pair->name, "content-length") && head->length < 0)
        head->length = read_length(pair->value);
    else if (length == sizeof "content-encoding" - 1 &&
             eft__is_same_name(pair->name, "content-encoding"))
        head->is_encoded = true;
}

/* Makes strings of the lines "name: value\n", in place. */
static void split(eft__http_head *head, char *at, size_t length)
{
    char *end = at + length;
    char *stop;

    for (; at < end; at = stop + 1) {
        stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop)
            return;
        char *colon = memchr(at, ':', (size_t)(stop - at));
        *stop = 0;
        if (!colon)
            continue;
        eft_http_pair *pair = &head->pairs[head->count++];
        *colon = 0;
        pair->name = at;
        pair->value = colon + (colon[1] == ' ' ? 2 : 1);
        note(head, pair, (size_t)(colon - at));
    }
}

static char *put(const char **to, char *at, const char *text)
{
    size_t size = strlen(text) + 1;

    memcpy(at, text, size);
    *to = at;
    return at + size;
}

eft__http_head *eft__http_head_new(const eft_core_http_answer *answer,
                                   const char *url)
{
    size_t lines = count_lines(answer->headers, answer->headers_length);
    const char *reason = answer->reason ? answer->reason : "";
    eft__http_head *head;

    if (answer->url)
        url = answer->url;
    head =
        eft__alloc(sizeof *head + lines * sizeof(eft_http_pair) +
                   strlen(reason) + strlen(url) + 2 + answer->headers_length);
    if (!head)
        return NULL;
    memset(head, 0, sizeof *head);
    head->status = answer->status;
    head->version = answer->version;
    head->pairs = (eft_http_pair *)(void *)(head + 1);
    char *at = (char *)(head->pairs + lines);
    at = put(&head->reason, at, reason);
    at = put(&head->url, at, url);
    if (answer->headers_length)
        memcpy(at, answer->headers, answer->headers_length);
    head->length = -1;
    split(head, at, answer->headers_length);
    return head;
}

void eft__http_head_free(eft__http_head *head)
{
    if (!head)
        return;
    eft__free(head->type);
    eft__free(head->filename);
    eft__free(head);
}

void eft__http_say_status(const eft__http_head *head, char *text, size_t size)
{
    snprintf(text, size, "the server answered %d%s%.80s: %.200s", head->status,
             *head->reason ? " " : "", head->reason, head->url);
}
