/* SPDX-License-Identifier: MIT
 * A WebSocket server, native. */
#ifndef EFT_NATIVE_WS_SERVER_H
#define EFT_NATIVE_WS_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/future.h"
#include "eft/tls.h"
#include "eft/ws.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A server listens, does the opening handshakes, and gives each connection a
 * task of its own.  The eft_ws in it is that of a client.
 *
 *     static eft_result echo(eft_ws *ws, const eft_ws_request *request,
 *                            void *arg)
 *     {
 *         for (;;) {
 *             eft_result got = eft_await(eft_ws_receive(ws));
 *             if (got.error)
 *                 return got;
 *             eft_await(eft_ws_send_binary(ws, got.message->data,
 *                                          got.message->length));
 *             eft_result_free(got);
 *         }
 *     }
 *
 *     static eft_result app(void *arg)
 *     {
 *         eft_result started = eft_await(eft_ws_server_start(
 *             &(eft_ws_server_options){.port = 8765, .serve = echo}));
 *         if (started.error)
 *             return started;
 *         eft_result ended = eft_await(eft_sleep(EFT_FOREVER));
 *         eft_await(eft_ws_server_close(started.ptr));
 *         eft_ws_server_free(started.ptr);
 *         return ended;
 *     }
 *
 * Here Ctrl-C cancels app, whose sleep ends, and the server takes its leave.
 * This header is not part of eft/eft.h.
 *
 * Targets: native.  On the web it compiles, and eft_ws_server_start() is
 *          EFT_ENOTSUP: no browser lets a page listen.
 * Source:  RFC 6455 section 4.2; Python's websockets, serve(). */
typedef struct eft_ws_server eft_ws_server;

/* What a client has asked for.  All of it lives as long as the task that it is
 * shown to. */
typedef struct eft_ws_request {
    const char *target; /* path and query, as they were sent: "/room?name=a" */
    const char *host;   /* whom the client meant, with the port: as Host */
    const char *origin; /* the page's, which a browser tells; NULL: none */
    const char *peer;   /* who it is, "127.0.0.1:40000"; "unix" for a Unix
                           socket */
    const char *subprotocol;         /* chosen; "" none */
    const char *const *subprotocols; /* offered, the client's best first */
    size_t subprotocol_count;
    const eft_ws_header *headers; /* all, in their order, without the spaces
                                     around them */
    size_t header_count;
    const char *certificate; /* the subject of the client's, verified:
                                "CN=name,O=house"; NULL: it showed none */
    bool tls;
    eft_result accepted; /* the value that the accept hook gave, else plain */
} eft_ws_request;

/* eft_ws_request_header gives the first header of a name, whose case does not
 * matter, or NULL.
 *
 * Owns:    lends a string that lives as long as request. */
const char *eft_ws_request_header(const eft_ws_request *request,
                                  const char *name);

/* The body of a connection's task.  When it returns, the server closes the
 * connection and frees ws: with 1000 where it succeeded or the connection had
 * ended already, with 1001 where it was cancelled, else with 1011, and its
 * sentence is logged as an error.  It must not free ws. */
typedef eft_result eft_ws_serve(eft_ws *ws, const eft_ws_request *request,
                                void *arg);

/* What the accept hook says to a request. */
typedef struct eft_ws_answer eft_ws_answer;

/* Looks at a request that is in order, and decides.  It runs on the
 * connection's task, so it may await, within open_timeout_ms; then it is
 * cancelled.  Without a call of eft_ws_answer_refuse() the connection is
 * accepted.  The value that it returns is kept in request->accepted, and freed
 * behind the connection; an error is logged, and answered with 500. */
typedef eft_result eft_ws_accept(const eft_ws_request *request,
                                 eft_ws_answer *answer, void *arg);

/* eft_ws_answer_refuse refuses the request with an HTTP status, such as 401 or
 * 404.
 *
 * Owns:    copies text, which is the body; NULL: the status in words.
 * Errors:  EFT_EINVAL  status is not 300 to 599; EFT_ENOMEM */
int32_t eft_ws_answer_refuse(eft_ws_answer *answer, int status,
                             const char *text);

/* eft_ws_answer_header adds a header to the answer, whichever it will be.
 *
 * Owns:    copies both.
 * Errors:  EFT_EINVAL  name is not a token, or one of the handshake's own, or
 *                      value has control characters; EFT_ENOMEM */
int32_t eft_ws_answer_header(eft_ws_answer *answer, const char *name,
                             const char *value);

/* eft_ws_answer_subprotocol chooses another subprotocol than the server has;
 * "" none.
 *
 * Errors:  EFT_EINVAL  the client has not offered it */
int32_t eft_ws_answer_subprotocol(eft_ws_answer *answer,
                                  const char *subprotocol);

/* Every member's zero means the default, but serve has to be there. */
typedef struct eft_ws_server_options {
    const char *address;   /* to listen on: an address, or a name, which may
                              have several; NULL: "127.0.0.1", this machine
                              alone; "::" all addresses of all kinds */
    uint16_t port;         /* 0: the system's choice, eft_ws_server_port() */
    const char *unix_path; /* listen on this socket of the file system instead,
                              without address and port; one that nobody listens
                              on any more is replaced, and at the end it is
                              removed */

    eft_ws_serve *serve;   /* each connection's task */
    eft_ws_accept *accept; /* decides before; NULL: all are accepted */
    void *arg;             /* for both; must live until the server is closed */

    const char *const *subprotocols; /* ours, the best first: the first that
                                        the client offers too is chosen; NULL:
                                        none is */
    size_t subprotocol_count;        /* of them */
    const char *const *origins;      /* whose pages may connect, as in
                                        "https://example.org"; a NULL among them
                                        stands for clients that name none.  Any page
                                        of the web can reach a server with the
                                        cookies of its user: name yours.  NULL:
                                        everybody may */
    size_t origin_count;             /* of them */

    eft_tls_options tls;     /* with certificate_file (and key_file,
                                key_password) the server speaks TLS only; ca_file
                                and ca_text: who may sign certificates of clients,
                                which they may show.  No other member */
    bool client_certificate; /* they must */

    size_t max_connections; /* at once; more are answered with 503; 0: 10,000 */
    size_t max_handshakes;  /* that have not sent their request whole; one more
                               cuts the oldest; 0: 512 */
    size_t max_request;     /* bytes of a request; 0: 16 KiB */
    int64_t open_timeout_ms; /* from connecting to the answer; 0: 10,000;
                                EFT_FOREVER: no limit */

    /* As those of eft_ws_options, for each connection. */
    int64_t close_timeout_ms;
    int64_t ping_interval_ms;
    int64_t ping_timeout_ms;
    size_t max_message;
    size_t receive_queue;
    size_t write_limit;
    bool fragments;
    eft_ws_deflate deflate;
} eft_ws_server_options;

/* eft_ws_server_start begins to listen.
 *
 * Owns:    copies options and what they point to; gives the future.
 * Result:  ptr: the eft_ws_server, for eft_ws_server_free(), which
 *          eft_result_free() calls too.
 * Errors:  EFT_EINVAL      serve is missing, an option is out of its range, a
 *                          list lacks its count or a count its list, or an
 *                          origin could never match
 *          EFT_EADDRINUSE  somebody listens there already
 *          EFT_ERESOLVE    address is a name that nobody knows
 *          EFT_EIO         the system refuses the address or the port
 *          EFT_ETLS        the certificate, its key or the authorities cannot
 *                          be used
 *          EFT_ECANCELED, EFT_ENOMEM
 *          EFT_ENOTSUP     this target cannot listen
 * Source:  RFC 6455 section 4.2; websockets.asyncio.server.serve(). */
eft_future *eft_ws_server_start(const eft_ws_server_options *options);

/* eft_ws_server_port gives the port that it listens on; 0 on a Unix socket. */
uint16_t eft_ws_server_port(const eft_ws_server *server);

/* eft_ws_server_connections counts the connections whose task has not
 * ended. */
size_t eft_ws_server_connections(const eft_ws_server *server);

/* eft_ws_server_close takes leave: nobody is accepted any more, each open
 * connection is closed with 1001, and each task's receive ends with EFT_ECLOSED
 * as ever.  Tasks that have not ended close_timeout_ms later are cancelled.
 *
 * Calling it again waits for the same end.
 * Owns:    borrows server until done; gives the future.
 * Result:  none: all tasks have ended.
 * Errors:  EFT_EDEADLK    a task of the server's own waits for it
 *          EFT_ECLOSED    eft_ws_server_free() was called
 *          EFT_ECANCELED  the future was cancelled, and the closing goes on; or
 *                         the loop has ended
 * Source:  websockets' Server.close(). */
eft_future *eft_ws_server_close(eft_ws_server *server);

/* eft_ws_server_free gives the server up: it listens no more, connections are
 * cut, and their tasks are cancelled, which end a little later: what they use,
 * arg too, has to live until then.  After eft_ws_server_close() none is left.
 *
 * Owns:    takes server; NULL is allowed. */
void eft_ws_server_free(eft_ws_server *server);

#ifdef __cplusplus
}
#endif
#endif
