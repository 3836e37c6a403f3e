/* SPDX-License-Identifier: MIT
 * What a WebSocket needs only until it is open: one block. */
#include "ws_opening.h"

#include <string.h>

#include "../core/memory.h"

static size_t authorization_size(const eft__url_parts *url,
                                 const eft__ws_detour *detour)
{
    if (url->user)
        return eft__url_basic_size(url);
    return detour && detour->authorization ? strlen(detour->authorization) + 1
                                           : 0;
}

/* What the URL says goes before what was said on the way to it.  A header of
 * the program's goes before both: only a redirect has come to have it and a
 * user in its URL. */
static char *put_authorization(eft__ws_opening *opening,
                               const eft__url_parts *url,
                               const eft__ws_detour *detour, char *to)
{
    size_t size = authorization_size(url, detour);

    if (!size ||
        eft__ws_options_have_header(&opening->options, "Authorization"))
        return to;
    opening->request.authorization = to;
    if (url->user)
        return eft__url_basic_write(url, to);
    memcpy(to, detour->authorization, size);
    return to + size;
}

eft__ws_opening *eft__ws_opening_new(const eft__url_parts *url,
                                     const eft_ws_options *options,
                                     const eft__ws_detour *detour)
{
    eft__ws_opening *opening =
        eft__alloc(sizeof *opening + eft__ws_options_size(options) +
                   eft__url_size(url) + authorization_size(url, detour));

    if (!opening)
        return NULL;
    char *to = (char *)(opening + 1);
    memset(opening, 0, sizeof *opening);
    to = eft__ws_options_copy(&opening->options, options,
                              detour && detour->stranger, to);
    eft__ws_options_fill(&opening->options);
    to = put_authorization(opening, url, detour, to);
    eft__url_write(&opening->url, url, to);
    opening->request.url = opening->url.url;
    opening->request.host = opening->url.host;
    opening->request.target = opening->url.target;
    opening->request.port = opening->url.port;
    opening->request.tls = opening->url.tls;
    opening->request.options = &opening->options;
    return opening;
}
