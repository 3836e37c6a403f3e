/* SPDX-License-Identifier: MIT
 * What the tests of handlers with options share. */
#ifndef EFT_TESTS_HANDLER_CASE_H
#define EFT_TESTS_HANDLER_CASE_H

#include <eft/eft.h>

/* Where they connect to. */
extern const char handler_url[];

/* Waits of less than a millisecond; and reconnect with these, which notes. */
extern const eft_reconnect_options handler_soon;
extern const eft_handler_options handler_again;

/* Note each state, or message, in the journal. */
void handler_note(const eft_handler_news *news, void *arg);
eft_result handler_note_message(const eft_message *message, void *arg);

/* Begins journal and script, without the handler's log; ends them. */
void handler_begin(void);
void handler_end(eft_handler *handler);

/* Until what the handler waits for, soon, is under way. */
void handler_pass(void);

/* One that has connected; one whose connection is lost, and that waits for the
 * next; and its receiving. */
eft_handler *handler_connected(const eft_handler_options *options);
eft_handler *handler_away(eft_future **receive);
eft_future *handler_receiving(eft_handler *handler);

#endif
