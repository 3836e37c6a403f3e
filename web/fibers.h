/* SPDX-License-Identifier: MIT
 * What the kinds of fibers have in common. */
#ifndef EFT_WEB_FIBERS_H
#define EFT_WEB_FIBERS_H

#include <stdbool.h>
#include <stdint.h>

/* How a call of ours into wasm ended when it threw; fibers.js tells them
 * apart. */
typedef enum eft_web_fault {
    EFT_WEB_TRAP,   /* a trap, or any value that JavaScript threw */
    EFT_WEB_STACK,  /* a stack overflowed: the engine's, or the shadow stack */
    EFT_WEB_REFUSED /* JSPI: JavaScript frames were in the way of a park */
} eft_web_fault;

/* How many exports that JavaScript called are on the stack.  A fiber can park
 * only where it is 0. */
extern int32_t eft__web_depth;

/* The loop's shadow stack: where main's frames end and every pump begins, and
 * its limits. */
extern uintptr_t eft__web_loop_stack;
extern uintptr_t eft__web_loop_top;
extern uintptr_t eft__web_loop_bottom;

/* What the engine said about the last fault. */
extern char eft__web_fault_text[];

/* The half's: a pump was left by an exception.  If a fiber ran on it, the half
 * reports its death and answers true, and the pump goes on; false means that
 * the loop's own code threw, which nobody can repair. */
bool eft__web_thrown(eft_web_fault fault);

/* eft__web_fault_error gives the error code that a fault ends a task with. */
int32_t eft__web_fault_error(eft_web_fault fault);

#endif
