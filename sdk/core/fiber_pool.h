/* SPDX-License-Identifier: MIT
 * Fibers that tasks run on, used again and again. */
#ifndef EFT_CORE_FIBER_POOL_H
#define EFT_CORE_FIBER_POOL_H

#include <stdint.h>

#include "targets/fiber.h"

struct eft__loop;
struct eft__fiber_task;

/* One fiber of the target, and the task that it carries. Its entry runs one
 * task after the other and never returns.
 *
 *   IDLE (in the loop's list) --take--> BUSY (task set) --task ends--> IDLE
 *                                          | dies: forgotten */
typedef struct eft__fiber {
    eft_fiber *target;
    struct eft__loop *loop;
    struct eft__fiber_task *task; /* NULL: idle */
    struct eft__fiber *next;      /* in the list of idle ones */
} eft__fiber;

/* Gives an idle fiber, or a new one, to task; or EFT_ENOMEM or EFT_ELIMIT. */
int32_t eft__fiber_take(struct eft__loop *loop, struct eft__fiber_task *task);

/* Frees the idle fibers. */
void eft__fiber_pool_fini(struct eft__loop *loop);

#endif
