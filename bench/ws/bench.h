/* SPDX-License-Identifier: MIT
 * What the parts of the program `ws` share: one run's state. */
#ifndef BENCH_WS_BENCH_H
#define BENCH_WS_BENCH_H

#include <eft/eft.h>

#include "../timed.h"

/* One run of one case. */
typedef struct bench {
    const char *name;    /* of the case */
    const char *url;     /* of a server that echoes */
    size_t n;            /* operations */
    size_t size;         /* bytes of a message */
    size_t count;        /* connections */
    uint8_t *payload;    /* size bytes */
    eft_ws **sockets;    /* count of them */
    timed timed;         /* its operations, as far as they are timed */
    size_t operations;   /* what the figures are divided by */
    size_t resident;     /* KiB before it began; what idle tells */
    eft_event *warm;     /* fanout: all have had their first message */
    size_t warm_left;    /* how many have not */
    int64_t sent_at[64]; /* pipeline: when those in flight left */
} bench;

/* cases.c and many.c: each is the program's task, with the bench as its
 * argument. */
eft_result bench_rtt(void *arg);
eft_result bench_pipeline(void *arg);
eft_result bench_connect(void *arg);
eft_result bench_fanout(void *arg);
eft_result bench_idle(void *arg);

/* The timed part's begin and end. */
void bench_start(bench *b);
void bench_stop(bench *b);

/* Notes that an operation took this long. */
void bench_note(bench *b, int64_t ns);

/* Opens a connection, its messages as large as the server likes. */
eft_future *bench_open(const bench *b);

/* Receives one message and checks its length. */
eft_result bench_take(const bench *b, eft_ws *ws);

/* Sends one message and receives its echo. */
eft_result bench_exchange(const bench *b, eft_ws *ws);

/* Prints the line and ends the case. */
eft_result bench_report(bench *b);

#endif
