/* SPDX-License-Identifier: MIT
 * Inside a future. */
#ifndef EFT_CORE_FUTURE_H
#define EFT_CORE_FUTURE_H

#include "detail.h"
#include "eft/future.h"
#include "node.h"

struct eft__loop;

/* What differs between kinds of futures.
 *
 * Two things keep a future's memory: its references, which its holders count,
 * and that it is pending: who is to complete it (a task's fiber, a timer, a
 * connection) needs no reference.  It is freed when both are gone.
 *
 *              complete               take
 *   PENDING ------------> COMPLETE --------> COMPLETE and taken
 *      |                      |                     |
 *      +--- last reference ---+---------------------+--> freed
 *           (drop, then         (value destroyed
 *            complete)           if not taken) */
typedef struct eft__future_class {
    const char *name;

    /* Asks for cancellation of a pending one; may complete it at once. */
    bool (*cancel)(eft_future *future);

    /* Its cancel is eft__cancel_through(), which passes it on to what it waits
     * for, in this way; NULL: a cancel ends here. */
    const struct eft__forwarding *forwards;

    /* A body: dropping the last reference detaches rather than cancels. */
    bool detaches;

    /* Frees the members of a subtype, and may save a result that nobody took;
     * NULL where there are none. */
    void (*fini)(eft_future *future);
} eft__future_class;

/* The references of a future that is complete for ever: nobody counts them, so
 * it serves every thread, and costs no memory where there is none. */
#define EFT__CONSTANT UINT32_MAX

/* 32 bytes.  While it is pending the result's place serves who waits, and what
 * a task keeps for itself. */
struct eft_future {
    const eft__future_class *type;
    uint32_t references;  /* held by users, awaiters and combinators */
    uint16_t loop;        /* its number; 0: complete for ever */
    bool complete : 1;    /* result is valid */
    bool taken : 1;       /* somebody has had the result */
    bool owns_text : 1;   /* the sentence of the error was allocated */
    bool must_cancel : 1; /* a task: the next await is to be cancelled */
    bool stackless : 1;   /* a task: of steps */
    bool sleeping : 1;    /* a task: its own timer is what it waits for */
    bool broken : 1;      /* a task: its wait was ended by a cancel */
    bool in_round : 1;    /* a task: the loop's end has cancelled it */
    bool owns_said : 1;   /* a task: the sentence said was allocated */
    bool owns_state : 1;  /* a task: what its steps hold is to be freed */
    unsigned block : 5;   /* the kind of memory that it lies in */
    union {
        eft_result result; /* of an error, ptr is its sentence or NULL */
        struct {
            int32_t said_error;       /* a task: what the sentence said is of */
            uint16_t cancel_requests; /* a task: asked for, less uncancelled */
            uint16_t reach : 2;       /* of a cancel on its way: cancel.h */
            uint16_t left : 1;        /* reach is final */
            uint16_t own : 13;        /* a task: references held by its own
                                         scopes and groups, no owners of it */
            eft__node *waiters;       /* queue of what runs when it is
                                         complete */
        };
    };
};

_Static_assert(sizeof(eft_future) <= 32, "a future has 32 bytes");

/* How many scopes and groups a task can have open: what own can count. */
enum { EFT__OWN_MOST = (1 << 13) - 1 };

/* Logs the error of one that is freed, and that nobody has looked at. */
void eft__future_unseen(const eft_future *future);

/* Frees one that is complete and has no references. */
void eft__future_release(eft_future *future);

/* Gives up one reference, which is not the last of a pending one. */
static inline void eft__future_unref(eft_future *future)
{
    if (future->references == 1) {
        future->references = 0;
        eft__future_release(future);
    } else if (future->references != EFT__CONSTANT) {
        future->references--;
    }
}

/* Does whoever asks, with one reference, hold a pending one alone? */
static inline bool eft__future_is_alone(const eft_future *future)
{
    return future->references == future->own + 1u;
}

/* Is it complete with a plain value, as nearly all are? */
static inline bool eft__future_is_plain(const eft_future *future)
{
    return !(future->result.error | (int32_t)future->result.kind);
}

/* Begins an allocated future with one reference, pending. */
static inline void eft__future_init(eft_future *future,
                                    const eft__future_class *type,
                                    uint16_t loop, unsigned block)
{
    *future = (eft_future){
        .type = type, .references = 1, .loop = loop, .block = block & 31u};
}

/* Why no future can be made here, or NULL: the loop is there, and runs. */
eft_future *eft__future_refusal(const struct eft__loop *loop);

/* Allocates size bytes and begins a future in them.  On failure *instead is
 * the future to give to the caller: it has failed already. */
void *eft__future_make(size_t size, const eft__future_class *type,
                       eft_future **instead);

/* Completes it and makes its waiters ready; takes result.  False: it was
 * complete before, and result is freed.  The future may be freed with it. */
bool eft__future_complete(eft_future *future, eft_result result);

/* The same with an error and a sentence, constant or copied. */
bool eft__future_fail(eft_future *future, int32_t error, const char *constant);
bool eft__future_fail_copy(eft_future *future, int32_t error,
                           const char *detail);

/* A future that has failed already, with a constant sentence or none: for
 * start functions.  Memory short, it is the constant EFT_ENOMEM one. */
eft_future *eft__future_failed(int32_t error, const char *constant);
eft_future *eft__future_failed_copy(int32_t error, const char *detail);
eft_future *eft__future_no_memory(void);

/* What to say of one that is pending, and another loop's. */
extern const char eft__foreign[];

/* Makes node run once the future is complete; now queued if it is. */
void eft__future_wait(eft_future *future, eft__node *node);

/* Takes node out again, whether it waits still or is ready already. */
void eft__future_unwait(eft_future *future, eft__node *node);

/* Takes the result and gives up one reference; the sentence of an error goes
 * to *detail. */
eft_result eft__future_consume(eft_future *future, eft__detail *detail);

/* The same for an error of a future that is complete; the reference stays. */
void eft__future_explain(const eft_future *future, eft__detail *detail);

/* Completes it with an error and moves the sentence of detail to it. */
bool eft__future_fail_move(eft_future *future, int32_t error,
                           eft__detail *detail);

/* Completes it with what another one ended with, moving the sentence. */
static inline bool eft__future_settle(eft_future *future, eft_result result,
                                      eft__detail *detail)
{
    return result.error ? eft__future_fail_move(future, result.error, detail)
                        : eft__future_complete(future, result);
}

/* Frees a pending future that nobody holds and nothing will complete. */
void eft__future_discard(eft_future *future);

/* The cancel of futures that are nothing but a promise. */
bool eft__future_cancel_now(eft_future *future);

#endif
