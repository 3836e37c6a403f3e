/* SPDX-License-Identifier: MIT
 * A client's TLS: whom to trust, who we are, and what went wrong. */
#ifndef EFT_NATIVE_TLS_H
#define EFT_NATIVE_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/tls.h"

/* What is known of a handshake, for the sentence if it fails. */
typedef struct eft__tls_notes {
    const char *name; /* whom the certificate has to name */
    bool renamed;     /* name is to be asked for, whatever SSL was told */
    bool asked;       /* the server asked for a certificate, and got none */
    uint8_t alert;    /* of the server's, fatal; 0: none */
    char words[256];  /* about the server's certificate, or "" */
    void (*forget)(struct eft__tls_notes *notes); /* eft__tls_adopt()'s */
} eft__tls_notes;

/* eft__tls_settings are what connections with the same options share; the
 * files are read once, and again when they have changed. */
typedef struct eft__tls_settings eft__tls_settings;

struct ssl_st;
struct ssl_ctx_st;

/* eft__tls_check finds out whether options can be used at all.  The rest is as
 * below. */
bool eft__tls_check(eft__tls_settings **kept, const eft_tls_options *options,
                    char *why, size_t size);

/* eft__tls_adopt has a context of somebody else's, for one connection, trust
 * whom options say, ask for notes->name and show our certificate.
 *
 * Owns:    borrows all but notes, which have to live until forget(notes) is
 *          called: when context is freed, or in the end of a call that fails.
 * Errors:  false: as below. */
bool eft__tls_adopt(eft__tls_settings **kept, const eft_tls_options *options,
                    struct ssl_ctx_st *context, eft__tls_notes *notes,
                    void (*forget)(eft__tls_notes *notes), char *why,
                    size_t size);

/* eft__tls_new makes OpenSSL's SSL for one connection, in connect state; peer
 * is "host:port".
 *
 * Owns:    borrows all but notes, which have to outlive the handshake, and
 *          notes->name with them; gives the SSL.  *kept is the list of all
 *          settings so far, NULL at first; it grows no longer than 16.
 * Errors:  NULL: why is a sentence that names the option and the file, or ""
 *          when memory ran out. */
struct ssl_st *eft__tls_new(eft__tls_settings **kept,
                            const eft_tls_options *options, const char *peer,
                            eft__tls_notes *notes, char *why, size_t size);

/* eft__tls_explain says why a connection ended that was not open yet; fault is
 * the stream's, or NULL.  NULL: TLS was not the reason.
 *
 * Owns:    lends a constant sentence, or one that lives as long as notes. */
const char *eft__tls_explain(eft__tls_notes *notes, const char *fault);

/* eft__tls_settings_free frees the list. */
void eft__tls_settings_free(eft__tls_settings *kept);

#endif
