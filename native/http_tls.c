/* SPDX-License-Identifier: MIT
 * TLS of HTTP: each connection's context, as the session's options say. */
#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <stdio.h>
#include <string.h>

#include "eft/error.h"
#include "eft/log.h"
#include "sdk/core/memory.h"

/* Design notes.  libcurl makes an SSL_CTX for each connection, and lets us
 * change it.  What is known of a handshake is noted beside that, and belongs to
 * both: the connection outlives the request that it was made for, and the
 * request outlives a connection that fails. */

typedef struct eft__http_notes {
    eft__tls_notes notes; /* first */
    size_t references;    /* the exchange's, the connection's */
    char name[];          /* notes.name */
} eft__http_notes;

static void forget(eft__tls_notes *notes)
{
    eft__http_notes *self = (eft__http_notes *)notes;

    if (!--self->references)
        eft__release(self);
}

void eft__http_tls_forget(eft__http_exchange *exchange)
{
    if (exchange->notes)
        forget(&exchange->notes->notes);
    exchange->notes = NULL;
}

/* What counts for a server that a redirect has led to is whom to trust alone:
 * the rest was meant for another origin. */
static eft_tls_options options_for(const eft__http_exchange *exchange)
{
    eft_tls_options options = exchange->session->options->tls;

    if (!exchange->request->strange)
        return options;
    options.certificate_file = options.key_file = NULL;
    options.key_password = options.server_name = NULL;
    return options;
}

void eft__http_tls_setup(eft__http_exchange *exchange)
{
    const eft_tls_options *options = &exchange->session->options->tls;
    bool strange = exchange->request->strange &&
                   (options->certificate_file || options->server_name);

    if (exchange->strange == strange)
        return;
    exchange->strange = strange;
    /* Neither connections nor TLS sessions are used again where this differs,
     * which means nothing to OpenSSL. */
    curl_easy_setopt(exchange->easy, CURLOPT_SSL_OPTIONS,
                     strange ? (long)CURLSSLOPT_NO_REVOKE : 0L);
}

static bool make_notes(eft__http_exchange *exchange, const char *other)
{
    const char *name = other ? other : exchange->route->host;
    eft__http_notes *notes = eft__reserve(sizeof *notes + strlen(name) + 1);

    eft__http_tls_forget(exchange);
    if (!notes)
        return false;
    *notes = (eft__http_notes){.references = 2};
    strcpy(notes->name, name);
    notes->notes.name = notes->name;
    notes->notes.renamed = other != NULL;
    exchange->notes = notes;
    return true;
}

/* OpenSSL's words, or none: then memory ran out. */
static void fail(eft__http_exchange *exchange, const char *why)
{
    if (*why)
        eft__http_fail(exchange, EFT_ETLS, "TLS with %s cannot begin: %s",
                       exchange->route->peer, why);
    else
        eft__http_fail(exchange, EFT_ENOMEM, "out of memory");
}

bool eft__http_tls_check(eft__http_exchange *exchange)
{
    eft__http_session *session = exchange->session;
    const eft_tls_options *options = &session->options->tls;
    char why[300];

    if (session->trusted)
        return true;
    if (!eft__tls_check(&session->all->tls, options, why, sizeof why)) {
        fail(exchange, why);
        return false;
    }
    if (options->insecure)
        eft_log(EFT_LOG_WARN,
                "TLS with %s is insecure (tls.insecure): whoever answers there "
                "is trusted",
                exchange->route->peer);
    session->trusted = true;
    return true;
}

CURLcode eft__http_on_tls(CURL *easy, void *context, void *arg)
{
    eft__http_exchange *exchange = arg;
    eft__http_session *session = exchange->session;
    eft_tls_options options;
    char why[300] = "";

    (void)easy;
    if (!exchange->request || !session->options || exchange->error)
        return CURLE_ABORTED_BY_CALLBACK;
    options = options_for(exchange);
    if (make_notes(exchange, options.server_name) &&
        eft__tls_adopt(&session->all->tls, &options, context,
                       &exchange->notes->notes, forget, why, sizeof why))
        return CURLE_OK;
    fail(exchange, why);
    return CURLE_ABORTED_BY_CALLBACK;
}

/* "error:0A00010B:SSL routines::wrong version number" */
static const char *reason_in(const char *words)
{
    const char *error = strstr(words, "error:"), *colon;

    colon = error ? strrchr(error, ':') : NULL;
    return colon && colon[1] ? colon + 1 : NULL;
}

const char *eft__http_tls_words(eft__http_exchange *exchange)
{
    const char *reason = reason_in(exchange->curl_words);

    if (!exchange->notes)
        return reason;
    if (exchange->strange && exchange->notes->notes.asked)
        return "the server wants a certificate, and tls.certificate_file does "
               "not go where a redirect leads";
    return eft__tls_explain(&exchange->notes->notes, reason);
}

bool eft__http_tls_is_refused(const eft__http_exchange *exchange)
{
    return exchange->notes &&
           (exchange->notes->notes.alert || exchange->notes->notes.asked);
}
