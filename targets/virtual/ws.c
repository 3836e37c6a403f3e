/* SPDX-License-Identifier: MIT
 * The virtual world's WebSockets: none, or what a test makes of them. */
#include "targets/virtual/ws.h"

#include <stdlib.h>
#include <string.h>

#include "eft/error.h"
#include "eft/loop.h"
#include "targets/complete.h"
#include "targets/virtual/calls.h"

const eft_target_ws_traits eft_target_ws_traits_of_world = {
    .any_close_code = true, .pings = true, .fragments = true};

const eft_target_lack eft_target_ws_lacks[] = {{NULL, NULL}};

static _Thread_local struct {
    bool taken_over;
    bool keeps_aborts;
    eft__virtual_calls calls; /* connections are counted */
    eft_future *called;       /* pending until the next one */
} script;

static void forget(void)
{
    eft__virtual_calls_clear(&script.calls);
    eft_future_free(script.called);
    script.called = NULL;
    script.keeps_aborts = false;
}

void eft__virtual_ws_begin(void)
{
    forget();
    script.taken_over = true;
}

/* What is open still has no server any more, nor a keepalive that asks it. */
void eft__virtual_ws_end(void)
{
    const eft_core_ws_end end = {
        .error = EFT_ECANCELED, .code = 1006, .reason = ""};

    for (unsigned i = 0; i < script.calls.count && i < EFT__VIRTUAL_IDS; i++)
        eft_core_ws_closed(script.calls.ids[i], &end);
    forget();
    script.taken_over = false;
}

void eft__virtual_ws_answer_aborts(bool answer)
{
    script.keeps_aborts = !answer;
}

void eft__virtual_ws_adopt(uint32_t id)
{
    eft__virtual_calls_begin(&script.calls, id);
}

const eft__virtual_call *eft__virtual_ws_next(void)
{
    return eft__virtual_calls_next(&script.calls);
}

eft_future *eft__virtual_ws_called(void)
{
    eft_future_free(script.called);
    script.called = eft_future_new();
    return eft_future_ref(script.called);
}

uint32_t eft__virtual_ws_id(unsigned number)
{
    return eft__virtual_calls_id(&script.calls, number);
}

static void note(eft__virtual_call call, const void *data, size_t length)
{
    eft__virtual_call *kept;

    call.number = eft__virtual_calls_number(&script.calls, call.id);
    call.length = length;
    kept = eft__virtual_calls_add(&script.calls, sizeof *kept, data, length,
                                  &call.data);
    *kept = call;
    (void)eft_future_resolve(script.called, eft_ok());
}

static void end_with(uint32_t id, int32_t error, const char *detail)
{
    const eft_core_ws_end end = {
        .error = error, .code = 1006, .reason = "", .detail = detail};

    eft_core_ws_closed(id, &end);
}

void eft_target_ws_open(uint32_t id, const eft_target_ws_request *request)
{
    eft__virtual_call call = {
        .what = EFT__VIRTUAL_OPEN, .id = id, .request = request};

    if (!script.taken_over) {
        end_with(id, EFT_ENOTSUP, "the virtual world has no network");
        return;
    }
    eft__virtual_ws_adopt(id);
    note(call, request->url, strlen(request->url));
}

void eft_target_ws_send(uint32_t id, eft_message_type type, bool first,
                        bool last, const void *data, size_t length)
{
    note((eft__virtual_call){.what = EFT__VIRTUAL_SEND,
                             .id = id,
                             .type = type,
                             .first = first,
                             .last = last},
         data, length);
}

void eft_target_ws_ping(uint32_t id, const void *payload, size_t length)
{
    note((eft__virtual_call){.what = EFT__VIRTUAL_PING, .id = id}, payload,
         length);
}

void eft_target_ws_pause(uint32_t id, bool paused)
{
    note((eft__virtual_call){.what = paused ? EFT__VIRTUAL_PAUSE
                                            : EFT__VIRTUAL_RESUME,
                             .id = id},
         NULL, 0);
}

void eft_target_ws_close(uint32_t id, uint16_t code, const char *reason,
                         size_t reason_length)
{
    note(
        (eft__virtual_call){.what = EFT__VIRTUAL_CLOSE, .id = id, .code = code},
        reason, reason_length);
}

static void aborted(void *arg)
{
    end_with((uint32_t)(uintptr_t)arg, EFT_ECANCELED, NULL);
}

/* Memory short, it is answered at once: that is allowed, too. */
void eft_target_ws_abort(uint32_t id)
{
    note((eft__virtual_call){.what = EFT__VIRTUAL_ABORT, .id = id}, NULL, 0);
    if (script.keeps_aborts)
        return;

    eft_future *soon = eft_call_soon(aborted, (void *)(uintptr_t)id);

    if (eft_future_state(soon) != EFT_PENDING)
        end_with(id, EFT_ECANCELED, NULL);
    eft_future_free(soon);
}
