/* SPDX-License-Identifier: MIT
 * Random programs: their text form, for random.py. */
#include "random.h"

#include <inttypes.h>
#include <stdio.h>

const char *const op_names[OP_KINDS] = {
    [OP_YIELD] = "yield",
    [OP_SLEEP] = "sleep",
    [OP_SPAWN] = "spawn",
    [OP_AWAIT] = "await",
    [OP_RESOLVE] = "resolve",
    [OP_CANCEL] = "cancel",
    [OP_CANCEL_QUIETLY] = "cancel_quietly",
    [OP_CANCEL_SELF] = "cancel_self",
    [OP_UNCANCEL] = "uncancel",
    [OP_DROP] = "drop",
    [OP_ON_DONE] = "on_done",
    [OP_CALL] = "call",
    [OP_CALL_CANCEL] = "call_cancel",
    [OP_GATHER] = "gather",
    [OP_GATHER_OWN] = "gather_own",
    [OP_WAIT] = "wait",
    [OP_EACH_NEW] = "each_new",
    [OP_EACH_NEXT] = "each_next",
    [OP_EACH_FREE] = "each_free",
    [OP_SCOPE_OPEN] = "scope_open",
    [OP_SCOPE_MOVE] = "scope_move",
    [OP_SCOPE_CLOSE] = "scope_close",
    [OP_GROUP_NEW] = "group_new",
    [OP_GROUP_SPAWN] = "group_spawn",
    [OP_GROUP_CANCEL] = "group_cancel",
    [OP_GROUP_JOIN] = "group_join",
    [OP_ACQUIRE] = "acquire",
    [OP_RELEASE] = "release",
    [OP_PERMIT] = "permit",
    [OP_PERMIT_BACK] = "permit_back",
    [OP_EVENT_WAIT] = "event_wait",
    [OP_EVENT_SET] = "event_set",
    [OP_EVENT_CLEAR] = "event_clear",
    [OP_CONDITION_WAIT] = "condition_wait",
    [OP_CONDITION_UNTIL] = "condition_until",
    [OP_NOTIFY] = "notify",
    [OP_BARRIER_WAIT] = "barrier_wait",
    [OP_BARRIER_RESET] = "barrier_reset",
    [OP_BARRIER_ABORT] = "barrier_abort",
    [OP_PUT] = "put",
    [OP_GET] = "get",
    [OP_PUT_NOW] = "put_now",
    [OP_GET_NOW] = "get_now",
    [OP_TASK_DONE] = "task_done",
    [OP_JOIN] = "join",
    [OP_SHUTDOWN] = "shutdown",
    [OP_FREE] = "free",
};

static void export_op(const random_op *op)
{
    printf("op %s %d %d %d %d %d", op_names[op->kind], op->wrap == WRAP_SHIELD,
           op->on_cancel, op->flag, op->object, (int)op->time);
    for (int i = 0; i < op->count; i++)
        printf(" %d", op->slots[i]);
    printf("\n");
}

void random_export(void)
{
    printf("program %" PRIu64 "\n", world.seed);
    for (int i = 0; i < QUEUES; i++)
        printf("queue %d %d\n", (int)world.queues[i].order,
               (int)world.queues[i].capacity);
    for (int i = 0; i < TASKS; i++) {
        const random_list *list = &world.lists[i];

        printf("task %d %d\n", i, list->ending == END_ERROR);
        for (int j = 0; j < list->count; j++)
            export_op(&list->ops[j]);
    }
    printf("trace\n");
}
