/* SPDX-License-Identifier: MIT
 * Fibers on JavaScript Promise Integration: the engine's own stacks. */
#include <stdio.h>
#include <stdlib.h>

#include "eft/error.h"
#include "targets/complete.h"
#include "targets/fiber.h"
#include "web/fibers.h"
#include "web/stack.h"

/* Design notes.
 *
 * A fiber is one call of enter() through WebAssembly.promising.  It can only
 * be resumed by settling the promise that it waits for, and then runs in a
 * microtask of its own, from which it leaves by waiting again:
 *
 *   PARKED --resume settles--> SETTLED --its microtask--> RUNNING --park-->
 *
 * So eft_target_fiber_resume() always answers false.  eft_jspi_park() goes on
 * with the pump before it lets the engine suspend the fiber: the next one is
 * settled by then, and nothing is lost between two.
 *
 * The engine keeps the memory of stacks that were suspended, beyond a few
 * hundred.  So the call never returns: a destroyed fiber stays parked, and
 * create() begins a new life on its stack, inside the park of the old one. */

#define LIMIT 8192      /* Chromium's renderer dies at about 21,500 */
#define LIVES 200       /* each leaves a few frames on the engine's stack */
#define DETAIL_SIZE 320 /* bytes */

/* fiber_jspi.js */
bool eft_jspi_start(uint32_t index, void (*enter)(uint32_t index),
                    bool (*died)(uint32_t index, eft_web_fault fault));
void eft_jspi_wait(uint32_t index);
void eft_jspi_park(uint32_t index);
void eft_jspi_hand_over(uint32_t index, uint32_t next);
void eft_jspi_settle(uint32_t index);
_Noreturn void eft_jspi_astray(void);

typedef enum fiber_state {
    PARKED,  /* the engine holds it; for the core: parked, or destroyed */
    SETTLED, /* resumed by the core; its microtask has not come yet */
    RUNNING  /* on its own stack */
} fiber_state;

struct eft_fiber {
    fiber_state state;
    uint32_t index;           /* the id that crosses to JavaScript */
    uint32_t lives;           /* fibers that this stack was so far */
    bool reborn;              /* entry is new: park does not return */
    uint8_t *block;           /* the shadow stack */
    void (*entry)(void *arg); /* never returns */
    void *arg;                /* entry's */
    struct eft_fiber *next;   /* in one of the two lists */
};

static eft_fiber **fibers;   /* by index */
static uint32_t fiber_count; /* in fibers */
static uint32_t fiber_room;  /* what fits into fibers */
static eft_fiber *destroyed; /* parked, for another life */
static eft_fiber *dead;      /* without stacks; the index can be used again */

static eft_fiber *take(eft_fiber **list)
{
    eft_fiber *fiber = *list;

    if (fiber)
        *list = fiber->next;
    return fiber;
}

static void give(eft_fiber **list, eft_fiber *fiber)
{
    fiber->next = *list;
    *list = fiber;
}

/* Nothing below the top of the block is needed any more: not even this
 * function's own frame, if it has one. */
static void live(eft_fiber *fiber)
{
    fiber->state = RUNNING;
    fiber->reborn = false;
    EFT_STACK_ENTER(fiber->block, EFT_STACK_TOP(fiber->block));
    fiber->entry(fiber->arg);
    __builtin_trap();
}

/* Its frame is on the fiber's own stack. */
static __attribute__((noinline)) void wait_for_life(eft_fiber *fiber)
{
    eft_jspi_wait(fiber->index);
    live(fiber);
}

/* Its frame, where there is one, is on the loop's stack, and is not looked at
 * after the first wait. */
static void enter(uint32_t index)
{
    eft_fiber *fiber = fibers[index];

    EFT_STACK_ENTER(fiber->block, EFT_STACK_TOP(fiber->block));
    wait_for_life(fiber);
}

/* Ends the task on a fiber whose engine stack is gone. */
static bool report(const eft_fiber *fiber, eft_web_fault fault)
{
    char detail[DETAIL_SIZE];

    if (fault == EFT_WEB_REFUSED)
        snprintf(detail, sizeof detail,
                 "the await was reached through a frame of JavaScript (%s)",
                 eft__web_fault_text);
    else
        snprintf(detail, sizeof detail, "%s", eft__web_fault_text);
    return eft_core_fiber_died(fiber->arg, eft__web_fault_error(fault), detail);
}

/* JavaScript calls this when a promising call has rejected; true: it goes on
 * with the pump.  False: the fiber was parked for the core, because the engine
 * refused to suspend it only after eft_jspi_park() had gone on. */
static bool died(uint32_t index, eft_web_fault fault)
{
    eft_fiber *fiber = fibers[index];
    /* Whatever came of it when JavaScript caught the refusal. */
    if (fiber->state == PARKED)
        fault = EFT_WEB_REFUSED;

    bool was_running = report(fiber, fault);

    free(fiber->block);
    fiber->block = NULL;
    give(&dead, fiber);
    return was_running;
}

static eft_fiber *new_slot(void)
{
    if (fiber_count == fiber_room) {
        uint32_t room = fiber_room ? 2 * fiber_room : 64;
        eft_fiber **table = realloc(fibers, room * sizeof *table);

        if (!table)
            return NULL;
        fibers = table;
        fiber_room = room;
    }
    eft_fiber *fiber = calloc(1, sizeof *fiber);

    if (fiber) {
        fiber->index = fiber_count;
        fibers[fiber_count++] = fiber;
    }
    return fiber;
}

/* Makes the engine's stack and runs it up to its first wait. */
static int32_t start(eft_fiber *fiber)
{
    uintptr_t stack;

    fiber->block = eft__stack_new();
    if (!fiber->block)
        return EFT_ENOMEM;
    fiber->state = PARKED;
    fiber->lives = 0;
    EFT_STACK_GET(stack);
    bool started = eft_jspi_start(fiber->index, enter, died);
    EFT_STACK_LEAVE(stack);

    if (!started) {
        free(fiber->block);
        fiber->block = NULL;
        return EFT_ELIMIT;
    }
    return 0;
}

size_t eft_target_fiber_limit(void)
{
    return LIMIT;
}

int32_t eft_target_fiber_create(eft_fiber **out, void (*entry)(void *arg),
                                void *arg)
{
    eft_fiber *fiber = take(&destroyed);

    if (fiber) {
        fiber->reborn = true;
    } else {
        fiber = take(&dead);
        if (!fiber)
            fiber = new_slot();
        int32_t error = fiber ? start(fiber) : EFT_ENOMEM;

        if (error) {
            if (fiber)
                give(&dead, fiber);
            return error;
        }
    }
    fiber->entry = entry;
    fiber->arg = arg;
    *out = fiber;
    return 0;
}

bool eft_target_fiber_resume(eft_fiber *fiber)
{
    fiber->state = SETTLED;
    eft_jspi_settle(fiber->index);
    return false;
}

bool eft_target_fiber_may_park(eft_fiber *fiber)
{
    return fiber->state == RUNNING && eft__web_depth == 0;
}

/* Suspends the running fiber; next, or the pump, goes on. */
static void suspend(eft_fiber *fiber, eft_fiber *next)
{
    uintptr_t stack;

    /* The engine refused to suspend this fiber, and JavaScript, in the frames
     * that were in the way, caught that: nothing is in order any more. */
    if (fiber->state != RUNNING)
        eft_jspi_astray();
    fiber->state = PARKED;
    EFT_STACK_GET(stack);
    EFT_STACK_LEAVE(eft__web_loop_stack);
    if (next) {
        next->state = SETTLED;
        eft_jspi_hand_over(fiber->index, next->index);
    } else {
        eft_jspi_park(fiber->index);
    }
    EFT_STACK_ENTER(fiber->block, stack);
    if (fiber->reborn)
        live(fiber);
    fiber->state = RUNNING;
}

void eft_target_fiber_park(eft_fiber *fiber)
{
    suspend(fiber, NULL);
}

const bool eft_target_fiber_hands_over = true;

void eft_target_fiber_hand_over(eft_fiber *fiber, eft_fiber *next)
{
    suspend(fiber, next);
}

void eft_target_fiber_destroy(eft_fiber *fiber)
{
    if (++fiber->lives < LIVES)
        give(&destroyed, fiber);
}

/* A fiber never runs inside a pump: its faults reject its own promise. */
bool eft__web_thrown(eft_web_fault fault)
{
    (void)fault;
    return false;
}
