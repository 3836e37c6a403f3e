/* SPDX-License-Identifier: MIT
 * Tests of the UTF-8 validator, over all there is. */
#include <string.h>

#include "net/utf8.h"
#include "suite.h"

/* How many bytes of text it takes to be refused, fed one at a time; 0 if it is
 * not. */
static size_t refused_at(const char *text, size_t length)
{
    eft__utf8 utf8 = {0, 0, 0};

    for (size_t i = 0; i < length; i++) {
        if (!eft__utf8_feed(&utf8, text + i, 1))
            return i + 1;
    }
    return 0;
}

/* Are all ways to cut text in two of one opinion with the whole? */
static bool cuts_agree(const char *text, size_t length)
{
    bool valid = eft__utf8_valid(text, length);
    bool agree = true;

    for (size_t cut = 0; cut <= length; cut++) {
        eft__utf8 utf8 = {0, 0, 0};
        bool ok = eft__utf8_feed(&utf8, text, cut) &&
                  eft__utf8_feed(&utf8, text + cut, length - cut);

        agree = agree && (ok && !utf8.need) == valid;
    }
    return agree;
}

static size_t encode(uint32_t point, char *to)
{
    static const uint8_t marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t size = point < 0x80      ? 1
                  : point < 0x800   ? 2
                  : point < 0x10000 ? 3
                                    : 4;

    for (size_t i = size; i > 1; point >>= 6)
        to[--i] = (char)(0x80 | (point & 0x3F));
    to[0] = (char)(marks[size] | point);
    return size;
}

/* The definition, decoded: an opinion of its own to compare with. */
static bool is_valid_by_decoding(const char *text, size_t length)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};

    for (size_t i = 0; i < length;) {
        uint32_t byte = (uint8_t)text[i++], point, more;

        more = byte < 0x80             ? 0
               : (byte & 0xE0) == 0xC0 ? 1
               : (byte & 0xF0) == 0xE0 ? 2
               : (byte & 0xF8) == 0xF0 ? 3
                                       : 4;
        if (more == 4 || more > length - i)
            return false;
        point = more ? byte & (0x3Fu >> more) : byte;
        for (uint32_t k = 0; k < more; k++) {
            byte = (uint8_t)text[i++];
            if ((byte & 0xC0) != 0x80)
                return false;
            point = point << 6 | (byte & 0x3F);
        }
        if (point < least[more] || point > 0x10FFFF ||
            (point >= 0xD800 && point <= 0xDFFF))
            return false;
    }
    return true;
}

static void every_code_point_is_valid_but_surrogates(void)
{
    unsigned wrong = 0;

    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        bool surrogate = point >= 0xD800 && point <= 0xDFFF;
        char text[32] = "12345678";
        size_t size = encode(point, text + 8);

        memcpy(text + 8 + size, "abcd", 4);
        wrong += eft__utf8_valid(text + 8, size) == surrogate;
        wrong += eft__utf8_valid(text, size + 12) == surrogate;
        wrong += (refused_at(text + 8, size) != 0) != surrogate;
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void every_character_in_a_row_of_its_kind_is_valid(void)
{
    unsigned wrong = 0;

    for (uint32_t point = 0; point + 8 <= 0x110000; point += 8) {
        bool surrogate = point >= 0xD800 && point <= 0xDFFF;
        char text[32];
        size_t size = 0;

        for (uint32_t i = 0; i < 8; i++)
            size += encode(point + i, text + size);
        wrong += eft__utf8_valid(text, size) == surrogate;
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void every_truncated_code_point_is_invalid_but_not_refused(void)
{
    unsigned wrong = 0;

    for (uint32_t point = 0x80; point <= 0x10FFFF; point++) {
        char text[4];
        size_t size = encode(point, text);

        if (point >= 0xD800 && point <= 0xDFFF)
            continue;
        for (size_t cut = 1; cut < size; cut++) {
            eft__utf8 utf8 = {0, 0, 0};

            wrong += eft__utf8_valid(text, cut);
            wrong += !eft__utf8_feed(&utf8, text, cut);
            wrong += utf8.need != size - cut;
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void every_overlong_form_is_refused(void)
{
    unsigned wrong = 0;

    for (uint32_t point = 0; point < 0x10000; point++) {
        char text[8] = {(char)(0xC0 | (point >> 6)),
                        (char)(0x80 | (point & 0x3F))};

        if (point < 0x80)
            wrong += eft__utf8_valid(text, 2);
        if (point < 0x800) {
            text[0] = (char)0xE0;
            text[1] = (char)(0x80 | (point >> 6));
            text[2] = (char)(0x80 | (point & 0x3F));
            wrong += eft__utf8_valid(text, 3);
            wrong += eft__utf8_valid(text, 8);
        }
        text[0] = (char)0xF0;
        text[1] = (char)(0x80 | (point >> 12));
        text[2] = (char)(0x80 | ((point >> 6) & 0x3F));
        text[3] = (char)(0x80 | (point & 0x3F));
        wrong += eft__utf8_valid(text, 4);
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void every_three_bytes_are_judged_as_by_decoding(void)
{
    unsigned wrong = 0;

    for (uint32_t i = 0; i < 0x1000000; i++) {
        char text[4] = {(char)(i >> 16), (char)(i >> 8), (char)i, 'x'};

        if (!(i & 0x808080))
            continue;
        wrong += eft__utf8_valid(text, 3) != is_valid_by_decoding(text, 3);
        wrong += eft__utf8_valid(text, 4) != is_valid_by_decoding(text, 4);
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void four_bytes_are_judged_as_by_decoding(void)
{
    static const uint8_t edges[] = {0x00, 0x7F, 0x80, 0x8F, 0x90,
                                    0xBF, 0xC0, 0xC2, 0xFF};
    unsigned wrong = 0;

    for (uint32_t i = 0; i < 0x10000; i++) {
        for (size_t k = 0; k < sizeof edges * sizeof edges; k++) {
            char text[5] = {(char)(i >> 8), (char)i,
                            (char)edges[k / sizeof edges],
                            (char)edges[k % sizeof edges], 'x'};

            wrong += eft__utf8_valid(text, 4) != is_valid_by_decoding(text, 4);
            wrong += eft__utf8_valid(text, 5) != is_valid_by_decoding(text, 5);
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void an_invalid_prefix_is_refused_at_once(void)
{
    static const struct {
        const char *text;
        size_t at;
    } rows[] = {
        {"\x80", 1},
        {"\xBF", 1},
        {"\xC0\x80", 1},
        {"\xC1\xBF", 1},
        {"\xC2\x41", 2},
        {"\xE0\x9F\xBF", 2},
        {"\xED\xA0\x80", 2},
        {"\xED\xBF\xBF", 2},
        {"\xE2\x82\x41", 3},
        {"\xEF\xBF\xC0", 3},
        {"\xF0\x8F\xBF\xBF", 2},
        {"\xF4\x90\x80\x80", 2},
        {"\xF0\x9F\x41", 3},
        {"\xF0\x9F\x92\x41", 4},
        {"\xF5\x80\x80\x80", 1},
        {"\xF8\x88\x80\x80\x80", 1},
        {"\xFC\x84\x80\x80\x80\x80", 1},
        {"\xFE", 1},
        {"\xFF", 1},
        {"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xF4\x90\x80\x80", 13},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CU_ASSERT_EQUAL(refused_at(rows[i].text, strlen(rows[i].text)),
                        rows[i].at);
}

static void the_ascii_path_sees_every_byte(void)
{
    char text[100];
    unsigned wrong = 0;

    memset(text, 'a', sizeof text);
    for (size_t from = 0; from < 8; from++) {
        for (size_t length = 1; length <= sizeof text - from; length++) {
            wrong += !eft__utf8_valid(text + from, length);
            for (size_t i = 0; i < length; i++) {
                text[from + i] = (char)0xFF;
                wrong += eft__utf8_valid(text + from, length);
                text[from + i] = 'a';
            }
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void cuts_do_not_matter(void)
{
    static const char *const texts[] = {
        "",
        "plain ASCII, long enough for the words of eight bytes and more",
        "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5",
        "\xE2\x82\xAC\xE2\x82\xAC at \xF0\x9F\xA6\x8E\xF0\x9F\xA6\x8E",
        "abcdefgh\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBFijklmnop",
        "abcdefgh\xED\xA0\x80ijklmnop",
        "abcdefgh\xF4\x90\x80\x80ijklmnop",
        "it ends too early \xF0\x9F\xA6",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        CU_ASSERT_TRUE(cuts_agree(texts[i], strlen(texts[i])));
}

static void nothing_is_valid_text(void)
{
    eft__utf8 utf8 = {0, 0, 0};

    CU_ASSERT_TRUE(eft__utf8_valid(NULL, 0));
    CU_ASSERT_TRUE(eft__utf8_feed(&utf8, NULL, 0));
    CU_ASSERT_TRUE(eft__utf8_feed(&utf8, "\xE2\x82", 2));
    CU_ASSERT_TRUE(eft__utf8_feed(&utf8, "", 0));
    CU_ASSERT_TRUE(eft__utf8_feed(&utf8, "\xAC", 1));
    CU_ASSERT_EQUAL(utf8.need, 0);
}

static void nul_is_a_character(void)
{
    CU_ASSERT_TRUE(eft__utf8_valid("a\0b", 3));
    CU_ASSERT_FALSE(eft__utf8_valid("\xC2\0", 2));
}

#define CASE(name)                                                             \
    {                                                                          \
#name, name                                                            \
    }

extern const test_case suite_utf8[];
const test_case suite_utf8[] = {
    CASE(every_code_point_is_valid_but_surrogates),
    CASE(every_character_in_a_row_of_its_kind_is_valid),
    CASE(every_truncated_code_point_is_invalid_but_not_refused),
    CASE(every_overlong_form_is_refused),
    CASE(every_three_bytes_are_judged_as_by_decoding),
    CASE(four_bytes_are_judged_as_by_decoding),
    CASE(an_invalid_prefix_is_refused_at_once),
    CASE(the_ascii_path_sees_every_byte),
    CASE(cuts_do_not_matter),
    CASE(nothing_is_valid_text),
    CASE(nul_is_a_character),
    {NULL, NULL},
};
