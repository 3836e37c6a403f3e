/* SPDX-License-Identifier: MIT
 * What the parts of the native WebSockets share. */
#ifndef EFT_NATIVE_WS_H
#define EFT_NATIVE_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolve.h"
#include "sdk/net/protocol.h"
#include "targets/world.h"
#include "world.h"

/* The parts, and who calls whom:
 *
 *     ws.c              the seam; each socket's state; what is due
 *     |-- ws_opening.c    addresses, and the sentence when connecting fails
 *     |   `-- resolve.c     names
 *     |-- ws_lws.c        the carrier: libwebsockets connects, reads, writes
 *     |   |-- ws_handshake.c  our request; whether the answer is right
 *     |   `-- ws_tls.c        whom to trust
 *     `-- sdk/net/protocol.c  RFC 6455 in between */

struct lws;

/* RESOLVING --> CONNECTING --> ASKING --> OPEN --> ENDING
 *     |             |            |          |         |
 *     +-------------+-- failed --+-- lost --+---------+--> ENDED --> (freed)
 * An abort leads to ENDED from everywhere. */
typedef enum eft__socket_state {
    EFT__SOCKET_RESOLVING,  /* the lookup's */
    EFT__SOCKET_CONNECTING, /* the carrier's, until TCP and TLS stand; the next
                               step's when it has no carrier */
    EFT__SOCKET_ASKING,     /* the server's: our request has gone out */
    EFT__SOCKET_OPEN,       /* the protocol's */
    EFT__SOCKET_ENDING,     /* the server's, which ends TCP now */
    EFT__SOCKET_ENDED       /* the next step's: it reports and frees */
} eft__socket_state;

/* What is needed until the socket is open. */
typedef struct eft__opening {
    char *host;                /* name or address, without brackets */
    uint16_t port;             /* where */
    bool tls;                  /* wss */
    char *ca_file;             /* or NULL */
    char *subprotocols;        /* wanted, joined by ", "; or NULL */
    eft__bytes request;        /* the HTTP request without its last CRLF */
    char accept[32];           /* what Sec-WebSocket-Accept must say */
    eft__lookup *lookup;       /* while it runs */
    eft__addresses *addresses; /* what it found */
    size_t next;               /* the address to be tried next */
    bool connected;            /* TCP stands */
    int fault;                 /* errno of what failed so far, or 0 */
    const char *tls_fault;     /* OpenSSL's words, constant; or NULL */
    size_t max_message;        /* for the protocol */
} eft__opening;

/* One connection. */
typedef struct eft__socket {
    uint32_t id;                   /* the core's */
    eft__socket_state state;       /* who owns it now */
    struct eft__socket *neighbour; /* in the same bucket of the table */
    struct eft__socket *next_due;  /* in the queue of what is due */
    bool due;                      /* is it in that queue? */
    bool paused;                   /* the core wants no messages now */
    bool more;                     /* the next step reads on */
    bool sent;                     /* the core waits for drained */
    eft__sockets *all;             /* the world's */
    struct lws *wsi;               /* the carrier, or NULL */
    eft__opening *opening;         /* until it is open, else NULL */
    eft__protocol protocol;        /* from OPEN on */
    eft__bytes unread;             /* arrived, not yet given to protocol */
    int32_t error;                 /* 0: as the protocol says */
    char detail[400];              /* the sentence with error */
    char peer[300];                /* host:port, for sentences */
} eft__socket;

struct lws_context;
struct lws_vhost;

/* Whom connections trust: one each for ws and for every ca_file. */
typedef struct eft__trust {
    struct eft__trust *next;
    char *ca_file;           /* NULL: the system's authorities */
    bool tls;                /* false: no TLS at all */
    struct lws_vhost *vhost; /* the carrier's */
    void *tls_context;       /* OpenSSL's SSL_CTX, or NULL */
} eft__trust;

struct eft__sockets {
    eft__world *world;           /* whose */
    eft__socket **buckets;       /* the table by id; a power of two */
    size_t bucket_count;         /* how many buckets */
    size_t count;                /* how many sockets */
    eft__socket *due;            /* what the next step looks at, in order */
    eft__socket **due_end;       /* where the next one is linked */
    eft__mask_pool masks;        /* keys of all connections */
    struct lws_context *context; /* NULL until the first connection */
    eft__trust *trusts;          /* likewise */
};

/* ws.c */

/* eft__sockets_step does what is due.  True: more is due already. */
bool eft__sockets_step(eft__world *world);

/* eft__sockets_close drops all sockets, reporting nothing. */
void eft__sockets_close(eft__world *world);

/* eft__socket_due makes the next step look at the socket. */
void eft__socket_due(eft__socket *socket);

/* eft__socket_fail ends the socket with error and a sentence: "<peer>: ...",
 * formatted as printf does.  Only the first end counts. */
void eft__socket_fail(eft__socket *socket, int32_t error, const char *format,
                      ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* eft__socket_opened starts the protocol; subprotocol is copied. */
void eft__socket_opened(eft__socket *socket, const char *subprotocol);

/* eft__socket_received hands over what arrived; copies what cannot be
 * delivered now. */
void eft__socket_received(eft__socket *socket, const void *data, size_t length);

/* eft__socket_lost tells that the transport has ended and all was read. */
void eft__socket_lost(eft__socket *socket);

/* ws_opening.c */

/* eft__opening_start makes socket->opening and socket->peer, and starts the
 * lookup if there is need of one.  False: memory ran out. */
bool eft__opening_start(eft__socket *socket,
                        const eft_target_ws_request *request);

/* eft__opening_free frees socket->opening; its lookup is abandoned. */
void eft__opening_free(eft__socket *socket);

/* eft__opening_step connects to the next address, or fails the socket. */
void eft__opening_step(eft__socket *socket);

/* eft__opening_lost tells that the carrier has ended before the socket was
 * open: system_error is an errno or 0, words the carrier's own or "". */
void eft__opening_lost(eft__socket *socket, int system_error,
                       const char *words);

/* ws_handshake.c */

/* eft__handshake_prepare writes opening->request and opening->accept; false
 * when memory ran out. */
bool eft__handshake_prepare(eft__opening *opening,
                            const eft_target_ws_request *request);

/* eft__handshake_check reads the server's answer: the socket is open then, or
 * failed with EFT_EHANDSHAKE. */
void eft__handshake_check(eft__socket *socket);

/* ws_tls.c */

/* eft__tls_context_new makes OpenSSL's part of a trust.
 *
 * Owns:    gives; eft__tls_context_free frees it.
 * Errors:  NULL, and *why is a constant sentence. */
void *eft__tls_context_new(eft__sockets *sockets, const char *ca_file,
                           const char **why);
void eft__tls_context_free(void *context);

/* ws_lws.c */

/* eft__carrier_connect starts to connect to an address.  False: it was refused
 * at once, or the socket has failed. */
bool eft__carrier_connect(eft__socket *socket, const char *address);

/* eft__carrier_read reads what there is; the socket may be lost then. */
void eft__carrier_read(eft__socket *socket);

/* eft__carrier_write hands the protocol's output to the transport, as much as
 * that takes now.  True: all of it. The socket may be lost then. */
bool eft__carrier_write(eft__socket *socket);

/* eft__carrier_linger gives the server seconds to end TCP. */
void eft__carrier_linger(eft__socket *socket, int seconds);

/* eft__carrier_drop cuts the connection, in any state. */
void eft__carrier_drop(eft__socket *socket);

/* eft__carriers_close ends libwebsockets on this thread; all sockets were
 * dropped before. */
void eft__carriers_close(eft__sockets *sockets);

#endif
