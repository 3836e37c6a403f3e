/* SPDX-License-Identifier: MIT
 * Names of charsets, and the one that is decoded here. */
#include "http_charset.h"

#include <stdbool.h>
#include <string.h>

#include "eft/error.h"
#include "message.h"

/* WHATWG Encoding section 4.2, in words that are separated by spaces.  What all
 * charsets of a family have in common is not here: families, below. */
static const struct {
    const char *name;
    const char *labels;
} charsets[] = {
    {"utf-8", " utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 "
              "x-unicode20utf8 "},
    {"windows-1252", " iso-8859-1 ascii us-ascii latin1 l1 iso-ir-100 cp819 "
                     "ibm819 csisolatin1 ansi_x3.4-1968 "},
    {"gbk", " gb2312 gb_2312 gb_2312-80 chinese csgb2312 csiso58gb231280 "
            "iso-ir-58 x-gbk "},
    {"big5", " big5-hkscs cn-big5 csbig5 x-x-big5 "},
    {"shift_jis", " sjis shift-jis x-sjis ms_kanji ms932 windows-31j "
                  "csshiftjis "},
    {"euc-jp", " x-euc-jp cseucpkdfmtjapanese "},
    {"iso-2022-jp", " csiso2022jp "},
    {"euc-kr", " korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 "
               "windows-949 iso-ir-149 cseuckr csksc56011987 "},
    {"koi8-r", " koi8 koi koi8_r cskoi8r "},
    {"koi8-u", " koi8-ru "},
    {"windows-1254", " iso-8859-9 iso-ir-148 latin5 l5 csisolatin5 "},
    {"windows-874", " iso-8859-11 dos-874 tis-620 "},
    {"iso-8859-2", " iso-ir-101 latin2 l2 csisolatin2 "},
    {"iso-8859-3", " iso-ir-109 latin3 l3 csisolatin3 "},
    {"iso-8859-4", " iso-ir-110 latin4 l4 csisolatin4 "},
    {"iso-8859-5", " iso-ir-144 cyrillic csisolatincyrillic "},
    {"iso-8859-6", " iso-ir-127 arabic asmo-708 ecma-114 csisolatinarabic "},
    {"iso-8859-7", " iso-ir-126 greek greek8 elot_928 ecma-118 sun_eu_greek "
                   "csisolatingreek "},
    {"iso-8859-8", " iso-ir-138 hebrew visual csisolatinhebrew "},
    {"iso-8859-10", " iso-ir-157 latin6 l6 csisolatin6 "},
    {"iso-8859-15", " l9 csisolatin9 "},
    {"ibm866", " 866 cp866 csibm866 "},
    {"macintosh", " mac x-mac-roman csmacintosh "},
    {"utf-16le", " utf-16 unicode ucs-2 iso-10646-ucs-2 csunicode "
                 "unicodefeff "},
    {"utf-16be", " unicodefffe "},
};

/* What stands for the beginning of a name; a year behind it means nothing. */
static const struct {
    const char *begin;
    const char *name;
} families[] = {
    {"cp125", "windows-125"},  {"x-cp125", "windows-125"},
    {"iso8859-", "iso-8859-"}, {"iso_8859-", "iso-8859-"},
    {"iso8859", "iso-8859-"},
};

static bool is_label_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c && strchr("-_.:+", c));
}

/* In lower case, without white space around it; false: it cannot be one. */
static bool normalise(const char *label, char *room)
{
    size_t length = 0;

    label += strspn(label, " \t\n\f\r");
    for (; *label && length < EFT__CHARSET_LENGTH; label++) {
        char c = *label;

        c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        if (!is_label_character(c))
            break;
        room[length++] = c;
    }
    room[length] = 0;
    return length && !label[strspn(label, " \t\n\f\r")];
}

static void rename_family(char *label)
{
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        size_t length = strlen(families[i].begin);
        size_t new_length = strlen(families[i].name);
        char rest[EFT__CHARSET_LENGTH + 1];

        if (strncmp(label, families[i].begin, length))
            continue;
        strcpy(rest, label + length);
        rest[strcspn(rest, ":")] = 0;
        if (new_length + strlen(rest) > EFT__CHARSET_LENGTH)
            return;
        memcpy(label, families[i].name, new_length);
        strcpy(label + new_length, rest);
        return;
    }
}

/* Is it one of these words? */
static bool is_among(const char *words, const char *label)
{
    size_t length = strlen(label);
    const char *at = words;

    while ((at = strstr(at + 1, label)) != NULL)
        if (at[-1] == ' ' && at[length] == ' ')
            return true;
    return false;
}

const char *eft__charset_name(const char *label, char *room)
{
    if (!label || !*label)
        return "utf-8";
    if (!normalise(label, room))
        return NULL;
    rename_family(room);
    for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++)
        if (!strcmp(charsets[i].name, room) ||
            is_among(charsets[i].labels, room))
            return charsets[i].name;
    return room;
}

/* What 0x80 to 0x9f are (WHATWG's index-windows-1252); the others are
 * themselves. */
static const uint16_t upper[32] = {
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
    0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
};

static uint16_t code_of(uint8_t byte)
{
    return byte >= 0x80 && byte < 0xa0 ? upper[byte - 0x80] : byte;
}

static size_t size_of(const uint8_t *bytes, size_t length)
{
    size_t size = 0;

    for (size_t i = 0; i < length; i++) {
        uint16_t code = code_of(bytes[i]);
        size_t more = code < 0x80 ? 1 : code < 0x800 ? 2 : 3;

        if (more > SIZE_MAX - size)
            return SIZE_MAX;
        size += more;
    }
    return size;
}

static uint8_t *put(uint8_t *to, uint16_t code)
{
    if (code < 0x80) {
        *to++ = (uint8_t)code;
        return to;
    }
    if (code < 0x800) {
        *to++ = (uint8_t)(0xc0 | code >> 6);
    } else {
        *to++ = (uint8_t)(0xe0 | code >> 12);
        *to++ = (uint8_t)(0x80 | (code >> 6 & 0x3f));
    }
    *to++ = (uint8_t)(0x80 | (code & 0x3f));
    return to;
}

int32_t eft__windows_1252_decode(const eft_message *bytes, eft_message **text)
{
    size_t size = size_of(bytes->data, bytes->length);
    eft_message *made = eft__message_new(EFT_MESSAGE_TEXT, size);

    if (!made)
        return EFT_ENOMEM;
    uint8_t *to = made->data;
    for (size_t i = 0; i < bytes->length; i++)
        to = put(to, code_of(bytes->data[i]));
    *to = 0;
    made->length = size;
    *text = made;
    return 0;
}
