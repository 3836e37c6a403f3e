/* SPDX-License-Identifier: MIT
 * What both kinds of fibers share: the loop's stack, and faults. */
#include "web/fibers.h"

#include <emscripten/stack.h>

#include "eft/error.h"
#include "web/pump.h"
#include "web/stack.h"

#define TEXT_SIZE 256 /* bytes of the sentence of a fault */

/* fibers.js */
void eft_web_fibers(void (*on)(void), bool (*thrown)(eft_web_fault fault),
                    void (*reset)(void),
                    void (*limits)(uintptr_t top, uintptr_t bottom),
                    int32_t *depth, char *text, size_t text_size);

int32_t eft__web_depth;
uintptr_t eft__web_loop_stack;
uintptr_t eft__web_loop_top;
uintptr_t eft__web_loop_bottom;
char eft__web_fault_text[TEXT_SIZE];

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

void eft__web_begin_fibers(uintptr_t stack)
{
    eft__web_loop_stack = stack;
    eft__web_loop_top = emscripten_stack_get_base();
    eft__web_loop_bottom = emscripten_stack_get_end();
    eft_web_fibers(eft__web_on, eft__web_thrown, reset, no_limits,
                   &eft__web_depth, eft__web_fault_text, TEXT_SIZE);
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
