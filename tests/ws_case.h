/* SPDX-License-Identifier: MIT
 * What the tests of one connection to a scripted server share. */
#ifndef EFT_TESTS_WS_CASE_H
#define EFT_TESTS_WS_CASE_H

#include <stdbool.h>

#include <eft/eft.h>

#include "targets/world.h"

/* Begins the script, and connects; NULL: that failed, and a check with
 * it. */
eft_ws *open_with(eft_ws_options options);

/* Frees it, and ends the script, whatever was asked. */
void close_ws(eft_ws *ws);

/* Lets time pass. */
void wait_ms(int64_t delay_ms);

/* Was a ping asked for, and nothing else?  The second answers the last one. */
bool pinged(void);
void pongs(void);

/* The milliseconds that a ping which is complete has measured; -1: an error,
 * -2: it is not complete. */
double trip(eft_future *future);

/* Are these options refused before anything is asked of the world, with this
 * error and these words? */
bool refuses(const eft_ws_options *options, int32_t error, const char *words);

/* The request that goes out to url; NULL: none does.  It is lent until
 * forget_request(). */
const eft_target_ws_request *ws_request_of(const char *url,
                                           const eft_ws_options *options);
void forget_request(void);

/* Does a request with these options go out? */
bool accepts(const eft_ws_options *options);

#endif
