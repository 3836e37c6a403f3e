/* SPDX-License-Identifier: MIT
 * What the parts of the web target ask of each other. */
#ifndef EFT_WEB_PUMP_H
#define EFT_WEB_PUMP_H

#include <stdbool.h>
#include <stdint.h>

/* The world's: called when nothing is ready.  It sees to it that
 * eft_web_later() or an alarm leads to the next pump. */
void eft__web_idle(void);

/* pump.js: pumps again in a macrotask; the host gets to paint, to its timers
 * and to its events first. */
void eft_web_later(void);

/* The fiber half's: the loop begins, with its shadow stack pointer at stack. */
void eft__web_begin_fibers(uintptr_t stack);

/* Debug mode, if the page or the environment asks for it when a world opens. */
void eft__web_look_for_debug(void);

/* Goes on with a pump that a fiber has left: for what the fibers' JavaScript
 * calls. */
void eft__web_on(void);

/* The host's Ctrl-C: exported for the loader's AbortSignal. */
void eft_web_interrupt(void);

/* What is to be done when the world closes: a program links it only with the
 * transport that it is of. */
typedef struct eft__web_closer {
    void (*close)(void);
    bool listed;
    struct eft__web_closer *next;
} eft__web_closer;

/* Adding one that is in the list already does nothing. */
void eft__web_at_close(eft__web_closer *closer);

#endif
