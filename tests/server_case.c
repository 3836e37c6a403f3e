/* SPDX-License-Identifier: MIT
 * What the suites of the WebSocket server share: one server for each case. */
#include "server_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servers.h"
#include "suite.h"

/* Serving */

eft_result serve_echo(eft_ws *ws, const eft_ws_request *request, void *arg)
{
    (void)request;
    (void)arg;
    for (;;) {
        eft_result got = eft_await(eft_ws_receive(ws));
        eft_result sent;

        if (got.error)
            return got;
        if (got.message->type == EFT_MESSAGE_TEXT)
            sent = eft_await(eft_ws_send_text(ws, (char *)got.message->data,
                                              got.message->length));
        else
            sent = eft_await(
                eft_ws_send_binary(ws, got.message->data, got.message->length));
        eft_result_free(got);
        if (sent.error)
            return sent;
    }
}

static eft_result send_request(eft_ws *ws, const eft_ws_request *request)
{
    const char *agent = eft_ws_request_header(request, "user-agent");
    char text[2048];
    int length = snprintf(
        text, sizeof text,
        "target %s\nhost %s\norigin %s\nsubprotocol %s\noffered %zu\ntls "
        "%d\nagent %s\nheaders %zu\ncertificate %s\naccepted %s\n",
        request->target, request->host,
        request->origin ? request->origin : "none", request->subprotocol,
        request->subprotocol_count, request->tls, agent ? agent : "none",
        request->header_count,
        request->certificate ? request->certificate : "none",
        request->accepted.kind ? (char *)request->accepted.ptr : "none");

    return eft_await(eft_ws_send_text(ws, text, (size_t)length));
}

static eft_result linger(eft_ws *ws)
{
    eft_result got = eft_await(eft_ws_receive(ws));

    if (got.error == EFT_ECANCELED)
        return got;
    eft_result_free(got);
    return eft_await(eft_sleep(EFT_FOREVER));
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

eft_result serve_by_path(eft_ws *ws, const eft_ws_request *request, void *arg)
{
    const char *path = request->target;

    if (begins(path, "/request"))
        return send_request(ws, request);
    if (begins(path, "/fail"))
        return eft_fail(EFT_EUSER, "the task has had enough");
    if (begins(path, "/return"))
        return eft_ok();
    if (begins(path, "/close/"))
        return eft_await(eft_ws_close(ws, (uint16_t)atoi(path + 7), "so long"));
    if (begins(path, "/linger"))
        return linger(ws);
    return serve_echo(ws, request, arg);
}

/* Servers */

eft_ws_server *server_start(eft_ws_server_options options)
{
    eft_result started;

    if (!options.serve)
        options.serve = serve_by_path;
    started = eft_await(eft_ws_server_start(&options));
    CHECK(test_succeeded(started.error));
    return started.error ? NULL : started.ptr;
}

void server_end(eft_ws_server *server)
{
    CHECK(test_succeeded(eft_await(eft_ws_server_close(server)).error));
    CHECK(eft_ws_server_connections(server) == 0);
    eft_ws_server_free(server);
}

/* Clients */

const char *server_url(const eft_ws_server *server, const char *path)
{
    static char url[256];

    snprintf(url, sizeof url, "ws://127.0.0.1:%u%s",
             (unsigned)eft_ws_server_port(server), path);
    return url;
}

eft_ws *server_connect(const eft_ws_server *server, const char *path)
{
    eft_result result =
        eft_await(eft_ws_connect(server_url(server, path), NULL));

    CHECK(test_succeeded(result.error));
    return result.error ? NULL : result.ws;
}

bool server_receive_text(eft_ws *ws, char *text, size_t size)
{
    eft_result result = eft_await(eft_ws_receive(ws));
    bool is_text;

    if (!test_succeeded(result.error))
        return false;
    is_text = result.message->type == EFT_MESSAGE_TEXT &&
              result.message->length < size;
    if (is_text)
        memcpy(text, result.message->data, result.message->length + 1);
    eft_result_free(result);
    return is_text;
}

bool server_wait_for_connections(const eft_ws_server *server, size_t count)
{
    int64_t give_up = eft_now() + 10000;

    while (eft_ws_server_connections(server) != count) {
        if (eft_now() > give_up)
            return false;
        eft_result_free(eft_await(eft_sleep(1)));
    }
    return true;
}
