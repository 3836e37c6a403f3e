/* SPDX-License-Identifier: MIT
 * A server and its client while memory runs out, at each allocation in turn. */
#include <stdio.h>
#include <string.h>

#include "server_case.h"
#include "servers.h"
#include "short_memory.h"
#include "suite.h"

/* What must hold: the program ends in time, with whatever error, and nothing is
 * left.  Which of the two ends is hit shows in neither. */

enum { IN_TIME_MS = 8000, ALLOCATIONS_MOST = 2000 };

static short_memory memory;
static bool late;

static eft_result accept_all(const eft_ws_request *request,
                             eft_ws_answer *answer, void *arg)
{
    (void)request;
    (void)arg;
    eft_ws_answer_header(answer, "X-Hello", "there");
    return eft_await(eft_sleep(0));
}

static eft_result converse(eft_ws_server *server)
{
    static const char *const chat[] = {"chat"};
    eft_result opened = eft_await(eft_ws_connect(
        server_url(server, "/echo"),
        &(eft_ws_options){.subprotocols = chat, .subprotocol_count = 1}));
    eft_result got;

    if (opened.error)
        return opened;
    got = eft_await(eft_ws_send_text(opened.ws, "hello", 5));
    if (!got.error)
        got = eft_await(eft_ws_receive(opened.ws));
    eft_result_free(got);
    eft_result_free(eft_await(eft_ws_close(opened.ws, 1000, "bye")));
    eft_ws_free(opened.ws);
    return got.error ? got : eft_ok();
}

static eft_result serve_and_converse(void *arg)
{
    static const char *const chat[] = {"chat"};
    eft_result result, started = eft_await(eft_ws_server_start(
                           &(eft_ws_server_options){.serve = serve_echo,
                                                    .accept = accept_all,
                                                    .subprotocols = chat,
                                                    .subprotocol_count = 1}));

    (void)arg;
    if (started.error)
        return started;
    result = converse(started.ptr);
    eft_result_free(eft_await(eft_ws_server_close(started.ptr)));
    eft_ws_server_free(started.ptr);
    return result;
}

static eft_result app(void *arg)
{
    eft_result result =
        eft_await(eft_wait_for(IN_TIME_MS, eft_spawn(serve_and_converse, arg)));

    late = result.error == EFT_ETIMEDOUT;
    return result;
}

/* One run; what is wrong, or NULL. */
static const char *run_once(size_t fail_at)
{
    size_t serial = memory.serial;
    int code;

    late = false;
    short_memory_arm(&memory, fail_at, false);
    code = eft_run(app, NULL);
    memory.armed = false;
    if (late)
        return "it hangs";
    if (!eft_live_objects() && !memory.first)
        return code && !memory.failed ? "it fails without a reason" : NULL;
    short_memory_print(&memory, serial);
    return "memory stays alive";
}

void test_leaves(void)
{
}

int main(int argc, char **argv)
{
    size_t passed = 0, failed = 0;

    test_servers_read(argc, argv);
    CU_initialize_registry();
    eft_log_set_level(EFT_LOG_OFF);
    eft_set_allocator(run_short, &memory);
    for (size_t at = 1; at < ALLOCATIONS_MOST; at++) {
        const char *wrong = run_once(at);

        printf("%s allocation_%zu%s%s\n", wrong ? "not ok" : "ok", at,
               wrong ? ": " : "", wrong ? wrong : "");
        *(wrong ? &failed : &passed) += 1;
        if (!memory.failed)
            break;
    }
    CU_cleanup_registry();
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed != 0;
}
