/* SPDX-License-Identifier: MIT
 * The pump of every world under wasm: C's end of pump.js. */
#include <emscripten.h>
#include <emscripten/stack.h>

#include "eft/error.h"
#include "targets/complete.h"
#include "targets/world.h"
#include "web/pump.h"
#include "web/stack.h"

/* Design notes.
 *
 * JavaScript calls turn() from a microtask, a message or a timer, and on()
 * when a fiber half says so.  What comes next reaches it by an import that C
 * calls last, not by a returned value: so it is the same whether the pump was
 * left by return or by the switch to a fiber.
 *
 * The entries are handed over as functions of the table: an export's name may
 * be minified, and exports are counted in eft__web_depth, which these must
 * not be. */

#define BUDGET 4000000 /* ns a pump may hold the thread */
#define TEXT_SIZE 256  /* bytes of the sentence of a fault */

/* pump.js */
void eft_web_start(void (*turn)(void), void (*on)(void),
                   bool (*thrown)(eft_web_fault fault), void (*reset)(void),
                   void (*stuck)(void),
                   void (*limits)(uintptr_t top, uintptr_t bottom),
                   int32_t *depth, char *text, size_t text_size);
void eft_web_wake(void);
void eft_web_exit(int code);

int32_t eft__web_depth;
uintptr_t eft__web_loop_stack;
uintptr_t eft__web_loop_top;
uintptr_t eft__web_loop_bottom;
char eft__web_fault_text[TEXT_SIZE];

static void report(eft_pump status)
{
    switch (status) {
    case EFT_PUMP_MORE:
        eft_web_later();
        break;
    case EFT_PUMP_IDLE:
        eft__web_idle();
        break;
    case EFT_PUMP_DONE:
        eft_web_exit(eft_core_close());
        break;
    case EFT_PUMP_AWAY:
        break;
    }
}

static void turn(void)
{
    report(eft_core_pump(BUDGET));
}

static void on(void)
{
    report(eft_core_pump_on());
}

/* An exception unwinds the engine's stack, but not the one in memory.  No
 * arguments and no locals: this function has no frame at any -O level. */
static void reset(void)
{
    EFT_STACK_LEAVE(eft__web_loop_stack);
}

/* Its place in the table is what matters: see stack.h. */
static void no_limits(uintptr_t top, uintptr_t bottom)
{
    (void)top;
    (void)bottom;
}

void (*volatile eft__stack_limits)(uintptr_t top, uintptr_t bottom) = no_limits;

int eft_target_run(void)
{
    eft__web_loop_top = emscripten_stack_get_base();
    eft__web_loop_bottom = emscripten_stack_get_end();
    EFT_STACK_GET(eft__web_loop_stack);
    eft_web_start(turn, on, eft__web_thrown, reset, eft_core_stuck, no_limits,
                  &eft__web_depth, eft__web_fault_text, TEXT_SIZE);
    eft_web_wake();
    /* Leaves main by a JavaScript exception: its frames stay as they are. */
    emscripten_exit_with_live_runtime();
}

void eft_target_wake(void)
{
    eft_web_wake();
}

int32_t eft__web_fault_error(eft_web_fault fault)
{
    switch (fault) {
    case EFT_WEB_STACK:
        return EFT_ESTACK;
    case EFT_WEB_REFUSED:
        return EFT_EDEADLK;
    case EFT_WEB_TRAP:
        break;
    }
    return EFT_ETRAP;
}

EMSCRIPTEN_KEEPALIVE void eft_web_interrupt(void)
{
    eft_core_interrupt();
}
