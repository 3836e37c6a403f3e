/* SPDX-License-Identifier: MIT
 * Inside the virtual world: how time passes. */
#ifndef EFT_TARGETS_VIRTUAL_H
#define EFT_TARGETS_VIRTUAL_H

#include <stdint.h>

/* The virtual world is one below the seam, as native/ and web/ are.  How a run
 * begins and goes on depends on the host, so those two files of it that differ,
 * native.c and web.c, use what the worlds of their hosts have for that: the
 * environment there, the pump here.  No header of targets/ includes either. */

/* What a run of the virtual world does when nothing is ready: time jumps to
 * the next deadline, or the program is stuck.  Either way there is something
 * to pump afterwards. */
void eft__virtual_idle(void);

/* What the host asks of a world that opens. */
void eft__virtual_open(void);

/* For tests: time passes while something runs, as it never does by itself. */
void eft__virtual_pass(int64_t duration_ns);

#endif
