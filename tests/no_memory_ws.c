/* SPDX-License-Identifier: MIT
 * Programs for too little memory: connections, whose server is a script. */
#include <string.h>

#include <eft/eft.h>

#include "no_memory.h"
#include "sdk/net/ws.h"
#include "ws_script.h"

static const char *const subprotocols[] = {"chat", "other"};
static const eft_ws_header headers[] = {{"X-A", "a"}, {"Cookie", "b"}};
static const eft_ws_options all = {.subprotocols = subprotocols,
                                   .subprotocol_count = 2,
                                   .headers = headers,
                                   .header_count = 2,
                                   .origin = "http://a",
                                   .tls.ca_file = "ca",
                                   .receive_queue = 2};

/* A connection, by way of a redirect; or why there is none. */
static eft_result open_it(void)
{
    eft_future *connect = eft_ws_connect("ws://user:secret@host/a", &all);

    if (eft_future_state(connect) == EFT_PENDING)
        script_redirects(302, "ws://other/b");
    if (eft_future_state(connect) == EFT_PENDING)
        script_opens("chat");
    return eft_await(connect);
}

/* Ends what script_begin() began, with nothing left. */
static eft_result leave(eft_ws *ws, eft_result result)
{
    eft_ws_free(ws);
    eft_result_free(eft_await(eft_sleep(0)));
    eft_result_free(eft_await(eft_sleep(0)));
    eft__virtual_ws_end();
    return result;
}

static eft_result open_and_close(void *arg)
{
    (void)arg;
    script_begin();
    eft_result opened = open_it();
    if (opened.error)
        return leave(NULL, opened);
    eft_future *closed = eft_ws_close(opened.ws, 1000, "bye");
    script_closes(1000, "a reason to be copied");
    return leave(opened.ws, eft_await(closed));
}

static eft_result cancel_while_opening(void *arg)
{
    (void)arg;
    script_begin();
    eft_future *connect = eft_ws_connect("ws://host/", &all);
    if (eft_future_state(connect) == EFT_PENDING)
        script_redirects(301, "/elsewhere");
    eft_cancel(connect);
    eft_result result = eft_await(connect);
    SHOULD(result.error);
    return leave(NULL, result.error == EFT_ECANCELED ? eft_ok() : result);
}

static eft_result refuse_with_a_sentence(void *arg)
{
    (void)arg;
    script_begin();
    eft_result result = eft_await(
        eft_ws_connect("ws://host/", &(eft_ws_options){.max_redirects = -2}));
    SHOULD(result.error == EFT_EINVAL || result.error == EFT_ENOMEM);
    return leave(NULL, result.error == EFT_EINVAL ? eft_ok() : result);
}

/* The first error of what has been asked for, all of which is awaited. */
static eft_result all_of(eft_future **futures, size_t count)
{
    eft_result first = eft_ok();

    for (size_t i = 0; i < count; i++) {
        eft_result result = eft_await(futures[i]);

        if (!first.error)
            first = result;
    }
    return first;
}

static eft_result send_in_turns(void *arg)
{
    (void)arg;
    script_begin();
    eft_result opened = open_it();
    if (opened.error)
        return leave(NULL, opened);
    eft_ws *ws = opened.ws;
    eft_result begun = eft_await(eft_ws_send_begin(ws, EFT_MESSAGE_TEXT));
    if (begun.error)
        return leave(ws, begun);
    eft_future *parts[] = {
        eft_ws_send_text(ws, "behind", 6),
        eft_ws_send_part(ws, "a", 1),
        eft_ws_send_begin(ws, EFT_MESSAGE_BINARY),
        eft_ws_send_end(ws),
    };
    if (eft_future_state(parts[3]) != EFT_PENDING)
        eft_future_free(eft_ws_close(ws, 0, NULL));
    script_drains();
    script_closes(1006, "");
    eft_result result = all_of(parts, 4);
    /* Without memory for the end the close has ended what waits. */
    if (result.error == EFT_ECLOSED || result.error == EFT_EABNORMAL)
        result.error = EFT_ENOMEM;
    return leave(ws, result);
}

static eft_result receive_what_waits(void *arg)
{
    (void)arg;
    script_begin();
    eft_result opened = open_it();
    if (opened.error)
        return leave(NULL, opened);
    script_says("one");
    script_says("two");
    script_closes(1000, "");
    eft_result result = eft_await(eft_ws_receive(opened.ws));
    eft_result_free(result);
    return leave(opened.ws, result.error == EFT_ECLOSED ? eft_failed(EFT_ENOMEM)
                            : result.error              ? result
                                                        : eft_ok());
}

static eft_result accept_one(void *arg)
{
    uint32_t id = 0;

    (void)arg;
    script_begin();
    eft_ws *ws = eft__ws_accept(&all, "chat", &id);
    if (!ws)
        return leave(NULL, eft_failed(EFT_ENOMEM));
    eft__virtual_ws_adopt(id);
    SHOULD(!strcmp(eft_ws_subprotocol(ws), "chat"));
    return leave(ws, eft_ok());
}

const scenario no_memory_ws[] = {
    {"open_and_close", open_and_close},
    {"cancel_while_opening", cancel_while_opening},
    {"refuse_with_a_sentence", refuse_with_a_sentence},
    {"send_in_turns", send_in_turns},
    {"receive_what_waits", receive_what_waits},
    {"accept_one", accept_one},
    {NULL, NULL},
};
