/* SPDX-License-Identifier: MIT
 * Inside reconnecting: when another attempt is worth it, and how long to wait
 * for it. */
#ifndef EFT_NET_RECONNECT_H
#define EFT_NET_RECONNECT_H

#include "eft/reconnect.h"

/* How long the waits are, as eft/reconnect.h says. */
typedef struct eft__backoff {
    int64_t min_delay_ms;
    int64_t max_delay_ms;
    uint32_t waits;  /* n: since there was a connection worth something */
    uint64_t random; /* the state of a generator */
    bool seeded;     /* a test wants the same numbers each time */
} eft__backoff;

/* The next wait, in milliseconds. */
int64_t eft__backoff_next(eft__backoff *backoff);

/* Puts the defaults where zeros are. */
void eft__reconnect_options_fill(eft_reconnect_options *options);

/* What is wrong with options that are filled in, or NULL. */
const char *eft__reconnect_options_fault(const eft_reconnect_options *options);

/* For tests: makes the delays to come those of a seed. */
void eft__reconnect_seed(eft_reconnect *again, uint64_t seed);

#endif
