/* SPDX-License-Identifier: MIT
 * When another attempt is worth it, and how long to wait for it. */
#include "reconnect.h"

#include <stddef.h>

#include "eft/error.h"
#include "targets/world.h"

enum { MIN_DELAY_MS = 1000, MAX_DELAY_MS = 60000, STEADY_MS = 5000 };

static const double GROWTH = 1.618; /* as Python's websockets */

/* Steele, Lea and Flood's SplitMix64; from 0 to 1. */
static double next_random(eft__backoff *backoff)
{
    uint64_t x;

    /* Clients that began in the same instant part by when they need it. */
    if (!backoff->seeded)
        backoff->random ^= (uint64_t)eft_target_clock();
    x = backoff->random += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    x ^= x >> 31;
    return (double)(x >> 11) / (double)(UINT64_C(1) << 53);
}

int64_t eft__backoff_next(eft__backoff *backoff)
{
    double most = (double)backoff->max_delay_ms;
    double delay = (double)backoff->min_delay_ms;

    for (uint32_t n = 0; n < backoff->waits && delay < most; n++)
        delay *= GROWTH;
    if (delay >= most)
        delay = most;
    else
        backoff->waits++;
    return (int64_t)(delay * (0.5 + next_random(backoff) / 2));
}

void eft__reconnect_options_fill(eft_reconnect_options *options)
{
    if (!options->min_delay_ms)
        options->min_delay_ms = MIN_DELAY_MS;
    if (!options->max_delay_ms)
        options->max_delay_ms = options->min_delay_ms > MAX_DELAY_MS
                                    ? options->min_delay_ms
                                    : MAX_DELAY_MS;
    if (!options->steady_ms)
        options->steady_ms = STEADY_MS;
}

const char *eft__reconnect_options_fault(const eft_reconnect_options *options)
{
    if (options->min_delay_ms < 0)
        return "min_delay_ms is negative";
    if (options->max_delay_ms < options->min_delay_ms)
        return "max_delay_ms is less than min_delay_ms";
    if (options->steady_ms < 0)
        return "steady_ms is negative";
    return NULL;
}

static bool is_retryable_status(int status)
{
    switch (status) {
    case 0:   /* it ended before the answer */
    case 429: /* RFC 6585 section 4 */
    case 500:
    case 502:
    case 503:
    case 504:
        return true;
    default:
        return false;
    }
}

bool eft_reconnect_is_retryable(const eft_reconnect_failure *failure)
{
    switch (failure->error) {
    case EFT_ECONNECT:
    case EFT_ERESOLVE:
    case EFT_EREFUSED:
    case EFT_EUNREACHABLE:
    case EFT_ETIMEDOUT:
    case EFT_EABNORMAL:
        return true;
    case EFT_EHANDSHAKE:
    case EFT_EPROXY:
        return is_retryable_status(failure->status);
    default:
        return false;
    }
}
