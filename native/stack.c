/* SPDX-License-Identifier: MIT
 * Stacks for fibers: mapped memory above a guard page. */
#define _DEFAULT_SOURCE 1
#define _DARWIN_C_SOURCE 1

#include "stack.h"

#include <sys/mman.h>
#include <unistd.h>

#include "eft/error.h"

/* Not every system has the hints; without them nothing else changes. */
#if !defined(MAP_STACK)
#define MAP_STACK 0
#endif
#if !defined(MAP_NORESERVE)
#define MAP_NORESERVE 0
#endif

int32_t eft__stack_map(eft__stack *stack)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t size = (size_t)EFT__STACK_KIB * 1024;
    char *memory =
        mmap(NULL, page + size, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);

    if (memory == MAP_FAILED)
        return EFT_ELIMIT;
    /* The guard splits the mapping, so this too can meet the limit. */
    if (mprotect(memory, page, PROT_NONE)) {
        (void)munmap(memory, page + size);
        return EFT_ELIMIT;
    }
    stack->guard = memory;
    stack->bottom = memory + page;
    stack->top = memory + page + size;
    return 0;
}

void eft__stack_unmap(const eft__stack *stack)
{
    /* Removes whole mappings, so it needs no new one and cannot be refused. */
    (void)munmap(stack->guard, (size_t)(stack->top - stack->guard));
}
