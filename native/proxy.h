/* SPDX-License-Identifier: MIT
 * Proxies: which one, if any, and the way through it. */
#ifndef EFT_NATIVE_PROXY_H
#define EFT_NATIVE_PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

/* One proxy, in one allocation that eft__free() frees. */
typedef struct eft__proxy {
    const char *scheme;   /* "http", "socks5" or "socks5h", constant */
    char *host;           /* name or address, without brackets */
    uint16_t port;        /* where */
    char *authorization;  /* of http: the header's value, or NULL */
    char *user;           /* of socks: "user:password", as in a URL all encoded
                             that may be; or NULL */
    const char *variable; /* of the environment, that names it; NULL: the option
                             does */
} eft__proxy;

/* What is wrong with one. */
typedef struct eft__proxy_fault {
    const char *variable; /* likewise */
    const char *why; /* a sentence without anything of the URL; NULL: out of
                        memory */
} eft__proxy_fault;

/* eft__proxy_choose finds the proxy for a connection to host and port: option
 * is that of eft_ws_options, NULL asks the environment.
 *
 * wss_proxy, https_proxy and all_proxy serve wss; ws_proxy, http_proxy and
 * all_proxy serve ws; the first that is set counts, in lower case or else in
 * upper case, but for HTTP_PROXY, which a CGI program gets from its client.
 * no_proxy lists exceptions, with commas in between: a name with all below it
 * ("example.org", ".example.org", "*.example.org"), an address, a network
 * ("10.0.0.0/8"), each with ":port" or without; "*" means all.
 *
 * Owns:    gives *proxy; NULL: none.
 * Errors:  EFT_EINVAL, EFT_ENOTSUP, EFT_ENOMEM; *fault is filled in then. */
int32_t eft__proxy_choose(eft__proxy **proxy, const char *option,
                          const char *host, uint16_t port, bool tls,
                          eft__proxy_fault *fault);

/* eft__proxy_choose_http is the same for HTTP, and takes SOCKS 5, too:
 * https_proxy and all_proxy serve https, http_proxy and all_proxy serve http.
 */
int32_t eft__proxy_choose_http(eft__proxy **proxy, const char *option,
                               const char *host, uint16_t port, bool tls,
                               eft__proxy_fault *fault);

/* eft__proxy_excepts answers whether a list like no_proxy has host in it. */
bool eft__proxy_excepts(const char *list, const char *host, uint16_t port);

/* A tunnel is a CONNECT and the proxy's answer to it. */
typedef struct eft__tunnel eft__tunnel;

/* How it came out. */
typedef struct eft__tunnel_end {
    int fd;            /* the socket, which is given; -1: it has failed */
    unsigned status;   /* what the proxy answered; 0: no HTTP answer */
    char line[128];    /* its words */
    const char *fault; /* why there was no answer, constant, or NULL: there was
                          one, or memory ran out (no_memory) */
    bool no_memory;    /* ours */
} eft__tunnel_end;

/* Called once, from the loop, unless the tunnel was abandoned. */
typedef void eft__tunnel_done(void *context, const eft__tunnel_end *end);

/* eft__tunnel_start asks a connected proxy for a connection to host and port.
 *
 * Owns:    takes fd, also when it fails; lends a tunnel, until done is called
 *          or it is abandoned.
 * Errors:  NULL: *fault is one of libuv's codes.
 * Source:  RFC 9110 section 9.3.6. */
eft__tunnel *eft__tunnel_start(uv_loop_t *loop, int fd, const eft__proxy *proxy,
                               const char *host, uint16_t port,
                               const char *user_agent, eft__tunnel_done *done,
                               void *context, int *fault);

/* eft__tunnel_abandon cuts it: done will not be called. */
void eft__tunnel_abandon(eft__tunnel *tunnel);

#endif
