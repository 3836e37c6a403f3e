/* SPDX-License-Identifier: MIT
 * Lines that somebody types: on a terminal, or into a page. */
#ifndef CHAT_INPUT_H
#define CHAT_INPUT_H

#include <eft/eft.h>

/* chat_read_line gives the next line.
 *
 * Result: ptr, a string without the line's end, which eft_result_free() frees.
 * Errors: EFT_ECLOSED  the input has ended. */
eft_future *chat_read_line(void);

/* chat_input_close ends the reading. */
void chat_input_close(void);

#endif
