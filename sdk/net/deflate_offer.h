/* SPDX-License-Identifier: MIT
 * Agreeing on permessage-deflate: RFC 7692 section 7.1, for both ends. */
#ifndef EFT_NET_DEFLATE_OFFER_H
#define EFT_NET_DEFLATE_OFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/ws.h"

/* Room for any value of Sec-WebSocket-Extensions that is made here. */
enum { EFT__DEFLATE_HEADER = 160 };

/* What both ends have agreed on, as one of them sees it. */
typedef struct eft__deflate_agreed {
    bool on;               /* false: no compression */
    bool send_takeover;    /* our messages may refer to our earlier ones */
    bool receive_takeover; /* likewise the peer's */
    uint8_t send_bits;     /* our window, 8 to 15; with 8, which zlib cannot
                              make, we send uncompressed */
    uint8_t receive_bits;  /* the peer's */
    uint8_t level;         /* zlib's, 1 to 9 */
    uint32_t threshold;    /* shorter messages go as they are, in bytes */
} eft__deflate_agreed;

/* eft__deflate_offer writes a client's Sec-WebSocket-Extensions; false: it
 * wants none, and the header is left out. */
bool eft__deflate_offer(const eft_ws_deflate *wanted,
                        char to[EFT__DEFLATE_HEADER]);

/* eft__deflate_accept reads a server's answer to that offer: the value of its
 * Sec-WebSocket-Extensions, of all such headers joined with a comma, or NULL.
 *
 * Returns NULL when the connection may go on, as agreed says, and otherwise a
 * constant sentence about the server, with which the handshake has failed
 * (RFC 6455 section 4.1, RFC 7692 section 7.1). */
const char *eft__deflate_accept(const eft_ws_deflate *wanted,
                                const char *answer,
                                eft__deflate_agreed *agreed);

/* eft__deflate_choose reads a client's offers, joined likewise, takes the first
 * that can be met, and writes the answer; agreed->on false: none, and there is
 * no header.  What is no offer of permessage-deflate, or none that this RFC
 * knows, is passed over (section 7.1); a window of the client's can be limited
 * only where the client has said that it knows how (section 7.1.2.2).
 *
 * Returns NULL, or a constant sentence about a header that is none, to be
 * answered with status 400. */
const char *eft__deflate_choose(const eft_ws_deflate *wanted,
                                const char *offers, eft__deflate_agreed *agreed,
                                char answer[EFT__DEFLATE_HEADER]);

#endif
