/* SPDX-License-Identifier: MIT
 * The suites that need no network, in the order in which they run. */
#include "suite.h"

extern const test_case suite_seam[];
extern const test_case suite_memory[];
extern const test_case suite_utf8[];
extern const test_case suite_bytes[];
extern const test_case suite_frame_read[];
extern const test_case suite_frame_refuse[];
extern const test_case suite_frame_write[];
extern const test_case suite_frame_memory[];
extern const test_case suite_fragments[];
extern const test_case suite_deflate_offer[];
extern const test_case suite_deflate_refuse[];
extern const test_case suite_protocol[];
extern const test_case suite_protocol_close[];
extern const test_case suite_protocol_memory[];
extern const test_case suite_url[];
extern const test_case suite_json[];
extern const test_case suite_future[];
extern const test_case suite_task[];
extern const test_case suite_cancel[];
extern const test_case suite_loop[];
extern const test_case suite_executor[];
extern const test_case suite_names[];
extern const test_case suite_gather[];
extern const test_case suite_gather_cancel[];
extern const test_case suite_wait_for[];
extern const test_case suite_lock[];
extern const test_case suite_lock_cancel[];
extern const test_case suite_event[];
extern const test_case suite_condition[];
extern const test_case suite_condition_cancel[];
extern const test_case suite_semaphore[];
extern const test_case suite_semaphore_cancel[];
extern const test_case suite_barrier[];
extern const test_case suite_barrier_break[];
extern const test_case suite_queue[];
extern const test_case suite_queue_cancel[];
extern const test_case suite_queue_order[];
extern const test_case suite_queue_end[];
extern const test_case suite_fiber[];

const test_suite test_suites[] = {
    {"seam", suite_seam},
    {"memory", suite_memory},
    {"utf8", suite_utf8},
    {"bytes", suite_bytes},
    {"frame_read", suite_frame_read},
    {"frame_refuse", suite_frame_refuse},
    {"frame_write", suite_frame_write},
    {"frame_memory", suite_frame_memory},
    {"fragments", suite_fragments},
    {"deflate_offer", suite_deflate_offer},
    {"deflate_refuse", suite_deflate_refuse},
    {"protocol", suite_protocol},
    {"protocol_close", suite_protocol_close},
    {"protocol_memory", suite_protocol_memory},
    {"url", suite_url},
    {"json", suite_json},
    {"future", suite_future},
    {"task", suite_task},
    {"cancel", suite_cancel},
    {"loop", suite_loop},
    {"executor", suite_executor},
    {"names", suite_names},
    {"gather", suite_gather},
    {"gather_cancel", suite_gather_cancel},
    {"wait_for", suite_wait_for},
    {"lock", suite_lock},
    {"lock_cancel", suite_lock_cancel},
    {"event", suite_event},
    {"condition", suite_condition},
    {"condition_cancel", suite_condition_cancel},
    {"semaphore", suite_semaphore},
    {"semaphore_cancel", suite_semaphore_cancel},
    {"barrier", suite_barrier},
    {"barrier_break", suite_barrier_break},
    {"queue", suite_queue},
    {"queue_cancel", suite_queue_cancel},
    {"queue_order", suite_queue_order},
    {"queue_end", suite_queue_end},
    {"fiber", suite_fiber},
    {NULL, NULL},
};
