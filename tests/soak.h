/* SPDX-License-Identifier: MIT
 * What the parts of the soak share. */
#ifndef EFT_TESTS_SOAK_H
#define EFT_TESTS_SOAK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eft/eft.h>

/* The parts:
 *
 *     soak.c          arguments, workers, memory, the verdict
 *     |-- soak_talk.c   one connection, from its opening to its end
 *     |-- soak_data.c   chance, and what each message holds
 *     `-- soak_memory_….c  what the process takes */

/* What happened, of all workers. */
typedef struct soak_counts {
    uint64_t opened;    /* connections */
    uint64_t sent;      /* messages that a send took */
    uint64_t echoed;    /* of these, what came back as it was */
    uint64_t bytes;     /* in those */
    uint64_t checked;   /* connections that ended with nothing missing */
    uint64_t cut;       /* by us, in the middle */
    uint64_t dropped;   /* by the server, in the middle */
    uint64_t cancelled; /* connects, sends and receives */
    uint64_t failures;  /* what must not happen */
} soak_counts;

typedef struct soak {
    const char *url;    /* of the server's behaviour "soak" */
    uint64_t seed;      /* of everything that is random */
    int connections;    /* workers, each with one at a time */
    int64_t seconds;    /* how long they begin new ones */
    int64_t pause_ms;   /* the most between two sends */
    bool stopping;      /* the time is over */
    soak_counts counts; /* so far */
} soak;

extern soak soaking;

/* One worker's source of chance (splitmix64). */
typedef struct soak_chance {
    uint64_t state;
} soak_chance;

/* soak_below gives a number of [0, limit). */
uint32_t soak_below(soak_chance *chance, uint32_t limit);

/* A message: number sequence of a connection. It begins with both and a hash of
 * the rest, in hexadecimal, where it is long enough. */
typedef struct soak_data {
    eft_message_type type;
    size_t length;
    const uint8_t *bytes; /* until the next call */
} soak_data;

/* soak_make gives what the message must hold, whoever asks. */
soak_data soak_make(uint64_t connection, uint32_t sequence);

/* soak_talk opens one connection and does with it what chance says.  False:
 * something went wrong, and has been printed and counted. */
bool soak_talk(uint64_t connection, soak_chance *chance);

/* soak_heap and soak_resident give bytes: those that malloc has given out, by
 * whomever, and those that the process occupies; 0 where nobody tells. */
size_t soak_heap(void);
size_t soak_resident(void);

/* soak_fail prints a failure and counts it. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
bool
soak_fail(uint64_t connection, const char *format, ...);

#endif
