/* SPDX-License-Identifier: MIT
 * Attempts to connect, and what they are to come to. */
#ifndef EFT_TESTS_WS_ATTEMPT_H
#define EFT_TESTS_WS_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include <eft/eft.h>

/* attempt_fails answers whether connecting fails with error, and a sentence
 * that has words in it; prints what came instead. */
bool attempt_fails(const char *url, const eft_ws_options *options,
                   int32_t error, const char *words);

/* attempt_echoes answers whether an echo server can be talked to, up to the
 * closing handshake; prints what came instead. */
bool attempt_echoes(const char *url, const eft_ws_options *options);

/* attempt_reads gives the first message that comes, "" when connecting failed;
 * the string is valid until the next call. */
const char *attempt_reads(const char *url, const eft_ws_options *options);

/* attempt_at gives server name's URL with its path replaced; the string is
 * valid until the next call but three. */
const char *attempt_at(const char *name, const char *path);

#endif
