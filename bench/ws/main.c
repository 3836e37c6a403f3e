/* SPDX-License-Identifier: MIT
 * ws URL CASE N SIZE CONNECTIONS: measures one thing a WebSocket does.
 *
 *   build/native/bench/ws-server 8080 &
 *   build/native/bench/ws ws://127.0.0.1:8080/ pipeline 1000000 64 1
 *
 * The line is "CASE PER_SECOND CPU_US P50_US P99_US KIB": bench/README.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../measure.h"
#include "bench.h"

enum { EXIT_USAGE = 2 };

typedef struct case_info {
    const char *name;
    eft_body *body;
    const char *what;
} case_info;

static const case_info cases[] = {
    {"rtt", bench_rtt, "N messages to and fro, one in flight"},
    {"pipeline", bench_pipeline, "N messages to and fro, 64 in flight"},
    {"fanout", bench_fanout, "N over CONNECTIONS, one in flight on each"},
    {"connect", bench_connect, "open and close N, or open all at once"},
    {"idle", bench_idle, "the memory of CONNECTIONS that rest"},
};

static int print_usage(FILE *to, int code)
{
    fputs("usage: ws URL CASE N SIZE CONNECTIONS\n\n", to);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        fprintf(to, "  %-9s %s\n", cases[i].name, cases[i].what);
    return code;
}

void bench_start(bench *b)
{
    timed_start(&b->timed);
}

void bench_stop(bench *b)
{
    timed_stop(&b->timed);
}

void bench_note(bench *b, int64_t ns)
{
    timed_note(&b->timed, ns);
}

eft_result bench_report(bench *b)
{
    size_t memory =
        strcmp(b->name, "idle") == 0 ? b->resident : measure_peak_kib();

    timed_print(&b->timed, b->name, b->operations, memory);
    return eft_ok();
}

static const case_info *find_case(const char *name)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (!strcmp(cases[i].name, name))
            return &cases[i];
    return NULL;
}

static int run(bench *b, const case_info *one)
{
    size_t times = b->n > b->count ? b->n : b->count;
    int code = EXIT_FAILURE;

    b->name = one->name;
    b->operations = b->n;
    b->payload = timed_memory(b->size, 1);
    b->sockets = timed_memory(b->count, sizeof *b->sockets);
    if (b->payload && b->sockets && timed_make(&b->timed, times))
        code = eft_run(one->body, b);
    else
        fputs("ws: no memory\n", stderr);
    return code;
}

/* What is open still at the end is the system's to close: closing is not what
 * is measured. */
int main(int argc, char **argv)
{
    static bench b;
    const case_info *one = argc == 6 ? find_case(argv[2]) : NULL;

    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (argc == 2 && !strcmp(argv[1], "--help"))
        return print_usage(stdout, EXIT_SUCCESS);
    if (!one || !timed_read(argv[3], 1u << 30, &b.n) ||
        !timed_read(argv[4], 1u << 30, &b.size) ||
        !timed_read(argv[5], 1u << 20, &b.count) || !b.n || !b.count)
        return print_usage(stderr, EXIT_USAGE);
    b.url = argv[1];
    return run(&b, one);
}
