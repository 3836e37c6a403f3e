/* SPDX-License-Identifier: MIT
 * The cases of bench/ws with bare libwebsockets, by its own ws role. */
#define _POSIX_C_SOURCE 200809L
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libwebsockets.h>

#include "../measure.h"

/* ws-lws URL CASE N SIZE CONNECTIONS, its own event loop, no fibers, no
 * futures: a floor under what a program on libwebsockets can do.  It has rtt,
 * pipeline, fanout, connect in sequence, and idle. */

enum { AT_ONCE = 100, EXIT_USAGE = 2, US = 1000, BUFFER = 128 * 1024 };

typedef struct peer {
    struct lws *wsi;
    size_t to_send;  /* may be sent now */
    size_t sent;     /* of the present phase */
    size_t received; /* likewise */
    size_t arrived;  /* bytes of the message on its way */
    int64_t *sent_at;
} peer;

static struct lws_context *context;
static char host[64];
static int port;
static const char *name;
static size_t n, size, count, in_flight = 1, quota;
static peer *peers;
static size_t opened, closed, done; /* of peers */
static int64_t *times;
static size_t timed;
static int64_t wall, busy;
static bool wrong, timing, closing;
static unsigned char *payload;

static void start(void)
{
    timing = true;
    timed = 0;
    busy = measure_busy();
    wall = measure_wall();
}

static int compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

static void report(size_t operations, size_t memory)
{
    double of = (double)operations;

    wall = measure_wall() - wall;
    busy = measure_busy() - busy;
    qsort(times, timed, sizeof *times, compare);
    printf("%s %.0f %.3f %.2f %.2f %zu\n", name, of * 1e9 / (double)wall,
           (double)busy / of / US, timed ? (double)times[timed / 2] / US : 0,
           timed ? (double)times[timed * 99 / 100] / US : 0, memory);
}

static void open_peer(peer *one)
{
    struct lws_client_connect_info info = {
        .context = context,
        .address = host,
        .port = port,
        .path = "/",
        .host = host,
        .origin = host,
        .local_protocol_name = "bench",
        .userdata = one,
    };

    *one = (peer){.sent_at = one->sent_at};
    if (!lws_client_connect_via_info(&info))
        wrong = true;
}

/* A phase: each peer sends quota messages, in_flight of them at once. */
static void start_phase(size_t messages)
{
    quota = messages;
    done = 0;
    for (size_t i = 0; i < count; i++) {
        peers[i].sent = peers[i].received = 0;
        peers[i].to_send = quota < in_flight ? quota : in_flight;
        lws_callback_on_writable(peers[i].wsi);
    }
}

static void on_message(peer *one)
{
    one->arrived = 0;
    if (timing)
        times[timed++] =
            measure_wall() - one->sent_at[one->received % in_flight];
    one->received++;
    if (one->received == quota)
        done++;
    if (one->sent + one->to_send < quota)
        one->to_send++;
    if (one->to_send)
        lws_callback_on_writable(one->wsi);
}

static int on_writable(peer *one)
{
    if (closing) {
        lws_close_reason(one->wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
        return -1;
    }
    while (one->to_send && !lws_send_pipe_choked(one->wsi)) {
        one->sent_at[one->sent++ % in_flight] = measure_wall();
        one->to_send--;
        if (lws_write(one->wsi, payload + LWS_PRE, size, LWS_WRITE_BINARY) < 0)
            return -1;
    }
    if (one->to_send)
        lws_callback_on_writable(one->wsi);
    return 0;
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason,
                    void *user, void *in, size_t length)
{
    peer *one = user;

    (void)in;
    switch (reason) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        one->wsi = wsi;
        opened++;
        break;
    case LWS_CALLBACK_CLIENT_RECEIVE:
        one->arrived += length;
        if (lws_is_final_fragment(wsi) && !lws_remaining_packet_payload(wsi)) {
            wrong = wrong || one->arrived != size;
            on_message(one);
        }
        break;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        return on_writable(one);
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        wrong = true;
        break;
    case LWS_CALLBACK_CLIENT_CLOSED:
        closed++;
        break;
    default:
        break;
    }
    return 0;
}

static void run_until(const size_t *what, size_t reaches)
{
    while (*what < reaches && !wrong)
        lws_service(context, 0);
}

static void open_all(void)
{
    for (size_t i = 0; i < count; i++) {
        open_peer(&peers[i]);
        if (i % AT_ONCE == AT_ONCE - 1 || i + 1 == count)
            run_until(&opened, i + 1);
    }
}

static void exchange(void)
{
    size_t each = n / count;

    open_all();
    start_phase(count == 1 ? n / 10 : 1);
    run_until(&done, count);
    start();
    start_phase(each);
    run_until(&done, count);
    report(each * count, measure_peak_kib());
}

static void open_and_close(peer *one)
{
    size_t before = opened, ended = closed;

    open_peer(one);
    run_until(&opened, before + 1);
    closing = true;
    lws_callback_on_writable(one->wsi);
    run_until(&closed, ended + 1);
    closing = false;
}

static void connect_in_turn(void)
{
    start();
    for (size_t i = 0; i < n && !wrong; i++) {
        int64_t begin = measure_wall();

        open_and_close(&peers[0]);
        times[timed++] = measure_wall() - begin;
    }
    report(n, measure_peak_kib());
}

static void rest(void)
{
    size_t before;

    open_and_close(&peers[0]);
    opened = 0;
    before = measure_resident_kib();
    start();
    open_all();
    report(count, measure_resident_kib() - before);
}

static const struct lws_protocols protocols[] = {
    {.name = "bench",
     .callback = callback,
     .rx_buffer_size = BUFFER,
     .tx_packet_size = BUFFER},
    {.name = NULL},
};

static bool prepare(void)
{
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = protocols,
        .pt_serv_buf_size = BUFFER,
    };

    lws_set_log_level(LLL_ERR, NULL);
    context = lws_create_context(&info);
    peers = calloc(count, sizeof *peers);
    times = calloc(n + count + 1, sizeof *times);
    payload = calloc(1, LWS_PRE + size + 1);
    for (size_t i = 0; peers && i < count; i++)
        peers[i].sent_at = calloc(in_flight, sizeof(int64_t));
    return context && peers && times && payload;
}

int main(int argc, char **argv)
{
    if (argc != 6 || sscanf(argv[1], "ws://%63[^:/]:%d", host, &port) != 2)
        return EXIT_USAGE;
    name = argv[2];
    n = strtoul(argv[3], NULL, 10);
    size = strtoul(argv[4], NULL, 10);
    count = strtoul(argv[5], NULL, 10);
    in_flight = strcmp(name, "pipeline") == 0 ? 64 : 1;
    if (!n || !count || !prepare())
        return EXIT_USAGE;
    if (!strcmp(name, "rtt") || !strcmp(name, "pipeline") ||
        !strcmp(name, "fanout"))
        exchange();
    else if (!strcmp(name, "connect") && count == 1)
        connect_in_turn();
    else if (!strcmp(name, "idle"))
        rest();
    else
        return EXIT_USAGE;
    return wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}
