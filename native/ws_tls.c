/* SPDX-License-Identifier: MIT
 * TLS: whom to trust, which name to ask for, and what OpenSSL says. */
#define _POSIX_C_SOURCE 200809L
#include "ws.h"

#include <libwebsockets.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* Design notes.
 *
 * libwebsockets 4.1 cuts host names at 127 bytes and at a colon (an IPv6
 * address becomes an empty name, which nothing is checked against), names an
 * address to the server, looks for authorities in a folder relative to where
 * the program runs, and clears OpenSSL's errors before anybody can read them.
 * So the SSL_CTX is ours, and each SSL is put right where its handshake
 * begins: in OpenSSL's own callback, before the first byte goes out. */

static eft__socket *socket_of(const SSL *ssl)
{
    eft__socket *socket = SSL_get_app_data(ssl);
    eft__sockets *all;

    if (socket)
        return socket;
    all = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    for (size_t i = 0; i < all->bucket_count; i++)
        for (socket = all->buckets[i]; socket; socket = socket->neighbour)
            if (socket->wsi && lws_get_ssl(socket->wsi) == ssl)
                return socket;
    return NULL;
}

/* RFC 6066 section 3: an address is never sent as the server's name. */
static void name_server(SSL *ssl, const char *host)
{
    X509_VERIFY_PARAM *check = SSL_get0_param(ssl);

    SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
    if (eft__address_is_literal(host)) {
        SSL_set_tlsext_host_name(ssl, NULL);
        X509_VERIFY_PARAM_set1_ip_asc(check, host);
    } else {
        SSL_set_tlsext_host_name(ssl, host);
        X509_VERIFY_PARAM_set_hostflags(check,
                                        X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        X509_VERIFY_PARAM_set1_host(check, host, 0);
    }
}

/* OpenSSL's last words, or the system's through it; NULL when it says none. */
static const char *words_for_error(void)
{
    unsigned long error = ERR_peek_error();

    if (!error)
        return NULL;
    return ERR_SYSTEM_ERROR(error)
               ? uv_strerror(uv_translate_sys_error(ERR_GET_REASON(error)))
               : ERR_reason_error_string(error);
}

static const char *words_for_fault(const SSL *ssl)
{
    long verdict = SSL_get_verify_result(ssl);

    return verdict != X509_V_OK ? X509_verify_cert_error_string(verdict)
                                : words_for_error();
}

static void on_event(const SSL *ssl, int where, int result)
{
    eft__socket *socket = socket_of(ssl);

    /* After its opening TLS 1.3 has handshakes of its own. */
    if (!socket || !socket->opening)
        return;
    if (where == SSL_CB_HANDSHAKE_START && !SSL_get_app_data(ssl)) {
        SSL_set_app_data((SSL *)ssl, socket);
        name_server((SSL *)ssl, socket->opening->host);
    } else if (where == SSL_CB_CONNECT_EXIT && result <= 0) {
        socket->opening->tls_fault = words_for_fault(ssl);
    }
}

static bool load_authorities(SSL_CTX *context, const char *ca_file)
{
    return ca_file ? SSL_CTX_load_verify_locations(context, ca_file, NULL) == 1
                   : SSL_CTX_set_default_verify_paths(context) == 1;
}

void *eft__tls_context_new(eft__sockets *sockets, const char *ca_file,
                           const char **why)
{
    SSL_CTX *context;

    ERR_clear_error();
    context = SSL_CTX_new(TLS_client_method());
    if (context && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) &&
        load_authorities(context, ca_file)) {
        SSL_CTX_set_app_data(context, sockets);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
        SSL_CTX_set_mode(context, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
        /* Several records are read with one system call. */
        SSL_CTX_set_read_ahead(context, 1);
        SSL_CTX_set_default_read_buffer_len(context, 64 * 1024);
        SSL_CTX_set_info_callback(context, on_event);
        return context;
    }
    *why = words_for_error();
    if (!*why)
        *why = "OpenSSL gives no reason";
    ERR_clear_error();
    SSL_CTX_free(context);
    return NULL;
}

void eft__tls_context_free(void *context)
{
    SSL_CTX_free(context);
}
