/* SPDX-License-Identifier: MIT
 * What the combinators share. */
#ifndef EFT_CORE_COMBINE_H
#define EFT_CORE_COMBINE_H

#include "eft/combine.h"

#include "detail.h"
#include "future.h"
#include "loop.h"
#include "node.h"

/* One of several futures that a combinator waits for. It stands in an array,
 * so that its index leads to the first, and that to the combinator. */
typedef struct eft__child {
    eft__node node;
    size_t index;
} eft__child;

/* The struct whose last member is the array of children that a node is in. */
#define EFT__PARENT(node, type, children)                                      \
    EFT__OWNER(eft__child_first(node), type, children)

static inline eft__child *eft__child_first(eft__node *node)
{
    eft__child *child = EFT__OWNER(node, eft__child, node);

    return child - child->index;
}

/* The size of a struct that ends with count children; 0: too many. */
static inline size_t eft__size_with_children(size_t size, size_t count)
{
    if (count > UINT32_MAX || count > (SIZE_MAX - size) / sizeof(eft__child))
        return 0;
    return size + count * sizeof(eft__child);
}

/* Why a future cannot be waited for here, or NULL. */
const char *eft__refusal(const eft_future *future);

/* Gives up futures that were taken and answers instead.  What nobody else holds
 * is cancelled, tasks too: it must not run on behind the back of a caller who
 * learns only that his wait has failed. */
eft_future *eft__let_go(eft_future *const *futures, size_t count,
                        eft_future *instead);

#endif
