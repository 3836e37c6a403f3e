/* SPDX-License-Identifier: MIT
 * TLS of a WebSocket server: certificates. */
#define _POSIX_C_SOURCE 200809L
#include "ws_server.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "sdk/core/memory.h"

/* Errors */

/* "<option> <file>: <OpenSSL's last words>"; file NULL: none. */
static bool fail(char *why, size_t size, const char *option, const char *file)
{
    unsigned long error = ERR_peek_error();
    const char *words = NULL;

    if (error)
        words = ERR_SYSTEM_ERROR(error)
                    ? uv_strerror(uv_translate_sys_error(ERR_GET_REASON(error)))
                    : ERR_reason_error_string(error);
    snprintf(why, size, "%s%s%s: %s", option, file ? " " : "", file ? file : "",
             words ? words : "OpenSSL gives no reason");
    ERR_clear_error();
    return false;
}

/* Our certificate */

static int give_password(char *buffer, int size, int writes, void *password)
{
    size_t length = password ? strlen(password) : 0;

    (void)writes;
    if (!length || length > (size_t)size)
        return 0;
    memcpy(buffer, password, length);
    return (int)length;
}

static bool load_own(SSL_CTX *context, const eft_tls_options *tls, char *why,
                     size_t size)
{
    static const char own[] = "tls.certificate_file";
    const char *key = tls->key_file ? tls->key_file : tls->certificate_file;
    const char *option = tls->key_file ? "tls.key_file" : own;

    SSL_CTX_set_default_passwd_cb(context, give_password);
    SSL_CTX_set_default_passwd_cb_userdata(context, (void *)tls->key_password);
    if (SSL_CTX_use_certificate_chain_file(context, tls->certificate_file) != 1)
        return fail(why, size, own, tls->certificate_file);
    if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
        return fail(why, size, option, key);
    if (SSL_CTX_check_private_key(context) != 1)
        return fail(why, size, option, key);
    return true;
}

/* Who signs certificates of clients */

static bool trust_text(SSL_CTX *context, const char *text)
{
    BIO *bio = BIO_new_mem_buf(text, -1);
    X509 *authority = NULL;
    size_t count = 0;
    bool good = bio != NULL;

    while (good &&
           (authority = PEM_read_bio_X509(bio, NULL, give_password, NULL))) {
        good = X509_STORE_add_cert(SSL_CTX_get_cert_store(context),
                                   authority) == 1 &&
               SSL_CTX_add_client_CA(context, authority) == 1;
        X509_free(authority);
        count++;
    }
    BIO_free(bio);
    /* Behind the last one it says that there is none. */
    if (good && count)
        ERR_clear_error();
    return good && count;
}

static bool trust_file(SSL_CTX *context, const char *file)
{
    return SSL_CTX_load_verify_locations(context, file, NULL) == 1 &&
           SSL_add_file_cert_subjects_to_stack(
               SSL_CTX_get_client_CA_list(context), file) == 1;
}

static bool load_authorities(SSL_CTX *context,
                             const eft_ws_server_options *options, char *why,
                             size_t size)
{
    const eft_tls_options *tls = &options->tls;
    int mode = SSL_VERIFY_PEER;

    if (!tls->ca_file && !tls->ca_text)
        return true;
    SSL_CTX_set_client_CA_list(context, sk_X509_NAME_new_null());
    if (tls->ca_file && !trust_file(context, tls->ca_file))
        return fail(why, size, "tls.ca_file", tls->ca_file);
    if (tls->ca_text && !trust_text(context, tls->ca_text))
        return fail(why, size, "tls.ca_text", NULL);
    if (options->client_certificate)
        mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    SSL_CTX_set_verify(context, mode, NULL);
    return true;
}

/* The context */

/* RFC 7301: who offers protocols but not ours is told so. */
static int choose_protocol(SSL *ssl, const unsigned char **chosen,
                           unsigned char *chosen_length,
                           const unsigned char *offered,
                           unsigned offered_length, void *arg)
{
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char *found = NULL;

    (void)ssl;
    (void)arg;
    if (SSL_select_next_proto(&found, chosen_length, ours, sizeof ours - 1,
                              offered,
                              offered_length) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

void *eft__server_tls_new(const eft_ws_server_options *options, char *why,
                          size_t size)
{
    /* Sessions of clients with a certificate are of this context only. */
    static const unsigned char name[] = "eft";
    SSL_CTX *context;

    ERR_clear_error();
    context = SSL_CTX_new(TLS_server_method());
    if (!context) {
        fail(why, size, "TLS", NULL);
        return NULL;
    }
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_session_id_context(context, name, sizeof name - 1);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
    if (load_own(context, &options->tls, why, size) &&
        load_authorities(context, options, why, size))
        return context;
    SSL_CTX_free(context);
    return NULL;
}

void eft__server_tls_free(void *context)
{
    SSL_CTX_free(context);
}

/* One connection */

void *eft__server_tls_accept(void *context)
{
    SSL *ssl = SSL_new(context);

    if (ssl)
        SSL_set_accept_state(ssl);
    return ssl;
}

char *eft__server_tls_subject(void *ssl)
{
    X509 *certificate = ssl ? SSL_get_peer_certificate(ssl) : NULL;
    BIO *bio = certificate ? BIO_new(BIO_s_mem()) : NULL;
    char *text = NULL, *found;
    long length;

    if (bio && X509_NAME_print_ex(bio, X509_get_subject_name(certificate), 0,
                                  XN_FLAG_RFC2253) >= 0) {
        length = BIO_get_mem_data(bio, &found);
        text = eft__copy_text(found, (size_t)length);
    }
    BIO_free(bio);
    X509_free(certificate);
    return text;
}
