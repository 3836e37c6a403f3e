/* SPDX-License-Identifier: MIT
 * http URL CASE N CONCURRENT: measures one thing an HTTP client does.
 *
 *   build/native/bench/http-server 8080 &
 *   build/native/bench/http http://127.0.0.1:8080/ get 100000 32
 *
 * The line is "CASE PER_SECOND CPU_US P50_US P99_US KIB": bench/README.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eft/eft.h>

#include "../measure.h"
#include "../timed.h"

enum {
    EXIT_USAGE = 2,
    SMALL = 100, /* bytes of the body of a GET */
    LARGE_MIB = 200,
    MIB = 1 << 20,
    WARM_UP_PART = 10
};

/* One run of one case. */
typedef struct bench {
    const char *url; /* of a server that has the bodies */
    size_t n;        /* requests */
    size_t count;    /* of them at a time */
    size_t left;     /* that nobody has begun yet */
    bool noting;     /* they are timed */
    timed timed;
    eft_http_session *session;
} bench;

static eft_result get_once(bench *b)
{
    eft_result got = eft_await(eft_http_get(b->session, b->url, NULL));

    if (got.error)
        return got;
    eft_result body = eft_await(eft_http_response_read(got.response));
    bool right = !body.error && body.message->length == SMALL;
    int32_t error = body.error;
    eft_result_free(body);
    eft_result_free(got);
    if (error)
        return eft_failed(error);
    return right ? eft_ok() : eft_fail(EFT_EUSER, "a body of another length");
}

static eft_result get_until_none_is_left(void *arg)
{
    bench *b = arg;

    while (b->left) {
        int64_t begin = measure_wall();

        b->left--;
        EFT_TRY(get_once(b));
        if (b->noting)
            timed_note(&b->timed, measure_wall() - begin);
    }
    return eft_ok();
}

/* So many in all, with a task for each that is under way. */
static eft_result get_all(bench *b, size_t n)
{
    eft_group *group = eft_group_new();

    if (!group)
        return eft_failed(EFT_ENOMEM);
    b->left = n;
    for (size_t i = 0; i < b->count; i++)
        eft_future_free(eft_group_spawn(group, get_until_none_is_left, b));
    eft_result result = eft_await(eft_group_join(group));
    eft_group_free(group);
    return result;
}

static eft_result get(void *arg)
{
    bench *b = arg;
    size_t warm_up = b->n / WARM_UP_PART;

    EFT_TRY(get_all(b, warm_up > b->count ? warm_up : b->count));
    b->noting = true;
    timed_start(&b->timed);
    EFT_TRY(get_all(b, b->n));
    timed_stop(&b->timed);
    timed_print(&b->timed, "get", b->n, measure_peak_kib());
    return eft_ok();
}

/* Reads a body and drops it; gives its length. */
static eft_result drain(eft_http_response *response)
{
    size_t length = 0;
    bool last = false;

    while (!last) {
        eft_result piece = eft_await(eft_http_response_chunk(response));

        if (piece.error)
            return piece;
        last = piece.message->last;
        length += piece.message->length;
        eft_result_free(piece);
    }
    return eft_ok_size(length);
}

static eft_result download(void *arg)
{
    bench *b = arg;
    char url[256];

    snprintf(url, sizeof url, "%s%d", b->url, LARGE_MIB * MIB);
    timed_start(&b->timed);
    eft_result got = eft_await(eft_http_get(b->session, url, NULL));
    if (got.error)
        return got;
    eft_result body = drain(got.response);
    timed_stop(&b->timed);
    eft_result_free(got);
    if (body.error)
        return body;
    if (body.size != (size_t)LARGE_MIB * MIB)
        return eft_fail(EFT_EUSER, "a body of another length");
    timed_print(&b->timed, "download", LARGE_MIB, measure_peak_kib());
    return eft_ok();
}

static int print_usage(FILE *to, int code)
{
    fputs("usage: http URL CASE N CONCURRENT\n\n"
          "  get       N GETs of 100 bytes, so many at a time\n"
          "  download  one GET of 200 MiB, in pieces that are dropped\n",
          to);
    return code;
}

static eft_result run_case(void *arg)
{
    bench *b = arg;

    b->session = eft_http_session_new(
        &(eft_http_session_options){.limit = b->count + 1});
    if (!b->session)
        return eft_failed(EFT_ENOMEM);
    eft_result result = b->n ? get(b) : download(b);
    eft_http_session_free(b->session);
    return result;
}

int main(int argc, char **argv)
{
    static bench b;
    size_t n = 0;

    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (argc == 2 && !strcmp(argv[1], "--help"))
        return print_usage(stdout, EXIT_SUCCESS);
    if (argc != 5 || !timed_read(argv[3], 1u << 30, &n) ||
        !timed_read(argv[4], 1u << 20, &b.count))
        return print_usage(stderr, EXIT_USAGE);
    bool gets = !strcmp(argv[2], "get");
    if (gets ? !n || !b.count : strcmp(argv[2], "download") != 0)
        return print_usage(stderr, EXIT_USAGE);
    b.url = argv[1];
    b.n = gets ? n : 0;
    if (!timed_make(&b.timed, b.n))
        return EXIT_FAILURE;
    return eft_run(run_case, &b);
}
