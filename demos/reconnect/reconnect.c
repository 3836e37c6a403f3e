/* SPDX-License-Identifier: MIT
 * A client that survives a server which restarts: it says hello on every
 * connection, until the server closes one normally.
 *
 *   natively:  build/native/demos/reconnect ws://127.0.0.1:8765/
 *   Node:      node web/run.mjs build/web-asyncify/demos/reconnect.mjs URL
 *
 * Stop and start the server meanwhile.  The log is like transcript.txt. */
#include <stdio.h>
#include <string.h>

#include <eft/eft.h>

#define DEFAULT_URL "ws://127.0.0.1:8765/"

static void tell(const eft_reconnect_news *news, void *arg)
{
    const eft_reconnect_failure *why = news->failure;

    (void)arg;
    if (news->state == EFT_RECONNECT_WAITING)
        eft_log(EFT_LOG_INFO, "next attempt in %d ms: %s", (int)news->delay_ms,
                why ? why->detail : "to connect again");
    else if (news->state == EFT_RECONNECT_OPEN)
        eft_log(EFT_LOG_INFO, "connected");
}

/* Says hello and logs what comes, until the connection ends. */
static eft_result talk(eft_ws *ws, int number)
{
    char hello[32];
    int length = snprintf(hello, sizeof hello, "hello %d", number);

    EFT_TRY(eft_await(eft_ws_send_text(ws, hello, (size_t)length)));
    for (;;) {
        eft_result received = eft_await(eft_ws_receive(ws));
        if (received.error)
            return received;
        eft_log(EFT_LOG_INFO, "received: %s",
                (const char *)received.message->data);
        eft_result_free(received);
    }
}

static eft_result app(void *arg)
{
    const eft_reconnect_options options = {
        .min_delay_ms = 100, .max_attempts = 20, .on_state = tell};
    eft_reconnect *again = eft_reconnect_new(arg, NULL, &options);
    eft_result result = eft_ok();
    bool over = false;

    for (int number = 1; !over; number++) {
        eft_result opened = eft_await(eft_reconnect_next(again));
        if (opened.error) {
            result = opened;
            break;
        }
        eft_result ended = talk(opened.ws, number);
        over = eft_ws_close_code(opened.ws) == 1000;
        eft_ws_free(opened.ws);
        /* Whoever cancels this program wants it to end. */
        if (ended.error == EFT_ECANCELED) {
            result = ended;
            break;
        }
        eft_log_line(EFT_LOG_INFO, over ? "closed" : "lost");
    }
    eft_reconnect_free(again);
    return result;
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "--help")) {
        puts("usage: reconnect [URL]\nURL is " DEFAULT_URL " if not given.");
        return 0;
    }
    return eft_run(app, argc > 1 ? argv[1] : (char *)DEFAULT_URL);
}
