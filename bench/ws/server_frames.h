/* SPDX-License-Identifier: MIT
 * Of the bench's server: the handshake, and frames into their echoes. */
#ifndef BENCH_WS_SERVER_FRAMES_H
#define BENCH_WS_SERVER_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A frame whose payload is on its way. {0}: between two. */
typedef struct frame {
    uint64_t left;   /* bytes of payload still to come */
    uint8_t mask[4]; /* turned to the next byte */
    uint8_t head[14];
    uint8_t head_length; /* bytes in head */
    bool close;          /* it is a Close */
    bool over;           /* a Close was answered */
} frame;

/* answer_request writes the 101; returns its length, 0 while the request is
 * not whole, -1 where there is no key in it. */
int answer_request(const char *request, size_t length, char *answer);

/* echo turns masked frames into unmasked ones; to has room for length bytes
 * and 16.  Returns how many it wrote; all of from is used. */
size_t echo(frame *state, const uint8_t *from, size_t length, uint8_t *to);

#endif
