/* SPDX-License-Identifier: MIT
 * Handler: its log, its receive loop, its end. */
#include <string.h>

#include <cjson/cJSON.h>
#include <eft/eft.h>

#include "journal.h"
#include "servers.h"
#include "suite.h"

static void keep_line(void *context, eft_log_level level, const char *line)
{
    (void)context;
    (void)level;
    if (!strncmp(line, "attempting connection to ", 25))
        note("[attempting]");
    else
        note("[%s]", line);
}

static void begin_log(void)
{
    journal_clear();
    eft_log_set_sink(keep_line, NULL);
}

static eft_result note_message(const eft_message *message, void *arg)
{
    (void)arg;
    note("%zu", message->length);
    return eft_ok();
}

static eft_handler *connected_to(const char *name)
{
    eft_handler *handler = eft_handler_new();

    CHECK(test_succeeded(
        eft_await(eft_handler_connect(handler, test_server(name))).error));
    return handler;
}

static void the_log_of_a_whole_conversation(void)
{
    static const uint8_t stop[5] = {0};

    begin_log();
    eft_handler *handler = connected_to("handler");
    eft_future *receive = eft_handler_receive(handler, note_message, NULL);
    eft_await(eft_sleep(0));
    for (int i = 0; i < 3; i++)
        CHECK(eft_await(eft_handler_send_bytes(handler, stop, 5)).error == 0);
    CHECK(eft_await(receive).error == 0);
    CHECK(eft_await(eft_handler_close(handler, "user quit")).error == 0);
    eft_handler_free(handler);
    eft_log_set_sink(NULL, NULL);
    CHECK(journal_is("[attempting] [connected] [async_recv begin] 4 4 4 "
                     "[async_recv end] [closed 1000 bye]"));
}

static void closing_ends_the_receiving_cleanly(void)
{
    begin_log();
    eft_handler *handler = connected_to("echo");
    eft_future *receive = eft_handler_receive(handler, note_message, NULL);
    eft_await(eft_sleep(0));
    CHECK(eft_await(eft_handler_close(handler, "user quit")).error == 0);
    CHECK(eft_await(receive).error == 0);
    eft_handler_free(handler);
    eft_log_set_sink(NULL, NULL);
    CHECK(journal_is("[attempting] [connected] [async_recv begin] "
                     "[async_recv end] [closed 1000 user quit]"));
}

static void a_lost_connection_is_an_error_of_the_receiving(void)
{
    begin_log();
    eft_handler *handler = connected_to("drop");
    CHECK(eft_await(eft_handler_receive(handler, note_message, NULL)).error ==
          EFT_EABNORMAL);
    CHECK(*eft_error_detail() != 0);
    eft_handler_free(handler);
    eft_log_set_sink(NULL, NULL);
}

static eft_result send_until_it_fails(void *arg)
{
    for (;;) {
        EFT_TRY(eft_await(eft_handler_send_text(arg, "tick", 4)));
        EFT_TRY(eft_await(eft_sleep(1)));
    }
}

static eft_result receive_until_the_end(void *arg)
{
    return eft_await(eft_handler_receive(arg, note_message, NULL));
}

static void a_drop_in_a_message_ends_both_tasks_of_a_handler(void)
{
    begin_log();
    eft_handler *handler = connected_to("drop-mid");
    eft_result result =
        eft_await(eft_gather(eft_spawn(send_until_it_fails, handler),
                             eft_spawn(receive_until_the_end, handler)));
    CHECK(result.error == EFT_EABNORMAL);
    CHECK(eft_await(eft_handler_close(handler, "user quit")).error == 0);
    eft_handler_free(handler);
    eft_log_set_sink(NULL, NULL);
}

static eft_result refuse_message(const eft_message *message, void *arg)
{
    (void)message;
    (void)arg;
    return eft_fail(EFT_EUSER, "enough");
}

static void an_error_of_the_callback_ends_the_receiving(void)
{
    begin_log();
    eft_handler *handler = connected_to("echo");
    CHECK(eft_await(eft_handler_send_text(handler, "x", 1)).error == 0);
    CHECK(eft_await(eft_handler_receive(handler, refuse_message, NULL)).error ==
          EFT_EUSER);
    CHECK(!strcmp(eft_error_detail(), "enough"));
    CHECK(eft_await(eft_handler_close(handler, NULL)).error == 0);
    eft_handler_free(handler);
    eft_log_set_sink(NULL, NULL);
}

static eft_result await_in_callback(const eft_message *message, void *arg)
{
    EFT_TRY(eft_await(eft_sleep(1)));
    return note_message(message, arg);
}

static void the_callback_may_await(void)
{
    begin_log();
    eft_handler *handler = connected_to("handler");
    for (int i = 0; i < 3; i++)
        eft_future_free(eft_handler_send_bytes(handler, "\0\0\0\0\0", 5));
    CHECK(eft_await(eft_handler_receive(handler, await_in_callback, NULL))
              .error == 0);
    eft_handler_free(handler);
    eft_log_set_sink(NULL, NULL);
}

static void a_handler_that_is_not_connected(void)
{
    eft_handler *handler = eft_handler_new();

    CHECK(eft_await(eft_handler_send_text(handler, "x", 1)).error ==
          EFT_ECLOSED);
    CHECK(eft_await(eft_handler_send_json(handler, cJSON_CreateNull())).error ==
          EFT_ECLOSED);
    CHECK(eft_await(eft_handler_receive(handler, note_message, NULL)).error ==
          EFT_ECLOSED);
    CHECK(eft_await(eft_handler_close(handler, "x")).error == EFT_ECLOSED);
    eft_handler_free(handler);
}

static void connecting_twice_is_refused(void)
{
    begin_log();
    eft_handler *handler = connected_to("echo");
    CHECK(eft_await(eft_handler_connect(handler, test_server("echo"))).error ==
          EFT_EBUSY);
    eft_handler_free(handler);
    handler = eft_handler_new();
    eft_future *first = eft_handler_connect(handler, test_server("silent"));
    CHECK(eft_await(eft_handler_connect(handler, test_server("echo"))).error ==
          EFT_EBUSY);
    eft_cancel(first);
    CHECK(eft_await(first).error == EFT_ECANCELED);
    CHECK(eft_await(eft_handler_connect(handler, test_server("echo"))).error ==
          0);
    eft_handler_free(handler);
    eft_log_set_sink(NULL, NULL);
}

static void a_closed_handler_connects_again(void)
{
    begin_log();
    eft_handler *handler = connected_to("echo");
    CHECK(eft_await(eft_handler_close(handler, "bye")).error == 0);
    CHECK(test_succeeded(
        eft_await(eft_handler_connect(handler, test_server("echo"))).error));
    CHECK(eft_await(eft_handler_close(handler, "bye")).error == 0);
    eft_handler_free(handler);
    eft_log_set_sink(NULL, NULL);
}

static void connecting_to_nobody_is_an_error_with_a_sentence(void)
{
    begin_log();
    eft_handler *handler = eft_handler_new();
    int32_t error =
        eft_await(eft_handler_connect(handler, test_server("refused"))).error;
    CHECK(eft_error_is(error, EFT_ECONNECT));
    CHECK(strlen(eft_error_detail()) > 10);
    eft_handler_free(handler);
    eft_log_set_sink(NULL, NULL);
    CHECK(journal_is("[attempting]"));
}

static void a_freed_handler_ends_what_is_pending(void)
{
    begin_log();
    eft_handler *handler = connected_to("silent-open");
    eft_future *receive = eft_handler_receive(handler, note_message, NULL);
    eft_await(eft_sleep(0));
    eft_handler_free(handler);
    CHECK(eft_await(receive).error == EFT_ECLOSED);

    handler = eft_handler_new();
    eft_future *connect = eft_handler_connect(handler, test_server("silent"));
    eft_await(eft_sleep(5));
    eft_handler_free(handler);
    CHECK(eft_await(connect).error == EFT_ECLOSED);
    eft_log_set_sink(NULL, NULL);
}

static eft_result free_handler(const eft_message *message, void *arg)
{
    (void)message;
    eft_handler_free(arg);
    return eft_ok();
}

static void the_callback_may_free_the_handler(void)
{
    begin_log();
    eft_handler *handler = connected_to("echo");
    eft_future_free(eft_handler_send_text(handler, "x", 1));
    eft_future_free(eft_handler_send_text(handler, "y", 1));
    CHECK(
        eft_await(eft_handler_receive(handler, free_handler, handler)).error ==
        EFT_ECLOSED);
    eft_log_set_sink(NULL, NULL);
}

const test_case suite_handler[] = {
    {"the_log_of_a_whole_conversation", the_log_of_a_whole_conversation},
    {"closing_ends_the_receiving_cleanly", closing_ends_the_receiving_cleanly},
    {"a_lost_connection_is_an_error_of_the_receiving",
     a_lost_connection_is_an_error_of_the_receiving},
    {"a_drop_in_a_message_ends_both_tasks_of_a_handler",
     a_drop_in_a_message_ends_both_tasks_of_a_handler},
    {"an_error_of_the_callback_ends_the_receiving",
     an_error_of_the_callback_ends_the_receiving},
    {"the_callback_may_await", the_callback_may_await},
    {"a_handler_that_is_not_connected", a_handler_that_is_not_connected},
    {"connecting_twice_is_refused", connecting_twice_is_refused},
    {"a_closed_handler_connects_again", a_closed_handler_connects_again},
    {"connecting_to_nobody_is_an_error_with_a_sentence",
     connecting_to_nobody_is_an_error_with_a_sentence},
    {"a_freed_handler_ends_what_is_pending",
     a_freed_handler_ends_what_is_pending},
    {"the_callback_may_free_the_handler", the_callback_may_free_the_handler},
    {NULL, NULL},
};
