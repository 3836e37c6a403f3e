/* SPDX-License-Identifier: MIT
 * What an HTTP request will be made of: read and checked. */
#include "http_draft.h"

#include <string.h>

#include "eft/error.h"
#include "header_check.h"
#include "http_block.h"
#include "http_headers.h"
#include "http_query.h"

enum { METHOD_MOST = 64 };

static int32_t refuse(const eft__http_draft *draft, int32_t error,
                      const char *sentence)
{
    return eft__http_refuse(draft->words, error, "%s", sentence);
}

/* Methods */

/* As browsers do: WHATWG Fetch, "normalize a method". */
static const char *normal(const char *method)
{
    static const char *const names[] = {"GET",  "POST",   "PUT",
                                        "HEAD", "DELETE", "OPTIONS"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (eft__is_same_name(method, names[i]))
            return names[i];
    return method;
}

/* Those that fetch refuses too, in any case of letters. */
static int32_t check_forbidden(const eft__http_draft *draft, const char *method)
{
    const char *why = NULL;

    if (eft__is_same_name(method, "CONNECT"))
        return refuse(draft, EFT_EINVAL,
                      "CONNECT is for the transport, and no method of a "
                      "request");
    if (eft__is_same_name(method, "TRACE"))
        why = eft__http_why_not("method.TRACE");
    else if (eft__is_same_name(method, "TRACK"))
        why = eft__http_why_not("method.TRACK");
    return why ? eft__http_refuse(draft->words, EFT_ENOTSUP, "%s: %s", method,
                                  why)
               : 0;
}

static int32_t read_method(eft__http_draft *draft, const char *method)
{
    if (!eft__is_token(method) || strlen(method) > METHOD_MOST)
        return refuse(draft, EFT_EINVAL,
                      "a method is up to 64 visible ASCII characters, without "
                      "separators, such as GET");
    draft->method = normal(method);
    return draft->method == method ? check_forbidden(draft, method) : 0;
}

/* URLs */

static int32_t measure_query(eft__http_draft *draft)
{
    const eft_http_request *request = draft->request;
    const char *encoded = request->encoded_query;
    int32_t error = eft__http_pairs_check(request->query, request->query_count,
                                          "query", draft->words);

    if (error)
        return error;
    size_t size = eft__http_pairs_size(request->query, request->query_count);
    for (; encoded && *encoded && size <= EFT__URL_LENGTH; encoded++, size++)
        if (*encoded <= ' ' || *encoded > '~' || *encoded == '#')
            return refuse(draft, EFT_EINVAL,
                          "encoded_query: it holds a character that has to be "
                          "encoded");
    if (size > EFT__URL_LENGTH)
        return refuse(draft, EFT_EURL, "a URL has at most 8192 bytes");
    draft->query_size = size;
    return 0;
}

static int32_t refuse_url(const eft__http_draft *draft, int32_t error,
                          const char *url, const char *why)
{
    char shown[EFT__URL_SHOWN];

    if (!url)
        return refuse(draft, error, why);
    eft__url_show(shown, sizeof shown, url);
    return eft__http_refuse(draft->words, error, "\"%s\": %s", shown, why);
}

static int32_t read_url(eft__http_draft *draft, const char *url)
{
    const eft__http_options *options = draft->options;
    const char *why = NULL;
    const eft__url *base = options->base.url ? &options->base : NULL;
    int32_t error = eft__http_url_read(&draft->url, base,
                                       eft__http_traits->resolves, url, &why);

    return error ? refuse_url(draft, error, url, why) : measure_query(draft);
}

/* Who we are */

static int32_t read_user(eft__http_draft *draft)
{
    const eft_http_request *request = draft->request;
    const eft__url_parts *url = &draft->url.parts;
    bool header = eft__http_headers_have(
        request->headers, request->header_count, "Authorization");
    bool given = request->user && *request->user;
    int32_t error = eft__http_user_check(request->user, draft->words);

    if (error)
        return error;
    if ((url->user != NULL) + given + header > 1)
        return refuse(draft, EFT_EINVAL,
                      "the URL, user, and the header Authorization: only one "
                      "of them can say who the request is from");
    draft->user = *url;
    if (given) {
        draft->user.user = request->user;
        draft->user.user_length = strlen(request->user);
        draft->user.user_is_plain = true;
    }
    /* "" is nobody, and so not whom the session names. */
    draft->has_authorization = header || draft->user.user || request->user;
    return 0;
}

/* Headers */

bool eft__http_draft_gives(const eft__http_draft *draft, const char *name)
{
    return eft__http_headers_have(draft->request->headers,
                                  draft->request->header_count, name);
}

static int32_t read_headers(eft__http_draft *draft)
{
    const eft_http_request *request = draft->request;
    int32_t error = eft__http_headers_check(
        request->headers, request->header_count, draft->words);

    if (error)
        return error;
    if (request->content_encoding &&
        eft__http_draft_gives(draft, "Content-Encoding"))
        return refuse(draft, EFT_EINVAL,
                      "content_encoding: there is that header, too");
    if (!eft__http_draft_gives(draft, "Content-Type"))
        return 0;
    if (request->content_type)
        return refuse(draft, EFT_EINVAL,
                      "content_type: there is that header, too");
    if (request->part_count)
        return refuse(draft, EFT_EINVAL,
                      "headers: the Content-Type of parts has their boundary, "
                      "and is ours");
    draft->body.type = NULL;
    return 0;
}

/* The rest */

static int32_t check_body(const eft__http_draft *draft)
{
    bool needs = eft__http_method_needs_body(draft->method);

    if (draft->body.is_given && eft__http_method_forbids_body(draft->method))
        return eft__http_refuse(draft->words, EFT_EINVAL,
                                "%s: such a request has no body",
                                draft->method);
    if (draft->request->content_type && !draft->body.is_given && !needs)
        return refuse(draft, EFT_EINVAL, "content_type: there is no body");
    return 0;
}

int32_t eft__http_draft_read(eft__http_draft *draft, const char *method,
                             const char *url)
{
    const eft_http_request *request = draft->request;
    int32_t error = eft__http_timeouts_check(
        request->total_timeout_ms, request->connect_timeout_ms,
        request->read_timeout_ms, draft->words);

    if (!error)
        error = eft__http_redirects_check(request->redirects,
                                          request->max_redirects, draft->words);
    if (!error)
        error = eft__http_request_support(request, draft->words);
    if (!error)
        error = read_method(draft, method);
    if (!error)
        error = read_url(draft, url);
    if (!error)
        error = eft__http_body_make(&draft->body, request, draft->words);
    if (!error)
        error = check_body(draft);
    if (!error)
        error = read_headers(draft);
    return error ? error : read_user(draft);
}
