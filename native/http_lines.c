/* SPDX-License-Identifier: MIT
 * The header lines of a request, as libcurl wants them. */
#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <string.h>
#include <strings.h>

#include "eft/error.h"
#include "ws.h"

/* Design notes.  What libcurl would add by itself, nobody has asked for: lines
 * without a value take it back. */

/* RFC 9110 section 8.6: these say so where they have none. */
bool eft__http_wants_body(const char *method)
{
    return *method == 'P' &&
           (strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 ||
            strcmp(method, "PATCH") == 0);
}

/* What libcurl would add by itself, of a body or not. */
static char no_accept[] = "Accept:", no_expect[] = "Expect:",
            no_type[] = "Content-Type:";
static struct curl_slist body_lines[] = {
    {no_expect, &body_lines[1]},
    {no_type, NULL},
};

static bool is(const eft_http_pair *header, const char *name)
{
    return strcasecmp(header->name, name) == 0;
}

/* Of what nearly all requests have libcurl makes the less work the shorter the
 * list is, which it looks through for each line that it writes; but a line of
 * the list it writes once, and one of its own twice, byte by byte. */
static bool is_usual(const eft_http_pair *header)
{
    return is(header, "accept") && strcmp(header->value, "*/*") == 0;
}

/* What becomes of the headers. */
typedef struct headers {
    struct curl_slist *first;
    struct curl_slist **end;
    char *text; /* room for the next line */
    char *cookies;
    bool accepts, decodes, agent; /* it is there, or not wanted */
    bool ranged;                  /* a part is asked for */
} headers;

static void add_line(headers *all, struct curl_slist *node, char *line)
{
    node->data = line;
    node->next = NULL;
    *all->end = node;
    all->end = &node->next;
}

const char *eft__http_agent(const eft_http_session_options *options)
{
    return options->user_agent ? options->user_agent : EFT__USER_AGENT;
}

static void add_header(headers *all, struct curl_slist *node, const char *name,
                       const char *value)
{
    size_t name_length = strlen(name), length = strlen(value);

    add_line(all, node, all->text);
    memcpy(all->text, name, name_length);
    all->text += name_length;
    /* So libcurl wants it where there is no value. */
    memcpy(all->text, length ? ": " : ";", 2);
    all->text += length ? 2 : 1;
    memcpy(all->text, value, length + 1);
    all->text += length + 1;
}

static void add_given(headers *all, struct curl_slist **node,
                      const eft_http_pair *header)
{
    all->accepts = all->accepts || is(header, "accept");
    all->decodes = all->decodes || is(header, "accept-encoding");
    all->agent = all->agent || is(header, "user-agent");
    all->ranged = all->ranged || is(header, "range");
    if (is(header, "cookie"))
        all->cookies = (char *)(uintptr_t)header->value;
    else if (!is_usual(header))
        add_header(all, (*node)++, header->name, header->value);
}

/* The nodes of the list and then the lines lie in one block. */
static struct curl_slist *make_room(const eft_target_http_request *request,
                                    eft__http_buffer *block, headers *all)
{
    size_t count = request->header_count + 3;
    size_t size = strlen(eft__http_agent(request->options)) + 128;
    struct curl_slist *nodes;

    for (size_t i = 0; i < request->header_count; i++)
        size += strlen(request->headers[i].name) +
                strlen(request->headers[i].value) + 4;
    block->length = 0;
    nodes = (void *)eft__http_buffer_room(block, count * sizeof *nodes + size);
    all->text = nodes ? (char *)(nodes + count) : NULL;
    return nodes;
}

static bool write_headers(const eft_target_http_request *request,
                          eft__http_buffer *block, headers *all)
{
    const char *agent = eft__http_agent(request->options);
    struct curl_slist *node = make_room(request, block, all);

    if (!node)
        return false;
    for (size_t i = 0; i < request->header_count; i++)
        add_given(all, &node, &request->headers[i]);
    if (!all->agent && *agent)
        add_header(all, node++, "User-Agent", agent);
    /* As WHATWG Fetch has it: who compresses knows no ranges. */
    if (!all->decodes)
        add_header(all, node++, "Accept-Encoding",
                   all->ranged ? "identity" : eft__unpack_accepts);
    if (!all->accepts)
        add_line(all, node, no_accept);
    return true;
}

/* Of those that say nothing by themselves all lists are alike. */
static bool is_plain(const eft_target_http_request *request)
{
    return request->header_count == 1 && is_usual(&request->headers[0]) &&
           !request->has_body && !eft__http_wants_body(request->method);
}

int32_t eft__http_set_headers(eft__http_exchange *exchange)
{
    const eft_target_http_request *request = exchange->request;
    headers all = {.decodes = request->options->no_decompress};
    CURL *easy = exchange->easy;
    bool plain = is_plain(request);

    all.end = &all.first;
    if (plain && exchange->plain)
        return 0;
    exchange->plain = false;
    if (!write_headers(request, &exchange->lines, &all))
        return EFT_ENOMEM;
    if (request->has_body || eft__http_wants_body(request->method))
        *all.end = body_lines;
    if ((all.cookies || exchange->cookies) &&
        curl_easy_setopt(easy, CURLOPT_COOKIE, all.cookies) != CURLE_OK)
        return EFT_ENOMEM;
    exchange->cookies = all.cookies != NULL;
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, all.first);
    exchange->plain = plain;
    return 0;
}
