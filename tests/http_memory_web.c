/* SPDX-License-Identifier: MIT
 * What a program in a page occupies. */
#include <emscripten/heap.h>

#include "http_case.h"

size_t http_memory(void)
{
    return emscripten_get_heap_size();
}
