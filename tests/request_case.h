/* SPDX-License-Identifier: MIT
 * HTTP requests as they would be sent, in words. */
#ifndef EFT_TESTS_REQUEST_CASE_H
#define EFT_TESTS_REQUEST_CASE_H

#include <stdbool.h>

#include "sdk/net/http_request.h"

/* request_of says what becomes of a call: "METHOD URL | Name: value | ...",
 * then " > body", with \r\n as "~"; " > *" of one that streams; or
 * "EFT_E...: sentence".  "Accept: * / *" (without the spaces) is left out.  It
 * lends a string until the next call. */
const char *request_of(const eft_http_session_options *options,
                       const char *method, const char *url,
                       const eft_http_request *request);

/* Is it this?  Explains where it is not. */
bool request_is(const eft_http_session_options *options, const char *method,
                const char *url, const eft_http_request *request,
                const char *text);

/* Is it EFT_EINVAL, or another error, and is this in its sentence? */
bool request_is_invalid(const eft_http_session_options *options,
                        const char *method, const char *url,
                        const eft_http_request *request, const char *words);
bool request_fails(const eft_http_session_options *options, const char *method,
                   const char *url, const eft_http_request *request,
                   int32_t error, const char *words);

/* Does a session with these options refuse a plain GET so, or send it? */
bool session_refuses(eft_http_session_options options, int32_t error,
                     const char *words);
bool session_accepts(eft_http_session_options options);

/* Another world's lacks and traits, until NULL. */
void request_world(const eft_target_http_traits *traits,
                   const eft_target_lack *lacks);

/* Makes the request, or NULL; a test that looks closer frees both. */
eft__http_request *request_made(const eft_http_session_options *options,
                                eft__http_options **made, const char *method,
                                const char *url,
                                const eft_http_request *request);

/* What request_of() says of one that is there. */
const char *request_text(const eft__http_request *request);

#endif
