/* SPDX-License-Identifier: MIT
 * A client's TLS: settings that are found again, and each connection's SSL. */
#define _POSIX_C_SOURCE 200809L
#include "tls.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <uv.h>

#include "resolve.h"
#include "sdk/core/memory.h"
#include "sdk/net/bytes.h"
#include "tls_files.h"
#include "tls_sessions.h"
#include "tls_words.h"

enum { SETTINGS_MOST = 16 };

struct eft__tls_settings {
    eft__tls_settings *next; /* less recently used */
    SSL_CTX *context;        /* connections have references of their own */
    eft__tls_sessions sessions;
    size_t length; /* bytes of key */
    char key[];    /* the options, and how the files were */
};

/* Finding settings again */

static bool add(eft__bytes *key, const void *data, size_t length)
{
    return eft__bytes_append(key, data, length);
}

/* NULL differs from "". */
static bool add_text(eft__bytes *key, const char *text)
{
    size_t size = text ? strlen(text) + 1 : 0;

    return add(key, &size, sizeof size) && (!size || add(key, text, size));
}

/* A file that was replaced is another one: certificates are renewed. */
static bool add_file(eft__bytes *key, const char *file)
{
    struct stat about;
    uint64_t facts[5] = {0};

    if (!file)
        return add_text(key, NULL);
    if (stat(file, &about) == 0) {
        facts[0] = (uint64_t)about.st_dev;
        facts[1] = (uint64_t)about.st_ino;
        facts[2] = (uint64_t)about.st_size;
        facts[3] = (uint64_t)about.st_mtime;
#ifdef __APPLE__
        facts[4] = (uint64_t)about.st_mtimespec.tv_nsec;
#else
        facts[4] = (uint64_t)about.st_mtim.tv_nsec;
#endif
    }
    return add_text(key, file) && add(key, facts, sizeof facts);
}

static bool write_key(eft__bytes *key, const eft_tls_options *options)
{
    return add(key, &options->insecure, sizeof options->insecure) &&
           add_file(key, options->ca_file) && add_text(key, options->ca_text) &&
           add_file(key, options->certificate_file) &&
           add_file(key, options->key_file) &&
           add_text(key, options->key_password);
}

/* There is a password in it. */
static void free_key(eft__bytes *key)
{
    if (key->block)
        OPENSSL_cleanse(key->block, key->capacity);
    eft__bytes_fini(key);
}

static void free_settings(eft__tls_settings *settings)
{
    eft__tls_sessions_fini(&settings->sessions, settings->context);
    SSL_CTX_free(settings->context);
    OPENSSL_cleanse(settings->key, settings->length);
    eft__release(settings);
}

static bool has_key(const eft__tls_settings *settings, const eft__bytes *key)
{
    return settings->length == eft__bytes_length(key) &&
           memcmp(settings->key, eft__bytes_data(key), settings->length) == 0;
}

/* Moves what it finds to the front; what is too much at the end goes. */
static eft__tls_settings *find(eft__tls_settings **kept, const eft__bytes *key)
{
    eft__tls_settings **at = kept, *found;

    for (int count = 1; *at && !has_key(*at, key); count++) {
        if (count >= SETTINGS_MOST && !(*at)->next) {
            free_settings(*at);
            *at = NULL;
            return NULL;
        }
        at = &(*at)->next;
    }
    found = *at;
    if (found) {
        *at = found->next;
        found->next = *kept;
        *kept = found;
    }
    return found;
}

/* Making settings */

/* Where a context of somebody else's has them. */
static int adopted_index = -1;

static void forget_notes(void *context, void *notes, CRYPTO_EX_DATA *data,
                         int index, long number, void *pointer)
{
    eft__tls_notes *kept = notes;

    (void)context;
    (void)data;
    (void)index;
    (void)number;
    (void)pointer;
    if (kept)
        kept->forget(kept);
}

static void make_index(void)
{
    adopted_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, forget_notes);
}

/* Of an adopted context SSL's own data is not ours. */
static eft__tls_notes *notes_of(const SSL *ssl)
{
    eft__tls_notes *notes = NULL;

    if (adopted_index >= 0)
        notes = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), adopted_index);
    return notes ? notes : SSL_get_app_data(ssl);
}

/* RFC 6066 section 3: an address is never sent as the server's name. */
static const char *name_to_ask_for(const char *name)
{
    return eft__address_is_literal(name) ? NULL : name;
}

static void on_event(const SSL *ssl, int where, int value)
{
    eft__tls_notes *notes = notes_of(ssl);

    /* Before the first message is put together. */
    if (notes && notes->renamed && where == SSL_CB_HANDSHAKE_START)
        (void)SSL_set_tlsext_host_name((SSL *)(uintptr_t)ssl,
                                       name_to_ask_for(notes->name));
    if (notes && where == SSL_CB_READ_ALERT && value >> 8 == SSL3_AL_FATAL)
        notes->alert = (uint8_t)value;
}

/* Called where the server asks and the options name none. */
static int on_asked(SSL *ssl, X509 **certificate, EVP_PKEY **key)
{
    eft__tls_notes *notes = notes_of(ssl);

    (void)certificate;
    (void)key;
    if (notes)
        notes->asked = true;
    return 0;
}

static int on_verified(int ok, X509_STORE_CTX *chain)
{
    const SSL *ssl =
        X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx());
    eft__tls_notes *notes = ssl ? notes_of(ssl) : NULL;

    /* Where everybody is trusted that is no reason. */
    if (!ok && notes && SSL_get_verify_mode(ssl) != SSL_VERIFY_NONE)
        eft__tls_words(chain, notes->name, notes->words, sizeof notes->words);
    return ok;
}

static void set_callbacks(SSL_CTX *context, const eft_tls_options *options)
{
    SSL_CTX_set_verify(context,
                       options->insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                       on_verified);
    SSL_CTX_set_info_callback(context, on_event);
    if (!options->certificate_file)
        SSL_CTX_set_client_cert_cb(context, on_asked);
}

static SSL_CTX *make_context(const eft_tls_options *options, char *why,
                             size_t size)
{
    static const unsigned char http[] = "\x08http/1.1";
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    *why = 0;
    if (!context ||
        SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_alpn_protos(context, http, sizeof http - 1) != 0 ||
        !eft__tls_load(context, options, why, size)) {
        SSL_CTX_free(context);
        return NULL;
    }
    set_callbacks(context, options);
    return context;
}

/* Not counted with the objects of a program: they stay for its next one. */
static eft__tls_settings *add_settings(eft__tls_settings **kept,
                                       const eft_tls_options *options,
                                       const eft__bytes *key, char *why,
                                       size_t size)
{
    size_t length = eft__bytes_length(key);
    eft__tls_settings *made = eft__reserve(sizeof *made + length);

    if (!made)
        return NULL;
    made->context = make_context(options, why, size);
    if (!made->context) {
        eft__release(made);
        return NULL;
    }
    eft__tls_sessions_init(&made->sessions, made->context);
    memcpy(made->key, eft__bytes_data(key), length);
    made->length = length;
    made->next = *kept;
    *kept = made;
    return made;
}

static eft__tls_settings *settings_for(eft__tls_settings **kept,
                                       const eft_tls_options *options,
                                       char *why, size_t size)
{
    eft__tls_settings *settings = NULL;
    eft__bytes key = {0};

    if (write_key(&key, options)) {
        settings = find(kept, &key);
        if (!settings)
            settings = add_settings(kept, options, &key, why, size);
    }
    free_key(&key);
    return settings;
}

/* Connections */

static bool expect_name(X509_VERIFY_PARAM *check, const char *name)
{
    if (!name_to_ask_for(name))
        return X509_VERIFY_PARAM_set1_ip_asc(check, name) == 1;
    X509_VERIFY_PARAM_set_hostflags(check,
                                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return X509_VERIFY_PARAM_set1_host(check, name, 0) == 1;
}

static bool name_server(SSL *ssl, const char *name)
{
    return expect_name(SSL_get0_param(ssl), name) &&
           SSL_set_tlsext_host_name(ssl, name_to_ask_for(name)) == 1;
}

/* Which server, and who it has to be. */
static bool use_session(eft__tls_settings *settings, SSL *ssl, const char *peer,
                        const char *name)
{
    char whole[600];

    snprintf(whole, sizeof whole, "%s %s", peer, name);
    return eft__tls_sessions_use(&settings->sessions, ssl, whole);
}

SSL *eft__tls_new(eft__tls_settings **kept, const eft_tls_options *options,
                  const char *peer, eft__tls_notes *notes, char *why,
                  size_t size)
{
    eft__tls_settings *settings;
    SSL *ssl;

    *why = 0;
    settings = settings_for(kept, options, why, size);
    ssl = settings ? SSL_new(settings->context) : NULL;
    if (!ssl)
        return NULL;
    SSL_set_app_data(ssl, notes);
    SSL_set_connect_state(ssl);
    if (!name_server(ssl, notes->name)) {
        snprintf(why, size, "tls.server_name: no host can have it");
        ERR_clear_error();
        SSL_free(ssl);
        return NULL;
    }
    if (!use_session(settings, ssl, peer, notes->name)) {
        SSL_free(ssl);
        return NULL;
    }
    return ssl;
}

bool eft__tls_check(eft__tls_settings **kept, const eft_tls_options *options,
                    char *why, size_t size)
{
    *why = 0;
    return settings_for(kept, options, why, size) != NULL;
}

/* The certificate, its chain and its key. */
static bool copy_identity(SSL_CTX *to, SSL_CTX *from)
{
    X509 *certificate = SSL_CTX_get0_certificate(from);
    STACK_OF(X509) *chain = NULL;

    if (!certificate)
        return true;
    return SSL_CTX_get0_chain_certs(from, &chain) == 1 &&
           SSL_CTX_use_cert_and_key(
               to, certificate, SSL_CTX_get0_privatekey(from), chain, 1) == 1;
}

bool eft__tls_adopt(eft__tls_settings **kept, const eft_tls_options *options,
                    SSL_CTX *context, eft__tls_notes *notes,
                    void (*forget)(eft__tls_notes *notes), char *why,
                    size_t size)
{
    static uv_once_t once = UV_ONCE_INIT;
    eft__tls_settings *settings;

    *why = 0;
    uv_once(&once, make_index);
    settings = settings_for(kept, options, why, size);
    if (!settings || !copy_identity(context, settings->context) ||
        SSL_CTX_set_ex_data(context, adopted_index, notes) != 1) {
        forget(notes);
        return false;
    }
    notes->forget = forget;
    SSL_CTX_set1_cert_store(context, SSL_CTX_get_cert_store(settings->context));
    set_callbacks(context, options);
    if (expect_name(SSL_CTX_get0_param(context), notes->name))
        return true;
    snprintf(why, size, "tls.server_name: no host can have it");
    return false;
}

void eft__tls_settings_free(eft__tls_settings *kept)
{
    while (kept) {
        eft__tls_settings *next = kept->next;

        free_settings(kept);
        kept = next;
    }
}
