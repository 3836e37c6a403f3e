/* SPDX-License-Identifier: MIT
 * Charsets, by iconv. */
#define _POSIX_C_SOURCE 200809L
#include "targets/world.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

#include "eft/error.h"
#include "sdk/net/message.h"

/* WHATWG Encoding section 4.2: what pages call by an old name is decoded as its
 * superset. */
static const struct {
    const char *label, *name;
} supersets[] = {
    {"gb2312", "GB18030"},        {"gb_2312-80", "GB18030"},
    {"gbk", "GB18030"},           {"x-gbk", "GB18030"},
    {"chinese", "GB18030"},       {"iso-8859-9", "WINDOWS-1254"},
    {"latin5", "WINDOWS-1254"},   {"iso-8859-11", "WINDOWS-874"},
    {"tis-620", "WINDOWS-874"},   {"shift_jis", "CP932"},
    {"shift-jis", "CP932"},       {"sjis", "CP932"},
    {"x-sjis", "CP932"},          {"windows-31j", "CP932"},
    {"euc-kr", "CP949"},          {"ks_c_5601-1987", "CP949"},
    {"korean", "CP949"},          {"big5", "BIG5-HKSCS"},
    {"cn-big5", "BIG5-HKSCS"},    {"utf-16", "UTF-16LE"},
    {"unicode", "UTF-16LE"},      {"x-mac-cyrillic", "MAC-UK"},
    {"macintosh", "MACINTOSH"},   {"cyrillic", "ISO-8859-5"},
    {"koi8", "KOI8-R"},           {"koi", "KOI8-R"},
    {"x-cp1251", "WINDOWS-1251"}, {"x-cp1250", "WINDOWS-1250"},
};

static const char *name_of(const char *charset)
{
    for (size_t i = 0; i < sizeof supersets / sizeof *supersets; i++)
        if (strcasecmp(charset, supersets[i].label) == 0)
            return supersets[i].name;
    return charset;
}

/* A name alone: what follows a slash would change what iconv does. */
static bool is_name(const char *charset)
{
    size_t length = strspn(charset, "abcdefghijklmnopqrstuvwxyz"
                                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789-_.:+");

    return length && length < 64 && !charset[length];
}

/* Decodes all that *input is; *text grows.  Most charsets take up to three
 * bytes of UTF-8 for one or two. */
static int32_t convert(iconv_t way, char *input, size_t left,
                       eft_message **text)
{
    for (;;) {
        eft_message *message = *text;
        size_t room = eft__message_capacity(message) - message->length;
        char *to = (char *)message->data + message->length;
        /* At the end, what a charset with states still owes. */
        size_t status = left ? iconv(way, &input, &left, &to, &room)
                             : iconv(way, NULL, NULL, &to, &room);
        bool ended = !left && status != (size_t)-1;

        message->length = (size_t)((uint8_t *)to - message->data);
        if (ended && room)
            return 0;
        if (status == (size_t)-1 && errno != E2BIG)
            return EFT_ECHARSET;
        if (status != (size_t)-1 && !ended)
            continue;
        message = eft__message_resize(message, eft__message_capacity(message) +
                                                   left + 64);
        if (!message)
            return EFT_ENOMEM;
        *text = message;
    }
}

/* A byte order mark is no part of a text. */
static void drop_mark(eft_message *text)
{
    if (text->length < 3 || memcmp(text->data, "\xef\xbb\xbf", 3) != 0)
        return;
    text->length -= 3;
    memmove(text->data, text->data + 3, text->length);
}

int32_t eft_target_decode(const char *charset, const void *data, size_t length,
                          eft_message **text)
{
    iconv_t way =
        is_name(charset) ? iconv_open("UTF-8", name_of(charset)) : (iconv_t)-1;
    int32_t error = EFT_ENOMEM;

    if (way == (iconv_t)-1)
        return EFT_ECHARSET;
    *text = eft__message_new(EFT_MESSAGE_TEXT, length + length / 2 + 16);
    if (*text)
        error = convert(way, (char *)(uintptr_t)data, length, text);
    iconv_close(way);
    if (error) {
        eft_message_free(*text);
        *text = NULL;
        return error;
    }
    drop_mark(*text);
    (*text)->data[(*text)->length] = 0;
    return 0;
}
