/* SPDX-License-Identifier: MIT
 * What the parts of the native WebSockets share. */
#ifndef EFT_NATIVE_WS_H
#define EFT_NATIVE_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dial.h"
#include "http_head.h"
#include "proxy.h"
#include "resolve.h"
#include "sdk/net/deflate_offer.h"
#include "sdk/net/protocol.h"
#include "stream.h"
#include "targets/world.h"
#include "tls.h"
#include "world.h"

/* The parts, and who calls whom:
 *
 *     ws.c              the seam; each socket's state; the step
 *     |-- ws_table.c      all sockets; what is due
 *     |-- ws_opening.c    until it is open: TLS, our request, the answer
 *     |   |-- ws_connect.c    to a connected socket, or the reason why not
 *     |   |   |-- resolve.c     names
 *     |   |   |-- dial.c        addresses
 *     |   |   `-- proxy.c, tunnel.c
 *     |   |-- ws_handshake.c  what is asked; whether the answer is right
 *     |   |   `-- http_head.c
 *     |   `-- tls.c           whom to trust
 *     `-- ws_stream.c     open sockets: reading, writing, ending
 *         |-- stream.c        the bytes, plain or TLS
 *         `-- sdk/net/protocol.c  RFC 6455 in between */

/* RESOLVING --> CONNECTING --> ASKING --> ANSWERED --> OPEN --> ENDING
 *     |             |            |           |           |         |
 *     +-------------+-- failed --+-----------+--- lost --+---------+
 *                                                                  v
 *                                                                ENDED
 * An abort leads to ENDED from everywhere; a server's sockets begin OPEN. */
typedef enum eft__socket_state {
    EFT__SOCKET_RESOLVING,  /* the lookup's */
    EFT__SOCKET_CONNECTING, /* the next step's, or the dial's, the tunnel's or
                               the stream's, until TCP and TLS stand */
    EFT__SOCKET_ASKING,     /* the server's: our request has gone out */
    EFT__SOCKET_ANSWERED,   /* the next step's: it takes the stream over */
    EFT__SOCKET_OPEN,       /* the protocol's */
    EFT__SOCKET_ENDING,     /* the peer's: nothing it sends counts any more,
                               but its end of TCP */
    EFT__SOCKET_ENDED       /* the next step's: it reports and frees */
} eft__socket_state;

/* What we call ourselves. */
#define EFT__USER_AGENT "eft/0.1"

/* What is needed until the socket is open. */
typedef struct eft__opening {
    char *host;                 /* name or address, without brackets */
    char *name;                 /* whom a certificate has to name */
    char *subprotocols;         /* wanted, joined by ", "; or NULL */
    char *user_agent;           /* or NULL */
    char *unix_path;            /* instead of addresses, or NULL */
    eft__proxy *proxy;          /* whom to connect to instead, or NULL */
    struct ssl_st *ssl;         /* wss: until the stream has it; or NULL */
    eft__tls_notes notes;       /* about its handshake */
    eft_ws_deflate deflate;     /* what is offered */
    uint16_t port;              /* of host */
    bool tls;                   /* wss */
    eft__lookup *lookup;        /* while it runs */
    eft__addresses *addresses;  /* what it found */
    eft__dial *dial;            /* while it runs */
    eft__tunnel *tunnel;        /* while it runs */
    eft__stream *stream;        /* from then on, until OPEN */
    eft__bytes request;         /* what of it was not sent yet */
    eft__bytes answer;          /* what came of it so far */
    size_t seen;                /* for eft__head_find */
    size_t interim;             /* bytes of interim answers, dropped */
    char accept[32];            /* what Sec-WebSocket-Accept must say */
    unsigned status;            /* of an answer that is no 101, or 0 */
    char *location;             /* its Location, or NULL */
    char *chosen;               /* from ANSWERED on: the subprotocol, or
                                   NULL */
    eft__deflate_agreed agreed; /* likewise: the compression */
    size_t max_message;         /* for the protocol, as are these */
    size_t write_limit;
    bool fragments;
} eft__opening;

/* What an open socket is told at its beginning. */
typedef struct eft__socket_settings {
    eft__role role;     /* which end we are */
    size_t max_message; /* bytes; a longer one fails the connection */
    size_t write_limit; /* bytes; so many may wait when a send is done */
    bool fragments;     /* messages are wanted in pieces */
    const eft__deflate_agreed *deflate; /* or NULL; copied */
} eft__socket_settings;

/* One connection. */
typedef struct eft__socket {
    uint32_t id;                   /* the core's */
    int32_t error;                 /* 0: as the protocol says */
    eft__socket_state state;       /* who owns it now */
    bool due;                      /* is it in the queue of what is due? */
    bool paused;                   /* the core wants no messages now */
    bool deaf;                     /* reading is not watched, being paused */
    bool more;                     /* the next step reads on */
    bool sent;                     /* the core waits for drained */
    bool reported;                 /* the core has forgotten it already */
    bool finished;                 /* our end of TCP has been sent */
    struct eft__socket *neighbour; /* in the same bucket of the table */
    struct eft__socket *next_due;  /* in the queue of what is due */
    eft__sockets *all;             /* the world's */
    eft__opening *opening;         /* until OPEN, else NULL */
    eft__stream *stream;           /* from OPEN on, else NULL */
    eft__protocol protocol;        /* from OPEN on */
    eft__bytes unread;             /* arrived, not yet given to protocol */
    size_t write_limit;            /* bytes; so many may wait for drained */
    uint64_t end_by;               /* ENDING: by uv_now(); else 0 */
    char *detail;                  /* the sentence with error, or NULL */
    char *peer;                    /* host:port, for sentences */
} eft__socket;

/* Bytes of one read: a message of 64 KiB with its header in one. */
enum { EFT__INPUT_SIZE = 128 * 1024 };

struct eft__sockets {
    eft__world *world;      /* whose */
    eft__socket **buckets;  /* the table by id; a power of two */
    size_t bucket_count;    /* how many buckets */
    size_t count;           /* how many sockets */
    eft__socket *due;       /* what the next step looks at, in order */
    eft__socket **due_end;  /* where the next one is linked */
    size_t lingering;       /* how many are ENDING */
    uv_timer_t linger;      /* looks for their end_by */
    eft__mask_pool masks;   /* keys of all connections */
    eft__bytes spare;       /* storage for the next one that sends */
    uint8_t *input;         /* what a read of any of them fills */
    eft__tls_settings *tls; /* of connections so far */
};

/* ws_table.c */

/* eft__sockets_of lends the world's, made at the first call; NULL: no
 * memory. */
eft__sockets *eft__sockets_of(eft__world *world);

/* eft__sockets_enter and eft__sockets_leave put a socket into the table and
 * take it out. */
void eft__sockets_enter(eft__socket *socket);
void eft__sockets_leave(eft__socket *socket);

/* eft__sockets_find lends this thread's socket with that id; NULL: there is
 * none, or the core has been told its end, or will be in the next step. */
eft__socket *eft__sockets_find(uint32_t id);

/* eft__socket_due makes the next step look at the socket. */
void eft__socket_due(eft__socket *socket);

/* ws.c */

/* eft__sockets_step does what is due.  True: more is due already. */
bool eft__sockets_step(eft__world *world);

/* eft__sockets_close drops all sockets, reporting nothing. */
void eft__sockets_close(eft__world *world);

/* eft__socket_fail ends the socket with error and a sentence, formatted as
 * printf does.  Only the first end counts. */
void eft__socket_fail(eft__socket *socket, int32_t error, const char *format,
                      ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* eft__socket_end ends the socket; error 0: as its protocol says. */
void eft__socket_end(eft__socket *socket, int32_t error);

/* eft__socket_report tells the core how the socket ended, once. */
void eft__socket_report(eft__socket *socket);

/* eft__socket_opened tells that the server's answer was right; the next step
 * takes the stream over and opens the socket.  Copies subprotocol. */
void eft__socket_opened(eft__socket *socket, const char *subprotocol);

/* eft__socket_adopt makes an open socket of a stream whose handshake was
 * somebody else's: a server's.  bytes were read behind the handshake.  What it
 * comes to is told by eft_core_ws_message, _drained and, once, _closed;
 * eft_core_ws_open is not called.
 *
 * Owns:    takes stream, also when it fails; copies peer ("host:port", for
 *          sentences) and bytes; lends the socket.
 * Errors:  NULL: no memory. */
eft__socket *eft__socket_adopt(eft__sockets *sockets, uint32_t id,
                               eft__stream *stream,
                               const eft__socket_settings *settings,
                               const char *peer, const void *bytes,
                               size_t length);

/* ws_stream.c: from OPEN on */

/* eft__socket_start begins to read from stream, after what waits in unread.
 *
 * Owns: takes stream. */
void eft__socket_start(eft__socket *socket, eft__stream *stream,
                       const eft__socket_settings *settings);

/* eft__socket_serve does what is due: delivers, reads, writes. */
void eft__socket_serve(eft__socket *socket);

/* eft__socket_follow does what the protocol's state asks for, after a call
 * that may have failed it. */
void eft__socket_follow(eft__socket *socket);

/* eft__socket_about_to_send gives the output storage, if it has none. */
void eft__socket_about_to_send(eft__socket *socket);

/* eft__sockets_linger gives up those whose end_by has come. */
void eft__sockets_linger(uv_timer_t *timer);

/* ws_opening.c */

/* eft__opening_start makes socket->opening and socket->peer, and begins to
 * connect; the socket may have failed then.  False: memory ran out. */
bool eft__opening_start(eft__socket *socket,
                        const eft_target_ws_request *request);

/* eft__opening_free frees socket->opening; its lookup is abandoned. */
void eft__opening_free(eft__socket *socket);

/* eft__opening_connected goes on from a connected socket to an open one.
 *
 * Owns: takes fd. */
void eft__opening_connected(eft__socket *socket, int fd);

/* ws_connect.c */

/* eft__connect_start begins with the name; the step goes on from addresses. */
void eft__connect_start(eft__socket *socket);
void eft__connect_step(eft__socket *socket);

/* ws_handshake.c */

/* eft__handshake_prepare writes opening->request and opening->accept; false
 * when memory ran out. */
bool eft__handshake_prepare(eft__opening *opening,
                            const eft_target_ws_request *request);

/* eft__handshake_check reads the server's answer: the socket is answered then,
 * or failed with EFT_EHANDSHAKE. */
void eft__handshake_check(eft__socket *socket, const eft__head *head);

#endif
