/* SPDX-License-Identifier: MIT
 * The native WebSocket server and our own client: how much is too much. */
#include <string.h>

#include "server_case.h"
#include "suite.h"

static void one_connection_too_many_is_a_503(void)
{
    eft_ws_server *server =
        server_start((eft_ws_server_options){.max_connections = 2});
    eft_ws *first, *second;

    REQUIRE(server != NULL);
    first = server_connect(server, "/echo");
    second = server_connect(server, "/echo");
    eft_result third =
        eft_await(eft_ws_connect(server_url(server, "/echo"), NULL));
    CHECK(third.error == EFT_EHANDSHAKE);
    CHECK(strstr(eft_error_detail(), "503") != NULL);
    eft_result_free(third);
    eft_ws_free(first);
    CHECK(server_wait_for_connections(server, 1));
    first = server_connect(server, "/echo");
    eft_ws_free(first);
    eft_ws_free(second);
    server_end(server);
}

static void a_message_over_the_maximum_closes_with_1009(void)
{
    eft_ws_server *server =
        server_start((eft_ws_server_options){.max_message = 10});
    eft_ws *ws;
    eft_result result;

    REQUIRE(server != NULL);
    ws = server_connect(server, "/echo");
    REQUIRE(ws != NULL);
    eft_future_free(eft_ws_send_text(ws, "eleven char", 11));
    result = eft_await(eft_ws_receive(ws));
    CHECK(result.error == EFT_EPEERCLOSE);
    CHECK(eft_ws_close_code(ws) == 1009);
    eft_ws_free(ws);
    server_end(server);
}

enum { MANY = 500 };

typedef struct crowd {
    const eft_ws_server *server;
    eft_barrier *all;
} crowd;

static eft_result ping_pong(void *arg)
{
    const crowd *self = arg;
    eft_ws *ws = server_connect(self->server, "/echo");
    char text[16] = "";

    if (!ws)
        return eft_failed(EFT_EUSER);
    CHECK(eft_await(eft_ws_send_text(ws, "ping", 4)).error == 0);
    CHECK(server_receive_text(ws, text, sizeof text));
    CHECK(strcmp(text, "ping") == 0);
    EFT_TRY(eft_await(eft_barrier_wait(self->all)));
    CHECK(eft_ws_server_connections(self->server) == MANY);
    EFT_TRY(eft_await(eft_barrier_wait(self->all)));
    CHECK(eft_await(eft_ws_close(ws, 1000, NULL)).error == 0);
    eft_ws_free(ws);
    return eft_ok();
}

static void five_hundred_connections_at_once(void)
{
    eft_ws_server *server = server_start((eft_ws_server_options){.port = 0});
    crowd many = {server, eft_barrier_new(MANY)};
    eft_future *clients[MANY];

    REQUIRE(server != NULL);
    for (int i = 0; i < MANY; i++)
        clients[i] = eft_spawn(ping_pong, &many);
    for (int i = 0; i < MANY; i++)
        CHECK(eft_await(clients[i]).error == 0);
    eft_barrier_free(many.all);
    CHECK(server_wait_for_connections(server, 0));
    server_end(server);
}

const test_case suite_ws_server_limits[] = {
    {"one_connection_too_many_is_a_503", one_connection_too_many_is_a_503},
    {"a_message_over_the_maximum_closes_with_1009",
     a_message_over_the_maximum_closes_with_1009},
    {"five_hundred_connections_at_once", five_hundred_connections_at_once},
    {NULL, NULL},
};
