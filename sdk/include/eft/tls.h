/* SPDX-License-Identifier: MIT
 * TLS: whom to trust, and who we are. */
#ifndef EFT_TLS_H
#define EFT_TLS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Part of the options of what connects.  All zero, the default, trusts the
 * system's authorities and shows no certificate.  Texts are PEM; what is
 * wrong with one is EFT_ETLS with a sentence that names the option and the
 * file, never a password.  A file is read when it is needed first, and again
 * when it has changed: a certificate can be renewed while the program runs.
 *
 * What fails later is EFT_ETLS too, each with its own sentence: a certificate
 * that has expired (and when), of another host (and whose), that nobody signed
 * who is trusted (and who did); a server that wants a certificate of ours, does
 * not accept it, or speaks no TLS from 1.2 on.
 *
 * A connection to a ws: URL does without all of it.  That is no error: a
 * redirect may lead to wss:, and there it counts.
 *
 * Targets: native.  A page cannot choose any of it: EFT_ENOTSUP. */
typedef struct eft_tls_options {
    const char *ca_file; /* file of the authorities to trust; NULL: the
                            system's */
    const char *ca_text; /* the same in memory; NULL: none.  With ca_file
                            both are trusted */
    const char *certificate_file; /* ours, with its chain; NULL: none */
    const char *key_file;         /* its key; NULL: in certificate_file */
    const char *key_password;     /* the key file's; NULL: none */
    const char *server_name; /* to ask for (SNI) and to find in the server's
                                certificate; NULL: the URL's host */
    bool insecure;           /* trust whoever answers: encryption without
                                authentication, and a warning in the log */
} eft_tls_options;

#ifdef __cplusplus
}
#endif
#endif
