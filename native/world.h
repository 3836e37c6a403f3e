/* SPDX-License-Identifier: MIT
 * What the parts of the native world share on one thread. */
#ifndef EFT_NATIVE_WORLD_H
#define EFT_NATIVE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

/* The WebSockets of a world; ws.h. */
typedef struct eft__sockets eft__sockets;

/* What else has handles on the loop: it closes them when the world ends, unless
 * it has left before. */
typedef struct eft__guest {
    struct eft__guest *next;  /* in the world's list */
    struct eft__guest **link; /* what points here; NULL: not in it */
    void (*end)(struct eft__guest *guest); /* the world ends; it leaves */
} eft__guest;

/* What the next step, between the pump and uv_run(), calls once. */
typedef struct eft__due {
    struct eft__due *next;             /* in the world's queue */
    bool queued;                       /* is it there? */
    void (*run)(struct eft__due *due); /* may free it */
} eft__due;

/* One a thread, from the first eft_target_open() on. */
typedef struct eft__world {
    uv_loop_t loop;         /* everything below lives on it */
    uv_async_t keeper;      /* referenced: uv_run() waits though nothing else
                               is active, instead of coming back at once */
    uv_timer_t alarm;       /* wakes for the core's first deadline */
    uint64_t alarm_at;      /* when, by uv_now(); UINT64_MAX: it is stopped */
    uv_signal_t interrupt;  /* SIGINT */
    uv_signal_t terminate;  /* SIGTERM */
    eft__sockets *sockets;  /* NULL until the first connection */
    struct eft__http *http; /* NULL until the first session; http.h */
    eft__guest *guests;     /* list */
    eft__due *due;          /* queue of what the next step runs */
    eft__due **due_end;     /* where the next one is linked */
    size_t jobs;            /* of eft_target_work(), not reported yet */
    bool signals;           /* Ctrl-C is this world's */
    bool open;              /* between eft_target_open() and _close() */
    bool woken;   /* the core has something to do since its last pump */
    bool waiting; /* in a uv_run() that may block */
} eft__world;

/* eft__world_here lends this thread's open world, or NULL. */
eft__world *eft__world_here(void);

/* eft__world_join makes something a guest of the open world; eft__world_leave
 * ends that, and may be called twice. */
void eft__world_join(eft__world *host, eft__guest *guest,
                     void (*end)(eft__guest *guest));
void eft__world_leave(eft__guest *guest);

/* eft__world_due has the next step run due, once; eft__world_not_due takes that
 * back. */
void eft__world_due(eft__world *host, eft__due *due);
void eft__world_not_due(eft__world *host, eft__due *due);

/* eft__world_end_wait tells that there is something to do for the pump or the
 * step.  uv_run() calls timers and idle handles before it waits, and would then
 * wait for something else: a wait that has served its purpose is ended. */
void eft__world_end_wait(eft__world *waiting);

#endif
