/* SPDX-License-Identifier: MIT
 * Redirects: an opening that ends with another URL. */
#include <stdarg.h>
#include <stdio.h>

#include "../core/memory.h"
#include "eft/error.h"
#include "ws_opening.h"

/* Design notes.  A redirect is a new attempt of the same connect: a new id, so
 * that a late word about the old one finds nothing; the same timeout, which
 * covers all of them.  What came with the URL or the options for one origin
 * does not go to another, and not back again: Python's websockets, section
 * 4.4 of WHATWG Fetch. */

static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 ||
           status == 308;
}

static bool refuse(eft_core_ws_end *end, eft__ws_words *words, int32_t error,
                   const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(words->text, sizeof words->text, format, arguments);
    va_end(arguments);
    end->error = error;
    end->detail = words->text;
    return false;
}

static bool no_memory(eft_core_ws_end *end)
{
    end->error = EFT_ENOMEM;
    end->detail = NULL;
    return false;
}

static bool refuse_url(eft_core_ws_end *end, eft__ws_words *words,
                       const char *text, const char *why)
{
    char shown[EFT__URL_SHOWN];

    eft__url_show(shown, sizeof shown, text);
    return refuse(end, words, EFT_EREDIRECT,
                  "redirected to no WebSocket: \"%s\": %s", shown, why);
}

/* Why we do not go where we are sent, or NULL. */
static const char *fault_of(const eft__ws_opening *from,
                            const eft__url_parts *to, bool stranger)
{
    if (from->url.tls && !to->tls)
        return "which is not encrypted, from wss:";
    if (stranger && from->options.unix_path)
        return "which is not behind unix_path";
    return NULL;
}

/* The attempt that a URL asks for; NULL: *end says why there is none. */
static eft__ws_opening *turn(const eft__ws_opening *from, const char *text,
                             eft_core_ws_end *end, eft__ws_words *words)
{
    const char *why = NULL;
    eft__url_parts to;

    if (eft__url_read(&to, text, &why)) {
        refuse_url(end, words, text, why);
        return NULL;
    }
    bool stranger = !eft__url_same_origin(&from->url, &to);
    const char *fault = fault_of(from, &to, stranger);
    if (fault) {
        refuse(end, words, EFT_EREDIRECT, "redirected to %.*s:%u, %s",
               to.host_length < 100 ? (int)to.host_length : 100, to.host,
               (unsigned)to.port, fault);
        return NULL;
    }
    eft__ws_detour detour = {.authorization =
                                 stranger ? NULL : from->request.authorization,
                             .stranger = stranger};
    eft__ws_opening *next = eft__ws_opening_new(&to, &from->options, &detour);
    if (!next)
        no_memory(end);
    return next;
}

static void follow(eft_ws *ws, eft__ws_opening *from, eft__ws_opening *next)
{
    next->connect = from->connect;
    next->redirects = from->redirects + 1;
    from->connect = NULL;
    ws->opening = next;
    /* Its own place at least is free now. */
    eft__id_free(&ws->identified);
    (void)eft__id_new(&ws->identified);
    eft_target_ws_open(ws->identified.id, &next->request);
}

bool eft__ws_redirect(eft_ws *ws, eft_core_ws_end *end, eft__ws_words *words)
{
    eft__ws_opening *from = ws->opening;
    const char *why = NULL;
    char *text;

    if (!is_redirect(end->status) || !end->location ||
        from->options.max_redirects < 0)
        return false;
    if (from->redirects >= from->options.max_redirects)
        return refuse(end, words, EFT_EREDIRECT,
                      "more than %ld redirects; the last one came from %.100s",
                      (long)from->options.max_redirects, from->url.url);
    int32_t error = eft__url_resolve(&from->url, end->location, &text, &why);
    if (error == EFT_ENOMEM)
        return no_memory(end);
    if (error)
        return refuse_url(end, words, end->location, why);
    eft__ws_opening *next = turn(from, text, end, words);
    eft__free(text);
    if (!next)
        return false;
    follow(ws, from, next);
    return true;
}
