/* SPDX-License-Identifier: MIT
 * Host names to addresses, without blocking the loop. */
#ifndef EFT_NATIVE_RESOLVE_H
#define EFT_NATIVE_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

/* An IPv6 address with its zone, and a NUL. */
enum { EFT__ADDRESS_SIZE = INET6_ADDRSTRLEN + UV_IF_NAMESIZE };

/* Addresses as text, in the order in which they are to be tried. */
typedef struct eft__addresses {
    size_t count;                   /* how many */
    char text[][EFT__ADDRESS_SIZE]; /* each with its NUL */
} eft__addresses;

/* eft__addresses_known gives the addresses of a host that nobody has to be
 * asked about: an address itself, and localhost, which is this machine whatever
 * a resolver says (RFC 6761 section 6.3).  False: it is another name.
 *
 * Owns:    gives *addresses; eft__free() frees it.
 * Errors:  true with NULL: memory ran out. */
bool eft__addresses_known(const char *host, eft__addresses **addresses);

/* eft__address_is_literal answers whether host is an address, not a name. */
bool eft__address_is_literal(const char *host);

/* eft__address_read turns text into a socket address; false if it is none. */
bool eft__address_read(const char *text, int port,
                       struct sockaddr_storage *address);

/* One lookup. It belongs to itself: it frees itself when it has ended. */
typedef struct eft__lookup eft__lookup;

/* Called once, from the loop, unless the lookup was abandoned. status is 0 or
 * one of libuv's codes; addresses is given when status is 0, else NULL. */
typedef void eft__lookup_done(void *context, int status,
                              eft__addresses *addresses);

/* eft__lookup_start looks host up in the thread pool.
 *
 * Owns:    copies host; lends a lookup, until done is called or it is
 *          abandoned.
 * Errors:  NULL: memory ran out, or libuv refuses the name. */
eft__lookup *eft__lookup_start(uv_loop_t *loop, const char *host,
                               eft__lookup_done *done, void *context);

/* eft__lookup_abandon stops caring: done will not be called.  The system
 * cannot be stopped when it has begun to ask; what it says is dropped. */
void eft__lookup_abandon(eft__lookup *lookup);

#endif
