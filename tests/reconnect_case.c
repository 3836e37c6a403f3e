/* SPDX-License-Identifier: MIT
 * What the tests of reconnecting share. */
#include "reconnect_case.h"

#include "journal.h"
#include "suite.h"
#include "ws_script.h"

enum { LONGEST = 200000 }; /* ms until an attempt */

const char reconnect_url[] = "ws://host/";

void reconnect_refuses(int32_t error, const char *detail)
{
    script_ends(0, (eft_core_ws_end){
                       .error = error,
                       .code = 1006,
                       .reason = "",
                       .detail = detail,
                   });
}

void reconnect_answers(int status)
{
    script_ends(0, (eft_core_ws_end){
                       .error = EFT_EHANDSHAKE,
                       .code = 1006,
                       .reason = "",
                       .detail = "the server answered otherwise",
                       .status = status,
                   });
}

void reconnect_note(const eft_reconnect_news *news, void *arg)
{
    static const char *const names[] = {"waiting", "connecting", "open",
                                        "failed"};
    const eft_reconnect_failure *why = news->failure;

    (void)arg;
    note("%s", names[news->state]);
    if (why)
        note("(%s %d %u)", eft_error_name(why->error), why->status,
             (unsigned)why->attempt);
}

eft_reconnect *reconnect_make(const eft_reconnect_options *options)
{
    journal_clear();
    script_begin();
    eft_reconnect *again = eft_reconnect_new(reconnect_url, NULL, options);
    CHECK(again != NULL);
    return again;
}

eft_reconnect *reconnect_make_told(void)
{
    return reconnect_make(&(eft_reconnect_options){.on_state = reconnect_note});
}

void reconnect_leave(eft_reconnect *again)
{
    eft_reconnect_free(again);
    script_settle();
    script_ignore();
    script_end();
}

int64_t reconnect_waits(void)
{
    int64_t begin = eft_now();
    const eft__virtual_call *call;

    script_settle();
    for (;;) {
        while ((call = eft__virtual_ws_next()))
            if (call->what == EFT__VIRTUAL_OPEN)
                return eft_now() - begin;
        if (eft_await(eft_wait_for(LONGEST, eft__virtual_ws_called())).error)
            return -1;
    }
}

eft_ws *reconnect_opened(eft_future *next)
{
    script_settle();
    if (eft_future_state(next) == EFT_PENDING) {
        eft_future_free(next);
        return NULL;
    }
    eft_result result = eft_await(next);
    return result.error ? NULL : result.ws;
}
