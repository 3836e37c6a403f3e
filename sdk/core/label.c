/* SPDX-License-Identifier: MIT
 * The names of tasks. */
#include "debug.h"

#include <string.h>

#include "memory.h"

static const char prefix[] = "task ";

enum { PREFIX_LENGTH = sizeof prefix - 1 };

/* Only tasks are ever given such a class, which knows its own end. */
static void drop(eft_future *future)
{
    eft__label *label = (eft__label *)(uintptr_t)future->type;

    future->type = &label->plain->future;
    eft__release(label);
}

static bool is_task(const eft_future *future)
{
    return future && future->type->forwards == &eft__task_forwarding;
}

const eft__label *eft__label_of(const eft_future *future)
{
    return future->type->fini == drop ? (const eft__label *)future->type : NULL;
}

const char *eft__class_name(const eft_future *future)
{
    const eft__label *label = eft__label_of(future);

    return label ? label->plain->future.name : future->type->name;
}

bool eft__label_set(eft_future *future, const char *name, const char *where)
{
    const eft__label *before = eft__label_of(future);
    size_t length = strlen(name);
    eft__label *label =
        eft__reserve(sizeof *label + PREFIX_LENGTH + length + 1);

    if (!label)
        return false;
    memcpy(label->text, prefix, PREFIX_LENGTH);
    memcpy(label->text + PREFIX_LENGTH, name, length + 1);
    label->plain =
        before ? before->plain : (const eft__task_class *)future->type;
    label->type = *label->plain;
    label->type.future.name = label->text;
    label->type.future.fini = drop;
    label->name = label->text + PREFIX_LENGTH;
    label->where = where;
    if (before)
        drop(future);
    future->type = &label->type.future;
    return true;
}

void eft_task_set_name(eft_future *task, const char *name)
{
    if (!is_task(task))
        return;
    const eft__label *label = eft__label_of(task);

    if (name && *name)
        (void)eft__label_set(task, name, label ? label->where : NULL);
    else if (label)
        drop(task);
}

const char *eft_task_name(const eft_future *task)
{
    if (!is_task(task))
        return "";
    const eft__label *label = eft__label_of(task);

    return label ? label->name : "task";
}

size_t eft_all_tasks(eft_future **tasks, size_t room)
{
    eft__loop *loop = eft__loop_here;
    size_t count = 0;

    if (!loop)
        return 0;
    for (eft__link *at = loop->tasks.next; at != &loop->tasks; at = at->next) {
        if (tasks && count < room)
            tasks[count] = &EFT__OWNER(at, eft__task, link)->future;
        count++;
    }
    return count;
}
