/* SPDX-License-Identifier: MIT
 * The native WebSocket server: how it ends. */
#include <stdio.h>
#include <string.h>

#include "server_case.h"
#include "servers.h"
#include "short_memory.h"
#include "suite.h"

static void a_close_says_1001_and_waits_for_the_tasks(void)
{
    eft_ws_server *server = server_start((eft_ws_server_options){.port = 0});
    eft_ws *first, *second;
    eft_future *closing;

    REQUIRE(server != NULL);
    first = server_connect(server, "/echo");
    second = server_connect(server, "/echo");
    REQUIRE(first && second);
    closing = eft_ws_server_close(server);
    CHECK(eft_await(eft_ws_receive(first)).error == EFT_ECLOSED);
    CHECK(eft_ws_close_code(first) == 1001);
    CHECK(eft_await(eft_ws_receive(second)).error == EFT_ECLOSED);
    CHECK(eft_await(closing).error == 0);
    CHECK(eft_ws_server_connections(server) == 0);
    /* A second close has nothing to wait for. */
    CHECK(eft_await(eft_ws_server_close(server)).error == 0);
    CHECK(eft_await(eft_ws_connect(server_url(server, "/echo"), NULL)).error ==
          EFT_EREFUSED);
    eft_ws_server_free(server);
    eft_ws_free(first);
    eft_ws_free(second);
}

static void tasks_that_linger_are_cancelled(void)
{
    eft_ws_server *server =
        server_start((eft_ws_server_options){.close_timeout_ms = 200});
    int64_t begin = eft_now();
    eft_ws *ws;

    REQUIRE(server != NULL);
    ws = server_connect(server, "/linger");
    REQUIRE(ws != NULL);
    eft_future *receiving = eft_ws_receive(ws);
    CHECK(eft_await(eft_ws_server_close(server)).error == 0);
    CHECK(eft_now() - begin >= 200);
    CHECK(eft_await(receiving).error == EFT_ECLOSED);
    eft_ws_free(ws);
    eft_ws_server_free(server);
}

static void a_close_can_be_abandoned_and_goes_on(void)
{
    eft_ws_server *server = server_start((eft_ws_server_options){.port = 0});
    eft_future *closing;
    eft_ws *ws;

    REQUIRE(server != NULL);
    ws = server_connect(server, "/echo");
    closing = eft_ws_server_close(server);
    CHECK(eft_cancel(closing));
    CHECK(eft_await(closing).error == EFT_ECANCELED);
    CHECK(eft_await(eft_ws_receive(ws)).error == EFT_ECLOSED);
    CHECK(eft_await(eft_ws_server_close(server)).error == 0);
    eft_ws_free(ws);
    eft_ws_server_free(server);
}

static eft_ws_server *own;
static int32_t own_error;

static eft_result close_own(eft_ws *ws, const eft_ws_request *request,
                            void *arg)
{
    (void)ws;
    (void)request;
    (void)arg;
    own_error = eft_await(eft_ws_server_close(own)).error;
    return eft_ok();
}

static void a_task_cannot_wait_for_its_own_server(void)
{
    eft_ws *ws;

    own = server_start((eft_ws_server_options){.serve = close_own});
    REQUIRE(own != NULL);
    ws = server_connect(own, "/");
    REQUIRE(ws != NULL);
    CHECK(eft_await(eft_ws_receive(ws)).error == EFT_ECLOSED);
    CHECK(own_error == EFT_EDEADLK);
    eft_ws_free(ws);
    server_end(own);
}

static void a_free_cuts_the_connections(void)
{
    eft_ws_server *server = server_start((eft_ws_server_options){.port = 0});
    eft_future *closing;
    eft_ws *ws, *lingering;

    REQUIRE(server != NULL);
    ws = server_connect(server, "/echo");
    lingering = server_connect(server, "/linger");
    closing = eft_ws_server_close(server);
    eft_ws_server_free(server);
    CHECK(eft_await(closing).error == EFT_ECLOSED);
    CHECK(eft_error_is(eft_await(eft_ws_receive(ws)).error, EFT_EABNORMAL));
    eft_ws_free(ws);
    eft_ws_free(lingering);
    eft_ws_server_free(NULL);
}

static eft_result accept_never(const eft_ws_request *request,
                               eft_ws_answer *answer, void *arg)
{
    (void)request;
    (void)answer;
    (void)arg;
    return eft_await(eft_sleep(EFT_FOREVER));
}

/* A server with a connection that it has not accepted yet. */
static eft_ws_server *server_accepting(eft_future **connecting)
{
    eft_ws_server *server =
        server_start((eft_ws_server_options){.accept = accept_never});

    if (server) {
        *connecting = eft_ws_connect(server_url(server, "/"), NULL);
        CHECK(server_wait_for_connections(server, 1));
    }
    return server;
}

static void a_close_ends_what_is_being_accepted(void)
{
    eft_future *connecting;
    eft_ws_server *server = server_accepting(&connecting);

    REQUIRE(server != NULL);
    CHECK(eft_await(eft_ws_server_close(server)).error == 0);
    CHECK(eft_await(connecting).error == EFT_EHANDSHAKE);
    CHECK(strstr(eft_error_detail(), "503") != NULL);
    eft_ws_server_free(server);
}

static void a_free_ends_what_is_being_accepted(void)
{
    eft_future *connecting;
    eft_ws_server *server = server_accepting(&connecting);

    REQUIRE(server != NULL);
    eft_ws_server_free(server);
    CHECK(eft_await(connecting).error != 0);
}

const test_case suite_ws_server_end[] = {
    {"a_close_says_1001_and_waits_for_the_tasks",
     a_close_says_1001_and_waits_for_the_tasks},
    {"tasks_that_linger_are_cancelled", tasks_that_linger_are_cancelled},
    {"a_close_can_be_abandoned_and_goes_on",
     a_close_can_be_abandoned_and_goes_on},
    {"a_task_cannot_wait_for_its_own_server",
     a_task_cannot_wait_for_its_own_server},
    {"a_free_cuts_the_connections", a_free_cuts_the_connections},
    {"a_close_ends_what_is_being_accepted",
     a_close_ends_what_is_being_accepted},
    {"a_free_ends_what_is_being_accepted", a_free_ends_what_is_being_accepted},
    {NULL, NULL},
};
