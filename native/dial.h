/* SPDX-License-Identifier: MIT
 * Connecting: from addresses to one connected socket. */
#ifndef EFT_NATIVE_DIAL_H
#define EFT_NATIVE_DIAL_H

#include <limits.h>
#include <stdint.h>

#include <uv.h>

#include "resolve.h"

/* Several addresses race (RFC 8305): each has a quarter of a second for itself,
 * then the next one starts beside it; one that fails lets the next one start at
 * once.  The first that is connected wins. */
typedef struct eft__dial eft__dial;

/* Called once, from the loop, unless the dial was abandoned: the connected
 * socket, which is given, or a negative code of libuv's. */
typedef void eft__dial_done(void *context, int result);

/* What a start came to when neither is known yet. */
enum { EFT__DIAL_WAIT = INT_MIN };

/* eft__dial_start connects to the first of addresses that answers.
 *
 * Owns:    borrows addresses until done; lends *dial.
 * Result:  the connected socket, nonblocking, which is given; a negative code
 *          of libuv's; or EFT__DIAL_WAIT: done follows, and *dial is set. */
int eft__dial_start(uv_loop_t *loop, const eft__addresses *addresses,
                    uint16_t port, eft__dial_done *done, void *context,
                    eft__dial **dial);

/* eft__dial_unix connects to a socket of the file system, or on Linux where
 * path begins with '@' of its abstract names.  Such a connection never has to
 * be waited for.
 *
 * Result:  as eft__dial_start; UV_ENAMETOOLONG: no address holds the path. */
int eft__dial_unix(const char *path);

/* eft__dial_abandon stops: done will not be called. */
void eft__dial_abandon(eft__dial *dial);

#endif
