/* SPDX-License-Identifier: MIT
 * The system's randomness, in blocks. */
#define _POSIX_C_SOURCE 200809L
#include "targets/world.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

/* Design notes.  They come from the system in blocks, each thread having its
 * own, so that the keys of many frames cost one system call. */

enum { BLOCK_SIZE = 4096 };

static _Thread_local struct {
    size_t left; /* bytes not given out yet, at the block's end */
    uint8_t bytes[BLOCK_SIZE];
} block;

static void ask_system(void *bytes, size_t length)
{
    int status = uv_random(NULL, NULL, bytes, length, 0, NULL);

    if (status == 0)
        return;
    /* RFC 6455 section 5.3 wants keys that nobody can guess: going on with
     * others would be a silent hole. */
    fprintf(stderr, "eft: the system gives no random bytes: %s\n",
            uv_strerror(status));
    abort();
}

void eft_target_random(void *bytes, size_t length)
{
    uint8_t *given;

    if (length > sizeof block.bytes) {
        ask_system(bytes, length);
        return;
    }
    if (length > block.left) {
        ask_system(block.bytes, sizeof block.bytes);
        block.left = sizeof block.bytes;
    }
    given = block.bytes + sizeof block.bytes - block.left;
    memcpy(bytes, given, length);
    memset(given, 0, length);
    block.left -= length;
}
