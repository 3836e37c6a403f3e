/* SPDX-License-Identifier: MIT
 * core [--steps] CASE N: measures one thing the core does, and prints it.
 *
 *   natively:  build/native/bench/core yield 10000000
 *   Node:      node web/run.mjs build/web-asyncify/bench/core.mjs yield 1000000
 *   a page:    node bench/chromium.mjs jspi core yield 1000000
 *
 * The line is "CASE N NANOSECONDS KIB", the time that of one operation, the
 * memory the most that the program had: bench/README.md. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

enum { EXIT_USAGE = 2 };

typedef struct case_info {
    const char *name;
    bool many; /* it holds n futures at once; else two */
    const char *what;
} case_info;

static const case_info cases[BENCH_CASES] = {
    [BENCH_SLEEP_MANY] = {"sleep_many", true, "N tasks sleep 1 s; join all"},
    [BENCH_SPAWN_JOIN] = {"spawn_join", false, "N times spawn and await"},
    [BENCH_GATHER] = {"gather", true, "gather N tasks"},
    [BENCH_PINGPONG] = {"pingpong", false, "N hops over two queues"},
    [BENCH_TIMERS] = {"timers", true, "arm N, cancel 90 %, await the rest"},
    [BENCH_CANCEL] = {"cancel", true, "cancel and join N waiting tasks"},
    [BENCH_YIELD] = {"yield", false, "two tasks yield N / 2 times each"},
    [BENCH_AWAIT_DONE] = {"await_done", false, "N awaits of what is complete"},
};

static int print_usage(void)
{
    puts("usage: core [--steps] CASE N\n\n"
         "  -s, --steps  step tasks instead of fibers\n"
         "  -l, --list   print the names of the cases\n"
         "  -h, --help   print this\n");
    for (int id = 0; id < BENCH_CASES; id++)
        printf("  %-12s %s\n", cases[id].name, cases[id].what);
    return EXIT_SUCCESS;
}

static int give_hint(void)
{
    fputs("try core --help\n", stderr);
    return EXIT_USAGE;
}

static int refuse(const char *why, const char *what)
{
    fprintf(stderr, "core: %s%s\n", why, what);
    return give_hint();
}

void bench_start(bench *b)
{
    b->begin = measure_wall();
}

void bench_stop(bench *b)
{
    b->spent = measure_wall() - b->begin;
}

eft_result bench_report(const bench *b, bool right)
{
    if (!right)
        return eft_fail(EFT_EUSER, "%s %zu gave a wrong result", b->name, b->n);
    printf("%s %zu %.1f %zu\n", b->name, b->n,
           (double)b->spent / (double)b->operations, measure_peak_kib());
    return eft_ok();
}

/* The futures are the heap's: a million do not fit on a stack. */
static bool prepare(bench *b)
{
    b->name = cases[b->id].name;
    b->operations = b->id == BENCH_TIMERS ? 2 * b->n : b->n;
    b->futures = calloc(cases[b->id].many ? b->n : 2, sizeof *b->futures);
    return b->futures;
}

/* On the web eft_run() does not come back, and this is left to the host. */
static void clean_up(bench *b)
{
    while (b->joined < b->spawned)
        eft_future_free(b->futures[b->joined++]);
    if (b->done)
        eft_future_free(b->done);
    for (int side = 0; side < 2; side++)
        if (b->queues[side])
            eft_queue_free(b->queues[side]);
    free(b->futures);
}

static int run(bench *b, bool steps)
{
    if (!prepare(b)) {
        fprintf(stderr, "core: no memory for %zu futures\n", b->n);
        return EXIT_FAILURE;
    }
    int code = steps ? bench_run_steps(b) : eft_run(bench_fibers[b->id], b);
    clean_up(b);
    return code;
}

static bool read_case(const char *name, bench_id *id)
{
    for (int i = 0; i < BENCH_CASES; i++)
        if (!strcmp(name, cases[i].name)) {
            *id = (bench_id)i;
            return true;
        }
    return false;
}

/* From 1 to what can still be doubled. */
static bool read_count(const char *text, size_t *count)
{
    char *end;

    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    *count = value;
    return *text >= '0' && *text <= '9' && !*end && !errno && value &&
           value <= SIZE_MAX / 2;
}

static int list(void)
{
    for (int id = 0; id < BENCH_CASES; id++)
        puts(cases[id].name);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"steps", no_argument, NULL, 's'},
                                            {"list", no_argument, NULL, 'l'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    static bench b;
    bool steps = false;

    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    for (int option;
         (option = getopt_long(argc, argv, "slh", options, NULL)) != -1;) {
        if (option == 'h')
            return print_usage();
        if (option == 'l')
            return list();
        if (option != 's')
            return give_hint();
        steps = true;
    }
    if (argc - optind != 2)
        return refuse("a case and a count are wanted", "");
    if (!read_case(argv[optind], &b.id))
        return refuse("there is no case ", argv[optind]);
    if (!read_count(argv[optind + 1], &b.n))
        return refuse("not a count: ", argv[optind + 1]);
    return run(&b, steps);
}
