/* SPDX-License-Identifier: MIT
 * Tests on a thread of their own. */
#define _POSIX_C_SOURCE 200809L
#include "threads.h"

#include <pthread.h>

#include <eft/eft.h>

#include "suite.h"

typedef struct entry {
    void (*run)(void);
} entry;

static void *enter(void *arg)
{
    ((entry *)arg)->run();
    eft_loop_close();
    CHECK(eft_live_objects() == 0);
    return NULL;
}

void in_a_thread(void (*run)(void))
{
    entry made = {run};
    pthread_t thread;

    REQUIRE(pthread_create(&thread, NULL, enter, &made) == 0);
    pthread_join(thread, NULL);
}
