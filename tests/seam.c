/* SPDX-License-Identifier: MIT
 * Tests of the seam: all that targets/ declares is linked. */
#include <stdio.h>

#include "suite.h"
#include "targets/complete.h"
#include "targets/fiber.h"
#include "targets/world.h"

/* One thing that the seam declares. */
typedef struct part {
    const char *name;
    void (*function)(void);
    const void *object;
} part;

/* FUNCTION and OBJECT are the members of a part; what is missing fails the
 * link.  script/check-headers looks whether all that is declared is here. */
#define FUNCTION(name) #name, (void (*)(void))(name), NULL
#define OBJECT(name) #name, NULL, &(name)

/* Volatile: what a compiler can prove about an address it would not look up. */
static const volatile part parts[] = {
    /* fiber.h */
    {FUNCTION(eft_target_fiber_limit)},
    {FUNCTION(eft_target_fiber_create)},
    {FUNCTION(eft_target_fiber_resume)},
    {FUNCTION(eft_target_fiber_may_park)},
    {FUNCTION(eft_target_fiber_hand_over)},
    {OBJECT(eft_target_fiber_hands_over)},
    {FUNCTION(eft_target_fiber_park)},
    {FUNCTION(eft_target_fiber_destroy)},
    /* world.h */
    {FUNCTION(eft_target_clock)},
    {FUNCTION(eft_target_open)},
    {FUNCTION(eft_target_run)},
    {FUNCTION(eft_target_close)},
    {FUNCTION(eft_target_wake)},
    {OBJECT(eft_target_traits_of_world)},
    {FUNCTION(eft_target_waker)},
    {FUNCTION(eft_target_wake_thread)},
    {FUNCTION(eft_target_work)},
    {FUNCTION(eft_target_log)},
    {OBJECT(eft_target_ws_traits_of_world)},
    {OBJECT(eft_target_ws_lacks)},
    {FUNCTION(eft_target_ws_open)},
    {FUNCTION(eft_target_ws_send)},
    {FUNCTION(eft_target_ws_ping)},
    {FUNCTION(eft_target_ws_pause)},
    {FUNCTION(eft_target_ws_close)},
    {FUNCTION(eft_target_ws_abort)},
    {OBJECT(eft_target_http_traits_of_world)},
    {OBJECT(eft_target_http_lacks)},
    {FUNCTION(eft_target_http_open)},
    {FUNCTION(eft_target_http_close)},
    {FUNCTION(eft_target_http_start)},
    {FUNCTION(eft_target_http_write)},
    {FUNCTION(eft_target_http_pause)},
    {FUNCTION(eft_target_http_abort)},
    {FUNCTION(eft_target_http_cookies)},
    {FUNCTION(eft_target_http_set_cookie)},
    {FUNCTION(eft_target_decode)},
    {FUNCTION(eft_target_file_length)},
    {FUNCTION(eft_target_file_upload)},
    {FUNCTION(eft_target_random)},
    /* complete.h */
    {FUNCTION(eft_core_pump)},
    {FUNCTION(eft_core_pump_on)},
    {FUNCTION(eft_core_deadline)},
    {FUNCTION(eft_core_is_stuck)},
    {FUNCTION(eft_core_stuck)},
    {FUNCTION(eft_core_interrupt)},
    {FUNCTION(eft_core_close)},
    {FUNCTION(eft_core_work_done)},
    {FUNCTION(eft_core_fiber_died)},
    {FUNCTION(eft_core_ws_open)},
    {FUNCTION(eft_core_ws_message)},
    {FUNCTION(eft_core_ws_drained)},
    {FUNCTION(eft_core_ws_pong)},
    {FUNCTION(eft_core_ws_closed)},
    {FUNCTION(eft_core_http_head)},
    {FUNCTION(eft_core_http_room)},
    {FUNCTION(eft_core_http_arrived)},
    {FUNCTION(eft_core_http_written)},
    {FUNCTION(eft_core_http_sent)},
    {FUNCTION(eft_core_http_ended)},
};

static void every_part_of_the_seam_is_linked(void)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        bool linked = parts[i].function || parts[i].object;

        if (!linked)
            printf("missing: %s\n", parts[i].name);
        CHECK(linked);
    }
}

const test_case suite_seam[] = {
    {"every_part_of_the_seam_is_linked", every_part_of_the_seam_is_linked},
    {NULL, NULL},
};
