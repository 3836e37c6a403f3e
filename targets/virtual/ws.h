/* SPDX-License-Identifier: MIT
 * The virtual world's WebSockets: a test plays the server. */
#ifndef EFT_TARGETS_VIRTUAL_WS_H
#define EFT_TARGETS_VIRTUAL_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "targets/world.h"

/* As long as no test has taken it over, the virtual world has no network.
 * Taken over, it notes what the core asks of it, and does nothing by itself
 * but to end what is aborted: the test reads the journal and calls
 * eft_core_ws_open() and its like as a world would.
 *
 *     eft__virtual_ws_begin();
 *     eft_future *connect = eft_ws_connect("ws://host/", NULL);
 *     const eft__virtual_call *call = eft__virtual_ws_next();
 *     CHECK(call->what == EFT__VIRTUAL_OPEN);
 *     eft_core_ws_open(call->id, "");
 *
 * tests/ws_script.h says the same in fewer words. */
typedef enum eft__virtual_what {
    EFT__VIRTUAL_OPEN,
    EFT__VIRTUAL_SEND,
    EFT__VIRTUAL_PING,
    EFT__VIRTUAL_PAUSE,
    EFT__VIRTUAL_RESUME,
    EFT__VIRTUAL_CLOSE,
    EFT__VIRTUAL_ABORT
} eft__virtual_what;

/* A call that went down. */
typedef struct eft__virtual_call {
    eft__virtual_what what;
    uint32_t id;           /* the connection's */
    unsigned number;       /* the connection's: 1 is the first one opened */
    eft_message_type type; /* send */
    bool first;            /* send */
    bool last;             /* send */
    uint16_t code;         /* close */
    size_t length;         /* of data */
    const char *data; /* a copy, and a NUL: of what is sent, a ping's payload,
                         the reason of a close, the URL of what is opened */
    const eft_target_ws_request *request; /* open: as the seam lends it */
} eft__virtual_call;

/* Takes the transport over, or ends that, and what is open with it; either way
 * the journal is emptied, and numbers begin at 1. */
void eft__virtual_ws_begin(void);
void eft__virtual_ws_end(void);

/* Whether an abort is answered, soon, by the closed event that it is due: true
 * where a test says nothing else. */
void eft__virtual_ws_answer_aborts(bool answer);

/* Gives a connection a number that a server has accepted, not we opened. */
void eft__virtual_ws_adopt(uint32_t id);

/* Takes the oldest call out of the journal; NULL: there is none.  It is lent
 * until the next call of this. */
const eft__virtual_call *eft__virtual_ws_next(void);

/* A future of the next call that goes down, which has no value. */
eft_future *eft__virtual_ws_called(void);

/* The id of a connection by its number, 0: the newest one; or 0: there was
 * none. */
uint32_t eft__virtual_ws_id(unsigned number);

#endif
