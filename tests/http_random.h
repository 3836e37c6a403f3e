/* SPDX-License-Identifier: MIT
 * What the random walk over HTTP knows: requests, and the server's side. */
#ifndef EFT_TESTS_HTTP_RANDOM_H
#define EFT_TESTS_HTTP_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eft/eft.h>

enum {
    RANDOM_REQUESTS = 100,
    RANDOM_EXCHANGES = 400,
    RANDOM_HOSTS = 3,
    RANDOM_LIMIT = 4,
    RANDOM_PER_HOST = 2
};

/* Where a request is that was started, as its server sees it. */
typedef enum random_stage {
    STAGE_ASKED,
    STAGE_ANSWERED,
    STAGE_ABORTED, /* and not told yet that it has ended */
    STAGE_ENDED
} random_stage;

/* A hop of a request; its number is its index and 1. */
typedef struct random_exchange {
    random_stage stage;
    uint32_t id;
    uint32_t session; /* on the seam */
    int request;      /* whose hop it is: its URL says so */
    char host;
    bool streams;
    bool paused;
    bool owes;     /* a write for which no room was told */
    bool written;  /* the last one has come */
    bool leads;    /* its answer leads elsewhere */
    size_t got;    /* bytes of its body */
    size_t sent;   /* bytes of the answer's */
    int32_t error; /* how it has ended */
} random_exchange;

/* A request as its user sees it. */
typedef struct random_request {
    eft_future *fetch;           /* held, or NULL */
    eft_http_response *response; /* or NULL */
    eft_future *read;            /* held, or NULL */
    unsigned number;             /* of the exchange that has answered */
    size_t offset;               /* bytes of the body that were read */
    size_t length;               /* of what its writer writes */
    size_t max_body;             /* or 0 */
    bool canceled;               /* by its user */
    bool read_canceled;          /* likewise */
    bool closed;                 /* its session was freed */
    bool timed;                  /* it has a timeout */
    bool raises;
    bool refuses;   /* redirects */
    bool whole;     /* read is one of the whole */
    bool was_whole; /* any was */
    bool done;      /* the body was read to its end */
} random_request;

typedef struct random_walk {
    uint32_t random;
    eft_http_session *session;
    bool right;
    uint32_t opened; /* the newest session on the seam; ids grow */
    uint32_t freed;  /* the newest one that was freed */
    int count;       /* of requests */
    random_request requests[RANDOM_REQUESTS];
    unsigned exchange_count;
    random_exchange exchanges[RANDOM_EXCHANGES];
    int args;    /* that writers were given, and are not freed */
    int writers; /* that run */
} random_walk;

uint32_t random_draw(random_walk *self, uint32_t below);

/* An invariant; what says which it was. */
void random_hold(random_walk *self, bool holds, const char *what);

/* Any byte of a body: of a request by its index, of an answer by its
 * number. */
uint8_t random_byte(unsigned of, size_t at);

/* Gives a request a body that is written by a task (http_random_writer.c). */
void random_add_writer(random_walk *self, eft_http_request *request);

/* The server (http_random.c) */

/* What the core has asked of it. */
void random_heed(random_walk *self);

/* Something that it does, with any request. */
void random_serve(random_walk *self);

/* All that is on its way is answered, and ends well. */
void random_serve_all(random_walk *self);

#endif
