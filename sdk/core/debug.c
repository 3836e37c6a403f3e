/* SPDX-License-Identifier: MIT
 * Debug mode: what it watches, and what it says. */
#include "debug.h"

#include <string.h>

#include "eft/combine.h"
#include "eft/log.h"
#include "eft/memory.h"
#include "targets/complete.h"
#include "kinds.h"
#include "targets/world.h"
#include "text.h"
#include "tree.h"

enum { NANOSECONDS = 1000000, SLOW_MS = 100, CLASSES = 16 };

static _Thread_local struct {
    uint64_t spawned;  /* tasks, since it was turned on */
    int64_t slow;      /* nanoseconds; 0: not set */
    int64_t begun;     /* when the node that runs began */
    bool told_idle;    /* a page was told once that it stands still */
    eft__text has_run; /* the task that ended in this node; empty: none */
} state;

/* Slow nodes */

static void look(eft__loop *loop)
{
    int64_t spent = eft_target_clock() - state.begun;
    eft__text text = {0};

    if (spent < (state.slow ? state.slow : (int64_t)SLOW_MS * NANOSECONDS))
        return;
    if (state.has_run.length)
        eft__text_add(&text, state.has_run.line);
    else if (loop->current)
        eft__describe(&text, &loop->current->future);
    else
        eft__text_add(&text, "a callback");
    eft__text_add(&text, " ran for ");
    eft__text_add_number(&text, (uint64_t)(spent / NANOSECONDS));
    eft__text_add(&text, " ms without a pause: all the others waited");
    eft_log_line(EFT_LOG_WARN, text.line);
}

static void run(eft__loop *loop, eft__node *node)
{
    state.has_run.length = 0;
    state.begun = eft_target_clock();
    node->run(node);
    if (!loop->away || loop->stopped)
        look(loop);
}

static void ended(const eft__task *task)
{
    if (!state.has_run.length)
        eft__describe(&state.has_run, &task->future);
}

/* Names */

static void spawned(eft__loop *loop, eft__task *task, const char *where)
{
    eft__text name = {0};

    (void)loop;
    eft__text_add(&name, "task-");
    eft__text_add_number(&name, ++state.spawned);
    (void)eft__label_set(&task->future, name.line, where);
}

/* Standstill and the end */

static void idle(const eft__loop *loop)
{
    (void)loop;
    if (eft_target_traits_of_world.returns || state.told_idle ||
        !eft_core_is_stuck())
        return;
    state.told_idle = true;
    eft_log_line(EFT_LOG_WARN, "nothing is ready, and no timer or connection "
                               "will change that: only the page can go on");
    eft_debug_print_tasks();
}

/* How many futures of each class are alive. */
typedef struct census {
    struct {
        const char *name;
        size_t count;
    } classes[CLASSES];
    size_t futures;
} census;

static bool count(eft_future *future, void *context)
{
    census *all = context;
    const char *name = eft__class_name(future);

    all->futures++;
    for (size_t i = 0; i < CLASSES; i++) {
        if (all->classes[i].count && strcmp(all->classes[i].name, name))
            continue;
        all->classes[i].name = name;
        all->classes[i].count++;
        break;
    }
    if (!future->complete && future->waiters) {
        eft__text text = {0};

        eft__describe(&text, future);
        eft__text_add(&text, " was destroyed while pending, and awaited");
        eft_log_line(EFT_LOG_WARN, text.line);
    }
    return true;
}

static void add_count(eft__text *text, const char *separator, size_t number,
                      const char *name)
{
    eft__text_add(text, separator);
    eft__text_add_number(text, number);
    eft__text_add(text, " ");
    eft__text_add(text, name);
}

/* How many of a kind there are, and in *blocks of what memory, that may outlive
 * the loop. */
static size_t count_outliving(const eft__kind *kind, size_t *blocks)
{
    const eft__link *end = &kind->objects;
    size_t objects = 0;

    for (const eft__link *at = end->next; kind->outlives && at != end;
         at = at->next) {
        size_t own = kind->outlives(at);

        objects += own > 0;
        *blocks += own;
    }
    return objects;
}

static size_t all_outliving(void)
{
    size_t blocks = 0;

    for (const eft__kind *kind = eft__kinds; kind; kind = kind->next)
        (void)count_outliving(kind, &blocks);
    return blocks;
}

/* What else there is.  An object of a kind that is known by name may have
 * blocks of memory beside its own. */
static void add_others(eft__text *text, const char *separator, size_t others)
{
    const char *rest = "of other kinds";

    for (const eft__kind *kind = eft__kinds; kind; kind = kind->next) {
        size_t blocks = 0;
        size_t number = kind->count - count_outliving(kind, &blocks);

        if (!number || number > others)
            continue;
        add_count(text, separator, number, kind->name);
        others -= number;
        separator = ", ";
        rest = "that are theirs, or of other kinds";
    }
    if (others)
        add_count(text, separator, others, rest);
}

static void tell_one(const eft__kind *kind, const eft__link *object)
{
    char which[EFT__KIND_SHOWN];
    eft__text text = {0};

    kind->describe(object, which, sizeof which);
    eft__text_add(&text, kind->name);
    eft__text_add(&text, " was not freed: ");
    eft__text_add(&text, which);
    eft_log_line(EFT_LOG_WARN, text.line);
}

/* The first of those that have something to say of themselves. */
static void tell_each(void)
{
    enum { MOST = 8 };
    int told = 0;

    for (const eft__kind *kind = eft__kinds; kind; kind = kind->next) {
        const eft__link *end = &kind->objects;

        for (const eft__link *at = end->next; kind->describe && at != end;
             at = at->next)
            if (told++ < MOST)
                tell_one(kind, at);
    }
}

static void closing(const eft__loop *loop)
{
    size_t alive = eft_live_objects(), outliving = all_outliving();
    census all = {.futures = 0};
    eft__text text = {0};
    const char *separator = ": ";

    (void)loop;
    if (alive <= outliving)
        return;
    alive -= outliving;
    (void)eft__live_each(count, &all);
    add_count(&text, "", alive,
              alive == 1 ? "object is still alive" : "objects are still alive");
    for (size_t i = 0; i < CLASSES && all.classes[i].count; i++) {
        add_count(&text, separator, all.classes[i].count, all.classes[i].name);
        separator = ", ";
    }
    add_others(&text, separator, alive > all.futures ? alive - all.futures : 0);
    eft_log_line(EFT_LOG_WARN, text.line);
    tell_each();
}

static const eft__debug hooks = {
    .run = run,
    .ran = look,
    .spawned = spawned,
    .ended = ended,
    .idle = idle,
    .closing = closing,
};

void eft_debug_enable(bool on)
{
    eft__loop *loop = eft__loop_here;

    if (on == (eft__debug_here != NULL))
        return;
    eft__debug_here = on ? &hooks : NULL;
    eft__live_watch(on);
    state.spawned = 0;
    state.told_idle = false;
    state.begun = eft_target_clock();
    if (loop) {
        loop->debug = eft__debug_here;
        loop->watched = on || loop->state != EFT__LOOP_RUNNING;
    }
}

bool eft_debug_is_enabled(void)
{
    return eft__debug_here != NULL;
}

void eft_debug_set_slow(int64_t duration_ms)
{
    if (duration_ms == EFT_FOREVER || duration_ms > INT64_MAX / NANOSECONDS)
        state.slow = INT64_MAX;
    else
        state.slow = duration_ms > 0 ? duration_ms * NANOSECONDS : 1;
}
