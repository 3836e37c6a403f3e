/* SPDX-License-Identifier: MIT
 * A test that plays the server of the virtual world's WebSockets. */
#ifndef EFT_TESTS_WS_SCRIPT_H
#define EFT_TESTS_WS_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eft/eft.h>

#include "targets/complete.h"
#include "targets/virtual/ws.h"

/*     script_begin();
 *     eft_ws *ws = script_connect("ws://host/", NULL);
 *     eft_future_free(eft_ws_send_text(ws, "hello", 5));
 *     CHECK(script_asked("send text hello"));
 *     script_says("hello yourself");
 *     ...
 *     eft_ws_free(ws);
 *     script_end();
 *
 * Connections are told apart by their number: the first one opened is 1.
 * Where no number is given, it is the newest one. */
void script_begin(void);

/* Ends that, and lets what was aborted end. */
void script_end(void);

/* Is this, and nothing else, what the core has asked since this was asked
 * last?  Calls are separated by " | ", and are
 *
 *     open URL                    resume
 *     send text WORDS             close CODE REASON
 *     send binary WORDS           abort
 *     ping PAYLOAD                pause
 *
 * A part of a message says which: "send text first WORDS", "middle", "last".
 * Those of a connection that is not the first begin with its number: "2: open
 * URL".  Where it is something else, that is printed. */
bool script_asked(const char *calls);

/* Forgets what was asked. */
void script_ignore(void);

/* The id of a connection by its number; 0: the newest one. */
uint32_t script_id(unsigned number);

/* Turns of the loop, until what is ready now, and what that makes ready, has
 * run: a few. */
void script_settle(void);

/* Connects, and opens at once; NULL: that failed, as a failed check says.  The
 * opening is forgotten. */
eft_ws *script_connect(const char *url, const eft_ws_options *options);

/* What a server does, on the newest connection. */
void script_opens(const char *subprotocol);
bool script_says(const char *text);
bool script_says_bytes(const void *data, size_t length);
bool script_says_part(const char *text, bool first, bool last);
void script_pongs(const char *payload);
void script_drains(void);
void script_closes(uint16_t code, const char *reason);
void script_redirects(int status, const char *location);

/* The same on any, with an event of the test's own. */
void script_ends(unsigned number, eft_core_ws_end end);

/* Awaits a future that must be complete already, and answers its error. */
int32_t script_error(eft_future *future);

/* Receives a message that must be there already; is it this text? */
bool script_receives(eft_ws *ws, const char *text);

/* The sentence of the last error has these words? */
bool script_told(const char *words);

#endif
