/* SPDX-License-Identifier: MIT
 * A room in which programs and pages talk: a WebSocket server.
 *
 *   build/native/demos/chat-server [--port N] [--address A]
 *                                  [--certificate FILE [--key FILE]]
 *
 * Every connection is a task that listens and a task that talks.  A client that
 * does not read in time is sent away, and nobody waits for it.  Messages are
 * JSON: a client says {"name": "Ada"} first and then {"say": "hello"}; it hears
 * of {"type": "welcome"}, "join", "leave", "say" and "error".  Ctrl-C closes
 * the room with a word to everybody. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eft/native/ws_server.h>

#include "room.h"

enum { PORT = 8766, PATIENCE_MS = 10000 };

/* Reads {"KEY": "text"} into text; false: it is something else. */
static bool read_text(const eft_message *message, const char *key, char *text,
                      size_t size)
{
    eft_result parsed =
        eft_json_parse((const char *)message->data, message->length);
    const char *found =
        parsed.error ? NULL
                     : cJSON_GetStringValue(
                           cJSON_GetObjectItemCaseSensitive(parsed.json, key));
    bool fits = found && *found && strlen(found) < size;

    if (fits)
        strcpy(text, found);
    for (char *at = text; fits && *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = ' ';
    eft_result_free(parsed);
    return fits;
}

/* Who are you?  A name has no colon, which is what a client prints behind. */
static eft_result ask_name(eft_ws *ws, char *name, size_t size)
{
    eft_result first = eft_await(eft_wait_for(PATIENCE_MS, eft_ws_receive(ws)));
    bool good;

    if (first.error && first.error != EFT_ETIMEDOUT)
        return first;
    good = !first.error && read_text(first.message, "name", name, size) &&
           !strchr(name, ':');
    eft_result_free(first);
    if (good)
        return eft_ok();
    *name = 0;
    return eft_await(eft_ws_close(ws, 1008, "a name, please"));
}

static eft_result listen(person *who, eft_ws *ws)
{
    for (;;) {
        eft_result got = eft_await(eft_ws_receive(ws));
        char text[TEXT_MOST + 1];

        if (got.error)
            return got;
        if (read_text(got.message, "say", text, sizeof text))
            room_say(who, text);
        else
            room_complain(who, "say something, but not too much");
        eft_result_free(got);
    }
}

static eft_result serve(eft_ws *ws, const eft_ws_request *request, void *arg)
{
    char name[NAME_MOST + 1] = "";
    eft_result result = ask_name(ws, name, sizeof name);
    eft_future *writing;
    person *who;

    (void)request;
    if (result.error || !*name)
        return result;
    who = room_enter(arg, ws, name);
    if (!who)
        return eft_fail(EFT_ENOMEM, "there is no room for %s", name);
    writing = eft_spawn(room_write, who);
    result = listen(who, ws);
    eft_cancel(writing);
    eft_result_free(eft_await(writing));
    room_leave(who);
    return result;
}

static bool read_port(const char *text, uint16_t *port)
{
    char *end;
    long value = strtol(text, &end, 10);

    *port = (uint16_t)value;
    return *text >= '0' && *text <= '9' && !*end && value <= UINT16_MAX;
}

static bool read_options(int argc, char **argv, eft_ws_server_options *options)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *value = argv[i + 1];
        bool right = true;

        if (!strcmp(argv[i], "--port"))
            right = read_port(value, &options->port);
        else if (!strcmp(argv[i], "--address"))
            options->address = value;
        else if (!strcmp(argv[i], "--certificate"))
            options->tls.certificate_file = value;
        else if (!strcmp(argv[i], "--key"))
            options->tls.key_file = value;
        else
            right = false;
        if (!right)
            return false;
    }
    return argc % 2 == 1;
}

static eft_result app(void *arg)
{
    const eft_ws_server_options *options = arg;
    eft_result started = eft_await(eft_ws_server_start(options)), ended;

    if (started.error)
        return started;
    printf("the room is open: %s://%s:%u/\n",
           options->tls.certificate_file ? "wss" : "ws",
           options->address ? options->address : "127.0.0.1",
           (unsigned)eft_ws_server_port(started.ptr));
    fflush(stdout);
    ended = eft_await(eft_sleep(EFT_FOREVER));
    eft_result_free(eft_await(eft_ws_server_close(started.ptr)));
    eft_ws_server_free(started.ptr);
    return ended;
}

static const char usage[] = "usage: chat-server [--port N] [--address A] "
                            "[--certificate FILE [--key FILE]]\n";

int main(int argc, char **argv)
{
    eft_ws_server_options options = {
        .port = PORT, .serve = serve, .arg = room_new(), .max_message = 16384};
    int code = 2;

    if (!options.arg)
        return 1;
    if (argc > 1 && !strcmp(argv[1], "--help"))
        code = fputs(usage, stdout) < 0;
    else if (read_options(argc, argv, &options))
        code = eft_run(app, &options);
    else
        fputs(usage, stderr);
    room_free(options.arg);
    return code;
}
