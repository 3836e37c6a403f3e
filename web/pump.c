/* SPDX-License-Identifier: MIT
 * The pump of every world under wasm: C's end of pump.js. */
#include <emscripten.h>

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

/* Only Node says that nothing can come any more, and small builds are for
 * pages. */
#ifdef EFT_SMALL
#define STUCK NULL
#else
#define STUCK eft_core_stuck
#endif

/* pump.js */
void eft_web_start(void (*turn)(void), void (*stuck)(void));
void eft_web_wake(void);
void eft_web_exit(int code);
bool eft_web_wants_debug(bool can);

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

void eft__web_on(void)
{
    report(eft_core_pump_on());
}

int eft_target_run(void)
{
    uintptr_t stack;

    EFT_STACK_GET(stack);
    eft__web_begin_fibers(stack);
    eft_web_start(turn, STUCK);
    eft_web_wake();
    /* Leaves main by a JavaScript exception: its frames stay as they are. */
    emscripten_exit_with_live_runtime();
}

void eft_target_wake(void)
{
    eft_web_wake();
}

/* Weak: a program that does not use it need not be linked with it. */
__attribute__((weak)) void eft_debug_enable(bool on);

void eft__web_look_for_debug(void)
{
#ifndef EFT_SMALL
    void (*enable)(bool on) = eft_debug_enable;

    if (eft_web_wants_debug(enable != NULL) && enable)
        enable(true);
#endif
}

EMSCRIPTEN_KEEPALIVE void eft_web_interrupt(void)
{
    eft_core_interrupt();
}
