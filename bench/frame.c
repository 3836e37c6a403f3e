/* SPDX-License-Identifier: MIT
 * frame CASE SIZE N: measures the frame codec alone, without any I/O.
 *
 *     build/native/bench/frame read_text 64 10000000
 *
 * N messages of SIZE bytes are written by a client into its output, or read by
 * one out of memory, a buffer of about 64 KiB at a time.  The line is "CASE
 * SIZE N NANOSECONDS KIB", the time that of one message: bench/README.md. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bench.h"
#include "sdk/net/protocol.h"

enum { BATCH_BYTES = 64 * 1024, EXIT_USAGE = 2 };

typedef struct case_info {
    const char *name;
    eft_message_type type;
    bool reads;   /* else it writes */
    bool deflate; /* permessage-deflate, with takeover */
    bool pieces;  /* read as they come */
} case_info;

static const case_info cases[] = {
    {"read_text", EFT_MESSAGE_TEXT, true, false, false},
    {"read_binary", EFT_MESSAGE_BINARY, true, false, false},
    {"read_pieces", EFT_MESSAGE_BINARY, true, false, true},
    {"write", EFT_MESSAGE_TEXT, false, false, false},
    {"inflate", EFT_MESSAGE_TEXT, true, true, false},
    {"deflate", EFT_MESSAGE_TEXT, false, true, false},
};

static const eft__deflate_agreed agreed = {.on = true,
                                           .send_takeover = true,
                                           .receive_takeover = true,
                                           .send_bits = 15,
                                           .receive_bits = 15,
                                           .level = 6,
                                           .threshold = 1};

/* Good enough here: nobody is to be kept from guessing. */
static void fill(void *bytes, size_t length)
{
    memset(bytes, 0x5A, length);
}

static eft__mask_pool masks = {.fill = fill};

static void begin(eft__protocol *protocol, eft__role role,
                  const case_info *chosen)
{
    eft__protocol_settings settings = {.role = role,
                                       .max_message = SIZE_MAX,
                                       .masks = &masks,
                                       .fragments = chosen->pieces,
                                       .deflate =
                                           chosen->deflate ? &agreed : NULL};

    eft__protocol_init(protocol, &settings);
}

/* Words of a small vocabulary, so that there is something to compress. */
static void compose(char *text, size_t size)
{
    static const char *const words[] = {"the ",  "newt ", "is ",   "at ",
                                        "home ", "in ",   "water", ", on "};
    uint32_t seed = 1;

    for (size_t i = 0; i < size;) {
        const char *word;

        seed = seed * 1664525 + 1013904223;
        word = words[seed >> 29];
        for (size_t k = 0; word[k] && i < size; k++)
            text[i++] = word[k];
    }
}

static bool send_batch(eft__protocol *from, const case_info *chosen,
                       const char *text, size_t size, size_t batch)
{
    for (size_t i = 0; i < batch; i++)
        if (eft__protocol_send(from, chosen->type, true, true, text, size))
            return false;
    return true;
}

/* Reads what waits at the other end; gives the bytes of its messages. */
static size_t read_batch(eft__protocol *from, eft__protocol *to)
{
    size_t length, got = 0;
    const uint8_t *data = eft__protocol_output(from, &length);
    eft__event event;

    while (eft__protocol_next(to, &data, &length, &event)) {
        if (event.type != EFT__EVENT_MESSAGE)
            return 0;
        got += event.message->length;
        eft_message_free(event.message);
    }
    return got;
}

/* What is not measured goes on between the two readings of the clock. */
static int64_t run(const case_info *chosen, const char *text, size_t size,
                   size_t n, bool *right)
{
    size_t batch = size < BATCH_BYTES ? BATCH_BYTES / (size + 1) : 1, part;
    eft__protocol client, server;
    int64_t spent = 0;

    begin(&client, EFT__CLIENT, chosen);
    begin(&server, EFT__SERVER, chosen);
    *right = true;
    for (size_t done = 0; done < n && *right; done += part) {
        eft__protocol *from = chosen->reads ? &server : &client;
        eft__protocol *to = chosen->reads ? &client : &server;
        int64_t start = measure_busy();
        size_t length;

        part = batch < n - done ? batch : n - done;
        *right = send_batch(from, chosen, text, size, part);
        if (chosen->reads)
            start = measure_busy();
        else
            spent += measure_busy() - start;
        *right = *right && read_batch(from, to) == part * size;
        if (chosen->reads)
            spent += measure_busy() - start;
        eft__protocol_output(from, &length);
        eft__protocol_written(from, length);
    }
    eft__protocol_fini(&client);
    eft__protocol_fini(&server);
    return spent;
}

static int print_usage(FILE *to)
{
    fputs("usage: frame CASE SIZE N\n", to);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        fprintf(to, "  %s\n", cases[i].name);
    return to == stdout ? EXIT_SUCCESS : EXIT_USAGE;
}

static int measure(const case_info *chosen, size_t size, size_t n)
{
    char *text = malloc(size + 1);
    int64_t spent;
    bool right;

    if (!text) {
        fputs("frame: out of memory\n", stderr);
        return EXIT_FAILURE;
    }
    compose(text, size);
    spent = run(chosen, text, size, n, &right);
    free(text);
    if (!right) {
        fprintf(stderr, "frame: %s gave a wrong result\n", chosen->name);
        return EXIT_FAILURE;
    }
    printf("%s %zu %zu %.1f %zu\n", chosen->name, size, n,
           (double)spent / (double)n, measure_peak_kib());
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    size_t count = sizeof cases / sizeof *cases, chosen = 0;
    size_t size = argc == 4 ? (size_t)strtoumax(argv[2], NULL, 10) : 0;
    size_t n = argc == 4 ? (size_t)strtoumax(argv[3], NULL, 10) : 0;

    if (argc == 2 && !strcmp(argv[1], "--help"))
        return print_usage(stdout);
    while (chosen < count && (argc < 2 || strcmp(cases[chosen].name, argv[1])))
        chosen++;
    if (chosen == count || !n)
        return print_usage(stderr);
    return measure(&cases[chosen], size, n);
}
