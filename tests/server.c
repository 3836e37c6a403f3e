/* SPDX-License-Identifier: MIT
 * A WebSocket server for other people's clients: server [name=value...] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server_case.h"
#include "servers.h"

/* Serves by path (server_case.h).  Arguments are options by their members'
 * names (certificate_file=, subprotocols=a,b, origins=x,none ...), and
 *
 *     deflate=off
 *     accept=path     refuses /401, with a header of its own, and /slow sleeps
 *     ending=leave    the program ends, and the server is freed behind it
 *     ending=free     the server is freed at once
 *
 * Prints "port N", then waits for Ctrl-C, closes, and prints "closed". */

static eft_ws_server *left;

static int64_t number(const char *name)
{
    const char *text = test_server(name);

    return text ? strtoll(text, NULL, 10) : 0;
}

static bool is(const char *name, const char *value)
{
    const char *text = test_server(name);

    return text && strcmp(text, value) == 0;
}

enum { LIST_MOST = 8 };

/* Cuts an argument "a,b,none" at its commas; none becomes NULL. */
static size_t list(const char *name, const char *items[LIST_MOST])
{
    static char texts[2][256];
    static int used;
    const char *text = test_server(name);
    size_t count = 0;

    if (!text)
        return 0;
    snprintf(texts[used], sizeof texts[used], "%s", text);
    for (char *at = strtok(texts[used], ","); at && count < LIST_MOST;
         at = strtok(NULL, ","))
        items[count++] = strcmp(at, "none") ? at : NULL;
    used++;
    return count;
}

static eft_result accept_by_path(const eft_ws_request *request,
                                 eft_ws_answer *answer, void *arg)
{
    (void)arg;
    eft_ws_answer_header(answer, "X-Seen", request->target);
    if (!strcmp(request->target, "/401")) {
        eft_ws_answer_header(answer, "WWW-Authenticate", "Basic realm=\"x\"");
        eft_ws_answer_refuse(answer, 401, "who are you?");
    } else if (!strcmp(request->target, "/slow")) {
        return eft_await(eft_sleep(EFT_FOREVER));
    }
    return eft_ok();
}

static eft_result start(void)
{
    static const char *subprotocols[LIST_MOST], *origins[LIST_MOST];
    size_t subprotocol_count = list("subprotocols", subprotocols);
    size_t origin_count = list("origins", origins);
    eft_ws_server_options options = {
        .address = test_server("address"),
        .unix_path = test_server("unix_path"),
        .serve = serve_by_path,
        .accept = is("accept", "path") ? accept_by_path : NULL,
        .subprotocols = subprotocol_count ? subprotocols : NULL,
        .subprotocol_count = subprotocol_count,
        .origins = origin_count ? origins : NULL,
        .origin_count = origin_count,
        .tls = {.certificate_file = test_server("certificate_file"),
                .key_file = test_server("key_file"),
                .key_password = test_server("key_password"),
                .ca_file = test_server("ca_file")},
        .client_certificate = is("client_certificate", "yes"),
        .max_connections = (size_t)number("max_connections"),
        .max_handshakes = (size_t)number("max_handshakes"),
        .max_request = (size_t)number("max_request"),
        .open_timeout_ms = number("open_timeout_ms"),
        .close_timeout_ms = number("close_timeout_ms"),
        .max_message = (size_t)number("max_message"),
        .deflate = {.off = is("deflate", "off")},
    };

    return eft_await(eft_ws_server_start(&options));
}

static eft_result app(void *arg)
{
    eft_result started = start(), ended;

    (void)arg;
    if (started.error)
        return started;
    printf("port %u\n", (unsigned)eft_ws_server_port(started.ptr));
    fflush(stdout);
    ended = eft_await(eft_sleep(EFT_FOREVER));
    if (is("ending", "leave")) {
        left = started.ptr;
        return ended;
    }
    if (!is("ending", "free"))
        eft_result_free(eft_await(eft_ws_server_close(started.ptr)));
    printf("closed\n");
    eft_ws_server_free(started.ptr);
    return ended;
}

int main(int argc, char **argv)
{
    int code;

    test_servers_read(argc, argv);
    code = eft_run(app, NULL);
    eft_ws_server_free(left);
    if (eft_live_objects()) {
        printf("%zu objects live on\n", eft_live_objects());
        return 1;
    }
    return code;
}
