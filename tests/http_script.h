/* SPDX-License-Identifier: MIT
 * A test that plays the server of the virtual world's HTTP. */
#ifndef EFT_TESTS_HTTP_SCRIPT_H
#define EFT_TESTS_HTTP_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eft/eft.h>

#include "targets/complete.h"
#include "targets/virtual/http.h"

/*     eft_http_session *session = http_begin(NULL);
 *     eft_future *get = eft_http_get(session, "http://host/", NULL);
 *     CHECK(http_asked("open | GET http://host/"));
 *     http_answers(200, "Content-Length: 5\n");
 *     http_sends("hello");
 *     http_completes();
 *     ...
 *     http_end(session);
 *
 * Requests are told apart by their number: the first one started is 1; a
 * redirect starts another one.  Where no number is given, it is the newest. */
eft_http_session *http_begin(const eft_http_session_options *options);

/* Ends that, frees session, and lets what was aborted end. */
void http_end(eft_http_session *session);

/* Is this, and nothing else, what the core has asked since this was asked
 * last?  Calls are separated by " | ", and are
 *
 *     open           METHOD URL     pause     abort     cookies
 *     close          write WORDS    resume    end       set-cookie WORDS
 *
 * Those of a request that is not the first begin with its number: "2: GET URL".
 * "end" is a write that is the last.  Where it is something else, that is
 * printed. */
bool http_asked(const char *calls);

/* Forgets what was asked. */
void http_ignore(void);

/* What a server does, with the newest request. */
void http_answers(int status, const char *headers);
bool http_sends(const char *text);
void http_writes(void);    /* there is room for more of the request's body */
void http_completes(void); /* the body is complete */
void http_fails(int32_t error, const char *detail);

/* The same with any. */
void http_answers_to(unsigned number, int status, const char *headers);
bool http_sends_to(unsigned number, const void *data, size_t length);
void http_ends_to(unsigned number, int32_t error, const char *detail);

/* So many bytes, each of them c, of the newest; false: it was enough. */
bool http_sends_many(size_t length, char c);

/* Turns of the loop, until what is ready now, and what that makes ready, has
 * run: a few. */
void http_settle(void);

/* A response to GET http://host/ with these headers; NULL: that failed, as a
 * failed check says.  What was asked is forgotten. */
eft_http_response *http_gets(eft_http_session *session, const char *headers);

/* The response of a future that must be complete already; NULL: a failed check
 * says why there is none. */
eft_http_response *http_response(eft_future *future);

/* Awaits a future that must be complete already, and answers its error. */
int32_t http_error(eft_future *future);

/* Is it complete, with a message that is this text? */
bool http_reads(eft_future *future, const char *text);

/* Is each byte of a message c? */
bool http_is_all(const eft_message *message, char c);

/* The sentence of the last error has these words? */
bool http_told(const char *words);

#endif
