/* SPDX-License-Identifier: MIT
 * What is wrong with a server's certificate, in words. */
#ifndef EFT_NATIVE_TLS_WORDS_H
#define EFT_NATIVE_TLS_WORDS_H

#include <stddef.h>

struct x509_store_ctx_st;

/* eft__tls_words says what OpenSSL finds wrong with the certificate that chain
 * is at; name is whom the server's has to name. */
void eft__tls_words(struct x509_store_ctx_st *chain, const char *name,
                    char *words, size_t size);

#endif
