/* SPDX-License-Identifier: MIT
 * What the suites of HTTP with real servers share. */
#ifndef EFT_TESTS_HTTP_CASE_H
#define EFT_TESTS_HTTP_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <eft/eft.h>

#include "servers.h"
#include "suite.h"

/* http_native answers whether this is the target that can do all of it; else it
 * is http_in_page, or http_in_node: that keeps no cookies, knows no origins,
 * and its fetch has ways of its own. */
bool http_native(void);
bool http_in_page(void);
bool http_in_node(void);

/* http_at gives the address of a server and a path, formatted as printf does.
 * The string is valid for seven more calls. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
const char *
http_at(const char *server, const char *format, ...);

/* http_open makes a session that trusts the good certificate: by an option
 * natively, elsewhere the driver has seen to it.  Its total timeout is 30 s
 * where options name none. */
eft_http_session *http_open(eft_http_session_options options);

/* http_key asks for a text that names one exchange, for all of the server's
 * "?key=" and what goes with it; the caller frees it with free(). */
char *http_key(eft_http_session *session);

/* These await a request and all of its body.  NULL: it failed, and they have
 * said why. */
eft_message *http_text(eft_future *fetch);
cJSON *http_json(eft_future *fetch);

/* http_get_json is http_json() of a plain GET. */
cJSON *http_get_json(eft_http_session *session, const char *url);

/* http_says answers whether that text is the body. */
bool http_says(eft_future *fetch, const char *text);

/* http_status gives the status, and reads the body to its end; else the error,
 * and has said why. */
int http_status(eft_future *fetch);

/* http_ends awaits a request and its body, and gives what the first of them to
 * fail ended with; 0: none.  There has to be a sentence. */
int32_t http_ends(eft_future *fetch);

/* http_fails answers whether it ends so: with one code natively, with another
 * in a page; and says what it was where it is not. */
bool http_fails(eft_future *fetch, int32_t natively, int32_t in_page);

/* http_detail_has answers whether the sentence of the last error has that in
 * it, and prints the sentence where not. */
bool http_detail_has(const char *words);

/* http_header_is answers whether a response has that header with that value,
 * and prints what it has where not. */
bool http_header_is(const eft_http_response *response, const char *name,
                    const char *value);

/* Members of the servers' answers; "" and -1 where there is none. */
const char *json_text(const cJSON *json, const char *name);
int64_t json_number(const cJSON *json, const char *name);

/* http_came gives the value of a header that /echo tells; NULL: it did not
 * come.  number counts those of the same name, in any case. */
const char *http_came(const cJSON *echo, const char *name, int number);

/* http_tell has the servers do something, by a path of theirs, and answers
 * whether they have. */
bool http_tell(eft_http_session *session, const char *url);

/* http_seen gives what the server saw of a key: JSON; what may be "/begun" or
 * "/still", or "" for its end. */
cJSON *http_seen(eft_http_session *session, const char *key, const char *what);

/* The bodies of the servers: http_pattern writes a part of one, of which
 * http_is_pattern answers whether it is that. */
void http_pattern(void *data, uint64_t offset, size_t length);
bool http_is_pattern(const void *data, uint64_t offset, size_t length);

/* http_memory gives how many bytes the program occupies: natively what the
 * system has given it, in a page its WebAssembly memory. */
size_t http_memory(void);

#endif
