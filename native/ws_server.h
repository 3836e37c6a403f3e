/* SPDX-License-Identifier: MIT
 * What the parts of the native WebSocket server share. */
#ifndef EFT_NATIVE_WS_SERVER_PRIVATE_H
#define EFT_NATIVE_WS_SERVER_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "eft/native/ws_server.h"
#include "listener.h"
#include "sdk/core/ids.h"
#include "sdk/core/node.h"
#include "stream.h"
#include "world.h"
#include "ws_upgrade.h"

/* The parts, and who calls whom:
 *
 *     ws_server_start.c     begins to listen
 *     ws_server.c           the other public functions; the server's state
 *     |-- ws_server_options.c  checks and copies
 *     |-- ws_server_tls.c      certificates
 *     |-- listener.c           sockets that listen
 *     |-- ws_served_list.c     all connections, and their ends
 *     |-- ws_served_task.c     their tasks: user code
 *     `-- ws_served.c          one connection, from accept() to its eft_ws
 *         |-- stream.c            its bytes
 *         |-- http_request.c      the head of the request
 *         |-- ws_upgrade.c        whether that is in order
 *         |-- ws_answer.c         what is answered
 *         `-- ws.c                the socket, once it is open */

/* STARTING --> LISTENING --close--> CLOSING --the last task ends--> CLOSED
 *     |            |                   |                               ^
 *     +-- failed --+------ freed ------+---- the world has ended ------+ */
typedef enum eft__server_state {
    EFT__SERVER_STARTING,  /* the lookup's */
    EFT__SERVER_LISTENING, /* connections come */
    EFT__SERVER_CLOSING,   /* the tasks': they end */
    EFT__SERVER_CLOSED     /* nobody's: it has no handles any more */
} eft__server_state;

/* A copy of a piece of the options. */
typedef struct eft__kept {
    struct eft__kept *next;
    char bytes[];
} eft__kept;

struct eft_ws_server {
    eft__identified identified; /* something can come as long as it has an id */
    eft__guest guest;           /* of its world, likewise */
    eft__world *world;          /* whose loop this is on */
    size_t keepers; /* the user, handles, connections: the last frees */
    eft__server_state state;
    eft_ws_server_options options; /* with defaults filled in */
    eft__kept *kept;               /* what they point to */
    eft_ws_options of_each;        /* for the connections */
    void *tls;                     /* OpenSSL's SSL_CTX, or NULL */
    eft__listener **listeners;     /* listener_count of them */
    size_t listener_count;
    bool resting;       /* the system has no files left */
    uint16_t port;      /* that it listens on */
    uv_timer_t clock;   /* looks for who is late */
    bool ticking;       /* it runs */
    uint8_t *input;     /* what a read of any request fills */
    eft__link waiting;  /* connections without a task, the oldest first */
    eft__link deciding; /* those that are being accepted */
    eft__link open;     /* those whose task serves */
    size_t waiting_count;
    size_t busy_count;    /* of the other two */
    bool sweeping;        /* a list is being gone through: settle later */
    eft__node *closes;    /* queue of futures that wait for the end */
    eft_future *patience; /* of a close; NULL: none */
};

/* ws_server_options.c */

/* eft__server_options_check answers what is wrong with options, or 0. */
int32_t eft__server_options_check(const eft_ws_server_options *options,
                                  const char **why);

/* eft__server_options_copy fills server->options and of_each; false: no
 * memory.  eft__server_options_free frees them in both cases. */
bool eft__server_options_copy(eft_ws_server *server,
                              const eft_ws_server_options *options);
void eft__server_options_free(eft_ws_server *server);

/* ws_server_tls.c */

/* eft__server_tls_new makes an SSL_CTX of options->tls.
 *
 * Errors:  NULL: a sentence is in why, of size bytes. */
void *eft__server_tls_new(const eft_ws_server_options *options, char *why,
                          size_t size);
void eft__server_tls_free(void *context);

/* eft__server_tls_accept gives an SSL that waits for a client; NULL: no
 * memory. */
void *eft__server_tls_accept(void *context);

/* eft__server_tls_subject gives the subject of the client's certificate, or
 * NULL.
 *
 * Owns: gives; eft__free() frees it. */
char *eft__server_tls_subject(void *ssl);

/* ws_server.c */

/* eft__server_new makes one that does not listen yet; NULL: no memory. */
eft_ws_server *eft__server_new(eft__world *world,
                               const eft_ws_server_options *options);

/* eft__server_settle goes on with closing when a connection has ended. */
void eft__server_settle(eft_ws_server *server);

/* eft__server_tick has the clock look for who is late. */
void eft__server_tick(eft_ws_server *server);

/* eft__server_unkeep gives up one reference to the memory. */
void eft__server_unkeep(eft_ws_server *server);

/* ws_served.c */

/* eft__served_accept is the listener's callback; context is the server. */
eft__listener_accept eft__served_accept;

/* ws_served_list.c */

/* eft__served_look cuts what is late in the lists of those that are not open
 * yet; true: there are others. */
bool eft__served_look(eft_ws_server *server, uint64_t now);

/* eft__served_leave asks all connections to end, as eft_ws_server_close()
 * says; the server is still LISTENING. */
void eft__served_leave(eft_ws_server *server);

/* eft__served_hurry cancels all tasks. */
void eft__served_hurry(eft_ws_server *server);

/* eft__served_cut ends what can be ended at once, and cancels the rest. */
void eft__served_cut(eft_ws_server *server);

/* eft__served_refuses answers whether a refusal is being written. */
bool eft__served_refuses(const eft_ws_server *server);

/* eft__served_drop frees those that have no task. */
void eft__served_drop(eft_ws_server *server);

/* eft__served_is_mine answers whether task is one of the server's. */
bool eft__served_is_mine(const eft_ws_server *server, const eft_future *task);

#endif
