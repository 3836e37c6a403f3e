/* SPDX-License-Identifier: MIT
 * Loading certificates and keys: each fault has its own sentence. */
#define _POSIX_C_SOURCE 200809L
#include "tls_files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <uv.h>

/* Where a sentence goes. */
typedef struct sentence {
    char *text;
    size_t size;
} sentence;

static bool refuse(const sentence *why, const char *option, const char *file,
                   const char *words)
{
    snprintf(why->text, why->size, "%s%s%s: %s", option, file ? " " : "",
             file ? file : "", words);
    ERR_clear_error();
    return false;
}

/* OpenSSL's words for a file that cannot be opened say less than the
 * system's. */
static bool can_read(const sentence *why, const char *option, const char *file)
{
    FILE *opened = fopen(file, "rb");
    int error = errno;

    if (opened && fgetc(opened) == EOF && ferror(opened)) {
        error = errno; /* a folder, for one */
        fclose(opened);
        opened = NULL;
    }
    if (!opened)
        return refuse(why, option, file,
                      uv_strerror(uv_translate_sys_error(error)));
    fclose(opened);
    return true;
}

/* Authorities */

/* Whatever a bundle holds besides certificates is passed over. */
static bool add_authorities(X509_STORE *store, BIO *from)
{
    STACK_OF(X509_INFO) *found = PEM_X509_INFO_read_bio(from, NULL, NULL, NULL);
    int count = 0;

    for (int i = 0; i < sk_X509_INFO_num(found); i++) {
        X509_INFO *info = sk_X509_INFO_value(found, i);

        if (info->x509 && X509_STORE_add_cert(store, info->x509) == 1)
            count++;
        if (info->crl)
            (void)X509_STORE_add_crl(store, info->crl);
    }
    sk_X509_INFO_pop_free(found, X509_INFO_free);
    ERR_clear_error();
    return count > 0;
}

static bool load_authorities(SSL_CTX *context, const char *option,
                             const char *file, BIO *from, const sentence *why)
{
    bool loaded =
        from && add_authorities(SSL_CTX_get_cert_store(context), from);

    BIO_free(from);
    return loaded ||
           refuse(why, option, file, "no certificate in PEM is in it");
}

static bool load_trust(SSL_CTX *context, const eft_tls_options *options,
                       const sentence *why)
{
    const char *file = options->ca_file, *text = options->ca_text;

    if (options->insecure)
        return true;
    if (!file && !text && SSL_CTX_set_default_verify_paths(context) != 1)
        return refuse(why, "the system's authorities", NULL,
                      "they cannot be loaded");
    if (file && (!can_read(why, "tls.ca_file", file) ||
                 !load_authorities(context, "tls.ca_file", file,
                                   BIO_new_file(file, "rb"), why)))
        return false;
    return !text || load_authorities(context, "tls.ca_text", NULL,
                                     BIO_new_mem_buf(text, -1), why);
}

/* Ourselves */

/* What was asked of, and given to, who reads the key. */
typedef struct password {
    const char *text; /* or NULL */
    bool asked;
} password;

static int on_password(char *buffer, int size, int writing, void *context)
{
    password *key = context;
    size_t length = key->text ? strlen(key->text) : 0;

    (void)writing;
    key->asked = true;
    if (!key->text || length > (size_t)size)
        return -1;
    memcpy(buffer, key->text, length);
    return (int)length;
}

static bool load_certificate(SSL_CTX *context, const char *file,
                             const sentence *why)
{
    if (!can_read(why, "tls.certificate_file", file))
        return false;
    if (SSL_CTX_use_certificate_chain_file(context, file) == 1)
        return true;
    if (ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE ||
        ERR_GET_LIB(ERR_peek_error()) == ERR_LIB_PEM)
        return refuse(why, "tls.certificate_file", file,
                      "no certificate in PEM is in it");
    return refuse(why, "tls.certificate_file", file,
                  ERR_reason_error_string(ERR_peek_last_error()));
}

static EVP_PKEY *read_key(const char *file, password *secret)
{
    BIO *from = BIO_new_file(file, "rb");
    EVP_PKEY *key =
        from ? PEM_read_bio_PrivateKey(from, NULL, on_password, secret) : NULL;

    BIO_free(from);
    return key;
}

static bool load_key(SSL_CTX *context, const eft_tls_options *options,
                     const sentence *why)
{
    bool own = options->key_file != NULL;
    const char *option = own ? "tls.key_file" : "tls.certificate_file";
    const char *file = own ? options->key_file : options->certificate_file;
    password secret = {.text = options->key_password};
    EVP_PKEY *key;
    int status;

    if (!can_read(why, option, file))
        return false;
    key = read_key(file, &secret);
    if (!key && secret.asked)
        return refuse(why, option, file,
                      secret.text ? "tls.key_password is not the key's"
                                  : "the key needs tls.key_password");
    if (!key)
        return refuse(why, option, file, "no private key in PEM is in it");
    status = SSL_CTX_use_PrivateKey(context, key);
    EVP_PKEY_free(key);
    return status == 1 || refuse(why, option, file,
                                 "the key does not belong to the certificate");
}

bool eft__tls_load(SSL_CTX *context, const eft_tls_options *options, char *why,
                   size_t size)
{
    const sentence wrong = {why, size};

    ERR_clear_error();
    if (!load_trust(context, options, &wrong))
        return false;
    if (options->certificate_file)
        return load_certificate(context, options->certificate_file, &wrong) &&
               load_key(context, options, &wrong);
    return !options->key_file ||
           refuse(&wrong, "tls.key_file", NULL,
                  "it goes with tls.certificate_file, which is missing");
}
