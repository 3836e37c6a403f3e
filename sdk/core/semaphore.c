/* SPDX-License-Identifier: MIT
 * Semaphores: a number of permits, first come, first served. */
#include "eft/sync.h"
#include "waiter.h"

struct eft_semaphore {
    eft__kept kept;
    eft__node *waiting; /* queue of waiters */
    size_t value;       /* permits that nobody has */
    size_t bound;       /* the most that value may be */
    size_t woken;       /* waiters that have a permit, and their turn to come */
    bool freed;
};

/* Gives permits to those who wait, while there are some. */
static void pass(eft_semaphore *semaphore)
{
    while (semaphore->value && eft__wake_first(&semaphore->waiting)) {
        semaphore->value--;
        semaphore->woken++;
    }
}

static void run_acquire(eft__node *node)
{
    eft__waiter *waiter = eft__waiter_of(node);
    eft_semaphore *semaphore = (eft_semaphore *)waiter->object;

    if (waiter->woken)
        semaphore->woken--;
    if (waiter->woken && waiter->canceled)
        semaphore->value++;
    /* Permits that were kept back because somebody was woken. */
    pass(semaphore);
    if (waiter->canceled)
        eft__turn_complete(waiter, eft_failed(EFT_ECANCELED));
    else if (semaphore->freed)
        eft__turn_fail(waiter, EFT_ECLOSED, "the semaphore was freed");
    else
        eft__turn_complete(waiter, eft_ok());
}

static bool cancel_acquire(eft_future *future)
{
    eft__waiter *waiter = (eft__waiter *)future;
    eft_semaphore *semaphore = (eft_semaphore *)waiter->object;

    return eft__waiter_cancel(waiter, &semaphore->waiting);
}

static const eft__future_class acquire_class = {.name = "semaphore_acquire",
                                                .cancel = cancel_acquire,
                                                .fini = eft__waiter_fini};

static eft_semaphore *make(size_t value, size_t bound)
{
    eft_semaphore *semaphore = eft__alloc_zero(sizeof *semaphore);

    if (semaphore) {
        semaphore->kept.keepers = 1;
        semaphore->value = value;
        semaphore->bound = bound;
    }
    return semaphore;
}

eft_semaphore *eft_semaphore_new(size_t value)
{
    return make(value, SIZE_MAX);
}

eft_semaphore *eft_semaphore_new_bounded(size_t value)
{
    return make(value, value);
}

void eft_semaphore_free(eft_semaphore *semaphore)
{
    if (!semaphore)
        return;
    semaphore->freed = true;
    eft__waiters_fail(&semaphore->waiting, EFT_ECLOSED,
                      "the semaphore was freed");
    eft__unkeep(&semaphore->kept);
}

eft_future *eft_semaphore_acquire(eft_semaphore *semaphore)
{
    eft_future *instead;

    if (!semaphore)
        return eft__no_object();
    if (!eft_semaphore_is_locked(semaphore)) {
        semaphore->value--;
        return &eft__done;
    }
    eft__waiter *waiter =
        eft__waiter_make(sizeof *waiter, &acquire_class, &semaphore->kept,
                         run_acquire, &instead);
    if (!waiter)
        return instead;
    eft__waiter_wait(waiter, &semaphore->waiting);
    return &waiter->future;
}

int32_t eft_semaphore_release(eft_semaphore *semaphore)
{
    if (!semaphore || semaphore->value >= semaphore->bound)
        return EFT_EINVAL;
    semaphore->value++;
    if (eft__wake_first(&semaphore->waiting)) {
        semaphore->value--;
        semaphore->woken++;
    }
    return 0;
}

bool eft_semaphore_is_locked(const eft_semaphore *semaphore)
{
    return semaphore &&
           (!semaphore->value || semaphore->waiting || semaphore->woken);
}
