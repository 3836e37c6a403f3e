/* SPDX-License-Identifier: MIT
 * Multipart forms. */
#include <stdio.h>
#include <string.h>

#include <eft/eft.h>

#include "request_case.h"
#include "sdk/core/memory.h"
#include "suite.h"

/* The form in words, with B for its boundary. */
static const char *form_of(const eft_http_part *parts, size_t count)
{
    static char text[2000];
    const eft_http_request request = {.parts = parts, .part_count = count};
    const char *from = request_of(NULL, "POST", "http://h", &request);
    const char *boundary = strstr(from, "boundary=");
    char *to = text;

    if (!boundary)
        return from;
    boundary += strlen("boundary=");
    size_t length = strcspn(boundary, " ");
    while (*from && to < text + sizeof text - 1)
        if (from != boundary && !strncmp(from, boundary, length)) {
            *to++ = 'B';
            from += length;
        } else {
            *to++ = *from++;
        }
    *to = 0;
    return text;
}

static bool is_form(const eft_http_part *parts, size_t count,
                    const char *expected)
{
    const char *got = strstr(form_of(parts, count), " > ");

    if (!got || strcmp(got + 3, expected))
        test_explain("# got  %s\n# not  %s\n", got ? got + 3 : "none",
                     expected);
    return got && !strcmp(got + 3, expected);
}

static void parts_are_put_between_boundaries(void)
{
    static const eft_http_part parts[] = {
        {.name = "a", .data = "1", .length = 1},
        {.name = "b"},
        {.name = "c",
         .data = "{}",
         .length = 2,
         .content_type = "application/json"},
    };

    CHECK(is_form(parts, 3,
                  "--B~Content-Disposition: form-data; name=\"a\"~~1~"
                  "--B~Content-Disposition: form-data; name=\"b\"~~~"
                  "--B~Content-Disposition: form-data; name=\"c\"~"
                  "Content-Type: application/json~~{}~"
                  "--B--~"));
}

static void what_has_a_filename_has_a_type(void)
{
    static const eft_http_part parts[] = {
        {.name = "a", .data = "1", .length = 1, .filename = "x.bin"},
        {.name = "b", .filename = "", .content_type = "text/plain"},
    };

    CHECK(is_form(parts, 2,
                  "--B~Content-Disposition: form-data; name=\"a\"; "
                  "filename=\"x.bin\"~Content-Type: "
                  "application/octet-stream~~1~"
                  "--B~Content-Disposition: form-data; name=\"b\"; "
                  "filename=\"\"~Content-Type: text/plain~~~"
                  "--B--~"));
}

static void names_are_escaped(void)
{
    static const eft_http_part parts[] = {
        {.name = "a\"b\nc\rd\r\ne\xc3\xbc", .filename = "a\"b\nc\rd\r\ne\\"}};

    CHECK(is_form(parts, 1,
                  "--B~Content-Disposition: form-data; "
                  "name=\"a%22b%0D%0Ac%0D%0Ad%0D%0Ae\xc3\xbc\"; "
                  "filename=\"a%22b%0Ac%0Dd%0D%0Ae\\\"~Content-Type: "
                  "application/octet-stream~~~--B--~"));
}

/* Gives the boundary of one form. */
static bool boundary_of(char *to, size_t size)
{
    static const eft_http_part parts[] = {{.name = "a"}};
    const eft_http_request request = {.parts = parts, .part_count = 1};
    const char *text = request_of(NULL, "POST", "http://h", &request);
    const char *at = strstr(text, "boundary=");

    if (!at)
        return false;
    snprintf(to, size, "%.*s", (int)strcspn(at + 9, " "), at + 9);
    return true;
}

static void a_boundary_is_used_once(void)
{
    char one[80], other[80];

    if (!boundary_of(one, sizeof one) || !boundary_of(other, sizeof other))
        return;
    CHECK(strlen(one) == 36);
    CHECK(strspn(one, "-abcdefghijklmnopqrstuvwxyz0123456789") == 36);
    CHECK(strcmp(one, other) != 0);
}

static void a_length_is_known_where_there_is_no_file(void)
{
    static const eft_http_part parts[] = {
        {.name = "a", .data = "1", .length = 1},
        {.name = "b", .path = "/dir/file"},
    };

    for (size_t count = 1; count <= 2; count++) {
        const eft_http_request request = {.parts = parts, .part_count = count};
        eft__http_options *options;
        eft__http_request *made =
            request_made(NULL, &options, "POST", "http://h", &request);

        if (made) {
            CHECK(made->target.streams == (count == 2));
            CHECK((made->target.body_length == -1) == (count == 2));
            CHECK((made->writer != NULL) == (count == 2));
        }
        eft__http_request_free(made);
        eft__free(options);
    }
}

static bool is_invalid(eft_http_part part, const char *words)
{
    const eft_http_request request = {.parts = &part, .part_count = 1};

    return request_is_invalid(NULL, "POST", "http://h", &request, words);
}

static void parts_are_checked(void)
{
    const eft_http_part part = {.name = "a"};
    static const eft_http_pair header[] = {{"Content-Type", "a/b"}};
    eft_http_request request = {.parts = &part};

    CHECK(is_invalid((eft_http_part){.data = "a"}, "parts: a name"));
    CHECK(is_invalid((eft_http_part){.name = "a", .length = 1},
                     "parts: there is no data"));
    CHECK(is_invalid((eft_http_part){.name = "a", .data = "", .path = "b"},
                     "parts: one has data and a path"));
    CHECK(is_invalid((eft_http_part){.name = "a", .path = ""},
                     "parts: a path is empty"));
    CHECK(is_invalid((eft_http_part){.name = "a", .content_type = "a\r\n"},
                     "parts: a content_type"));
    CHECK(is_invalid((eft_http_part){.name = "a", .content_type = ""},
                     "parts: a content_type"));
    CHECK(request_is_invalid(NULL, "POST", "http://h", &request, "parts: "));
    request = (eft_http_request){.part_count = 1};
    CHECK(request_is_invalid(NULL, "POST", "http://h", &request, "parts: "));
    request = (eft_http_request){
        .parts = &part, .part_count = 1, .content_type = "a/b"};
    CHECK(request_is_invalid(NULL, "POST", "http://h", &request,
                             "content_type: that of parts"));
    request = (eft_http_request){
        .parts = &part, .part_count = 1, .headers = header, .header_count = 1};
    CHECK(request_is_invalid(NULL, "POST", "http://h", &request,
                             "the Content-Type of parts"));
}

static void more_than_memory_is_no_form(void)
{
    static const char byte[1];
    const eft_http_part parts[] = {
        {.name = "a", .data = byte, .length = SIZE_MAX / 2},
        {.name = "b", .data = byte, .length = SIZE_MAX / 2}};
    const eft_http_request request = {.parts = parts, .part_count = 2};

    CHECK(request_fails(NULL, "POST", "http://h", &request, EFT_EINVAL,
                        "so much cannot be in memory"));
}

static void a_page_has_no_files(void)
{
    static const eft_target_lack page[] = {{"parts.path", "no files."},
                                           {NULL, NULL}};
    const eft_http_part parts[] = {{.name = "a"}, {.name = "b", .path = "c"}};
    eft_http_request request = {.parts = parts, .part_count = 2};

    request_world(NULL, page);
    CHECK(request_fails(NULL, "POST", "http://h", &request, EFT_ENOTSUP,
                        "parts.path: no files."));
    request.part_count = 1;
    CHECK(!strncmp(request_of(NULL, "POST", "http://h", &request), "POST", 4));
    request_world(NULL, NULL);
}

const test_case suite_http_multipart[] = {
    {"parts_are_put_between_boundaries", parts_are_put_between_boundaries},
    {"what_has_a_filename_has_a_type", what_has_a_filename_has_a_type},
    {"names_are_escaped", names_are_escaped},
    {"a_boundary_is_used_once", a_boundary_is_used_once},
    {"a_length_is_known_where_there_is_no_file",
     a_length_is_known_where_there_is_no_file},
    {"parts_are_checked", parts_are_checked},
    {"more_than_memory_is_no_form", more_than_memory_is_no_form},
    {"a_page_has_no_files", a_page_has_no_files},
    {NULL, NULL},
};
