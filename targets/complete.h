/* SPDX-License-Identifier: MIT
 * The seam, up: what a world and a fiber half may call. */
#ifndef EFT_TARGETS_COMPLETE_H
#define EFT_TARGETS_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/message.h"

/* All of it belongs to the thread of the loop.  None of it runs user code but
 * the two pumps: the others complete futures, which queues what waits for
 * them, and call eft_target_wake() when no pump will see to it. */

typedef enum eft_pump {
    EFT_PUMP_IDLE, /* nothing is ready: wait for I/O or eft_core_deadline() */
    EFT_PUMP_MORE, /* the budget is spent: look at I/O, then pump again */
    EFT_PUMP_AWAY, /* a fiber runs next: eft_core_pump_on() follows; do nothing.
                      Also: a pump is running further up this stack */
    EFT_PUMP_DONE  /* the run is over: call eft_core_close() */
} eft_pump;

/* eft_core_pump moves due timers to the ready queue and runs that queue, first
 * in, first out, for about budget nanoseconds by eft_target_clock(). */
eft_pump eft_core_pump(int64_t budget);

/* eft_core_pump_on goes on with a pump that answered EFT_PUMP_AWAY, within the
 * same budget.  Called by a fiber half when the fiber has parked. */
eft_pump eft_core_pump_on(void);

/* eft_core_deadline gives when the first timer is due, in nanoseconds on
 * eft_target_clock(); INT64_MAX where there is none. */
int64_t eft_core_deadline(void);

/* eft_core_is_stuck answers whether nothing is ready, armed, or on its way
 * through an id or from another thread: only an interrupt could come then, and
 * to wait for one is what eft_run_forever() is for. */
bool eft_core_is_stuck(void);

/* eft_core_stuck cancels the program's task, and has the run end as a deadlock:
 * for a world which knows that nothing will ever happen any more (nothing
 * ready, no timer, no I/O). */
void eft_core_stuck(void);

/* eft_core_interrupt cancels the program, as Ctrl-C does; false where that was
 * asked before or there is nothing to cancel. */
bool eft_core_interrupt(void);

/* eft_core_close ends a run.  One of eft_run()'s frees the loop, and gives the
 * program's exit code; others leave the loop open. */
int eft_core_close(void);

/* eft_core_work_done tells that a job of eft_target_work() has run, or that it
 * never will: error, and a constant detail or NULL, say why. */
void eft_core_work_done(uint32_t id, int32_t error, const char *detail);

/* eft_core_fiber_died ends the task on a fiber with error, and forgets the
 * fiber: the half frees what it can of it.  arg is what eft_target_fiber_create
 * was given for entry; detail is copied.
 * True: it was the running fiber, and the half calls eft_core_pump_on() next,
 * on a stack of the loop.  False: the pump goes on without it (it died in a
 * park that the engine refused, after eft_core_pump_on() had been called). */
bool eft_core_fiber_died(void *arg, int32_t error, const char *detail);

/* eft_core_ws_open tells that the handshake succeeded.  subprotocol is the one
 * that the server chose, or ""; it is copied. */
void eft_core_ws_open(uint32_t id, const char *subprotocol);

/* eft_core_ws_message delivers a message, or with the option fragments maybe a
 * piece of one; takes it.  False: the receiver has enough for now,
 * eft_target_ws_pause() was called. */
bool eft_core_ws_message(uint32_t id, eft_message *message);

/* eft_core_ws_drained tells that what was sent has been handed over, but for
 * write_limit bytes. */
void eft_core_ws_drained(uint32_t id);

/* eft_core_ws_pong tells that a pong has come, asked for or not; copies what it
 * needs of payload. */
void eft_core_ws_pong(uint32_t id, const void *payload, size_t length);

/* How a connection ended. */
typedef struct eft_core_ws_end {
    int32_t error; /* EFT_ECLOSED: a clean close with 1000, 1001 or no code;
                      EFT_EPEERCLOSE: another code; EFT_EABNORMAL: lost;
                      EFT_ECANCELED: aborted; or what went wrong */
    uint16_t code; /* as RFC 6455 section 7.1.5: 1005 none, 1006 abnormal */
    const char *reason;   /* the peer's, NUL-terminated UTF-8; or "" */
    const char *detail;   /* a sentence; NULL where error says it all */
    int status;           /* of an HTTP answer that is no 101; else 0 */
    const char *location; /* that header of such an answer; else NULL */
} eft_core_ws_end;

/* eft_core_ws_closed is the last word on a connection; copies what end holds.
 * A stale id is ignored, here and in the four above. */
void eft_core_ws_closed(uint32_t id, const eft_core_ws_end *end);

/* The head of an answer. */
typedef struct eft_core_http_answer {
    int status;
    int version;         /* 10, 11, 20, or 0: not told */
    const char *reason;  /* or "" */
    const char *url;     /* the one that answered, where the world has followed
                            redirects; NULL: the one that was asked */
    const char *headers; /* lines "name: value\n", without other controls; a
                            Content-Length that lies is believed for no more
                            than room: the body ends with the ended event */
    size_t headers_length;
} eft_core_http_answer;

/* eft_core_http_head tells the head of the answer; interim ones (1xx) are not
 * told.  Copies what answer holds. */
void eft_core_http_head(uint32_t id, const eft_core_http_answer *answer);

/* eft_core_http_room lends room for up to length bytes of the body that are
 * there, at least one: *room says how many.  It is lent until the next call up
 * about this request, which is to be eft_core_http_arrived(), or none.  NULL:
 * the request is over, or has just been aborted: what is there is dropped. */
void *eft_core_http_room(uint32_t id, size_t length, size_t *room);

/* eft_core_http_arrived tells that length bytes of that room are filled.
 * False: that is enough for now, eft_target_http_pause() was called (what is
 * there already may be given all the same), or the request is over. */
bool eft_core_http_arrived(uint32_t id, size_t length);

/* eft_core_http_written tells that a body has room for more. */
void eft_core_http_written(uint32_t id);

/* eft_core_http_sent tells how many bytes of the request's body were handed
 * over, in all: for progress; nothing depends on it. */
void eft_core_http_sent(uint32_t id, uint64_t bytes);

/* eft_core_http_ended is the last word on a request: error 0, the body is
 * complete; else why it is not, with a sentence or NULL, copied. */
void eft_core_http_ended(uint32_t id, int32_t error, const char *detail);

#endif
