/* SPDX-License-Identifier: MIT
 * The tree of tasks. */
#include "tree.h"

#include <stdlib.h>

#include "debug.h"
#include "eft/log.h"
#include "memory.h"

enum { INDENT_MOST = 30, WHERE_MOST = 80 };

/* A task of the tree. They are sorted by address, to be found again. */
typedef struct entry {
    eft__task *task;
    bool awaited; /* by another task: stands below that */
    bool printed;
} entry;

typedef struct tree {
    entry *entries;
    size_t count;
} tree;

/* The body's name is what stands before the comma. */
static void add_where(eft__text *text, const char *where)
{
    char part[WHERE_MOST + 1];
    size_t length = 0;

    while (length < WHERE_MOST && where[length] && where[length] != ',') {
        part[length] = where[length];
        length++;
    }
    part[length] = 0;
    eft__text_add(text, part);
}

void eft__describe(eft__text *text, const eft_future *future)
{
    const eft__label *label = eft__label_of(future);

    if (!label)
        eft__text_add(text, "a ");
    eft__text_add(text, future->type->name);
    if (!label || !label->where)
        return;
    eft__text_add(text, " (");
    add_where(text, label->where);
    eft__text_add(text, ")");
}

/* What a task waits for, or NULL. */
static eft_future *awaited_by(const eft__task *task)
{
    eft_future *awaiting = task->future.sleeping ? NULL : task->awaiting;

    return awaiting && !awaiting->complete ? awaiting : NULL;
}

static int compare(const void *a, const void *b)
{
    const eft__task *left = ((const entry *)a)->task;
    const eft__task *right = ((const entry *)b)->task;

    return (left > right) - (left < right);
}

static entry *find(const tree *all, const eft_future *future)
{
    entry wanted = {.task = (eft__task *)(uintptr_t)future};

    return future ? bsearch(&wanted, all->entries, all->count, sizeof wanted,
                            compare)
                  : NULL;
}

static void add_state(eft__text *text, const eft__task *task)
{
    const eft_future *awaited = awaited_by(task);

    if (awaited) {
        eft__text_add(text, "awaits ");
        eft__text_add(text, awaited->type->name);
    } else if (task->future.sleeping) {
        eft__text_add(text, "sleeps");
    } else {
        eft__text_add(text, eft__loop_here->current == task ? "runs" : "ready");
    }
}

static void print(const entry *at, size_t depth)
{
    const eft_future *future = &at->task->future;
    const eft__label *label = eft__label_of(future);
    eft__text text = {0};

    for (size_t i = 0; i < depth && i < INDENT_MOST; i++)
        eft__text_add(&text, "  ");
    eft__text_add(&text, eft_task_name(future));
    if (at->printed) {
        eft__text_add(&text, ": see above");
    } else {
        eft__text_add(&text, future->stackless ? " (steps" : " (fiber");
        if (label && label->where) {
            eft__text_add(&text, ", ");
            add_where(&text, label->where);
        }
        eft__text_add(&text, "): ");
        add_state(&text, at->task);
    }
    eft_log_line(EFT_LOG_INFO, text.line);
}

/* A task, and below it what it waits for, as long as those are tasks. */
static void print_chain(const tree *all, entry *at)
{
    for (size_t depth = 0; at; depth++) {
        bool seen = at->printed;

        print(at, depth);
        if (seen)
            return;
        at->printed = true;
        at = find(all, awaited_by(at->task));
    }
}

static void fill(tree *all, eft__loop *loop)
{
    size_t index = 0;

    for (eft__link *at = loop->tasks.next; at != &loop->tasks; at = at->next)
        all->entries[index++] =
            (entry){.task = EFT__OWNER(at, eft__task, link)};
    qsort(all->entries, all->count, sizeof *all->entries, compare);
    for (size_t i = 0; i < all->count; i++) {
        entry *awaited = find(all, awaited_by(all->entries[i].task));

        if (awaited)
            awaited->awaited = true;
    }
}

/* In the order of spawning: first those that nobody waits for; what is left
 * then waits for itself. */
static void print_all(const tree *all, eft__loop *loop, bool roots)
{
    for (eft__link *at = loop->tasks.next; at != &loop->tasks; at = at->next) {
        entry *found = find(all, &EFT__OWNER(at, eft__task, link)->future);

        if (found && !found->printed && !(roots && found->awaited))
            print_chain(all, found);
    }
}

void eft_debug_print_tasks(void)
{
    eft__loop *loop = eft__loop_here;
    tree all = {.count = eft_all_tasks(NULL, 0)};

    if (!all.count) {
        eft_log_line(EFT_LOG_INFO, "there are no tasks");
        return;
    }
    all.entries = eft__reserve(all.count * sizeof *all.entries);
    if (!all.entries) {
        eft_log_line(EFT_LOG_INFO, "out of memory for the tree of tasks");
        return;
    }
    fill(&all, loop);
    print_all(&all, loop, true);
    print_all(&all, loop, false);
    eft__release(all.entries);
}
