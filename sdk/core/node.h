/* SPDX-License-Identifier: MIT
 * Nodes: what waits in a queue to be run. */
#ifndef EFT_CORE_NODE_H
#define EFT_CORE_NODE_H

#include <stdbool.h>
#include <stddef.h>

/* A node is embedded in what it runs. It stands in at most one queue: that of
 * the future it waits for, or the loop's ready queue.  A queue is a pointer to
 * its first node, whose previous is the last: so a future pays one pointer for
 * its waiters, and all of them become ready in one splice. */
typedef struct eft__node {
    struct eft__node *next;     /* NULL: stands in no queue */
    struct eft__node *previous; /* of the first: the last */
    void (*run)(struct eft__node *node);
} eft__node;

/* The struct that a member is embedded in. */
#define EFT__OWNER(pointer, type, member)                                      \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

/* Links form a ring around one that nobody owns, the list. */
typedef struct eft__link {
    struct eft__link *next;
    struct eft__link *previous;
} eft__link;

static inline void eft__list_init(eft__link *list)
{
    list->next = list->previous = list;
}

static inline bool eft__list_is_empty(const eft__link *list)
{
    return list->next == list;
}

static inline void eft__list_append(eft__link *list, eft__link *link)
{
    link->next = list;
    link->previous = list->previous;
    list->previous->next = link;
    list->previous = link;
}

static inline void eft__list_remove(eft__link *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
}

static inline void eft__queue_append(eft__node **queue, eft__node *node)
{
    eft__node *first = *queue;

    if (!first) {
        *queue = node->next = node->previous = node;
        return;
    }
    node->next = first;
    node->previous = first->previous;
    first->previous->next = node;
    first->previous = node;
}

/* Puts node before one that stands in the queue. */
static inline void eft__queue_insert(eft__node **queue, eft__node *before,
                                     eft__node *node)
{
    node->next = before;
    node->previous = before->previous;
    before->previous->next = node;
    before->previous = node;
    if (*queue == before)
        *queue = node;
}

/* Gives the place of one node to another, which keeps its run. */
static inline void eft__queue_replace(eft__node **queue, eft__node *from,
                                      eft__node *to)
{
    if (from->next == from) {
        to->next = to->previous = to;
    } else {
        to->next = from->next;
        to->previous = from->previous;
        to->next->previous = to->previous->next = to;
    }
    if (*queue == from)
        *queue = to;
    from->next = NULL;
}

static inline void eft__queue_remove(eft__node **queue, eft__node *node)
{
    if (node->next == node) {
        *queue = NULL;
    } else {
        node->previous->next = node->next;
        node->next->previous = node->previous;
        if (*queue == node)
            *queue = node->next;
    }
    node->next = NULL;
}

/* Takes the first one out of a queue that has one. */
static inline eft__node *eft__queue_pop(eft__node **queue)
{
    eft__node *first = *queue;
    eft__node *next = first->next;

    first->next = NULL;
    if (next == first) {
        *queue = NULL;
    } else {
        next->previous = first->previous;
        first->previous->next = next;
        *queue = next;
    }
    return first;
}

/* Appends all of from to queue, and leaves from empty. */
static inline void eft__queue_splice(eft__node **queue, eft__node **from)
{
    eft__node *first = *queue;
    eft__node *added = *from;

    *from = NULL;
    if (!added)
        return;
    if (!first) {
        *queue = added;
        return;
    }
    eft__node *last = added->previous;
    first->previous->next = added;
    added->previous = first->previous;
    last->next = first;
    first->previous = last;
}

#endif
