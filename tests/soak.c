/* SPDX-License-Identifier: MIT
 * Many connections for a while, with everything that can happen to them:
 *
 *     soak URL [--connections N] [--seconds N] [--seed N]
 *
 * URL is that of the test servers' behaviour "soak".  Each worker opens one
 * connection after the other, sends messages of 0 to 100 KiB on it, cancels
 * connects, sends and receives, and closes, cuts or loses it.  In the end
 * nothing must be lost, nothing leaked, and memory be flat; the seed is printed
 * and can be given. */
#include "soak.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SAMPLES = 4096,
    SAMPLE_MS = 500,
    JUDGED_SECONDS = 20, /* shorter runs have not come to rest */
    SETTLE_MS = 10000,
    REPORTED = 20 /* failures in full */
};

soak soaking = {.connections = 100, .seconds = 3, .seed = 1};

bool soak_fail(uint64_t connection, const char *format, ...)
{
    va_list arguments;

    if (soaking.counts.failures++ < REPORTED) {
        printf("# connection %" PRIu64 ": ", connection);
        va_start(arguments, format);
        vprintf(format, arguments);
        va_end(arguments);
        printf("\n");
    }
    return false;
}

/* Memory */

/* Design notes.  What malloc has given out says whether anything leaks, also
 * in libuv and OpenSSL.  What is resident says less: pages that a buffer or a
 * stack has not needed so far are touched at some time, so it grows for long
 * after the last allocation. */

typedef struct sample {
    size_t heap;
    size_t resident;
} sample;

static sample samples[SAMPLES];
static size_t sample_count;

static eft_result watch_memory(void *arg)
{
    (void)arg;
    while (!soaking.stopping && sample_count < SAMPLES) {
        EFT_TRY(eft_await(eft_sleep(SAMPLE_MS)));
        samples[sample_count++] = (sample){soak_heap(), soak_resident()};
    }
    return eft_ok();
}

/* The mean of the samples of one quarter, in MiB. */
static void mean(size_t quarter, double *heap, double *resident)
{
    size_t begin = sample_count * quarter / 4;
    size_t end = sample_count * (quarter + 1) / 4;
    double scale = (double)(end - begin) * (1 << 20);

    *heap = *resident = 0;
    for (size_t i = begin; i < end; i++) {
        *heap += (double)samples[i].heap / scale;
        *resident += (double)samples[i].resident / scale;
    }
}

/* The second quarter and the last: what leaks grows all the time. */
static bool memory_is_flat(void)
{
    double heap[4], resident[4];

    for (size_t i = 0; i < 4; i++)
        mean(i, &heap[i], &resident[i]);
    if (heap[1] <= 0) {
        printf("# memory: not told here\n");
        return true;
    }
    printf("# allocated: %.1f, %.1f, %.1f, %.1f MiB by quarters (%+.1f %%), "
           "resident: %.1f, %.1f, %.1f, %.1f MiB\n",
           heap[0], heap[1], heap[2], heap[3], (heap[3] / heap[1] - 1) * 100,
           resident[0], resident[1], resident[2], resident[3]);
    return soaking.seconds < JUDGED_SECONDS || heap[3] <= heap[1] * 1.05;
}

/* Workers */

static eft_result work(void *arg)
{
    uint64_t number = (uint64_t)(uintptr_t)arg;
    soak_chance chance = {soaking.seed * 1000003 + number};

    /* Not all at the same moment: a server accepts one after the other. */
    EFT_TRY(eft_await(eft_sleep((int64_t)number * 2)));
    for (uint64_t turn = 0; !soaking.stopping; turn++)
        if (!soak_talk(turn * (uint64_t)soaking.connections + number, &chance))
            return eft_failed(EFT_EUSER);
    return eft_ok();
}

static eft_result stop_later(void *arg)
{
    (void)arg;
    eft_result result = eft_await(eft_sleep(soaking.seconds * 1000));
    soaking.stopping = true;
    return result;
}

/* A worker that fails lets the others go on: the first sentence counts. */
static void run_workers(void)
{
    size_t count = (size_t)soaking.connections + 2;
    eft_future **tasks = malloc(count * sizeof *tasks);
    eft_gather_options options = {.return_errors = true};

    if (!tasks) {
        soak_fail(0, "out of memory");
        return;
    }
    tasks[0] = eft_spawn(stop_later, NULL);
    tasks[1] = eft_spawn(watch_memory, NULL);
    for (size_t i = 2; i < count; i++)
        tasks[i] = eft_spawn(work, (void *)(uintptr_t)(i - 2));
    eft_result_free(eft_await(eft_gather_array(tasks, count, &options)));
    free(tasks);
}

/* What was given up may be on its way still. */
static bool nothing_leaks(size_t before)
{
    int64_t give_up = eft_now() + SETTLE_MS;

    while (eft_live_objects() != before && eft_now() < give_up)
        eft_result_free(eft_await(eft_sleep(10)));
    if (eft_live_objects() != before)
        printf("# %zu live objects before, %zu after\n", before,
               eft_live_objects());
    return eft_live_objects() == before;
}

static void print_counts(const soak_counts *counts)
{
    printf("# %" PRIu64 " connections, %" PRIu64 " checked, %" PRIu64
           " cut by us, %" PRIu64 " by the server\n",
           counts->opened, counts->checked, counts->cut, counts->dropped);
    printf("# %" PRIu64 " messages sent, %" PRIu64
           " echoes of %.1f MiB, %" PRIu64 " cancels\n",
           counts->sent, counts->echoed, (double)counts->bytes / (1 << 20),
           counts->cancelled);
}

static int verdict(const char *name, bool well)
{
    printf("%s soak.%s\n", well ? "ok" : "not ok", name);
    return !well;
}

static eft_result app(void *arg)
{
    size_t before = eft_live_objects();
    int failed = 0;

    (void)arg;
    printf("# soak --connections %d --seconds %" PRId64 " --seed %" PRIu64 "\n",
           soaking.connections, soaking.seconds, soaking.seed);
    run_workers();
    print_counts(&soaking.counts);
    failed += verdict("nothing_is_lost", soaking.counts.failures == 0 &&
                                             soaking.counts.checked > 0);
    failed += verdict("nothing_leaks", nothing_leaks(before));
    failed += verdict("memory_is_flat", memory_is_flat());
    printf("%d passed, %d failed\n", 3 - failed, failed);
    return failed ? eft_fail(EFT_EUSER, "the soak failed") : eft_ok();
}

static bool read_option(const char *name, const char *value)
{
    char *end = NULL;
    uint64_t number = value ? strtoull(value, &end, 10) : 0;

    if (!end || *end || end == value)
        return false;
    if (!strcmp(name, "--connections") && number && number < 100000)
        soaking.connections = (int)number;
    else if (!strcmp(name, "--seconds") && number && number < 1000000)
        soaking.seconds = (int64_t)number;
    else if (!strcmp(name, "--seed"))
        soaking.seed = number;
    else
        return false;
    return true;
}

int main(int argc, char **argv)
{
    bool well = argc > 1;

    for (int i = 2; i < argc; i += 2)
        well = well && read_option(argv[i], argv[i + 1]);
    if (!well) {
        fprintf(stderr, "usage: soak URL [--connections N] [--seconds N] "
                        "[--seed N]\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    soaking.url = argv[1];
    /* About as many messages a second, whatever the connections. */
    soaking.pause_ms = soaking.connections / 2 + 20;
    return eft_run(app, NULL);
}
