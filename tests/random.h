/* SPDX-License-Identifier: MIT
 * Random programs on the core: what they are made of. */
#ifndef EFT_TESTS_RANDOM_H
#define EFT_TESTS_RANDOM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eft/eft.h>

/* Design notes.  A program is data: up to 16 tasks, each with a list of ops,
 * and a few promises, locks, queues and their like.  One interpreter, in
 * random_act.c, runs a list, in a task on a stack or in one of steps.  Beside
 * each object of the library stands what the test knows of it: that changes
 * only where an op begins or ends, so it is what it was when nothing was ready
 * any more, and random_check.c looks at it before each jump's first event.
 *
 * Objects are strict or wild.  A strict one is only awaited directly, and
 * modelled exactly; a wild one is waited for in shields, gathers, timeouts, and
 * through futures that are kept and dropped, and some things can't be known. */

enum {
    TASKS = 16,
    FIRST_TASKS = 6, /* begin with the program */
    PROMISES = 4,
    SLOTS = TASKS + PROMISES, /* of futures: the tasks', then the promises */
    OPS = 24,                 /* in a list */
    LOCKS = 3,
    SEMAPHORES = 2,
    EVENTS = 2,
    CONDITIONS = 2,
    BARRIERS = 2,
    QUEUES = 3,
    CALLS = 4,
    MODEL = 64, /* items that a queue is let to have */
    IDS = 8192, /* items that are looked at */
    CHOSEN = 3, /* futures that an op names */
    SCOPES = 2,
    OBJECTS = LOCKS + SEMAPHORES + EVENTS + CONDITIONS + BARRIERS + QUEUES
};

typedef enum op_kind {
    OP_YIELD,
    OP_SLEEP,
    OP_SPAWN,
    OP_AWAIT,
    OP_RESOLVE,
    OP_CANCEL,
    OP_CANCEL_QUIETLY, /* after a sleep, when nothing else is ready */
    OP_CANCEL_SELF,
    OP_UNCANCEL,
    OP_DROP,
    OP_ON_DONE,
    OP_CALL,
    OP_CALL_CANCEL,
    OP_GATHER,
    OP_GATHER_OWN, /* of tasks that nobody else holds */
    OP_WAIT,
    OP_EACH_NEW,
    OP_EACH_NEXT,
    OP_EACH_FREE,
    OP_SCOPE_OPEN,
    OP_SCOPE_MOVE,
    OP_SCOPE_CLOSE,
    OP_GROUP_NEW,
    OP_GROUP_SPAWN,
    OP_GROUP_CANCEL,
    OP_GROUP_JOIN,
    OP_ACQUIRE,
    OP_RELEASE,
    OP_PERMIT,
    OP_PERMIT_BACK,
    OP_EVENT_WAIT,
    OP_EVENT_SET,
    OP_EVENT_CLEAR,
    OP_CONDITION_WAIT,
    OP_CONDITION_UNTIL,
    OP_NOTIFY,
    OP_BARRIER_WAIT,
    OP_BARRIER_RESET,
    OP_BARRIER_ABORT,
    OP_PUT,
    OP_GET,
    OP_PUT_NOW,
    OP_GET_NOW,
    OP_TASK_DONE,
    OP_JOIN,
    OP_SHUTDOWN,
    OP_FREE, /* an object */
    OP_KINDS
} op_kind;

/* What is done with the future of an op. */
typedef enum random_wrap {
    WRAP_NONE, /* it is awaited */
    WRAP_WAIT_FOR,
    WRAP_SHIELD,
    WRAP_GATHER, /* with a sleep */
    WRAP_DROP,   /* it is given up at once */
    WRAP_HOLD    /* it is given up some time later */
} random_wrap;

/* What a task does that was told EFT_ECANCELED. */
typedef enum random_on_cancel {
    CANCEL_RETURN,
    CANCEL_CLEAN_UP, /* sleeps, then returns */
    CANCEL_SWALLOW,  /* goes on */
    CANCEL_WAIT      /* sleeps until that is not cancelled, then goes on */
} random_on_cancel;

typedef struct random_op {
    op_kind kind;
    random_wrap wrap;
    random_on_cancel on_cancel;
    int flag;   /* of many meanings, 0 to 7 */
    int object; /* its index */
    int count;  /* of slots */
    int slots[CHOSEN];
    int32_t time;      /* ms */
    int32_t wrap_time; /* ms */
} random_op;

typedef enum random_ending { END_VALUE, END_OWNED, END_ERROR } random_ending;

/* A task as it is written. */
typedef struct random_list {
    bool steps;
    int repeat; /* how often ops are run */
    random_ending ending;
    int count;
    random_op ops[OPS];
} random_list;

/* A value that must be freed once. */
typedef struct random_item {
    int64_t id;
} random_item;

typedef struct random_scope {
    eft_timeout_scope *scope;
    int64_t when;
    uint32_t count; /* the task's cancels when it was opened */
} random_scope;

/* A task as it runs. */
typedef struct random_actor {
    int index;
    const random_list *list;
    bool spawned;
    bool begun;
    bool ended;
    bool never;       /* it was cancelled before it had begun */
    eft_future *task; /* borrowed while it runs; else NULL */
    int at;
    int round;
    const random_op *op; /* awaited; NULL: none */
    int64_t since;
    uint64_t ticket;     /* of its place in a queue */
    bool asked;          /* it was cancelled while it waited, in time */
    bool must_wake;      /* what it waits for has happened */
    int leaving;         /* stages of its end; 0: not yet */
    int32_t told;        /* the error that it will return */
    bool wait_to_go_on;  /* CANCEL_WAIT */
    bool clean_up;       /* CANCEL_CLEAN_UP, before it leaves */
    eft_result returned; /* as it ended; ptr is nobody's any more */
    int permits[SEMAPHORES];
    random_scope scopes[SCOPES];
    int scope_count;
    eft_group *group;
    uint32_t members; /* of the group, bits */
    uint32_t own;     /* of its gather */
    int64_t put_id;   /* of what it puts */
    eft_as_completed *each;
    const random_op *each_op;
    uint32_t each_given;
    int64_t each_deadline;
    eft_future *held; /* WRAP_HOLD */
    const random_op *held_op;
} random_actor;

typedef struct random_slot {
    eft_future *future; /* one reference; NULL: not yet, or dropped */
    eft_state seen;
    bool resolved; /* a promise, with this: */
    eft_result result;
    bool is_shielded; /* so it is kept until it is complete */
    int told_count;   /* on_done callbacks that are to come */
} random_slot;

typedef struct model_queue {
    eft_queue *queue;
    bool strict;
    bool shut;
    eft_queue_order order;
    size_t capacity;
    size_t count;
    int64_t ids[MODEL]; /* as they will be got */
    int64_t unfinished;
} model_queue;

typedef struct random_call {
    eft_future *future; /* NULL: none, or dropped */
    bool pending;
    bool soon;
    uint64_t number;
    int64_t when;
    int victim; /* a slot, which it cancels; -1: none */
} random_call;

typedef struct random_world {
    uint64_t seed;
    uint64_t steps; /* of this program */
    uint64_t step_limit;
    bool is_broken;
    bool ending;

    random_list lists[TASKS];
    random_actor actors[TASKS];
    random_slot slots[SLOTS];

    eft_lock *locks[LOCKS];
    bool lock_strict[LOCKS];
    int lock_holder[LOCKS]; /* an actor and 1; 0: nobody that is known */
    uint64_t lock_ticket[LOCKS];

    eft_semaphore *semaphores[SEMAPHORES];
    bool semaphore_strict[SEMAPHORES];
    int64_t permits[SEMAPHORES];
    int64_t bounds[SEMAPHORES]; /* 0: none */
    uint64_t semaphore_ticket[SEMAPHORES];

    eft_event *events[EVENTS];
    eft_condition *conditions[CONDITIONS]; /* each of the lock of its index */
    int news[CONDITIONS];                  /* what its predicate looks at */

    eft_barrier *barriers[BARRIERS];
    bool barrier_strict[BARRIERS];
    bool barrier_broken[BARRIERS];
    uint32_t barrier_passed[BARRIERS]; /* the numbers of this round */

    model_queue queues[QUEUES];
    random_call calls[CALLS];
    uint64_t soon_made;
    uint64_t soon_run;

    uint64_t tickets;
    int64_t next_id;
    int64_t live_items;
    uint8_t got[IDS];     /* ids that a get has given */
    int64_t marked[1024]; /* times that are watched */
    int64_t last_mark;
    int64_t begin;  /* eft_now() */
    bool has_rings; /* tasks may wait for each other in a ring */
    bool is_chain;  /* most tasks await the next one */
    bool twin;      /* a program that asyncio can run too */
} random_world;

extern random_world world;
extern uint64_t random_steps; /* of all programs */
extern bool random_traces;

/* How a kind of op begins and ends.  begin gives what is to be awaited, or
 * NULL; end takes result. */
typedef struct op_class {
    eft_future *(*begin)(random_actor *self, const random_op *op);
    void (*end)(random_actor *self, const random_op *op, eft_result result);
} op_class;

extern const op_class task_ops[OP_KINDS];
extern const op_class combine_ops[OP_KINDS];
extern const op_class scope_ops[OP_KINDS];
extern const op_class sync_ops[OP_KINDS];
extern const op_class queue_ops[OP_KINDS];
extern const char *const op_names[OP_KINDS];

/* random_make.c */
uint32_t random_below(uint32_t bound);
void random_seed(uint64_t seed);
void random_make_program(bool twin);

/* random_text.c: prints the program for random.py. */
void random_export(void);

/* random_task.c: end_plainly is the end of an op whose result tells nothing. */
void slot_drop(int index);
void end_plainly(random_actor *self, const random_op *op, eft_result result);

/* random_act.c */
eft_future *actor_spawn(random_actor *self, eft_group *group);
void actor_give_up_held(random_actor *self);
void actor_tell(random_actor *self, const random_op *op, int32_t error);
const op_class *class_of(const random_op *op);

/* random_check.c */
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
void broken(const char *format, ...);
void random_event(const random_actor *self, const char *what, const char *phase,
                  int32_t error, int64_t value);
void random_tell_op(const random_actor *self, const random_op *op);
uint64_t random_hash(void);
void random_hash_add(uint64_t value);
void mark_time(int64_t delay_ms);
void check_idle(void);
void check_slot(int index);
void check_result(int index, eft_result result);

/* random_queue.c: items. */
eft_result item_new(bool owned);
int64_t item_id(eft_result result);

/* random_sync.c and random_queue.c */
void objects_open(void);
void object_free(int object);
void release_all(random_actor *self);
void queues_open(void);
void queue_free_at(int index);
void check_sync_waiter(const random_actor *self);
void check_queue_waiter(const random_actor *self);
void check_sync_objects(void);
void check_queue_objects(void);

#endif
