/* SPDX-License-Identifier: MIT
 * Unpredictable bytes. */
#ifndef EFT_NATIVE_RANDOM_H
#define EFT_NATIVE_RANDOM_H

#include <stddef.h>

/* eft__random_fill writes length bytes of the system's randomness.  They come
 * from the system in blocks, each thread having its own, so that the keys of
 * many frames cost one system call. */
void eft__random_fill(void *bytes, size_t length);

#endif
