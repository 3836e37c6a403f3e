/* SPDX-License-Identifier: MIT
 * One connection of a WebSocket server, among its parts. */
#ifndef EFT_NATIVE_WS_SERVED_H
#define EFT_NATIVE_WS_SERVED_H

#include "ws_server.h"

/* SHAKING --> READING --+--> DECIDING --+--> ANSWERING --> OPEN --> (freed)
 *    |           |      +---------------|--------^
 *    |           +--> REFUSING <--------+
 *    |                   +--> LINGERING --+
 *    +-- lost, late, one too many --------+--> (freed) */
typedef enum eft__served_state {
    EFT__SERVED_SHAKING,  /* the peer's: TLS */
    EFT__SERVED_READING,  /* the peer's: its request */
    EFT__SERVED_DECIDING, /* the task's: the accept hook runs, or is about to */
    EFT__SERVED_ANSWERING, /* the system's: it takes our 101 */
    EFT__SERVED_OPEN,      /* the task's: it has its eft_ws */
    EFT__SERVED_REFUSING,  /* the system's: it takes our refusal */
    EFT__SERVED_LINGERING  /* the peer's: it reads that, and ends */
} eft__served_state;

/* One connection. */
typedef struct eft__served {
    eft__link link;          /* in one of the server's lists */
    eft_ws_server *server;   /* whose; its memory is kept */
    eft__served_state state; /* who owns it now */
    bool gone;               /* the peer is */
    bool late;               /* the hook was too slow */
    eft__stream *stream;     /* until OPEN, else NULL */
    uint64_t deadline;       /* by uv_now(), until OPEN */
    eft__http_request head;  /* what it asks */
    eft__upgrade upgrade;    /* what that means */
    eft_ws_answer answer;    /* what the hook says to it */
    eft__bytes behind;       /* frames that came with the request */
    eft__bytes output;       /* of our answer, what waits */
    eft_future *task;        /* one reference, or NULL */
    eft_future *answered;    /* for the task, while ANSWERING, or NULL */
    eft_ws *ws;              /* in OPEN */
    char *certificate;       /* the client's subject, or NULL */
    char peer[EFT__PEER_SIZE];
} eft__served;

/* What is given to the peer to read a refusal and to end, in milliseconds. */
enum { EFT__SERVED_LINGER_MS = 2000 };

static inline eft__served *eft__served_of(eft__link *link)
{
    return EFT__OWNER(link, eft__served, link);
}

/* ws_served_list.c */

/* eft__served_enter puts a new one into the list of its state. */
void eft__served_enter(eft__served *self);

/* eft__served_become changes the state, and moves it to that state's list. */
void eft__served_become(eft__served *self, eft__served_state state);

/* eft__served_set_deadline gives the state it is in so long. */
void eft__served_set_deadline(eft__served *self, int64_t delay_ms);

/* eft__served_free ends it, in any state. */
void eft__served_free(eft__served *self);

/* eft__served_lose ends it because the peer is gone, or has to go: a task is
 * told, and frees it then. */
void eft__served_lose(eft__served *self);

/* ws_served_task.c */

/* eft__served_spawn begins its task, to which it belongs from then on.  It may
 * be freed, or given back, when this returns. */
void eft__served_spawn(eft__served *self);

/* ws_served.c */

/* eft__served_write_refusal fills the output; headers are the hook's, or
 * NULL. */
void eft__served_write_refusal(eft__served *self, int status, const char *text,
                               const eft__bytes *headers);

/* eft__served_refuse refuses it at once; it may be freed. */
void eft__served_refuse(eft__served *self, int status, const char *text);

#endif
