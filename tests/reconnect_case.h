/* SPDX-License-Identifier: MIT
 * What the tests of reconnecting share. */
#ifndef EFT_TESTS_RECONNECT_CASE_H
#define EFT_TESTS_RECONNECT_CASE_H

#include <eft/eft.h>

/* Where they connect to. */
extern const char reconnect_url[];

/* An on_state that notes each state, and the failure, in the journal. */
void reconnect_note(const eft_reconnect_news *news, void *arg);

/* Begins the script and the journal, and makes one; told: which notes. */
eft_reconnect *reconnect_make(const eft_reconnect_options *options);
eft_reconnect *reconnect_make_told(void);

/* Frees it, and ends the script. */
void reconnect_leave(eft_reconnect *again);

/* The attempt fails; or an HTTP answer with this status comes. */
void reconnect_refuses(int32_t error, const char *detail);
void reconnect_answers(int status);

/* How long until it is asked to connect, in milliseconds; -1: it is not. */
int64_t reconnect_waits(void);

/* The connection that next gives must be there; NULL: it is not. */
eft_ws *reconnect_opened(eft_future *next);

#endif
