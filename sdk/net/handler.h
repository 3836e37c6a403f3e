/* SPDX-License-Identifier: MIT
 * Inside a handler. */
#ifndef EFT_NET_HANDLER_H
#define EFT_NET_HANDLER_H

#include <stdbool.h>
#include <stdint.h>

#include "../core/task.h"
#include "eft/handler.h"

/* What a handler with options does; a program without them is not linked with
 * it. */
typedef struct eft__handler_hooks {
    /* A connection has ended, with *result, and all that came is received.
     * True: there is another one now; false: the receiving ends with *result.
     * Called by a task. */
    bool (*go_on)(eft_handler *handler, eft_result *result);

    /* There are to be no more connections; whoever waits for one is told. */
    void (*stop)(eft_handler *handler);

    /* Tells the user that it is over, and what was said of error. */
    void (*tell_closed)(eft_handler *handler, int32_t error);

    /* Frees what it keeps for all this. */
    void (*fini)(eft_handler *handler);
} eft__handler_hooks;

struct eft__handler_again;

struct eft_handler {
    uint32_t keepers;    /* its user and its tasks: the last frees */
    bool given_up;       /* eft_handler_free() was called */
    bool closing;        /* eft_handler_close() has begun */
    bool away;           /* between two connections: ws is the last one */
    bool closed_logged;  /* the log's "closed" line is written once */
    eft_future *connect; /* while connecting; its task holds it, not this */
    eft_ws *ws;          /* NULL: not connected */
    const eft__handler_hooks *hooks;  /* NULL: it was made without options */
    struct eft__handler_again *again; /* the hooks' own; NULL without them */
};

/* Makes ready for a connect; NULL, or the future that refuses it. */
eft_future *eft__handler_refuse_connect(eft_handler *handler);

/* Starts the task of a connect, whose arg is an eft__handler_job. */
eft_future *eft__handler_start_connect(eft_handler *handler, eft_body *body,
                                       const char *url);

/* What a task of the handler needs to know. */
typedef struct eft__handler_job {
    eft_handler *handler;
    eft_handler_on_message *on_message; /* receive */
    void *arg;
    char *text;         /* connect: the URL */
    eft_future *closed; /* close: one reference, until it is awaited; or NULL */
} eft__handler_job;

/* Logs that an attempt begins. */
void eft__handler_log_attempt(const char *url);

/* What an operation answers that its handler did not outlive. */
eft_result eft__handler_gone(void);

#endif
