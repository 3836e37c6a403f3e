/* SPDX-License-Identifier: MIT
 * A request's own cookies, which replace those of the jar with the same names.
 */
#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Design notes.  libcurl sends what its engine holds for a URL, and what it was
 * given behind that, also where both have the same name.  Such a request, which
 * is rare, gets a handle of its own, that shares nothing, with a copy of the
 * jar but for those names.  What the answer sets or ends there, the jar is told
 * when the head is here, and the handle is not used again. */

enum { NAME_FIELD = 5 }; /* of a line of the jar: http_cookies.c */

static const char *name_of(const char *line)
{
    for (int i = 0; i < NAME_FIELD && line; i++) {
        line = strchr(line, '\t');
        line = line ? line + 1 : NULL;
    }
    return line;
}

/* Is the cookie of that line among those of a header, "a=1; b=2"? */
static bool is_given(const char *line, const char *cookies)
{
    const char *name = name_of(line);
    size_t length = name ? strcspn(name, "\t") : 0;

    while (length && *cookies) {
        cookies += strspn(cookies, "; \t");
        if (strncmp(cookies, name, length) == 0 && cookies[length] == '=')
            return true;
        cookies += strcspn(cookies, ";");
    }
    return false;
}

static const char *given_cookies(const eft_target_http_request *request)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (strcasecmp(request->headers[i].name, "cookie") == 0)
            return request->headers[i].value;
    return NULL;
}

static bool has(const struct curl_slist *lines, const char *line)
{
    for (; lines; lines = lines->next)
        if (strcmp(lines->data, line) == 0)
            return true;
    return false;
}

static bool clashes(const struct curl_slist *jar, const char *cookies)
{
    for (; jar; jar = jar->next)
        if (is_given(jar->data, cookies))
            return true;
    return false;
}

static bool put(CURL *handle, const char *line)
{
    return curl_easy_setopt(handle, CURLOPT_COOKIELIST, line) == CURLE_OK;
}

/* Takes jar. */
static bool take_handle(eft__http_exchange *exchange, struct curl_slist *jar,
                        const char *cookies)
{
    bool well = true;

    if (exchange->easy)
        curl_easy_cleanup(exchange->easy);
    exchange->own = jar;
    exchange->easy = eft__http_easy_new(exchange->session, exchange);
    if (!exchange->easy)
        return false;
    curl_easy_setopt(exchange->easy, CURLOPT_SHARE, NULL);
    for (const struct curl_slist *at = jar; at && well; at = at->next)
        if (!is_given(at->data, cookies))
            well = put(exchange->easy, at->data);
    return well;
}

bool eft__http_own_cookies(eft__http_exchange *exchange)
{
    const eft_target_http_request *request = exchange->request;
    const char *cookies = given_cookies(request);
    struct curl_slist *lines = NULL;
    CURL *jar;

    if (!cookies || request->options->no_cookies)
        return true;
    jar = eft__http_jar(exchange->session);
    if (!jar || curl_easy_getinfo(jar, CURLINFO_COOKIELIST, &lines) != CURLE_OK)
        return false;
    if (clashes(lines, cookies))
        return take_handle(exchange, lines, cookies);
    curl_slist_free_all(lines);
    return true;
}

/* A date in the past ends a cookie: its line with another fifth field. */
static bool end_cookie(CURL *jar, const char *line)
{
    const char *name = name_of(line);
    char *copy = name ? strdup(line) : NULL;
    bool well = false;

    if (!copy)
        return false;
    /* From "... expires TAB name" on: "... 1 TAB name". */
    char *expires = copy + (name - line) - 1;
    while (expires[-1] != '\t')
        expires--;
    expires[0] = '1';
    memmove(expires + 1, name - 1, strlen(name - 1) + 1);
    well = put(jar, copy);
    free(copy);
    return well;
}

bool eft__http_own_cookies_tell(eft__http_exchange *exchange)
{
    const char *cookies = given_cookies(exchange->request);
    struct curl_slist *after = NULL;
    CURL *jar = eft__http_jar(exchange->session);
    bool well = jar && curl_easy_getinfo(exchange->easy, CURLINFO_COOKIELIST,
                                         &after) == CURLE_OK;

    for (const struct curl_slist *at = exchange->own; at && well; at = at->next)
        if (!is_given(at->data, cookies) && !has(after, at->data))
            well = end_cookie(jar, at->data);
    for (const struct curl_slist *at = after; at && well; at = at->next)
        if (!has(exchange->own, at->data))
            well = put(jar, at->data);
    curl_slist_free_all(after);
    return well;
}

void eft__http_own_cookies_end(eft__http_exchange *exchange)
{
    if (!exchange->own)
        return;
    curl_slist_free_all(exchange->own);
    exchange->own = NULL;
    if (exchange->easy)
        curl_easy_cleanup(exchange->easy);
    exchange->easy = NULL;
}
