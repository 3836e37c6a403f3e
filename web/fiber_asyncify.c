/* SPDX-License-Identifier: MIT
 * Fibers on Asyncify: a stack that is copied away, call by call. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eft/error.h"
#include "targets/complete.h"
#include "targets/fiber.h"
#include "web/fibers.h"
#include "web/stack.h"

/* Design notes.
 *
 * Binaryen's Asyncify rewrites every function that may be on a fiber's stack
 * so that it can leave early and write its locals down (unwind), and can be
 * called again and jump to where it was (rewind).  Its four primitives are
 * imported here from the module "asyncify", which makes the pass put them into
 * the wasm itself: a switch does not touch JavaScript, and neither the loop's
 * stack nor the pump is ever unwound.  Emscripten's emscripten_fiber_t, which
 * is not used, goes through JavaScript for both and takes six times as long.
 *
 *   resume:  start_rewind, call entry(arg) again, ..., stop_unwind
 *   park:    start_unwind, return all the way;  come again: stop_rewind
 *
 * All fibers unwind into one scratch area, since Asyncify checks its bounds
 * only afterwards; from there the frames go into the fiber's block, below its
 * shadow stack.  The area is larger than what the frames of a stack of the
 * engine's, usually a megabyte, can leave behind.
 *
 *   block:  frames ->      (free)      <- shadow stack
 *
 * The pass takes the functions that call the primitives for the runtime and
 * does not rewrite them.  They must not be inlined into others that have to be
 * rewritten, hence the call of suspend() through a pointer. */

#define LIMIT 8192           /* 72 KiB of address space each */
#define SCRATCH_SIZE 1048576 /* bytes */
#define DETAIL_SIZE 320      /* bytes */

#define PRIMITIVE(name)                                                        \
    __attribute__((import_module("asyncify"), import_name(#name)))

/* What Asyncify knows of a stack. */
typedef struct frames {
    uint8_t *position; /* where the next frame goes, or behind the last one */
    uint8_t *end;      /* of the memory */
} frames;

PRIMITIVE(start_unwind) void eft_asyncify_start_unwind(frames *data);
PRIMITIVE(stop_unwind) void eft_asyncify_stop_unwind(void);
PRIMITIVE(start_rewind) void eft_asyncify_start_rewind(frames *data);
PRIMITIVE(stop_rewind) void eft_asyncify_stop_rewind(void);

typedef enum fiber_state {
    NEW,       /* never resumed */
    PARKED,    /* its frames are kept */
    RUNNING,   /* on its own stack, or being rewound */
    UNWINDING, /* leaving it */
    OVERFLOWED /* there is no memory for its frames: it dies */
} fiber_state;

struct eft_fiber {
    fiber_state state;
    uintptr_t stack;          /* the shadow stack pointer, while not running */
    frames frames;            /* while parked: those kept */
    uint8_t *block;           /* both stacks */
    uint8_t *spill;           /* frames that did not fit, or NULL */
    void (*entry)(void *arg); /* never returns */
    void *arg;                /* entry's */
};

static eft_fiber *running; /* NULL: the loop */
static uint8_t *scratch;   /* made for the first fiber, and kept */

/* Called twice for each park: to leave, and, rewound, to arrive.  Without
 * arguments and locals it has no frame at any -O level, so that the pointer
 * is that of its caller, both times. */
static void suspend(void)
{
    if (running->state == RUNNING) {
        running->state = UNWINDING;
        running->frames.position = scratch;
        running->frames.end = scratch + SCRATCH_SIZE;
        EFT_STACK_GET(running->stack);
        eft_asyncify_start_unwind(&running->frames);
    } else {
        eft_asyncify_stop_rewind();
        running->state = RUNNING;
    }
}

static void (*volatile suspend_here)(void) = suspend;

/* Brings the frames from the scratch area home: below the shadow stack, or,
 * where they are too many, into memory of their own. */
static void keep_frames(eft_fiber *fiber)
{
    size_t length = (size_t)(fiber->frames.position - scratch);
    uintptr_t low = (uintptr_t)fiber->block;
    uint8_t *home = (uint8_t *)low;

    free(fiber->spill);
    fiber->spill = NULL;
    if (fiber->stack < low + length) {
        home = fiber->spill = malloc(length);
        if (!home) {
            fiber->state = OVERFLOWED;
            __builtin_trap();
        }
    }
    memcpy(home, scratch, length);
    fiber->frames.position = home + length;
    fiber->frames.end = home + length;
    fiber->state = PARKED;
}

static void free_fiber(eft_fiber *fiber)
{
    free(fiber->spill);
    free(fiber->block);
    free(fiber);
}

size_t eft_target_fiber_limit(void)
{
    return LIMIT;
}

int32_t eft_target_fiber_create(eft_fiber **out, void (*entry)(void *arg),
                                void *arg)
{
    if (!scratch)
        scratch = malloc(SCRATCH_SIZE);
    eft_fiber *fiber = scratch ? malloc(sizeof *fiber) : NULL;
    uint8_t *block = fiber ? eft__stack_new() : NULL;

    if (!block) {
        free(fiber);
        return EFT_ENOMEM;
    }
    *fiber = (eft_fiber){.state = NEW,
                         .stack = EFT_STACK_TOP(block),
                         .block = block,
                         .entry = entry,
                         .arg = arg};
    *out = fiber;
    return 0;
}

bool eft_target_fiber_resume(eft_fiber *fiber)
{
    uintptr_t loop_stack;

    EFT_STACK_GET(loop_stack);
    EFT_STACK_ENTER(fiber->block, fiber->stack);
    running = fiber;
    if (fiber->state == PARKED)
        eft_asyncify_start_rewind(&fiber->frames);
    else
        fiber->state = RUNNING;
    fiber->entry(fiber->arg);
    /* It was left by suspend(), not by returning. */
    eft_asyncify_stop_unwind();
    EFT_STACK_LEAVE(loop_stack);
    keep_frames(fiber);
    running = NULL;
    return true;
}

bool eft_target_fiber_may_park(eft_fiber *fiber)
{
    (void)fiber;
    return eft__web_depth == 0;
}

void eft_target_fiber_park(eft_fiber *fiber)
{
    (void)fiber;
    suspend_here();
}

/* The loop's stack lies between two fibers here in any case. */
const bool eft_target_fiber_hands_over = false;

void eft_target_fiber_hand_over(eft_fiber *fiber, eft_fiber *next)
{
    (void)fiber;
    (void)next;
    __builtin_trap();
}

void eft_target_fiber_destroy(eft_fiber *fiber)
{
    free_fiber(fiber);
}

static void report(const eft_fiber *fiber, eft_web_fault fault)
{
    char detail[DETAIL_SIZE];
    int32_t error = eft__web_fault_error(fault);

    if (fiber->state == OVERFLOWED)
        error = EFT_ENOMEM;
    else if (fiber->state == UNWINDING)
        error = EFT_ESTACK;
    snprintf(detail, sizeof detail, "%s", eft__web_fault_text);
    eft_core_fiber_died(fiber->arg, error, detail);
}

/* The pump is gone from the engine's stack, the fiber with it. */
bool eft__web_thrown(eft_web_fault fault)
{
    eft_fiber *fiber = running;

    if (!fiber)
        return false;
    running = NULL;
    if (fiber->state == UNWINDING || fiber->state == PARKED) {
        /* Stopped on the way: the primitive insists on sound bounds. */
        fiber->frames.position = fiber->frames.end;
        eft_asyncify_stop_unwind();
    }
    report(fiber, fault);
    free_fiber(fiber);
    return true;
}
