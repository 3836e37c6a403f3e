/* SPDX-License-Identifier: MIT
 * The virtual world: a clock that jumps, and no network. */
#include "targets/virtual/virtual.h"

#include <stdio.h>

#include "eft/error.h"
#include "eft/log.h"
#include "targets/complete.h"
#include "targets/world.h"

/* Nothing comes from outside, so whatever a program does here it does again in
 * the next run, and an hour passes at once.  Time stands still while anything
 * is ready: a program that is never idle never sees a timer. */

static _Thread_local int64_t now_ns;

const eft_target_ws_traits eft_target_ws_traits_of_world = {
    .any_close_code = true, .ca_file = true};

void eft__virtual_idle(void)
{
    int64_t deadline = eft_core_deadline();

    if (deadline == INT64_MAX)
        eft_core_stuck();
    else if (deadline > now_ns)
        now_ns = deadline;
}

void eft__virtual_pass(int64_t duration_ns)
{
    now_ns += duration_ns;
}

/* One thread is all that there is. */
void *eft_target_waker(void)
{
    return NULL;
}

void eft_target_wake_thread(void *waker)
{
    (void)waker;
}

int64_t eft_target_clock(void)
{
    return now_ns;
}

int32_t eft_target_open(void)
{
    now_ns = 0;
    eft__virtual_open();
    return 0;
}

void eft_target_close(void)
{
}

void eft_target_log(int level, const char *text)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    const char *name = level >= EFT_LOG_DEBUG && level <= EFT_LOG_ERROR
                           ? names[level]
                           : "info";

    fprintf(stderr, "%s: %s\n", name, text);
}

void eft_target_ws_open(uint32_t id, const eft_target_ws_request *request)
{
    const eft_core_ws_end end = {.error = EFT_ENOTSUP,
                                 .code = 1006,
                                 .reason = "",
                                 .detail = "the virtual world has no network"};

    (void)request;
    eft_core_ws_closed(id, &end);
}

/* No connection is ever open: the core has no reason to call the others. */

void eft_target_ws_send(uint32_t id, eft_message_type type, const void *data,
                        size_t length)
{
    (void)id;
    (void)type;
    (void)data;
    (void)length;
}

void eft_target_ws_pause(uint32_t id, bool paused)
{
    (void)id;
    (void)paused;
}

void eft_target_ws_close(uint32_t id, uint16_t code, const char *reason,
                         size_t reason_length)
{
    (void)id;
    (void)code;
    (void)reason;
    (void)reason_length;
}

void eft_target_ws_abort(uint32_t id)
{
    (void)id;
}
