/* SPDX-License-Identifier: MIT
 * TLS sessions: RFC 8446 section 4.6.1, RFC 5077. */
#define _POSIX_C_SOURCE 200809L
#include "tls_sessions.h"

#include <string.h>

#include <openssl/ssl.h>
#include <uv.h>

#include "sdk/core/memory.h"

/* Whose a connection's sessions are, as long as it lives. */
static int peer_index = -1;

static void free_peer(void *ssl, void *peer, CRYPTO_EX_DATA *data, int index,
                      long number, void *pointer)
{
    (void)ssl;
    (void)data;
    (void)index;
    (void)number;
    (void)pointer;
    eft__release(peer);
}

/* Once a process. */
static void make_index(void)
{
    peer_index = SSL_get_ex_new_index(0, NULL, NULL, NULL, free_peer);
}

static char *copy(const char *text)
{
    size_t size = strlen(text) + 1;
    char *made = eft__reserve(size);

    return made ? memcpy(made, text, size) : NULL;
}

static void drop(eft__tls_sessions *sessions, size_t place)
{
    SSL_SESSION_free(sessions->kept[place].session);
    eft__release(sessions->kept[place].peer);
    sessions->kept[place].session = NULL;
    sessions->kept[place].peer = NULL;
}

/* The place of one of the peer's; EFT__TLS_SESSIONS: there is none. */
static size_t find(const eft__tls_sessions *sessions, const char *peer)
{
    size_t place = 0;

    while (place < EFT__TLS_SESSIONS &&
           (!sessions->kept[place].session ||
            strcmp(sessions->kept[place].peer, peer) != 0))
        place++;
    return place;
}

/* A server may send several, one for each connection to come.  Answers 1 when
 * it has kept the reference that it was given.  What comes without memory is
 * not kept: the next handshake is a whole one. */
static int on_session(SSL *ssl, SSL_SESSION *session)
{
    eft__tls_sessions *sessions = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    const char *peer = SSL_get_ex_data(ssl, peer_index);
    size_t place;

    if (!sessions || !peer)
        return 0;
    place = sessions->next++ % EFT__TLS_SESSIONS;
    drop(sessions, place);
    sessions->kept[place].peer = copy(peer);
    if (!sessions->kept[place].peer)
        return 0;
    sessions->kept[place].session = session;
    return 1;
}

void eft__tls_sessions_init(eft__tls_sessions *sessions, SSL_CTX *context)
{
    static uv_once_t once = UV_ONCE_INIT;

    uv_once(&once, make_index);
    memset(sessions, 0, sizeof *sessions);
    SSL_CTX_set_app_data(context, sessions);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT |
                                                SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, on_session);
}

void eft__tls_sessions_fini(eft__tls_sessions *sessions, SSL_CTX *context)
{
    SSL_CTX_set_app_data(context, NULL);
    for (size_t place = 0; place < EFT__TLS_SESSIONS; place++)
        drop(sessions, place);
}

bool eft__tls_sessions_use(eft__tls_sessions *sessions, SSL *ssl,
                           const char *peer)
{
    size_t place = find(sessions, peer);
    char *own = copy(peer);

    if (!own || SSL_set_ex_data(ssl, peer_index, own) != 1) {
        eft__release(own);
        return false;
    }
    if (place == EFT__TLS_SESSIONS)
        return true;
    (void)SSL_set_session(ssl, sessions->kept[place].session);
    /* Used twice, a ticket would tell who listens that both are we (RFC 8446
     * section C.4). */
    if (SSL_SESSION_get_protocol_version(sessions->kept[place].session) >=
        TLS1_3_VERSION)
        drop(sessions, place);
    return true;
}
