/* SPDX-License-Identifier: MIT
 * Tests of connections that compress: whatever is sent, cut anywhere, is read.
 */
#include <stdlib.h>
#include <string.h>

#include "eft/message.h"
#include "protocol_peer.h"
#include "suite.h"

/* Compresses well, and is over every threshold here. */
#define PROSE "the newt is at home in water, the newt is at home on land; "

static uint32_t seed;

static uint32_t chance(uint32_t below)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

/* Prose of any length, with noise in it, and always text. */
static void compose(char *text, size_t length)
{
    bool noisy = chance(4) == 0;

    for (size_t i = 0; i < length; i++)
        text[i] = noisy ? (char)(' ' + chance(95))
                        : PROSE[(i + chance(50) / 49) % (sizeof PROSE - 1)];
}

static bool send_cut(eft__protocol *from, const char *text, size_t length)
{
    size_t parts = chance(3) ? 1 : 1 + chance(4), at = 0;

    for (size_t part = 1; part <= parts; part++) {
        size_t end =
            part == parts ? length : at + chance((uint32_t)(length - at + 1));

        if (eft__protocol_send(from, EFT_MESSAGE_TEXT, part == 1, part == parts,
                               text + at, end - at))
            return false;
        at = end;
        if (chance(5) == 0 && eft__protocol_ping(from, "p", 1))
            return false;
    }
    return true;
}

/* Hands over what waits, cut anywhere; the text must come out of it, whole or
 * in pieces. */
static bool comes_out(eft__protocol *from, eft__protocol *to, const char *text,
                      size_t length)
{
    size_t got = 0, left;
    const uint8_t *data = eft__protocol_output(from, &left);
    size_t all = left, most = 1 + chance(3 * (uint32_t)left);
    bool ended = false;

    while (left) {
        size_t piece = 1 + chance((uint32_t)most);
        eft__event event;

        piece = piece < left ? piece : left;
        left -= piece;
        while (eft__protocol_next(to, &data, &piece, &event)) {
            if (event.type == EFT__EVENT_PING)
                continue;
            if (event.type != EFT__EVENT_MESSAGE)
                return false;
            ended = event.message->last;
            if (event.message->length > length - got ||
                memcmp(event.message->data, text + got, event.message->length))
                return false;
            got += event.message->length;
            eft_message_free(event.message);
        }
    }
    eft__protocol_written(from, all);
    eft__protocol_written(to, waiting(to));
    return ended && got == length;
}

static eft__deflate_agreed any_agreement(void)
{
    return (eft__deflate_agreed){.on = chance(8) != 0,
                                 .send_takeover = chance(2),
                                 .receive_takeover = chance(2),
                                 .send_bits = (uint8_t)(8 + chance(8)),
                                 .receive_bits = (uint8_t)(8 + chance(8)),
                                 .level = (uint8_t)(1 + chance(9)),
                                 .threshold = chance(200)};
}

static bool converse(char *text, size_t size)
{
    static eft__mask_pool numbers = {.fill = fill_with_a_count};
    eft__deflate_agreed agreed = any_agreement(), other = turned(&agreed);
    eft__protocol_settings settings = {.role = EFT__CLIENT,
                                       .max_message = size,
                                       .masks = &numbers,
                                       .fragments = chance(2),
                                       .deflate = &agreed};
    eft__protocol ends[2];
    bool right = true;

    eft__protocol_init(&ends[0], &settings);
    settings.role = EFT__SERVER;
    settings.deflate = &other;
    settings.fragments = chance(2);
    eft__protocol_init(&ends[1], &settings);
    for (int i = 0; i < 12 && right; i++) {
        size_t length = chance(i % 4 ? 300 : (uint32_t)size + 1);
        uint32_t side = chance(2);

        compose(text, length);
        right = send_cut(&ends[side], text, length) &&
                comes_out(&ends[side], &ends[1 - side], text, length);
    }
    eft__protocol_fini(&ends[0]);
    eft__protocol_fini(&ends[1]);
    return right;
}

static void whatever_is_sent_is_read(void)
{
    enum { SIZE = 200000, TRIES = 100 };
    char *text = malloc(SIZE);

    REQUIRE(text != NULL);
    for (uint32_t try = 1; try <= TRIES; try++) {
        seed = try;
        if (!converse(text, SIZE)) {
            test_explain("seed %lu", (unsigned long)try);
            CU_FAIL("what was sent was not read");
        }
    }
    free(text);
}

const test_case suite_deflate_random[] = {
    {"whatever_is_sent_is_read", whatever_is_sent_is_read},
    {NULL, NULL},
};
