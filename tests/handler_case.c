/* SPDX-License-Identifier: MIT
 * What the tests of handlers with options share. */
#include "handler_case.h"

#include "journal.h"
#include "suite.h"
#include "ws_script.h"

const char handler_url[] = "ws://host/";

const eft_reconnect_options handler_soon = {.min_delay_ms = 1,
                                            .max_delay_ms = 1};

void handler_note(const eft_handler_news *news, void *arg)
{
    static const char *const names[] = {"connecting", "connected",
                                        "disconnected", "waiting", "closed"};

    (void)arg;
    note("%s", names[news->state]);
    if (news->error)
        note("(%s)", eft_error_name(news->error));
}

eft_result handler_note_message(const eft_message *message, void *arg)
{
    (void)arg;
    note("\"%s\"", (const char *)message->data);
    return eft_ok();
}

const eft_handler_options handler_again = {.reconnect = true,
                                           .reconnect_options = &handler_soon,
                                           .on_state = handler_note};

void handler_begin(void)
{
    journal_clear();
    script_begin();
    eft_log_set_level(EFT_LOG_WARN);
}

void handler_end(eft_handler *handler)
{
    eft_handler_free(handler);
    script_settle();
    script_ignore();
    script_end();
    eft_log_set_level(EFT_LOG_INFO);
}

void handler_pass(void)
{
    eft_result_free(eft_await(eft_sleep(2)));
    script_settle();
}

eft_handler *handler_connected(const eft_handler_options *options)
{
    eft_handler *handler = eft_handler_new();
    eft_future *connect =
        eft_handler_connect_with(handler, handler_url, options);

    script_settle();
    script_opens("");
    script_settle();
    CHECK(script_error(connect) == 0);
    script_ignore();
    return handler;
}

eft_future *handler_receiving(eft_handler *handler)
{
    eft_future *receive =
        eft_handler_receive(handler, handler_note_message, NULL);

    script_settle();
    return receive;
}

eft_handler *handler_away(eft_future **receive)
{
    eft_handler *handler = handler_connected(
        &(eft_handler_options){.reconnect = true, .on_state = handler_note});

    *receive = handler_receiving(handler);
    script_closes(1006, "");
    script_settle();
    return handler;
}
