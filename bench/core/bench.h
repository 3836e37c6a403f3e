/* SPDX-License-Identifier: MIT
 * What the cases share: their names, and one run's state. */
#ifndef BENCH_CORE_BENCH_H
#define BENCH_CORE_BENCH_H

#include <eft/eft.h>

#include "../measure.h"

typedef enum bench_id {
    BENCH_SLEEP_MANY,
    BENCH_SPAWN_JOIN,
    BENCH_GATHER,
    BENCH_PINGPONG,
    BENCH_TIMERS,
    BENCH_CANCEL,
    BENCH_YIELD,
    BENCH_AWAIT_DONE,
    BENCH_CASES
} bench_id;

/* One of the two between whom the token goes. */
typedef struct bench_player {
    eft_queue *in;
    eft_queue *out;
    size_t hops; /* the player's own */
} bench_player;

/* One run of one case.  It outlives the loop, so that what a failed run leaves
 * behind is still known: the futures from joined to spawned, and the rest. */
typedef struct bench {
    bench_id id;
    const char *name;
    size_t n;
    size_t operations; /* what the time is divided by: n, or 2n */
    eft_future **futures;
    size_t spawned; /* futures that were made */
    size_t joined;  /* of these, the ones that were given away */
    eft_queue *queues[2];
    bench_player players[2];
    eft_future *done; /* complete from the start */
    size_t seen;      /* what the tasks counted or added up */
    int64_t begin;    /* measure_wall() or measure_busy() */
    int64_t spent;    /* ns */
} bench;

/* fibers.c and steps.c: each case's body, for a fiber with the bench as its
 * argument; bench_run_steps() runs the same cases as step tasks. */
extern eft_body *const bench_fibers[BENCH_CASES];
int bench_run_steps(bench *b);

/* The timed part's begin and end, on the wall's clock. */
void bench_start(bench *b);
void bench_stop(bench *b);

/* Prints the line and ends the case; where right is false it is an error. */
eft_result bench_report(const bench *b, bool right);

/* parts.c: what fibers and steps do alike.  The token starts in queues[0] and
 * is back there when both players have moved it n / 2 times. */
eft_result bench_lay_table(bench *b);
bool bench_token_is_back(bench *b);
bool bench_is_in_order(const bench *b, eft_result gathered);
void bench_arm_timers(bench *b);
void bench_cancel_most(bench *b);
size_t bench_sum_below(size_t n);

#endif
