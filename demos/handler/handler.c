/* SPDX-License-Identifier: MIT
 * One connection, two tasks: one sends three commands, one logs the replies.
 *
 *   natively:  build/native/demos/handler ws://127.0.0.1:8765/
 *   Node:      node web/run.mjs build/web-asyncify/demos/handler.mjs URL
 *   a page:    script/demo
 *
 * The log is the same in all of them: see transcript.txt. */
#include <cjson/cJSON.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <eft/eft.h>

#define DEFAULT_URL "ws://127.0.0.1:8765/"

static cJSON *login(void)
{
    cJSON *command = cJSON_CreateObject();

    cJSON_AddStringToObject(command, "role", "admin");
    cJSON_AddStringToObject(command, "user_id", "test1234");
    return command;
}

/* A 32-bit integer in the machine's order, and what follows it. */
static size_t pack(uint8_t *bytes, int32_t number, const char *text)
{
    size_t length = strlen(text);

    memcpy(bytes, &number, sizeof number);
    memcpy(bytes + sizeof number, text, length);
    return sizeof number + length;
}

static eft_result send_commands(void *arg)
{
    eft_handler *handler = arg;
    static const uint8_t to_free[5] = {0};
    uint8_t to_start[64];
    size_t length = pack(to_start, 2, "[\"first\", \"test\"]");

    EFT_TRY(eft_await(eft_handler_send_json(handler, login())));
    EFT_TRY(eft_await(eft_sleep(500)));
    EFT_TRY(eft_await(eft_handler_send_bytes(handler, to_start, length)));
    EFT_TRY(eft_await(eft_sleep(500)));
    EFT_TRY(
        eft_await(eft_handler_send_bytes(handler, to_free, sizeof to_free)));
    return eft_ok();
}

static eft_result on_reply(const eft_message *message, void *arg)
{
    int32_t reply;

    (void)arg;
    if (message->length >= sizeof reply) {
        memcpy(&reply, message->data, sizeof reply);
        eft_log(EFT_LOG_INFO, "reply: %d", (int)reply);
    }
    return eft_ok();
}

static eft_result receive_replies(void *arg)
{
    return eft_await(eft_handler_receive(arg, on_reply, NULL));
}

static eft_result app(void *arg)
{
    eft_handler *handler = eft_handler_new();
    eft_result result = eft_await(eft_handler_connect(handler, arg));

    if (!result.error) {
        result = eft_await(eft_wait_for(
            10000, eft_gather(eft_spawn(send_commands, handler),
                              eft_spawn(receive_replies, handler))));
        eft_await(eft_handler_close(handler, "user quit"));
    }
    eft_handler_free(handler);
    return result;
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "--help")) {
        puts("usage: handler [URL]\nURL is " DEFAULT_URL " if not given.");
        return 0;
    }
    return eft_run(app, argc > 1 ? argv[1] : (char *)DEFAULT_URL);
}
