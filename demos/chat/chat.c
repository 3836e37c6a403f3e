/* SPDX-License-Identifier: MIT
 * A client of the room: says what is typed, shows what others say.
 *
 *   natively:  build/native/demos/chat NAME [ws://127.0.0.1:8766/]
 *   a page:    script/demo
 *
 * One task waits for lines, one for messages; whichever ends first ends the
 * other.  It prints what it hears, and the page shows what it prints:
 *
 *   * you are Ada; here: Eve
 *   Eve: hello, Ada
 *   * the connection was closed: 1000 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include <eft/eft.h>

#include "input.h"

#define DEFAULT_URL "ws://127.0.0.1:8766/"

static const char *text_of(const cJSON *event, const char *key)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(event, key));

    return text ? text : "";
}

static void show_welcome(const cJSON *event)
{
    const cJSON *people = cJSON_GetObjectItemCaseSensitive(event, "people");
    const cJSON *at;
    const char *before = "; here: ";

    printf("* you are %s", text_of(event, "name"));
    cJSON_ArrayForEach(at, people)
    {
        printf("%s%s", before, at->valuestring);
        before = ", ";
    }
    printf("\n");
}

static void show(const cJSON *event)
{
    const char *type = text_of(event, "type");
    const char *name = text_of(event, "name");

    if (!strcmp(type, "welcome"))
        show_welcome(event);
    else if (!strcmp(type, "join"))
        printf("* %s has come\n", name);
    else if (!strcmp(type, "leave"))
        printf("* %s has gone\n", name);
    else if (!strcmp(type, "say"))
        printf("%s: %s\n", name, text_of(event, "text"));
    else
        printf("* %s\n", text_of(event, "text"));
    fflush(stdout);
}

static eft_result listen(void *ws)
{
    for (;;) {
        eft_result got = eft_await(eft_ws_receive(ws)), parsed;

        if (got.error)
            return got;
        parsed = eft_json_parse((const char *)got.message->data,
                                got.message->length);
        eft_result_free(got);
        if (parsed.error)
            return parsed;
        show(parsed.json);
        eft_result_free(parsed);
    }
}

static eft_result send(eft_ws *ws, const char *key, const char *text)
{
    cJSON *message = cJSON_CreateObject();

    cJSON_AddStringToObject(message, key, text);
    return eft_await(eft_ws_send_json(ws, message));
}

/* A line that is no text is the typist's mistake, and ends nothing. */
static eft_result say(eft_ws *ws, const char *text)
{
    eft_result sent = *text ? send(ws, "say", text) : eft_ok();

    if (sent.error != EFT_EUTF8)
        return sent;
    printf("* that line is not valid UTF-8: it was not sent\n");
    fflush(stdout);
    return eft_ok();
}

static eft_result talk(void *ws)
{
    for (;;) {
        eft_result line = eft_await(chat_read_line());

        if (line.error)
            return line;
        eft_result sent = say(ws, line.ptr);
        eft_result_free(line);
        if (sent.error)
            return sent;
    }
}

static void show_end(const eft_ws *ws)
{
    const char *reason = eft_ws_close_reason(ws);
    unsigned code = eft_ws_close_code(ws);

    if (code == 1006)
        printf("* the connection was lost\n");
    else
        printf("* the connection was closed: %u%s%s\n", code,
               *reason ? " " : "", reason);
}

static eft_result app(void *arg)
{
    char **argv = arg;

    if (!*argv[0])
        return eft_fail(EFT_EINVAL, "a name, please: this one is empty");
    eft_result opened = eft_await(eft_ws_connect(argv[1], NULL)), result;
    if (opened.error)
        return opened;
    result = send(opened.ws, "name", argv[0]);
    if (result.error == EFT_EUTF8)
        result = eft_fail(EFT_EUTF8, "a name, please: this one is not valid "
                                     "UTF-8");
    if (!result.error)
        result = eft_await(eft_gather(eft_spawn(listen, opened.ws),
                                      eft_spawn(talk, opened.ws)));
    chat_input_close();
    eft_result_free(eft_await(eft_ws_close(opened.ws, 1000, "bye")));
    show_end(opened.ws);
    eft_ws_free(opened.ws);
    /* The end of the input, or of the room, is no failure. */
    return result.error == EFT_ECLOSED ? eft_ok() : result;
}

int main(int argc, char **argv)
{
    static char *arguments[2];

    if (argc > 1 && !strcmp(argv[1], "--help")) {
        puts("usage: chat [NAME [URL]]\nURL is " DEFAULT_URL " if not given.");
        return 0;
    }
    arguments[0] = argc > 1 ? argv[1] : (char *)"somebody";
    arguments[1] = argc > 2 ? argv[2] : (char *)DEFAULT_URL;
    return eft_run(app, arguments);
}
