/* SPDX-License-Identifier: MIT
 * What the parts of the native HTTP share. */
#ifndef EFT_NATIVE_HTTP_H
#define EFT_NATIVE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include "http_unpack.h"
#include "targets/world.h"
#include "tls.h"
#include "world.h"

/* The parts, and who calls whom:
 *
 *     http.c              the seam; each exchange's state; the step
 *     |-- http_session.c    a session's multi handle, its timer
 *     |   `-- http_socket.c   and its sockets on the loop
 *     |-- http_setup.c      what an exchange asks of libcurl
 *     |   |-- http_lines.c    with which headers
 *     |   |-- http_route.c    to which server, by which way
 *     |   `-- http_tls.c      whom to trust
 *     |-- http_answer.c     what libcurl tells: head and body
 *     |   `-- http_unpack.c  compressed ones
 *     |-- http_upload.c     what it asks for: the body to send
 *     |-- http_words.c      what went wrong
 *     |-- http_cookies.c    the jar
 *     `-- http_cookie_own.c requests that replace some of it */

typedef struct eft__http eft__http;
typedef struct eft__http_session eft__http_session;

/* Bytes that grow at their end.  {0} is empty.  They are not counted with a
 * program's objects: exchanges keep them for the next request. */
typedef struct eft__http_buffer {
    char *data;
    size_t length;
    size_t capacity;
} eft__http_buffer;

/* Lends room for more bytes; NULL: memory ran out, and nothing changed. */
char *eft__http_buffer_room(eft__http_buffer *buffer, size_t more);
bool eft__http_buffer_add(eft__http_buffer *buffer, const void *data,
                          size_t length);
void eft__http_buffer_fini(eft__http_buffer *buffer);

/* The way to a server; made once for all exchanges that go there in a row. */
typedef struct eft__http_route {
    size_t references;            /* of exchanges, and the session's own */
    size_t origin_length;         /* of origin */
    char *origin;                 /* as the URL begins: http://host:port */
    char *host;                   /* without brackets */
    char *peer;                   /* host:port, for sentences */
    char *proxy;                  /* scheme://[user@]host:port; NULL: none */
    const char *proxy_peer;       /* in that: host:port, for sentences */
    char *authorization;          /* the proxy's header, a line; or NULL */
    char *addresses[2];           /* the server's and the proxy's, for libcurl:
                                     host:port:address; or NULL */
    struct curl_slist authorize;  /* of authorization */
    struct curl_slist resolve[2]; /* of addresses, in a list */
    struct curl_slist *resolves;  /* its first; NULL: it is empty */
    uint16_t port;
    bool tls;
    bool socks;           /* proxy is one of SOCKS */
    int32_t error;        /* what all exchanges fail with, or 0 */
    const char *variable; /* of the environment, that names an unusable proxy;
                             NULL: the option does */
    const char *why;      /* its sentence, constant, or NULL */
} eft__http_route;

/* QUEUED --step--> RUNNING --libcurl, or an abort--> ENDED --step--> POOLED
 *    +------------------ abort ------------------------^ */
typedef enum eft__http_state {
    EFT__HTTP_POOLED,  /* the session's, for the next request */
    EFT__HTTP_QUEUED,  /* the next step's, which starts it */
    EFT__HTTP_RUNNING, /* libcurl's */
    EFT__HTTP_ENDED    /* the next step's: it reports it */
} eft__http_state;

/* A request and its answer.  The easy handle is used again and again. */
typedef struct eft__http_exchange {
    uint32_t id;                          /* the core's */
    eft__http_state state;                /* who owns it now */
    struct eft__http_exchange *neighbour; /* in the same bucket of the table */
    struct eft__http_exchange *next;  /* in the session's queue or its pool */
    struct eft__http_exchange *later; /* in the session's list of all */
    eft__http_session *session;       /* whose */
    CURL *easy;
    const eft_target_http_request *request; /* the core's; NULL: let go of */
    eft__http_route *route;                 /* whose settings easy has */
    eft__http_buffer url;                   /* that easy has, with its NUL */
    CURLU *parts;                           /* of it */
    eft__http_buffer lines;                 /* header lines for libcurl */
    eft__http_buffer copy;                  /* a short body, copied */
    int64_t connect_timeout_ms;             /* that easy has; 0: none yet */
    bool due;                               /* in the session's queue */
    bool cookies;                           /* easy has some of its own */
    struct curl_slist *own;                 /* the jar's lines as they were for
                                               a handle of its own; NULL: easy
                                               has the session's jar */
    bool method;                            /* easy has a method by name */
    bool strange;                           /* easy has a stranger's options */
    bool no_get;                            /* easy is told another than GET */
    bool plain; /* easy has the lines of a request that adds none */

    /* The answer. */
    eft__http_buffer head;  /* its lines so far */
    size_t head_bytes;      /* of all heads, interim ones too */
    int status;             /* of the head that comes; 0: none does */
    int64_t length;         /* its Content-Length; -1: it has none */
    int version;            /* 10, 11 or 20 */
    char reason[128];       /* the words with it */
    bool by_tinyproxy;      /* the head names it as its server */
    bool told;              /* the core has the head */
    bool paused;            /* the core wants no more now */
    bool deaf;              /* libcurl has been told so */
    size_t excess;          /* what it got since then */
    eft__unpack_kind coded; /* how the body is compressed */
    eft__unpack *unpack;    /* it is; NULL: not begun */
    size_t taken;           /* of what libcurl gives again */

    /* The body that is sent. */
    eft__http_buffer upload; /* what a stream has written */
    size_t uploaded;         /* how much of that was sent */
    uint64_t sent;           /* bytes that libcurl took */
    bool starved;            /* libcurl has been told to wait for more */
    bool last;               /* the stream has ended */
    bool owing;              /* eft_core_http_written() is owed */
    int attempts;            /* how often it was sent */
    int local_port;          /* of the connection that it was sent on; or 0 */

    int32_t error;                    /* why it was ended, or 0 */
    char detail[400];                 /* its sentence, or "" */
    struct eft__http_notes *notes;    /* about its TLS, or NULL */
    char curl_words[CURL_ERROR_SIZE]; /* libcurl's sentence */
} eft__http_exchange;

/* A socket of libcurl's. */
typedef struct eft__http_socket {
    uv_poll_t watcher;          /* first; libuv's until it is closed */
    eft__http_session *session; /* whose */
    int fd;                     /* the socket */
    int wanted;                 /* what libcurl waits for, libuv's bits */
    int watched;                /* what libuv looks for */
    bool ours;                  /* we made it, and hear when it is closed */
} eft__http_socket;

/* What exchanges share. */
struct eft__http_session {
    uint32_t id;                             /* the core's */
    eft__http_session *next;                 /* in the world's list */
    eft__http *all;                          /* the world's */
    const eft_http_session_options *options; /* NULL: it was closed */
    eft__due due;                            /* the next step looks here */
    CURLM *multi;                            /* NULL: not needed yet */
    CURLSH *share;                           /* NULL: not needed yet */
    CURL *jar;                               /* a handle for the cookies */
    uv_timer_t timer;                        /* libcurl's, and for idleness */
    bool has_timer;                          /* it is to be closed */
    bool acts;           /* libcurl wants to be called in the next step */
    uint64_t timeout_at; /* when it does, by uv_hrtime(); 0: not */
    uint64_t idle_at;    /* when connections are given up; 0: not */
    uint64_t armed_at;   /* when the timer fires; 0: it does not */
    eft__http_socket **sockets;     /* by fd */
    size_t socket_count;            /* places there */
    eft__http_exchange *queue;      /* what the next step looks at */
    eft__http_exchange **queue_end; /* where the next one is linked */
    eft__http_exchange *pool;       /* exchanges to be used again */
    eft__http_exchange *exchanges;  /* all */
    size_t count;                   /* how many are under way */
    eft__http_route *route;         /* the last one, or NULL */
    bool trusted;                   /* options.tls has been looked at */
};

enum { EFT__HTTP_BUCKETS = 1024 };

/* All HTTP of a world. */
struct eft__http {
    eft__guest guest;                               /* of the world */
    eft__world *world;                              /* whose */
    eft__http_session *sessions;                    /* list */
    eft__tls_settings *tls;                         /* of connections so far */
    eft__http_exchange *buckets[EFT__HTTP_BUCKETS]; /* by id */
};

/* http.c */

/* Has the next step look at an exchange. */
void eft__http_due(eft__http_exchange *exchange);

/* Ends a running one with an error and a sentence, unless it has one; libcurl
 * learns of it by its callback's answer, or in the next step. */
void eft__http_fail(eft__http_exchange *exchange, int32_t error,
                    const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* Frees what one has, but for its easy handle. */
void eft__http_exchange_fini(eft__http_exchange *exchange);

/* libcurl has done with it. */
void eft__http_done(eft__http_exchange *exchange, CURLcode code);

/* http_table.c */

/* Exchanges that the core knows, by their ids; find gives none that is over. */
void eft__http_exchange_enter(eft__http_exchange *exchange);
void eft__http_exchange_leave(eft__http_exchange *exchange);
eft__http_exchange *eft__http_exchange_find(uint32_t id);

eft__http_session *eft__http_session_find(uint32_t id);

/* http_session.c */

/* Begins libcurl, once in a process. */
void eft__http_library(void);

/* Makes the handles where there are none.  False: memory ran out. */
bool eft__http_session_ready(eft__http_session *session);

/* Calls libcurl where it wants to be called, and reports what it has done. */
void eft__http_session_act(eft__http_session *session);

/* Calls libcurl for a socket, or CURL_SOCKET_TIMEOUT, and what happened there,
 * and reports what it has done. */
void eft__http_session_call(eft__http_session *session, int fd, int events);

/* Nothing is under way any more: connections wait for the next request. */
void eft__http_session_idle(eft__http_session *session);

/* Frees all of it. */
void eft__http_session_free(eft__http_session *session);

/* http_socket.c */
int eft__http_on_socket(CURL *easy, curl_socket_t fd, int what, void *session,
                        void *socket);
curl_socket_t eft__http_open_socket(void *session, curlsocktype purpose,
                                    struct curl_sockaddr *address);
int eft__http_close_socket(void *session, curl_socket_t fd);

/* Closes those that are left. */
void eft__http_sockets_fini(eft__http_session *session);

/* http_setup.c */

/* An easy handle with all that exchanges of the session have in common; or
 * NULL. */
CURL *eft__http_easy_new(eft__http_session *session,
                         eft__http_exchange *exchange);

/* What differs.  Errors: 0, or what the exchange is to end with, whose sentence
 * is there. */
int32_t eft__http_setup(eft__http_exchange *exchange);

/* http_lines.c */

/* Errors: as those of eft__http_setup(). */
int32_t eft__http_set_headers(eft__http_exchange *exchange);

/* RFC 9110 section 8.6: these say so where they have none. */
bool eft__http_wants_body(const char *method);

/* The User-Agent, or "": none is sent. */
const char *eft__http_agent(const eft_http_session_options *options);

/* http_route.c */

/* The route of a URL: gives a reference; NULL: memory ran out. */
eft__http_route *eft__http_route_of(eft__http_session *session,
                                    const char *url);
void eft__http_route_free(eft__http_route *route); /* a reference; or NULL */

/* Is the proxy asked for a tunnel, in which nothing more is its own? */
static inline bool eft__http_is_tunnelled(const eft__http_route *route)
{
    return route->proxy && (route->tls || route->socks);
}

/* http_tls.c */

/* The options, before anything is connected; false: it has failed. */
bool eft__http_tls_check(eft__http_exchange *exchange);

/* Has libcurl keep connections apart that show who we are, and others. */
void eft__http_tls_setup(eft__http_exchange *exchange);
CURLcode eft__http_on_tls(CURL *easy, void *context, void *exchange);

/* Why TLS failed; NULL: it is not known. */
const char *eft__http_tls_words(eft__http_exchange *exchange);

/* Does the server not want us?  With TLS 1.3 it says so when we think that the
 * connection stands (RFC 8446 section 4.4.2.4). */
bool eft__http_tls_is_refused(const eft__http_exchange *exchange);

void eft__http_tls_forget(eft__http_exchange *exchange);

/* http_cookies.c: a handle that has the jar; NULL: memory ran out. */
CURL *eft__http_jar(eft__http_session *session);

/* http_cookie_own.c */

/* Gives an exchange a handle of its own where it brings cookies that the jar
 * has, too; false: memory ran out. */
bool eft__http_own_cookies(eft__http_exchange *exchange);

/* Tells the jar what the head has changed; false: memory ran out. */
bool eft__http_own_cookies_tell(eft__http_exchange *exchange);

/* Frees that handle, if there is one. */
void eft__http_own_cookies_end(eft__http_exchange *exchange);

/* http_answer.c */
size_t eft__http_on_header(char *line, size_t size, size_t count,
                           void *exchange);
size_t eft__http_on_body(char *data, size_t size, size_t count, void *exchange);

/* http_upload.c */

/* How much of what a stream has written waits. */
static inline size_t eft__http_to_send(const eft__http_exchange *exchange)
{
    return exchange->upload.length - exchange->uploaded;
}
size_t eft__http_on_read(char *to, size_t size, size_t count, void *exchange);
int eft__http_on_seek(void *exchange, curl_off_t offset, int origin);
int eft__http_on_attempt(void *exchange, char *remote, char *local,
                         int remote_port, int local_port);

/* http_words.c */

/* The proxy wants user and password, or does not connect. */
void eft__http_refused_by_proxy(eft__http_exchange *exchange, int status);

/* Says by error and detail why libcurl ended an exchange. */
void eft__http_explain(eft__http_exchange *exchange, CURLcode code);

#endif
