/* SPDX-License-Identifier: MIT
 * The allocator, and the count of what it gave out. */
#ifndef EFT_MEMORY_H
#define EFT_MEMORY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All memory of the library's own objects comes from one function that acts
 * as realloc does: size 0 frees and returns NULL, memory NULL allocates.
 * libuv, OpenSSL, libcurl and cJSON keep their own allocators. */
typedef void *eft_allocator(void *context, void *memory, size_t size);

/* eft_set_allocator makes allocator the source of all later memory; NULL
 * restores malloc's.
 *
 * Call it while eft_live_objects() is 0 on every thread that uses eft: memory
 * is returned to the allocator of the day.  It is one setting for the whole
 * process.
 * Owns:    borrows context until the next call. */
void eft_set_allocator(eft_allocator *allocator, void *context);

/* eft_live_objects counts the blocks that the library holds or has given out
 * on this thread: futures, messages, sockets, results.  It is 0 when nothing
 * leaked.  Pooled fibers and loops are not counted.
 *
 * Each thread has a count of its own: what it allocated, less what it freed.
 * What a function of eft_run_in_executor() leaves alive is handed over to the
 * count of the loop that it works for. */
size_t eft_live_objects(void);

#ifdef __cplusplus
}
#endif
#endif
