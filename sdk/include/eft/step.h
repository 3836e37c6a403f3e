/* SPDX-License-Identifier: MIT
 * Steps: tasks without a stack, a million at a time. */
#ifndef EFT_STEP_H
#define EFT_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/future.h"
#include "eft/task.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A task of steps has no stack of its own, and needs neither JSPI nor Asyncify
 * in the browser.  Its body is a function that returns wherever it has to
 * wait, and is called again at that very place: so what has to last lives in
 * a struct, its state, and not in local variables.
 *
 *     struct ticker {
 *         eft_step step;
 *         int i;
 *     };
 *
 *     static eft_result tick(void *state)
 *     {
 *         struct ticker *self = state;
 *         eft_result result;
 *
 *         EFT_STEP_BEGIN(self);
 *         for (self->i = 0; self->i < 3; self->i++) {
 *             EFT_STEP_TRY(eft_sleep(100));
 *             EFT_STEP_AWAIT(result, eft_queue_get(queue));
 *             if (result.error)
 *                 return result;
 *             ...
 *         }
 *         EFT_STEP_END();
 *         return eft_ok();
 *     }
 *
 *     struct ticker start = {.i = 0};
 *     eft_future *task = eft_spawn_steps(tick, &start, sizeof start);
 *
 * It is a task like any other: who awaits it, cancels it or gathers it sees no
 * difference, and it awaits whatever a task on a stack can await.  Between
 * EFT_STEP_BEGIN and EFT_STEP_END there may be loops, conditions, goto and
 * return, but no switch around an await, and no two awaits on one line.  A
 * step body that a task on a stack calls simply runs there, and is suspended
 * with it.
 *
 * Errors: eft_await() in a step body is EFT_EDEADLK.
 * Targets: works in any WebAssembly engine, also in builds without fibers.  It
 *          runs on the loop's stack: on the web a trap in it ends the program,
 *          where a task on a stack of its own ends alone. */

/* eft_step is where a body has got to: the member named step of its state,
 * zero to begin with. */
typedef struct eft_step {
    uint32_t place; /* 0: at the beginning; else the line of an await */
} eft_step;

/* eft_spawn_steps starts a task of steps: steps(state) is called, on a copy of
 * the size bytes at state, again and again until it has ended.
 *
 * Owns:    copies size bytes at state, to a place aligned to 8 bytes; gives the
 *          future.
 * Result:  what steps returns.
 * Errors:  EFT_ENOMEM; EFT_ECLOSED, the loop is at its end; EFT_EINVAL, steps
 * is NULL or no loop is open on this thread. */
eft_future *eft_spawn_steps(eft_body *steps, const void *state, size_t size);

/* eft_spawn_steps_owned is eft_spawn_steps() with a state that holds things to
 * be freed: fini(state) is called when the task has ended, or where it never
 * begins or cannot be made.
 *
 * Owns:    copies state, and takes what is in it. */
eft_future *eft_spawn_steps_owned(eft_body *steps, const void *state,
                                  size_t size, void (*fini)(void *state));

/* eft_spawn_steps_at is eft_spawn_steps() with its place, as eft_spawn_at() in
 * eft/task.h. */
eft_future *eft_spawn_steps_at(const char *where, eft_body *steps,
                               const void *state, size_t size);

/* eft_spawn_steps_owned_at is eft_spawn_steps_owned() likewise. */
eft_future *eft_spawn_steps_owned_at(const char *where, eft_body *steps,
                                     const void *state, size_t size,
                                     void (*fini)(void *state));

/* eft_spawn_steps and eft_spawn_steps_owned, with their place. */
#define eft_spawn_steps(...)                                                   \
    eft_spawn_steps_at(EFT_WHERE(#__VA_ARGS__), __VA_ARGS__)
/* eft_spawn_steps_owned, likewise. */
#define eft_spawn_steps_owned(...)                                             \
    eft_spawn_steps_owned_at(EFT_WHERE(#__VA_ARGS__), __VA_ARGS__)

/* eft_run_steps is eft_run() with a task of steps.
 *
 * Owns:    copies size bytes at state. */
int eft_run_steps(eft_body *steps, const void *state, size_t size);

/* EFT_STEP_BEGIN opens the body; self is a pointer to its state.  What is
 * before it runs at each call. */
#define EFT_STEP_BEGIN(self)                                                   \
    eft_step *const eft_step_here = &(self)->step;                             \
    switch (eft_step_here->place) {                                            \
    case 0:

/* EFT_STEP_END closes the body: what is behind it runs when the last step has
 * been made. */
#define EFT_STEP_END() }

/* EFT_STEP_AWAIT waits for future and sets result, an eft_result variable, to
 * what it ended with.
 *
 * Owns:    takes future; gives the value. */
#define EFT_STEP_AWAIT(result, future)                                         \
    do {                                                                       \
        eft_step_here->place = __LINE__;                                       \
        (result) = eft_step_await(future);                                     \
        if (eft_step_is_waiting(result))                                       \
            return (result);                                                   \
        if (0) {                                                               \
        case __LINE__:                                                         \
            (result) = eft_step_result();                                      \
        }                                                                      \
    } while (0)

/* EFT_STEP_TRY waits for future: an error is returned from the body, a value
 * is freed and forgotten. */
#define EFT_STEP_TRY(future)                                                   \
    do {                                                                       \
        eft_result eft_try_result;                                             \
        EFT_STEP_AWAIT(eft_try_result, future);                                \
        if (eft_try_result.error)                                              \
            return eft_try_result;                                             \
        if (eft_try_result.kind != EFT_KIND_PLAIN)                             \
            eft_result_free(eft_try_result);                                   \
    } while (0)

/* EFT_STEP_CALL calls another step body, steps, with a state of its own inside
 * this one's, which the caller has zeroed or begun, and sets result to what it
 * returned when it has ended. */
#define EFT_STEP_CALL(result, steps, state)                                    \
    do {                                                                       \
        eft_step_here->place = __LINE__;                                       \
        if (1) {                                                               \
        case __LINE__:                                                         \
            (result) = (steps)(state);                                         \
        }                                                                      \
        if (eft_step_is_waiting(result))                                       \
            return (result);                                                   \
    } while (0)

/* eft_step_waiting makes what a body returns while it waits. */
static inline eft_result eft_step_waiting(void)
{
    eft_result result = eft_ok();

    result.kind = EFT_KIND_WAITING;
    return result;
}

/* eft_step_is_waiting answers whether a body has returned only to wait. */
static inline bool eft_step_is_waiting(eft_result result)
{
    return result.kind == EFT_KIND_WAITING && !result.error;
}

/* eft_step_await is half of EFT_STEP_AWAIT: it gives what future has ended
 * with, where that is known; or a result that waits, which the body is to
 * return, and eft_step_result() gives it at the next call.
 *
 * Owns:    takes future; gives the value. */
eft_result eft_step_await(eft_future *future);

/* eft_step_result is the other half: what the future that was waited for has
 * ended with.
 *
 * Owns:    gives the value. */
eft_result eft_step_result(void);

#ifdef __cplusplus
}
#endif
#endif
