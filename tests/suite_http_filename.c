/* SPDX-License-Identifier: MIT
 * Media types, and names for files, of heads that strangers write. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_script.h"
#include "sdk/core/memory.h"
#include "sdk/net/http.h"
#include "suite.h"

static eft_http_session *session;

/* A response with that header. */
static eft_http_response *begin(const char *name, const char *value)
{
    static char line[3000];

    session = http_begin(NULL);
    snprintf(line, sizeof line, "%s: %s\n", name, value);
    return session ? http_gets(session, line) : NULL;
}

static void end(eft_http_response *response)
{
    eft_http_response_free(response);
    http_end(session);
}

/* Does this Content-Disposition give that name, or with NULL none? */
static bool gives(const char *value, const char *name)
{
    eft_http_response *response = begin("Content-Disposition", value);
    const char *got = eft_http_response_filename(response);
    bool well = response && (name ? got && !strcmp(got, name) : !got);

    if (!well)
        test_explain("# %s gives %s\n", value, got ? got : "none");
    /* Asked again it says the same. */
    well = well && eft_http_response_filename(response) == got;
    end(response);
    return well;
}

static void a_name_is_a_token_or_quoted(void)
{
    CHECK(gives("attachment; filename=a.txt", "a.txt"));
    CHECK(gives("attachment; filename=\"a b.txt\"", "a b.txt"));
    CHECK(gives("ATTACHMENT;FILENAME=a.txt", "a.txt"));
    CHECK(gives("attachment; x=\"; filename=no\"; filename=yes", "yes"));
    CHECK(gives("attachment; filename=\"a\\\"b;c'd.txt\"", "a_b;c'd.txt"));
    CHECK(gives("attachment; filename=\"a.txt", "a.txt"));
    CHECK(gives("attachment; filename=\"\"", NULL));
    CHECK(gives("attachment; filename=", NULL));
    CHECK(gives("attachment", NULL));
    CHECK(gives("", NULL));
    CHECK(gives("filename=a.txt", NULL));
    CHECK(gives("attachment; xfilename=a.txt", NULL));
}

static void an_extended_name_goes_first(void)
{
    CHECK(gives("attachment; filename=a; filename*=UTF-8''%e2%82%ac%20b.txt",
                "\xe2\x82\xac b.txt"));
    CHECK(gives("attachment; filename*=utf-8'en'a.txt; filename=b", "a.txt"));
    CHECK(gives("attachment; filename*=iso-8859-1'en'%A3%20rates",
                "\xc2\xa3 rates"));
}

/* RFC 6266 section 4.3: what is not understood is as if it were not there. */
static void what_is_broken_is_passed_over(void)
{
    CHECK(gives("a; filename*=UTF-8''%e2%82; filename=b", "b"));
    CHECK(gives("a; filename*=UTF-8''%f; filename=b", "b"));
    CHECK(gives("a; filename*=UTF-8''%; filename=b", "b"));
    CHECK(gives("a; filename*=UTF-8''%zz; filename=b", "b"));
    CHECK(gives("a; filename*=UTF-8'a; filename=b", "b"));
    CHECK(gives("a; filename*=UTF-8; filename=b", "b"));
    CHECK(gives("a; filename*=klingon''a; filename=b", "b"));
    CHECK(gives("a; filename*=''a; filename=b", "b"));
    CHECK(gives("a; filename*=UTF-8''..; filename=b", "b"));
    CHECK(gives("a; filename*=UTF-8''%00; filename=b", "_"));
    CHECK(gives("a; filename*=x", NULL));
}

static void what_is_no_utf_8_is_latin_1(void)
{
    CHECK(gives("a; filename=\"\xfc.txt\"", "\xc3\xbc.txt"));
    CHECK(gives("a; filename=\"\xc3\xbc.txt\"", "\xc3\xbc.txt"));
    CHECK(gives("a; filename=\"\x80\xff\"", "_\xc3\xbf"));
}

static void nothing_leads_out_of_a_folder(void)
{
    CHECK(gives("a; filename=\"../../etc/passwd\"", "passwd"));
    CHECK(gives("a; filename=\"/etc/passwd\"", "passwd"));
    CHECK(gives("a; filename=\"c:\\\\windows\\\\x.dll\"", "x.dll"));
    CHECK(gives("a; filename*=UTF-8''..%2f..%5C..%2fx", "x"));
    CHECK(gives("a; filename=\"a/\"", NULL));
    CHECK(gives("a; filename=\"..\"", NULL));
    CHECK(gives("a; filename=\".\"", NULL));
    CHECK(gives("a; filename=\" . . \"", NULL));
    CHECK(gives("a; filename=\"a/..\"", NULL));
    CHECK(gives("a; filename=\".bashrc\"", "bashrc"));
    CHECK(gives("a; filename=\"a.txt. \"", "a.txt"));
    CHECK(gives("a; filename*=UTF-8''c:x%00%0a%7f%22%3c.txt", "c_x_____.txt"));
}

/* What looks as if it ended in .txt does not. */
static void nothing_turns_the_direction_of_writing(void)
{
    CHECK(gives("a; filename*=UTF-8''a%E2%80%AEtxt.exe", "a_txt.exe"));
    CHECK(gives("a; filename*=UTF-8''a%E2%81%A6%E2%81%A9%E2%80%8F", "a___"));
    CHECK(gives("a; filename*=UTF-8''a%C2%85%E2%80%A8b", "a__b"));
    CHECK(gives("a; filename*=UTF-8''%E2%80%93%E2%82%AC", "\xe2\x80\x93"
                                                          "\xe2\x82\xac"));
}

/* Fills in a name of length bytes, whose last character has two. */
static bool cuts(size_t length, size_t left)
{
    char value[800] = "a; filename=", name[800];

    memset(name, 'a', length);
    memcpy(name + length - 2, "\xc3\xbc", 3);
    strcat(value, name);
    name[left] = 0;
    return gives(value, name);
}

static void a_name_has_255_bytes_at_most(void)
{
    CHECK(cuts(255, 255));
    CHECK(cuts(256, 254));
    CHECK(cuts(257, 255));
    CHECK(cuts(700, 255));
}

static void any_bytes_do_no_harm(void)
{
    static const char parts[] = "abU8-'%2eE;=\"\\/*. \xc3\xbc\xe2\x80\xae";
    unsigned state = 1;

    for (int round = 0; round < 3000; round++) {
        char value[64] = "a; filename*=UTF-8''";
        size_t at = round % 2 ? strlen("a; filename") : strlen(value);

        while (at < sizeof value - 1) {
            state = state * 1103515245u + 12345u;
            value[at++] = parts[(state >> 16) % (sizeof parts - 1)];
        }
        value[at] = 0;
        char *name = eft__http_filename(value);
        CHECK(!name || (*name && !strpbrk(name, "/\\\"*")));
        eft__free(name);
    }
}

static bool has_type(const char *value, const char *type)
{
    eft_http_response *response = begin("Content-Type", value);
    const char *got = eft_http_response_content_type(response);
    bool well = response && !strcmp(got, type);

    if (!well)
        test_explain("# %s is %s\n", value, got);
    end(response);
    return well;
}

static void a_media_type_has_no_parameters(void)
{
    CHECK(has_type("text/html", "text/html"));
    CHECK(has_type("Text/HTML; charset=utf-8", "text/html"));
    CHECK(has_type("application/problem+json;x=y", "application/problem+json"));
    CHECK(has_type("text/html, text/plain", "text/html"));
    CHECK(has_type("", ""));
    CHECK(has_type("text", ""));
    CHECK(has_type("text/", ""));
    CHECK(has_type("/html", ""));
    CHECK(has_type("text/html/x", ""));
    CHECK(has_type("te xt/html", ""));
    CHECK(has_type("text/\"html\"", ""));
    eft_http_response *response = begin("X", "y");
    CHECK(!strcmp(eft_http_response_content_type(response), ""));
    CHECK(!eft_http_response_filename(response));
    end(response);
}

static void of_null_they_give_nothing(void)
{
    CHECK(!eft_http_response_ok(NULL));
    CHECK(!eft_http_response_filename(NULL));
    CHECK(!strcmp(eft_http_response_content_type(NULL), ""));
}

/* As raise_for_status has it. */
static void what_is_below_400_is_ok(void)
{
    static const int statuses[] = {200, 204, 304, 399, 400, 404, 500, 599};

    session = http_begin(NULL);
    REQUIRE(session);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        eft_future *get = eft_http_get(session, "http://host/", NULL);

        http_answers(statuses[i], "");
        eft_http_response *response = http_response(get);
        REQUIRE(response);
        CHECK(eft_http_response_ok(response) == (statuses[i] < 400));
        CHECK(eft_http_response_ok(response) ==
              !eft_http_response_raise(response).error);
        http_completes();
        eft_http_response_free(response);
    }
    http_end(session);
}

const test_case suite_http_filename[] = {
    {"a_name_is_a_token_or_quoted", a_name_is_a_token_or_quoted},
    {"an_extended_name_goes_first", an_extended_name_goes_first},
    {"what_is_broken_is_passed_over", what_is_broken_is_passed_over},
    {"what_is_no_utf_8_is_latin_1", what_is_no_utf_8_is_latin_1},
    {"nothing_leads_out_of_a_folder", nothing_leads_out_of_a_folder},
    {"nothing_turns_the_direction_of_writing",
     nothing_turns_the_direction_of_writing},
    {"a_name_has_255_bytes_at_most", a_name_has_255_bytes_at_most},
    {"any_bytes_do_no_harm", any_bytes_do_no_harm},
    {"a_media_type_has_no_parameters", a_media_type_has_no_parameters},
    {"of_null_they_give_nothing", of_null_they_give_nothing},
    {"what_is_below_400_is_ok", what_is_below_400_is_ok},
    {NULL, NULL},
};
