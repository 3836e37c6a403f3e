/* SPDX-License-Identifier: MIT
 * Inside the virtual world: how time passes. */
#ifndef EFT_TARGETS_VIRTUAL_H
#define EFT_TARGETS_VIRTUAL_H

/* What a run of the virtual world does when nothing is ready: time jumps to
 * the next deadline, or the program is stuck.  Either way there is something
 * to pump afterwards. */
void eft__virtual_idle(void);

#endif
