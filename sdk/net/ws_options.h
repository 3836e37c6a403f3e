/* SPDX-License-Identifier: MIT
 * The options of a WebSocket: checked, filled in, copied. */
#ifndef EFT_NET_WS_OPTIONS_H
#define EFT_NET_WS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/ws.h"
#include "targets/world.h"

/* What the world can do; a test may put another world's in their place. */
extern const eft_target_ws_traits *eft__ws_traits;
extern const eft_target_lack *eft__ws_lacks;

/* A sentence that is put together: what was wrong with which option. */
typedef struct eft__ws_words {
    char text[256];
} eft__ws_words;

/* Why the world lacks this, or NULL: it does not. */
const char *eft__ws_why_not(const char *option);

/* Is everything in its range, and nothing set that the world lacks?  Errors:
 * EFT_EINVAL, EFT_ENOTSUP; *words then says why. */
int32_t eft__ws_options_check(const eft_ws_options *options,
                              eft__ws_words *words);

/* The part of it that is the same on every target. */
int32_t eft__ws_options_check_content(const eft_ws_options *options,
                                      eft__ws_words *words);

/* Is there a header of this name? */
bool eft__ws_options_have_header(const eft_ws_options *options,
                                 const char *name);

/* Puts the defaults where zeros are, but for proxy, user_agent and
 * write_limit. */
void eft__ws_options_fill(eft_ws_options *options);

/* A deep copy that lives in size bytes, aligned as for pointers; a stranger's,
 * another origin's, leaves credentials out.  Returns what is behind it. */
size_t eft__ws_options_size(const eft_ws_options *options);
char *eft__ws_options_copy(eft_ws_options *copy, const eft_ws_options *options,
                           bool stranger, char *to);

#endif
