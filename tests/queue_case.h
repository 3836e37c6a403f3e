/* SPDX-License-Identifier: MIT
 * What the suites of queues have in common: a queue, and short calls on it. */
#ifndef EFT_TESTS_QUEUE_CASE_H
#define EFT_TESTS_QUEUE_CASE_H

#include <eft/eft.h>

/* The queue of the running test. */
extern eft_queue *queue;

/* Make it, and free it. */
void queue_begin(size_t capacity);
void queue_begin_order(eft_queue_order order);
void queue_finish(void);

/* Lets what is ready have its turn. */
void queue_turn(void);

/* Numbers in and out; out comes the error where there is no number. */
int32_t put_now(int64_t value);
eft_future *put_item(int64_t value);
int64_t get_now(void);
int64_t get_item(void);

/* A task that waits for an item, and gives it. */
eft_result queue_getter(void *arg);

/* A task that puts a number, and notes "put" and the number. */
eft_future *spawn_put(int value);

#endif
