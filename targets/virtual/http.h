/* SPDX-License-Identifier: MIT
 * The virtual world's HTTP: a test plays the server. */
#ifndef EFT_TARGETS_VIRTUAL_HTTP_H
#define EFT_TARGETS_VIRTUAL_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "targets/world.h"

/* As long as no test has taken it over, the virtual world has no network.
 * Taken over, it notes what the core asks of it, and does nothing by itself
 * but to end what is aborted: the test reads the journal and calls
 * eft_core_http_head() and its like as a world would.
 *
 *     eft__virtual_http_begin();
 *     eft_future *get = eft_http_get(session, "http://host/", NULL);
 *     const eft__virtual_http_call *call = eft__virtual_http_next();
 *     CHECK(call->what == EFT__VIRTUAL_HTTP_START);
 *     eft_core_http_head(call->id, &answer);
 *
 * tests/http_script.h says the same in fewer words. */
typedef enum eft__virtual_http_what {
    EFT__VIRTUAL_HTTP_OPEN,
    EFT__VIRTUAL_HTTP_CLOSE,
    EFT__VIRTUAL_HTTP_START,
    EFT__VIRTUAL_HTTP_WRITE,
    EFT__VIRTUAL_HTTP_PAUSE,
    EFT__VIRTUAL_HTTP_RESUME,
    EFT__VIRTUAL_HTTP_ABORT,
    EFT__VIRTUAL_HTTP_COOKIES,
    EFT__VIRTUAL_HTTP_SET_COOKIE
} eft__virtual_http_what;

/* What a world may do from inside a call. */
typedef enum eft__virtual_http_answer {
    EFT__VIRTUAL_HTTP_LATER, /* nothing: it is for the test to answer */
    EFT__VIRTUAL_HTTP_TAKEN, /* a write that is not last has room at once */
    EFT__VIRTUAL_HTTP_FAILED /* a start or a write ends its request, EFT_EIO */
} eft__virtual_http_answer;

/* A call that went down. */
typedef struct eft__virtual_http_call {
    eft__virtual_http_what what;
    uint32_t id;      /* the request's; open, close, cookies: the session's */
    uint32_t session; /* start: whose request it is */
    unsigned number;  /* the request's: 1 is the first one started */
    bool last;        /* write */
    eft__virtual_http_answer answer; /* write, start: that it was given */
    size_t length;                   /* of data */
    const char *data; /* a copy, and a NUL: of what is written, the method and
                         the URL of a request, a cookie */
    const eft_target_http_request *request; /* start: as the seam lends it */
} eft__virtual_http_call;

/* Takes the transport over, or ends that, and what is on its way with it;
 * either way the journal is emptied, and numbers begin at 1. */
void eft__virtual_http_begin(void);
void eft__virtual_http_end(void);

/* Whether an abort is answered, soon, by the ended event that it is due: true
 * where a test says nothing else. */
void eft__virtual_http_answer_aborts(bool answer);

/* How starts and writes are answered from now on; later is at the beginning. */
void eft__virtual_http_answer_at_once(eft__virtual_http_answer answer);

/* What the cookie functions answer; 0: they succeed, and the jar is empty.  At
 * the beginning it is EFT_ENOTSUP. */
void eft__virtual_http_answer_cookies(int32_t error);

/* Takes the oldest call out of the journal; NULL: there is none.  It is lent
 * until the next call of this. */
const eft__virtual_http_call *eft__virtual_http_next(void);

/* The id of a request by its number, 0: the newest one; or 0: there was
 * none. */
uint32_t eft__virtual_http_id(unsigned number);

#endif
