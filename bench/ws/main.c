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

enum { EXIT_USAGE = 2, NS_PER_US = 1000, NS_PER_S = 1000000000 };

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
    b->busy = measure_busy();
    b->wall = measure_wall();
}

void bench_stop(bench *b)
{
    b->wall = measure_wall() - b->wall;
    b->busy = measure_busy() - b->busy;
}

void bench_note(bench *b, int64_t ns)
{
    b->times[b->timed++] = ns;
}

static int compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* In microseconds; 0 where no operation was timed. */
static double percentile(const bench *b, size_t percent)
{
    size_t at = b->timed * percent / 100;

    if (!b->timed)
        return 0;
    return (double)b->times[at < b->timed ? at : b->timed - 1] / NS_PER_US;
}

eft_result bench_report(bench *b)
{
    double n = (double)b->operations;
    size_t memory =
        strcmp(b->name, "idle") == 0 ? b->resident : measure_peak_kib();

    qsort(b->times, b->timed, sizeof *b->times, compare);
    printf("%s %.0f %.3f %.2f %.2f %zu\n", b->name,
           n * NS_PER_S / (double)b->wall, (double)b->busy / n / NS_PER_US,
           percentile(b, 50), percentile(b, 99), memory);
    return eft_ok();
}

static bool read_size(const char *text, size_t most, size_t *number)
{
    char *end;
    unsigned long long value = strtoull(text, &end, 10);

    *number = (size_t)value;
    return *text >= '0' && *text <= '9' && !*end && value <= most;
}

static const case_info *find_case(const char *name)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (!strcmp(cases[i].name, name))
            return &cases[i];
    return NULL;
}

/* Touched before it is measured, so that it is nobody's growth. */
static void *prepare(size_t count, size_t size)
{
    void *memory = malloc(count * size + 1);

    if (memory)
        memset(memory, 0x5A, count * size);
    return memory;
}

static int run(bench *b, const case_info *one)
{
    size_t times = b->n > b->count ? b->n : b->count;
    int code = EXIT_FAILURE;

    b->name = one->name;
    b->operations = b->n;
    b->payload = prepare(b->size, 1);
    b->sockets = prepare(b->count, sizeof *b->sockets);
    b->times = prepare(times, sizeof *b->times);
    if (b->payload && b->sockets && b->times)
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
    if (!one || !read_size(argv[3], 1u << 30, &b.n) ||
        !read_size(argv[4], 1u << 30, &b.size) ||
        !read_size(argv[5], 1u << 20, &b.count) || !b.n || !b.count)
        return print_usage(stderr, EXIT_USAGE);
    b.url = argv[1];
    return run(&b, one);
}
