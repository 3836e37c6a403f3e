/* SPDX-License-Identifier: MIT
 * The cases of bench/http with bare libcurl: http-curl [--uv] [--alike] URL
 * CASE N CONCURRENT.
 *
 * Without --uv on curl_multi_poll(), with it on the multi_socket interface and
 * libuv as libcurl's own example has it: no tasks, no futures, a floor under
 * what a program on libcurl does as a rule.  With --alike it sends the request
 * that eft does: libcurl writes each byte of two more lines by a call. */
#define _POSIX_C_SOURCE 200809L /* uv.h */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <uv.h>

#include "../measure.h"
#include "../timed.h"

enum {
    EXIT_USAGE = 2,
    SMALL = 100,
    LARGE_MIB = 200,
    MIB = 1 << 20,
    WARM_UP_PART = 10
};

/* One request that is under way, again and again. */
typedef struct transfer {
    CURL *easy;
    size_t length; /* of the body so far */
    int64_t begin;
} transfer;

static CURLM *multi;
static const char *url;
static size_t left, running, wanted = SMALL;
static bool wrong, noting, on_uv;
static struct curl_slist *lines; /* NULL: what libcurl sends by itself */
static timed part;
static uv_loop_t loop;
static uv_timer_t timer;

static size_t take(char *data, size_t size, size_t count, void *arg)
{
    transfer *one = arg;

    (void)data;
    one->length += size * count;
    return size * count;
}

static void begin(transfer *one)
{
    left--;
    running++;
    one->length = 0;
    one->begin = measure_wall();
    curl_multi_add_handle(multi, one->easy);
}

static void write_lines(void)
{
    lines = curl_slist_append(lines, "User-Agent: eft/0.1");
    lines = curl_slist_append(lines, "Accept-Encoding: gzip, deflate, br");
}

static void prepare(transfer *one)
{
    one->easy = curl_easy_init();
    curl_easy_setopt(one->easy, CURLOPT_URL, url);
    curl_easy_setopt(one->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(one->easy, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(one->easy, CURLOPT_WRITEDATA, one);
    curl_easy_setopt(one->easy, CURLOPT_PRIVATE, one);
    curl_easy_setopt(one->easy, CURLOPT_HTTPHEADER, lines);
}

static void look_what_is_done(void)
{
    CURLMsg *message;
    int more;

    while ((message = curl_multi_info_read(multi, &more))) {
        transfer *one;

        if (message->msg != CURLMSG_DONE)
            continue;
        wrong |= message->data.result != CURLE_OK;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &one);
        wrong |= one->length != wanted;
        curl_multi_remove_handle(multi, one->easy);
        running--;
        if (noting)
            timed_note(&part, measure_wall() - one->begin);
        if (left && !wrong)
            begin(one);
    }
}

/* libuv */

typedef struct watched {
    uv_poll_t poll;
    curl_socket_t socket;
} watched;

static void act(curl_socket_t socket, int events)
{
    int count;

    curl_multi_socket_action(multi, socket, events, &count);
    look_what_is_done();
}

static void on_event(uv_poll_t *poll, int status, int events)
{
    watched *one = (watched *)poll;

    act(one->socket, (status < 0 ? CURL_CSELECT_ERR : 0) |
                         (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
                         (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0));
}

static void on_timer(uv_timer_t *handle)
{
    (void)handle;
    act(CURL_SOCKET_TIMEOUT, 0);
}

static int set_timer(CURLM *handle, long delay_ms, void *arg)
{
    (void)handle;
    (void)arg;
    if (delay_ms < 0)
        uv_timer_stop(&timer);
    else
        uv_timer_start(&timer, on_timer, (uint64_t)delay_ms, 0);
    return 0;
}

static void free_watched(uv_handle_t *handle)
{
    free(handle);
}

static int watch(CURL *easy, curl_socket_t socket, int what, void *arg,
                 void *known)
{
    watched *one = known;

    (void)easy;
    (void)arg;
    if (what == CURL_POLL_REMOVE) {
        uv_poll_stop(&one->poll);
        uv_close((uv_handle_t *)&one->poll, free_watched);
        return 0;
    }
    if (!one) {
        one = calloc(1, sizeof *one);
        one->socket = socket;
        uv_poll_init_socket(&loop, &one->poll, socket);
        curl_multi_assign(multi, socket, one);
    }
    uv_poll_start(&one->poll,
                  (what & CURL_POLL_IN ? UV_READABLE : 0) |
                      (what & CURL_POLL_OUT ? UV_WRITABLE : 0),
                  on_event);
    return 0;
}

static void use_uv(void)
{
    uv_loop_init(&loop);
    uv_timer_init(&loop, &timer);
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer);
}

static void run(void)
{
    while (running && !wrong) {
        int count;

        if (on_uv) {
            uv_run(&loop, UV_RUN_ONCE);
            continue;
        }
        curl_multi_perform(multi, &count);
        look_what_is_done();
        if (running)
            curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
}

/* So many requests in all, so many at a time. */
static void run_all(transfer *all, size_t count, size_t n)
{
    left = n;
    for (size_t i = 0; i < count && left; i++)
        begin(&all[i]);
    run();
}

static int print_usage(void)
{
    fputs("usage: http-curl [--uv] [--alike] URL CASE N CONCURRENT\n", stderr);
    return EXIT_USAGE;
}

static int measure(transfer *all, size_t count, size_t n, bool gets)
{
    for (size_t i = 0; i < count; i++)
        prepare(&all[i]);
    if (gets)
        run_all(all, count,
                n / WARM_UP_PART > count ? n / WARM_UP_PART : count);
    noting = gets;
    timed_start(&part);
    run_all(all, count, n);
    timed_stop(&part);
    if (wrong) {
        fputs("http-curl: a request failed, or a body had another length\n",
              stderr);
        return EXIT_FAILURE;
    }
    timed_print(&part, gets ? "get" : "download", gets ? n : LARGE_MIB,
                measure_peak_kib());
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    static char large[256];
    size_t n, count;

    on_uv = argc > 1 && !strcmp(argv[1], "--uv");
    argv += on_uv;
    argc -= on_uv;
    if (argc > 1 && !strcmp(argv[1], "--alike")) {
        write_lines();
        argv++;
        argc--;
    }
    if (argc != 5 || !timed_read(argv[3], 1u << 30, &n) ||
        !timed_read(argv[4], 1u << 20, &count))
        return print_usage();
    bool gets = !strcmp(argv[2], "get");
    if (gets ? !n || !count : strcmp(argv[2], "download") != 0)
        return print_usage();
    url = argv[1];
    if (!gets) {
        wanted = (size_t)LARGE_MIB * MIB;
        snprintf(large, sizeof large, "%s%zu", url, wanted);
        url = large;
        n = count = 1;
    }
    transfer *all = calloc(count, sizeof *all);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    multi = curl_multi_init();
    if (on_uv)
        use_uv();
    if (!all || !multi || !timed_make(&part, n))
        return EXIT_FAILURE;
    return measure(all, count, n, gets);
}
