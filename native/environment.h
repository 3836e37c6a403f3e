/* SPDX-License-Identifier: MIT
 * What the environment of the process asks for. */
#ifndef EFT_NATIVE_ENVIRONMENT_H
#define EFT_NATIVE_ENVIRONMENT_H

/* EFT_DEBUG=1 turns debug mode on, for the loop of this thread. */
void eft__environment_debug(void);

#endif
