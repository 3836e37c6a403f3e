/* SPDX-License-Identifier: MIT
 * The tests that are no trials, or not in every way, and why. */
#include <string.h>

#include "no_memory.h"

typedef struct exception {
    const char *suite;
    const char *test; /* NULL: all */
    const char *reason;
} exception;

/* These set an allocator themselves. */
static const exception left_out[] = {
    {"memory", NULL, NULL},
    {"frame_memory", NULL, NULL},
    {"protocol_memory", NULL, NULL},
    {"combine_memory", NULL, NULL},
    {"as_completed", "a_next_without_memory_loses_nothing", NULL},
    {"as_completed", "without_memory_the_next_says_so", NULL},
    {"barrier", "without_memory_nobody_comes_in", NULL},
    {"condition", "without_memory_the_lock_stays_held", NULL},
    {"debug", "memory_short_a_task_has_no_number", NULL},
    {"debug", "memory_short_the_tree_says_so", NULL},
    {"event", "without_memory_nobody_waits", NULL},
    {"executor", "each_failing_allocation_is_answered", NULL},
    {"group", "each_failing_allocation_leaves_nothing_behind", NULL},
    {"lock", "without_memory_nobody_waits", NULL},
    {"names", "memory_short_a_name_stays", NULL},
    {"queue", "a_put_that_finds_no_memory_in_its_turn_lets_the_next_try", NULL},
    {"queue", "each_failing_allocation_leaks_and_crashes_nothing", NULL},
    {"queue_cancel", "there_is_always_room_for_an_item_that_goes_back", NULL},
    {"semaphore", "without_memory_nobody_waits", NULL},
    {"shield", "without_memory_it_fails_and_gives_the_future_up", NULL},
    {"timeout", "without_memory_there_is_none", NULL},
    {"wait", "without_memory_it_fails_and_holds_nothing", NULL},
    {NULL, NULL, NULL},
};

/* Why a test that looks at no error may wait for ever, or keep something. */
#define PARTY "one that could not be spawned is waited for at the barrier"
#define PARTNER "who would put, notify, release or resolve could not be started"
#define CONSUMED "an argument was to be freed by a body that never begins"
#define KEPT "a task that was to be cancelled by a wait is not"

static const exception excused[] = {
    {"barrier", "a_cancel_while_it_drains_does_not_hold_up_the_rest", PARTY},
    {"barrier", "a_cancelled_wait_leaves_its_place", PARTY},
    {"barrier_break", "a_reset_ends_those_that_wait", PARTY},
    {"barrier_break", "a_reset_makes_a_broken_one_whole", PARTY},
    {"barrier_break", "a_reset_of_an_empty_one_changes_nothing", PARTY},
    {"barrier_break", "a_reset_spares_those_that_wait_to_come_in", PARTY},
    {"barrier_break", "a_reset_while_it_drains_ends_those_inside", PARTY},
    {"barrier_break", "a_task_that_fails_can_abort", PARTY},
    {"barrier", "a_wait_can_time_out", PARTY},
    {"barrier", "a_wait_that_blocks_can_be_cancelled", PARTY},
    {"barrier", "all_pass_when_the_last_one_comes", PARTY},
    {"barrier_break",
     "an_abort_ends_those_inside_and_those_that_wait_to_come_in", PARTY},
    {"barrier", "each_gets_a_number_of_its_own", PARTY},
    {"barrier", "it_can_be_passed_again", PARTY},
    {"barrier", "it_fills_task_by_task", PARTY},
    {"barrier", "some_block_while_it_drains", PARTY},
    {"barrier", "the_numbers_are_unique_where_a_wait_was_cancelled", PARTY},
    {"barrier", "who_comes_before_all_have_gone_waits_for_the_next_round",
     PARTY},
    {"barrier_break", "who_was_reset_can_wait_again", PARTY},
    {"cancel", "a_cancel_visits_each_task_of_a_web_once", CONSUMED},
    {"cancel", "a_long_chain_of_tasks_is_cancelled_without_recursion",
     CONSUMED},
    {"cancel", "a_long_chain_of_waits_is_cancelled_without_recursion",
     CONSUMED},
    {"cancel", "a_value_that_is_there_survives_a_cancel", CONSUMED},
    {"cancel", "an_owned_value_survives_a_cancel_that_comes_too_late",
     CONSUMED},
    {"cancel", "cancel_reaches_through_a_chain_of_tasks", CONSUMED},
    {"cancel", "cancelling_one_awaiter_cancels_the_future_they_share",
     CONSUMED},
    {"cancel_count", "a_cancel_that_passes_through_counts_at_each_task",
     CONSUMED},
    {"cancel_count", "uncancel_forgets_what_was_not_delivered", CONSUMED},
    {"condition_cancel", "a_cancel_after_the_notification_holds_the_lock_too",
     PARTNER},
    {"condition_cancel", "a_cancelled_wait_can_be_given_up", PARTNER},
    {"condition_cancel", "a_cancelled_wait_waits_for_the_lock", PARTNER},
    {"condition", "a_lock_can_be_given_and_shared", PARTNER},
    {"condition_cancel", "a_predicate_may_cancel_the_wait", PARTNER},
    {"condition_cancel", "a_predicate_may_give_up_the_wait", PARTNER},
    {"condition", "a_wait_ends_when_notified_and_the_lock_is_released",
     PARTNER},
    {"condition_cancel",
     "a_wait_that_is_given_up_passes_notification_and_lock_on", PARTNER},
    {"condition", "freeing_it_ends_what_waits", PARTNER},
    {"condition", "freeing_its_lock_first_does_no_harm", PARTNER},
    {"debug", "a_chain_of_ten_thousand_is_told", CONSUMED},
    {"debug", "the_tree_names_steps", CONSUMED},
    {"debug", "the_tree_tells_kind_place_and_state", CONSUMED},
    {"debug", "what_a_task_awaits_stands_below_it", CONSUMED},
    {"debug", "what_two_tasks_await_is_told_once", CONSUMED},
    {"event", "who_is_woken_may_free_it", CONSUMED},
    {"fiber", "a_thousand_fibers_resume_in_any_order", CONSUMED},
    {"fiber", "fibers_resume_last_in_first_out_too", CONSUMED},
    {"future", "await_of_a_pending_future_suspends_until_it_is_resolved",
     PARTNER},
    {"gather", "a_sibling_whose_reference_was_kept_runs_on", CONSUMED},
    {"gather_cancel", "a_sibling_that_is_complete_delays_no_error", CONSUMED},
    {"group_cancel", "an_error_leaves_the_cancel_to_the_next_await", PARTNER},
    {"group_cancel", "so_it_does_behind_another_task", CONSUMED},
    {"lock_cancel", "a_cancel_that_races_with_a_release_serves_the_next",
     CONSUMED},
    {"lock", "who_gets_it_may_free_it", CONSUMED},
    {"queue", "a_get_waits_for_an_item", PARTNER},
    {"queue", "a_new_queue_is_empty", PARTNER},
    {"queue", "a_put_waits_while_the_queue_is_full", PARTNER},
    {"queue", "an_item_is_in_the_queue_until_the_turn_of_the_get", PARTNER},
    {"queue", "gets_are_served_in_their_order", PARTNER},
    {"queue", "many_items_pass_a_queue_of_one", PARTNER},
    {"queue", "puts_are_served_in_their_order", PARTNER},
    {"queue", "who_finds_the_item_first_has_it", PARTNER},
    {"queue_cancel", "a_cancelled_get_leaves_the_item_to_the_next", PARTNER},
    {"queue_cancel", "a_get_cancelled_after_it_was_woken_wakes_the_next",
     PARTNER},
    {"queue_cancel", "an_item_that_goes_back_wakes_who_waits", PARTNER},
    {"queue_end", "join_waits_until_all_work_is_done", PARTNER},
    {"queue_order", "a_waiting_get_has_the_least_at_its_turn", PARTNER},
    {"queue_order", "a_waiting_get_has_the_newest_at_its_turn", PARTNER},
    {"queue_order", "last_in_first_out_gives_the_newest", PARTNER},
    {"shield", "the_waiting_task_is_cancelled_and_the_inner_goes_on", CONSUMED},
    {"task", "one_future_wakes_all_who_await_it", CONSUMED},
    {"timeout", "a_deadline_that_comes_too_late_for_the_await_is_forgotten",
     CONSUMED},
    {"wait", "cancelling_the_waiter_leaves_the_futures_running", CONSUMED},
    {"wait_for", "a_timed_out_task_that_was_kept_is_cancelled", KEPT},
    {NULL, NULL, NULL},
};

static const exception *find(const exception *list, const char *suite,
                             const char *test)
{
    for (; list->suite; list++)
        if (!strcmp(list->suite, suite) &&
            (!list->test || !strcmp(list->test, test)))
            return list;
    return NULL;
}

bool no_memory_is_left_out(const char *suite, const char *test)
{
    return find(left_out, suite, test);
}

const char *no_memory_excuse(const char *suite, const char *test)
{
    const exception *found = find(excused, suite, test);

    return found ? found->reason : NULL;
}
