/* SPDX-License-Identifier: MIT
 * Why TLS failed: certificates, alerts, and OpenSSL's own reasons. */
#define _POSIX_C_SOURCE 200809L
#include "tls_words.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <uv.h>

#include "tls.h"

/* Certificates */

/* What a stranger wrote is shown as far as it can be printed. */
static void put(char *text, size_t size, const unsigned char *from, int length)
{
    size_t used = strlen(text);

    for (int i = 0; i < length && used + 1 < size; i++)
        text[used++] = from[i] > ' ' && from[i] < 127 ? (char)from[i] : '?';
    text[used] = 0;
}

static void put_name(char *text, size_t size, const GENERAL_NAME *name)
{
    char address[INET6_ADDRSTRLEN];
    const unsigned char *data;
    int length;

    if (name->type == GEN_DNS) {
        put(text, size, ASN1_STRING_get0_data(name->d.dNSName),
            ASN1_STRING_length(name->d.dNSName));
    } else if (name->type == GEN_IPADD) {
        data = ASN1_STRING_get0_data(name->d.iPAddress);
        length = ASN1_STRING_length(name->d.iPAddress);
        if ((length == 4 || length == 16) &&
            uv_inet_ntop(length == 4 ? AF_INET : AF_INET6, data, address,
                         sizeof address) == 0)
            put(text, size, (const unsigned char *)address,
                (int)strlen(address));
    }
}

/* "a, b and more"; "" where it names nobody. */
static void list_names(X509 *certificate, char *text, size_t size)
{
    GENERAL_NAMES *names =
        X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    int count = sk_GENERAL_NAME_num(names), listed = 0;

    *text = 0;
    for (int i = 0; i < count; i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

        if (name->type != GEN_DNS && name->type != GEN_IPADD)
            continue;
        if (listed++ == 3) {
            snprintf(text + strlen(text), size - strlen(text), " and more");
            break;
        }
        if (listed > 1)
            snprintf(text + strlen(text), size - strlen(text), ", ");
        /* Leaves room for the next words. */
        put_name(text, size - 12, name);
    }
    GENERAL_NAMES_free(names);
}

static void say_wrong_host(X509 *certificate, const char *wanted, char *words,
                           size_t size)
{
    char names[140];

    list_names(certificate, names, sizeof names);
    snprintf(words, size, "its certificate is for %s, not for %.80s",
             names[0] ? names : "nobody", wanted);
}

static void say_date(const char *what, const ASN1_TIME *when, char *words,
                     size_t size)
{
    struct tm date;

    if (ASN1_TIME_to_tm(when, &date) != 1)
        memset(&date, 0, sizeof date);
    snprintf(words, size, "%s %04d-%02d-%02d", what, date.tm_year + 1900,
             date.tm_mon + 1, date.tm_mday);
}

static void say_issuer(X509 *certificate, char *words, size_t size)
{
    char issuer[100] = "";
    unsigned char *text = NULL;
    X509_NAME *name = X509_get_issuer_name(certificate);
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    int length =
        at < 0 ? 0
               : ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(
                                                X509_NAME_get_entry(name, at)));

    for (int i = 0; i < length && i + 1 < (int)sizeof issuer; i++) {
        issuer[i] = text[i] >= ' ' && text[i] < 127 ? (char)text[i] : '?';
        issuer[i + 1] = 0;
    }
    OPENSSL_free(text);
    snprintf(words, size,
             "its certificate was signed by an authority that is not trusted, "
             "\"%s\"",
             issuer);
}

void eft__tls_words(X509_STORE_CTX *chain, const char *name, char *words,
                    size_t size)
{
    int error = X509_STORE_CTX_get_error(chain);
    X509 *at = X509_STORE_CTX_get_current_cert(chain);

    switch (at ? error : X509_V_ERR_UNSPECIFIED) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        say_date("its certificate has expired, on", X509_get0_notAfter(at),
                 words, size);
        return;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        say_date("its certificate is not valid before", X509_get0_notBefore(at),
                 words, size);
        return;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        say_wrong_host(at, name, words, size);
        return;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        snprintf(words, size,
                 "its certificate is self-signed, by nobody who is trusted");
        return;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        say_issuer(at, words, size);
        return;
    default:
        snprintf(words, size, "its certificate: %s",
                 X509_verify_cert_error_string(error));
    }
}

/* Alerts: RFC 8446 section 6.2 */

static const char *words_for_alert(const eft__tls_notes *notes)
{
    switch (notes->alert) {
    case SSL_AD_CERTIFICATE_REQUIRED:
        return "the server wants a certificate (tls.certificate_file)";
    case SSL_AD_HANDSHAKE_FAILURE:
        return notes->asked
                   ? "the server wants a certificate (tls.certificate_file)"
                   : "the server refuses what is offered: protocol versions, "
                     "ciphers, or no certificate";
    case SSL_AD_BAD_CERTIFICATE:
        return notes->asked
                   ? "the server wants a certificate (tls.certificate_file)"
                   : "the server finds our certificate bad";
    case SSL_AD_CERTIFICATE_EXPIRED:
        return "the server says that our certificate has expired";
    case SSL_AD_UNKNOWN_CA:
        return "the server does not trust the authority of our certificate";
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_ACCESS_DENIED:
        return "the server does not accept our certificate";
    case SSL_AD_PROTOCOL_VERSION:
        return "the server speaks no TLS version from 1.2 on";
    case SSL_AD_UNRECOGNIZED_NAME:
        return "the server does not know the name that it was called by";
    case SSL_AD_NO_APPLICATION_PROTOCOL:
        return "the server speaks no HTTP/1.1 here";
    default:
        return NULL;
    }
}

/* OpenSSL's own, for faults of peers that do not speak our TLS at all. */
static const char *plain_words(const char *fault)
{
    static const char *const no_tls[] = {
        "wrong version number", "packet length too long", "http request",
        "unexpected message", "bad record type"};

    for (size_t i = 0; i < sizeof no_tls / sizeof *no_tls; i++)
        if (strcmp(fault, no_tls[i]) == 0)
            return "what answers there speaks no TLS";
    if (strcmp(fault, "unsupported protocol") == 0)
        return "the server speaks no TLS version from 1.2 on";
    return fault;
}

const char *eft__tls_explain(eft__tls_notes *notes, const char *fault)
{
    const char *words;

    if (notes->words[0])
        return notes->words;
    words = notes->alert ? words_for_alert(notes) : NULL;
    if (words)
        return words;
    if (notes->asked)
        return "the connection ended after the server had asked for a "
               "certificate (tls.certificate_file)";
    if (notes->alert)
        return fault ? fault : SSL_alert_desc_string_long(notes->alert);
    return fault ? plain_words(fault) : NULL;
}
