/* SPDX-License-Identifier: MIT
 * Charsets and media types. */
#include <string.h>

#include <eft/eft.h>

#include "sdk/net/http_charset.h"
#include "sdk/net/http_text.h"
#include "sdk/net/message.h"
#include "suite.h"

static bool has(const char *header, const char *name, const char *expected)
{
    const char *value = NULL;
    size_t length = eft__http_parameter(header, name, &value);

    return length == strlen(expected) && !strncmp(value, expected, length);
}

static void parameters_are_found(void)
{
    CHECK(has("text/html; charset=utf-8", "charset", "utf-8"));
    CHECK(has("text/html;CHARSET=GBK;x=y", "charset", "GBK"));
    CHECK(has("text/html; x=y ; charset=gbk ", "charset", "gbk"));
    CHECK(has("text/html; charset=\"utf-8\"; x=y", "charset", "utf-8"));
    CHECK(has("a/b; x=\"; charset=no\"; charset=yes", "charset", "yes"));
    CHECK(has("a/b; x=\"\\\"; charset=no\"; charset=yes", "charset", "yes"));
    CHECK(has("a/b; flag; charset=yes", "charset", "yes"));
    CHECK(has("form-data; name=\"a b\"", "name", "a b"));
}

static void what_is_no_parameter_is_none(void)
{
    static const char *const without[] = {
        "",
        "text/html",
        "text/html;",
        "charset=no",
        "text/html; xcharset=no",
        "text/html; charset",
        "a/b; charset=",
        "a/b; charset=\"\"",
        "a/b; x=\"charset=no",
        ";;;===;;",
        "a/b; charsets=no",
    };
    const char *value;

    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        if (eft__http_parameter(without[i], "charset", &value))
            test_explain("# %s\n", without[i]), CHECK(false);
}

/* Decodes length bytes: what became of them, "(error)" or "(memory)". */
static const char *decoded(const char *charset, const char *bytes,
                           size_t length)
{
    static char text[200];
    eft_message *message = eft__message_copy(EFT_MESSAGE_BINARY, bytes, length);

    if (!message)
        return "(memory)";
    int32_t error = eft__http_decode(&message, charset);
    if (error)
        strcpy(text, error == EFT_ECHARSET ? "(error)" : "(memory)");
    else if (message->type == EFT_MESSAGE_TEXT && message->length < 200 &&
             message->data[message->length] == 0)
        memcpy(text, message->data, message->length + 1);
    else
        strcpy(text, "(no text)");
    eft_message_free(message);
    return text;
}

static bool is(const char *charset, const char *bytes, const char *text)
{
    const char *got = decoded(charset, bytes, strlen(bytes));

    if (strcmp(got, text))
        test_explain("# %s: got %s\n", charset ? charset : "none", got);
    return !strcmp(got, text);
}

static void utf_8_is_checked(void)
{
    CHECK(is("utf-8", "b\xc3\xbc", "b\xc3\xbc"));
    CHECK(is(NULL, "\xe4\xb8\xad", "\xe4\xb8\xad"));
    CHECK(is("", "", ""));
    CHECK(is(" UTF8 ", "a", "a"));
    CHECK(is("utf-8", "b\xfc", "(error)"));
    CHECK(is("utf-8", "\xed\xa0\x80", "(error)"));
    CHECK(!memcmp(decoded("utf-8", "a\0b", 3), "a\0b", 4));
}

static void bytes_say_what_they_are(void)
{
    CHECK(is("utf-8",
             "\xef\xbb\xbf"
             "a",
             "a"));
    CHECK(is("latin1", "\xef\xbb\xbf\xc3\xbc", "\xc3\xbc"));
    CHECK(is("utf-8", "\xef\xbb\xbf\xff", "(error)"));
    CHECK(!strcmp(decoded("utf-8", "\xff\xfe\x2d\x4e", 4), "\xe4\xb8\xad"));
    CHECK(!strcmp(decoded("utf-8", "\xfe\xff\x4e\x2d", 4), "\xe4\xb8\xad"));
}

static void latin_1_is_windows_1252(void)
{
    static const char *const names[] = {
        "iso-8859-1", "ISO_8859-1", "latin1",       "us-ascii",
        "ascii",      "cp1252",     "windows-1252", "iso_8859-1:1987",
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        CHECK(is(names[i], "a\xe4\x80\x99\x81\xff",
                 "a\xc3\xa4\xe2\x82\xac\xe2\x84\xa2\xc2\x81\xc3\xbf"));
    CHECK(is("latin1", "", ""));
    CHECK(!memcmp(decoded("latin1", "\xe4\0b", 3), "\xc3\xa4\0b", 5));
}

static void others_are_the_targets(void)
{
    CHECK(is("gbk", "\xd6\xd0\xce\xc4", "\xe4\xb8\xad\xe6\x96\x87"));
    CHECK(is("GB2312", "\xd6\xd0\xce\xc4", "\xe4\xb8\xad\xe6\x96\x87"));
    CHECK(is("windows-1251", "\xcf\xf0\xe8", "\xd0\x9f\xd1\x80\xd0\xb8"));
    CHECK(is("cp1251", "\xcf\xf0\xe8", "\xd0\x9f\xd1\x80\xd0\xb8"));
    CHECK(is("koi8-r", "\xf0\xd2\xc9", "\xd0\x9f\xd1\x80\xd0\xb8"));
    CHECK(is("sjis", "\x93\xfa\x96\x7b", "\xe6\x97\xa5\xe6\x9c\xac"));
    CHECK(is("euc-jp", "\xc6\xfc\xcb\xdc", "\xe6\x97\xa5\xe6\x9c\xac"));
    CHECK(is("euc-kr", "\xc7\xd1", "\xed\x95\x9c"));
    CHECK(is("big5", "\xa4\xa4", "\xe4\xb8\xad"));
    CHECK(is("iso8859-2", "\xb1", "\xc4\x85"));
    CHECK(is("latin5", "\xfd", "\xc4\xb1"));
    CHECK(is("gbk", "\xd6", "(error)"));
}

static void an_unknown_charset_is_an_error(void)
{
    CHECK(is("no-such-charset", "a", "(error)"));
    CHECK(is("utf-8//TRANSLIT", "a", "(error)"));
    CHECK(is("a b", "a", "(error)"));
    CHECK(is(" ", "a", "(error)"));
    CHECK(is("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a",
             "(error)"));
}

static void labels_have_one_name(void)
{
    static const char *const pairs[][2] = {
        {"UTF8", "utf-8"},
        {"x-cp1251", "windows-1251"},
        {"iso88595", "iso-8859-5"},
        {"ISO_8859-5:1988", "iso-8859-5"},
        {"iso-8859-9", "windows-1254"},
        {"iso8859-11", "windows-874"},
        {"unicode", "utf-16le"},
        {"ks_c_5601-1987", "euc-kr"},
        {"windows-31j", "shift_jis"},
        {"8", "8"},
        {"latin", "latin"},
        {"iso8859-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "iso8859-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
    };
    char room[EFT__CHARSET_LENGTH + 1];

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const char *name = eft__charset_name(pairs[i][0], room);

        if (!name || strcmp(name, pairs[i][1]))
            test_explain("# %s\n", pairs[i][0]), CHECK(false);
    }
}

const test_case suite_http_text[] = {
    {"parameters_are_found", parameters_are_found},
    {"what_is_no_parameter_is_none", what_is_no_parameter_is_none},
    {"utf_8_is_checked", utf_8_is_checked},
    {"bytes_say_what_they_are", bytes_say_what_they_are},
    {"latin_1_is_windows_1252", latin_1_is_windows_1252},
    {"others_are_the_targets", others_are_the_targets},
    {"an_unknown_charset_is_an_error", an_unknown_charset_is_an_error},
    {"labels_have_one_name", labels_have_one_name},
    {NULL, NULL},
};
