/* SPDX-License-Identifier: MIT
 * The virtual world's HTTP: none, or what a test makes of it. */
#include "targets/virtual/http.h"

#include <stdlib.h>
#include <string.h>

#include "eft/error.h"
#include "eft/loop.h"
#include "sdk/core/memory.h"
#include "targets/complete.h"
#include "targets/virtual/calls.h"

const eft_target_http_traits eft_target_http_traits_of_world = {0};

const eft_target_lack eft_target_http_lacks[] = {{NULL, NULL}};

static _Thread_local struct {
    bool taken_over;
    bool keeps_aborts;
    eft__virtual_http_answer answer; /* of starts and writes */
    int32_t cookies;                 /* what their functions answer */
    eft__virtual_calls calls;        /* requests are counted */
} script;

static void forget(void)
{
    eft__virtual_calls_clear(&script.calls);
    script.keeps_aborts = false;
    script.answer = EFT__VIRTUAL_HTTP_LATER;
    script.cookies = EFT_ENOTSUP;
}

void eft__virtual_http_begin(void)
{
    forget();
    script.taken_over = true;
}

/* What is on its way still has no server any more; nor has what that starts. */
void eft__virtual_http_end(void)
{
    unsigned count = script.calls.count;

    script.taken_over = false;
    for (unsigned i = 0; i < count && i < EFT__VIRTUAL_IDS; i++)
        eft_core_http_ended(script.calls.ids[i], EFT_ECANCELED, NULL);
    forget();
}

void eft__virtual_http_answer_aborts(bool answer)
{
    script.keeps_aborts = !answer;
}

void eft__virtual_http_answer_at_once(eft__virtual_http_answer answer)
{
    script.answer = answer;
}

void eft__virtual_http_answer_cookies(int32_t error)
{
    script.cookies = error;
}

const eft__virtual_http_call *eft__virtual_http_next(void)
{
    return eft__virtual_calls_next(&script.calls);
}

uint32_t eft__virtual_http_id(unsigned number)
{
    return eft__virtual_calls_id(&script.calls, number);
}

static void note(eft__virtual_http_call call, const void *data, size_t length)
{
    eft__virtual_http_call *kept;

    if (!script.taken_over)
        return;
    call.length = length;
    kept = eft__virtual_calls_add(&script.calls, sizeof *kept, data, length,
                                  &call.data);
    *kept = call;
}

/* What a call is about a request. */
static eft__virtual_http_call about(eft__virtual_http_what what, uint32_t id)
{
    return (eft__virtual_http_call){
        .what = what,
        .id = id,
        .number = eft__virtual_calls_number(&script.calls, id)};
}

void eft_target_http_open(uint32_t session,
                          const eft_http_session_options *options)
{
    (void)options;
    note(
        (eft__virtual_http_call){.what = EFT__VIRTUAL_HTTP_OPEN, .id = session},
        NULL, 0);
}

void eft_target_http_close(uint32_t session)
{
    note((eft__virtual_http_call){.what = EFT__VIRTUAL_HTTP_CLOSE,
                                  .id = session},
         NULL, 0);
}

void eft_target_http_start(uint32_t id, uint32_t session,
                           const eft_target_http_request *request)
{
    size_t method = strlen(request->method), url = strlen(request->url);
    char *words;

    if (!script.taken_over) {
        eft_core_http_ended(id, EFT_ENOTSUP,
                            "the virtual world has no network");
        return;
    }
    words = malloc(method + url + 2);
    if (!words)
        abort();
    memcpy(words, request->method, method);
    words[method] = ' ';
    memcpy(words + method + 1, request->url, url + 1);
    eft__virtual_calls_begin(&script.calls, id);
    eft__virtual_http_call call = about(EFT__VIRTUAL_HTTP_START, id);
    call.session = session;
    call.request = request;
    call.answer = script.answer;
    note(call, words, method + 1 + url);
    free(words);
    if (script.answer == EFT__VIRTUAL_HTTP_FAILED)
        eft_core_http_ended(id, EFT_EIO, NULL);
}

void eft_target_http_write(uint32_t id, const void *data, size_t length,
                           bool last)
{
    eft__virtual_http_call call = about(EFT__VIRTUAL_HTTP_WRITE, id);

    call.last = last;
    call.answer = script.answer;
    note(call, data, length);
    if (script.answer == EFT__VIRTUAL_HTTP_FAILED)
        eft_core_http_ended(id, EFT_EIO, NULL);
    else if (script.answer == EFT__VIRTUAL_HTTP_TAKEN && !last)
        eft_core_http_written(id);
}

void eft_target_http_pause(uint32_t id, bool paused)
{
    note(about(paused ? EFT__VIRTUAL_HTTP_PAUSE : EFT__VIRTUAL_HTTP_RESUME, id),
         NULL, 0);
}

static void aborted(void *arg)
{
    eft_core_http_ended((uint32_t)(uintptr_t)arg, EFT_ECANCELED, NULL);
}

/* Memory short, it is answered at once: that is allowed, too. */
void eft_target_http_abort(uint32_t id)
{
    note(about(EFT__VIRTUAL_HTTP_ABORT, id), NULL, 0);
    if (script.keeps_aborts)
        return;

    eft_future *soon = eft_call_soon(aborted, (void *)(uintptr_t)id);

    if (eft_future_state(soon) != EFT_PENDING)
        eft_core_http_ended(id, EFT_ECANCELED, NULL);
    eft_future_free(soon);
}

int32_t eft_target_http_cookies(uint32_t session, eft_http_cookies **cookies)
{
    note((eft__virtual_http_call){.what = EFT__VIRTUAL_HTTP_COOKIES,
                                  .id = session},
         NULL, 0);
    if (script.cookies)
        return script.cookies;
    *cookies = eft__alloc_zero(sizeof **cookies);
    return *cookies ? 0 : EFT_ENOMEM;
}

int32_t eft_target_http_set_cookie(uint32_t session, const char *url,
                                   const char *cookie)
{
    (void)url;
    note((eft__virtual_http_call){.what = EFT__VIRTUAL_HTTP_SET_COOKIE,
                                  .id = session},
         cookie, cookie ? strlen(cookie) : 0);
    return script.cookies;
}
