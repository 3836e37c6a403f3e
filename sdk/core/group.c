/* SPDX-License-Identifier: MIT
 * Groups: tasks that end together. */
#include "eft/group.h"

#include "eft/step.h"

#include "cancel.h"
#include "combine.h"
#include "loop.h"
#include "memory.h"
#include "result.h"
#include "task.h"

/* Design notes.  A cancel of the join ends the group, once: the members that
 * are asked to end are not disturbed again while they clean up, whoever cancels
 * how often.  What was cancelled from outside is told at the end, by counting:
 * the parent's cancels, less the one that the group may have made itself. */

/* A task of the group; afterwards, where it failed, its error. */
typedef struct member {
    eft__node node; /* waits for task */
    eft_group *group;
    eft_future *task;  /* one reference; NULL: has ended */
    eft__link link;    /* in members, or in failed */
    eft__detail error; /* of one that failed */
} member;

typedef struct join {
    eft_future future;
    eft_future *link; /* of a cancel on its way */
    eft__node node;   /* ends a group without members */
    eft_group *group; /* NULL: the end has come */
} join;

/* OPEN --error, cancel--> ABORTING --the last member has ended--> FINISHED
 *   +---------------------- join, the last member has ended --------+ */
typedef enum group_state {
    GROUP_OPEN,
    GROUP_ABORTING, /* the members were cancelled; no more are taken */
    GROUP_FINISHED  /* the join is complete */
} group_state;

struct eft_group {
    eft_future *parent;     /* the task that made it; one reference */
    uint32_t cancel_count;  /* the parent's at the beginning */
    group_state state;      /* who may still come in */
    bool parent_canceled;   /* by the group: once, to be taken back */
    bool cancel_propagates; /* the body or the join was cancelled */
    eft__link members;      /* list of those that have not ended */
    eft__link *canceling;   /* the next that the cancel of a join visits */
    eft__link failed;       /* list, in the order of their end */
    size_t failed_count;
    eft__detail body_error; /* its code 0: none */
    join *join;             /* pending; NULL: none */
    eft_results *errors;    /* when finished; NULL: none */
};

static member *member_of(const eft__link *link)
{
    return EFT__OWNER(link, member, link);
}

static bool has_members(const eft_group *self)
{
    return !eft__list_is_empty(&self->members);
}

static void abort_group(eft_group *self)
{
    self->state = GROUP_ABORTING;
    for (eft__link *at = self->members.next; at != &self->members;
         at = at->next)
        eft_cancel(member_of(at)->task);
}

/* Ends the members, and what the parent does meanwhile. */
static void abort_all(eft_group *self)
{
    if (self->state != GROUP_OPEN)
        return;
    abort_group(self);
    self->parent_canceled = true;
    eft_cancel(self->parent);
}

/* Takes the group's own cancel back; is one from outside left? */
static bool settle_cancels(eft_group *self)
{
    uint32_t count = self->parent_canceled ? eft_uncancel(self->parent)
                                           : eft_cancel_count(self->parent);

    if (self->parent_canceled)
        self->cancel_propagates = count > self->cancel_count;
    self->parent_canceled = false;
    return count > self->cancel_count;
}

static void collect_errors(eft_group *self)
{
    size_t count = self->failed_count + (self->body_error.error != 0);
    const eft__link *at = self->failed.next;

    if (count)
        self->errors = eft__results_new(count);
    if (!self->errors)
        return;
    for (size_t i = 0; i < self->failed_count; i++, at = at->next)
        self->errors->items[i] = eft_failed(member_of(at)->error.error);
    if (self->body_error.error)
        self->errors->items[count - 1] = eft_failed(self->body_error.error);
}

static void finish(eft_group *self)
{
    eft_future *future = &self->join->future;
    const eft__detail *error = self->failed_count
                                   ? &member_of(self->failed.next)->error
                                   : &self->body_error;
    bool outside = settle_cancels(self);

    self->state = GROUP_FINISHED;
    self->join->group = NULL;
    self->join = NULL;
    collect_errors(self);
    if (error->error) {
        /* Errors come before a cancel, which the next await then delivers. */
        if (outside)
            eft__task_note_cancel(self->parent);
        if (error->owned)
            eft__future_fail_copy(future, error->error, error->text);
        else
            eft__future_fail(future, error->error, error->text);
    } else if (self->cancel_propagates) {
        eft__future_fail(future, EFT_ECANCELED, NULL);
    } else {
        eft__future_complete(future, eft_ok());
    }
}

static void note_error(eft_group *self, member *ended)
{
    eft_result result = eft__future_consume(ended->task, &ended->error);

    (void)result; /* the sentence has its code */
    ended->task = NULL;
    eft__list_append(&self->failed, &ended->link);
    self->failed_count++;
    abort_all(self);
}

static void member_done(eft__node *node)
{
    member *ended = EFT__OWNER(node, member, node);
    eft_group *self = ended->group;
    eft_future *task = ended->task;
    int32_t error = task->result.error;

    eft__list_remove(&ended->link);
    if (error && error != EFT_ECANCELED) {
        note_error(self, ended);
        task = NULL;
    } else {
        eft__free(ended);
    }
    if (!has_members(self) && self->join)
        finish(self);
    eft_future_free(task);
}

/* The members that the cancel of a join is passed on to. */
static eft_future *next_member(eft_future *future, bool first)
{
    eft_group *group = ((join *)future)->group;

    if (!group || !has_members(group))
        return NULL;
    if (first) {
        if (group->state != GROUP_OPEN)
            return NULL;
        group->state = GROUP_ABORTING;
        group->cancel_propagates = true;
        group->canceling = group->members.next;
    } else if (group->canceling == &group->members) {
        return NULL;
    }
    eft_future *task = member_of(group->canceling)->task;

    group->canceling = group->canceling->next;
    return task;
}

static eft__reach members_asked(eft_future *future, eft__reach reach)
{
    const eft_group *group = ((join *)future)->group;

    /* Where all was over before, the cancel comes too late. */
    if (!group || !has_members(group))
        return EFT__REACH_NONE;
    return reach == EFT__REACH_NONE ? EFT__REACH_SOME : reach;
}

static const eft__forwarding forwarding = {
    .link = offsetof(join, link), .next = next_member, .done = members_asked};
static const eft__future_class join_class = {
    .name = "join", .cancel = eft__cancel_through, .forwards = &forwarding};

static void join_nobody(eft__node *node)
{
    join *self = EFT__OWNER(node, join, node);

    if (self->group)
        finish(self->group);
    eft_future_free(&self->future);
}

eft_group *eft_group_new(void)
{
    eft_future *parent = eft__task_keep();

    if (!parent)
        return NULL;
    eft_group *self = eft__alloc_zero(sizeof *self);
    if (!self) {
        eft__task_unkeep(parent);
        return NULL;
    }
    eft__list_init(&self->members);
    eft__list_init(&self->failed);
    self->parent = parent;
    self->cancel_count = eft_cancel_count(parent);
    return self;
}

/* A future that tells why nothing can be spawned, or NULL. */
static eft_future *refuse(const eft_group *self)
{
    if (!self)
        return eft__future_no_memory();
    if (self->state == GROUP_FINISHED || (self->join && !has_members(self)))
        return eft__future_failed(EFT_ECLOSED, "the group is finished");
    if (self->state == GROUP_ABORTING)
        return eft__future_failed(EFT_ECLOSED, "the group is shutting down");
    return NULL;
}

/* A place for one more task, or *instead. */
static member *admit(const eft_group *group, eft_future **instead)
{
    *instead = refuse(group);
    if (*instead)
        return NULL;
    member *added = eft__alloc_zero(sizeof *added);
    if (!added)
        *instead = eft__future_no_memory();
    return added;
}

static eft_future *enter(eft_group *group, member *added, eft_future *task)
{
    if (task->complete) {
        eft__free(added);
        return task;
    }
    added->node.run = member_done;
    added->group = group;
    added->task = eft_future_ref(task);
    eft__list_append(&group->members, &added->link);
    eft__future_wait(task, &added->node);
    return task;
}

eft_future *eft_group_spawn_owned(eft_group *group, eft_body *body, void *arg,
                                  void (*free_arg)(void *arg))
{
    eft_future *instead;
    member *added = admit(group, &instead);

    if (added)
        return enter(group, added, eft_spawn_owned(body, arg, free_arg));
    if (free_arg)
        free_arg(arg);
    return instead;
}

eft_future *eft_group_spawn(eft_group *group, eft_body *body, void *arg)
{
    return eft_group_spawn_owned(group, body, arg, NULL);
}

eft_future *eft_group_spawn_steps(eft_group *group, eft_body *steps,
                                  const void *state, size_t size)
{
    eft_future *instead;
    member *added = admit(group, &instead);

    if (!added)
        return instead;
    return enter(group, added, eft_spawn_steps(steps, state, size));
}

void eft_group_cancel(eft_group *group)
{
    if (group && !(group->join && !has_members(group)))
        abort_all(group);
}

void eft_group_fail(eft_group *group, eft_result error)
{
    const eft__detail said = eft__detail_said();

    eft_result_free(error);
    if (!group || !error.error || group->state == GROUP_FINISHED)
        return;
    if (error.error == EFT_ECANCELED)
        group->cancel_propagates = true;
    else if (!group->body_error.error)
        eft__detail_copy(&group->body_error, error.error,
                         said.error == error.error ? said.text : NULL);
    if (group->state == GROUP_OPEN)
        abort_group(group);
}

eft_future *eft_group_join(eft_group *group)
{
    eft_future *instead;

    if (!group)
        return eft__future_no_memory();
    if (group->join)
        return eft__future_failed(EFT_EBUSY, "the group is being joined");
    if (group->state == GROUP_FINISHED)
        return eft__future_failed(EFT_EINVAL, "the group is finished");
    join *self = eft__future_make(sizeof *self, &join_class, &instead);

    if (!self)
        return instead;
    self->node.run = join_nobody;
    self->group = group;
    group->join = self;
    if (!has_members(group)) {
        eft_future_ref(&self->future);
        eft__loop_ready(eft__loop_here, &self->node);
    }
    return &self->future;
}

const eft_results *eft_group_errors(const eft_group *group)
{
    static const eft_results none = {0, NULL};

    return group && group->errors ? group->errors : &none;
}

const char *eft_group_error_detail(const eft_group *group, size_t index)
{
    if (index >= eft_group_errors(group)->count)
        return "";

    const eft__detail *error = &group->body_error;

    if (index < group->failed_count) {
        const eft__link *at = group->failed.next;

        while (index--)
            at = at->next;
        error = &member_of(at)->error;
    }
    return error->text ? error->text : eft_strerror(error->error);
}

/* Takes each out of a list and frees it. */
static void free_members(eft__link *list)
{
    while (!eft__list_is_empty(list)) {
        member *first = member_of(list->next);
        eft_future *task = first->task;

        eft__list_remove(&first->link);
        if (task)
            eft__future_unwait(task, &first->node);
        eft__detail_clear(&first->error);
        eft__free(first);
        if (task)
            eft_cancel(task);
        eft_future_free(task);
    }
}

void eft_group_free(eft_group *group)
{
    if (!group)
        return;
    if (group->parent_canceled)
        eft_uncancel(group->parent);
    group->state = GROUP_FINISHED;
    if (group->join) {
        group->join->group = NULL;
        eft__future_fail(&group->join->future, EFT_ECLOSED, NULL);
    }
    free_members(&group->members);
    free_members(&group->failed);
    eft__detail_clear(&group->body_error);
    if (group->errors)
        eft_result_free(eft__results_result(group->errors));
    eft__task_unkeep(group->parent);
    eft__free(group);
}
