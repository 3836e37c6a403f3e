/* SPDX-License-Identifier: MIT
 * TLS sessions, so that coming back to a server costs less. */
#ifndef EFT_NATIVE_TLS_SESSIONS_H
#define EFT_NATIVE_TLS_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>

struct ssl_st;
struct ssl_ctx_st;
struct ssl_session_st;

enum { EFT__TLS_SESSIONS = 32 };

/* The newest sessions of one SSL_CTX.  A session is
 * used only with the same options and the same name of the same server as the
 * connection that it comes from, whose certificate was checked. */
typedef struct eft__tls_sessions {
    struct {
        char *peer; /* which server, by which name */
        struct ssl_session_st *session;
    } kept[EFT__TLS_SESSIONS];
    size_t next; /* the place of the next one */
} eft__tls_sessions;

/* eft__tls_sessions_init lets sessions hear of those of context. */
void eft__tls_sessions_init(eft__tls_sessions *sessions,
                            struct ssl_ctx_st *context);

/* eft__tls_sessions_fini frees them; context may live on. */
void eft__tls_sessions_fini(eft__tls_sessions *sessions,
                            struct ssl_ctx_st *context);

/* eft__tls_sessions_use goes on with a session of peer's if there is one, and
 * keeps those that come.  Copies peer.  False: memory ran out. */
bool eft__tls_sessions_use(eft__tls_sessions *sessions, struct ssl_st *ssl,
                           const char *peer);

#endif
