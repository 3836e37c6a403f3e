/* SPDX-License-Identifier: MIT
 * Certificates and keys, from files and memory into OpenSSL. */
#ifndef EFT_NATIVE_TLS_FILES_H
#define EFT_NATIVE_TLS_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "eft/tls.h"

struct ssl_ctx_st;

/* eft__tls_load puts what options name into context.  False: why is a sentence
 * that names the option and the file. */
bool eft__tls_load(struct ssl_ctx_st *context, const eft_tls_options *options,
                   char *why, size_t size);

#endif
