/* SPDX-License-Identifier: MIT
 * What a WebSocket needs only until it is open. */
#ifndef EFT_NET_WS_OPENING_H
#define EFT_NET_WS_OPENING_H

#include <stdbool.h>

#include "targets/complete.h"
#include "targets/world.h"
#include "url.h"
#include "ws.h"
#include "ws_options.h"

/* One attempt to open, in one allocation with all texts.  The world borrows
 * the request, so it lives until the attempt has ended; a redirect makes
 * another one. */
typedef struct eft__ws_opening {
    eft__ws_op *connect; /* pending; NULL: another attempt has it */
    int32_t redirects;   /* followed until now */
    eft__url url;
    eft_ws_options options; /* filled in */
    eft_target_ws_request request;
} eft__ws_opening;

/* Where an attempt goes that is not the first. */
typedef struct eft__ws_detour {
    const char *authorization; /* that stays; NULL: none */
    bool stranger; /* another origin, which is to have no credentials */
} eft__ws_detour;

/* NULL: out of memory.  detour NULL: it is the first attempt. */
eft__ws_opening *eft__ws_opening_new(const eft__url_parts *url,
                                     const eft_ws_options *options,
                                     const eft__ws_detour *detour);

/* The world asked for another URL?  True: a new attempt is under way, or has
 * ended already.  False: the connect ends, with *end, which may be changed, and
 * whose detail may be *words now. */
bool eft__ws_redirect(eft_ws *ws, eft_core_ws_end *end, eft__ws_words *words);

#endif
