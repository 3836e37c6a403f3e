/* SPDX-License-Identifier: MIT
 * The reader of HTTP heads: cut anywhere, and fed with nonsense. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "native/http_head.h"
#include "suite.h"

static const char HEAD[] = "HTTP/1.1 404 Not Found\r\nA: 1\r\nB:\t two  \r\n"
                           "a:3\r\nEmpty:\r\n\r\n";

/* All of a text that lies in a block of its own: a step outside shows. */
static ptrdiff_t read_all(const char *text, size_t length, eft__head *head,
                          char **block)
{
    const char *fault = NULL;
    size_t seen = 0;
    ptrdiff_t found;

    *block = malloc(length ? length : 1);
    memcpy(*block, text, length);
    found = eft__head_find(*block, length, &seen, &fault);
    if (found > 0 && !eft__head_parse(head, *block, (size_t)found, &fault))
        found = -1;
    CHECK((found < 0) == (fault != NULL) || found > 0);
    return found;
}

static void its_parts(void)
{
    char value[8], *block;
    eft__head head;

    CHECK(read_all(HEAD, sizeof HEAD - 1, &head, &block) == sizeof HEAD - 1);
    CHECK(head.status == 404 && head.minor == 1);
    CHECK(eft__head_get(&head, "a", value, sizeof value) == 2);
    CHECK(!strcmp(value, "1, 3"));
    CHECK(eft__head_get(&head, "B", value, sizeof value) == 1);
    CHECK(!strcmp(value, "two"));
    CHECK(eft__head_get(&head, "empty", value, sizeof value) == 1);
    CHECK(!*value);
    CHECK(eft__head_get(&head, "C", value, sizeof value) == 0);
    CHECK(eft__head_get(&head, "A", value, 4) == -1);
    eft__head_quote(&head, value, sizeof value);
    CHECK(!strcmp(value, "404 Not"));
    free(block);
}

static void cut_anywhere_it_is_the_same(void)
{
    for (size_t first = 0; first < sizeof HEAD - 1; first++) {
        const char *fault = NULL;
        size_t seen = 0;

        CHECK(eft__head_find(HEAD, first, &seen, &fault) == 0);
        CHECK(eft__head_find(HEAD, sizeof HEAD - 1, &seen, &fault) ==
              sizeof HEAD - 1);
    }
}

/* A short generator: the same nonsense each time. */
static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

static void nonsense_is_survived(void)
{
    static const char bytes[] = "\r\n: \tHT/1.0aZ\x7f\x80";
    uint32_t state = 1;

    for (int round = 0; round < 20000; round++) {
        char text[sizeof HEAD], value[40], *block;
        size_t length = next_random(&state) % sizeof HEAD, at = 0;
        eft__head_field field;
        eft__head head;

        memcpy(text, HEAD, sizeof HEAD);
        for (uint32_t changes = next_random(&state) % 4; changes; changes--)
            text[next_random(&state) % sizeof HEAD] =
                bytes[next_random(&state) % sizeof bytes];
        if (round % 2)
            length = sizeof HEAD - 1;
        if (read_all(text, length, &head, &block) > 0) {
            while (eft__head_next(&head, &at, &field))
                CHECK(field.name_length > 0);
            (void)eft__head_get(&head, "a", value, sizeof value);
            eft__head_quote(&head, value, sizeof value);
        }
        free(block);
    }
}

const test_case suite_http_head[] = {
    {"its_parts", its_parts},
    {"cut_anywhere_it_is_the_same", cut_anywhere_it_is_the_same},
    {"nonsense_is_survived", nonsense_is_survived},
    {NULL, NULL},
};
