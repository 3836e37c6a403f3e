/* SPDX-License-Identifier: MIT
 * Bodies to and from real servers, as a whole. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_case.h"

/* What /count says of a body. */
static cJSON *counted(eft_http_session *session, const char *url,
                      eft_http_request request)
{
    return http_json(eft_http_post(session, url, &request));
}

static bool is_counted(cJSON *told, int64_t length)
{
    bool well = json_number(told, "length") == length &&
                cJSON_IsTrue(cJSON_GetObjectItem(told, "pattern"));
    char *text = well ? NULL : cJSON_PrintUnformatted(told);

    if (!well)
        test_explain("# not %lld: %s\n", (long long)length, text);
    cJSON_free(text);
    cJSON_Delete(told);
    return well;
}

static void bytes_arrive_as_they_are(void)
{
    static const size_t lengths[] = {0,     1,     2,      1000,   16383,
                                     16384, 65521, 262144, 262145, 3000000};
    eft_http_session *session = http_open((eft_http_session_options){0});
    uint8_t *data = malloc(3000000);

    REQUIRE(data != NULL);
    http_pattern(data, 0, 3000000);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        eft_http_request request = {
            .data = data, .length = lengths[i], .lent = i % 2 == 0};

        CHECK(is_counted(counted(session, http_at("http", "/count"), request),
                         (int64_t)lengths[i]));
        CHECK(is_counted(counted(session, http_at("http2", "/count"), request),
                         (int64_t)lengths[i]));
    }
    free(data);
    eft_http_session_free(session);
}

static void bytes_come_as_they_are(void)
{
    static const size_t lengths[] = {0,     1,     2,      1000,   16383,
                                     16384, 65521, 262144, 262145, 3000000};
    static const char *const servers[] = {"http", "http2"};
    static const char *const kinds[] = {"bytes", "chunked"};
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < 4 * sizeof lengths / sizeof *lengths; i++) {
        size_t length = lengths[i / 4];
        eft_result got = eft_await(eft_http_get(
            session,
            http_at(servers[i % 2], "/%s/%zu", kinds[i / 2 % 2], length),
            NULL));

        REQUIRE(test_succeeded(got.error));
        CHECK(eft_http_response_length(got.response) ==
              (i / 2 % 2 ? -1 : (int64_t)length));
        eft_result body = eft_await(eft_http_response_read(got.response));
        REQUIRE(test_succeeded(body.error));
        CHECK(body.message->length == length);
        CHECK(http_is_pattern(body.message->data, 0, length));
        CHECK(body.message->data[length] == 0);
        CHECK(eft_http_response_received(got.response) == length);
        eft_result_free(body);
        eft_result_free(got);
    }
    eft_http_session_free(session);
}

static void what_is_compressed_is_decoded(void)
{
    static const char *const codings[] = {"gzip", "deflate", "raw-deflate",
                                          "br"};
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < 4; i++) {
        eft_result got =
            eft_await(eft_http_get(session,
                                   http_at(i == 3 ? "https" : "http",
                                           "/encoded/%s/300000", codings[i]),
                                   NULL));

        REQUIRE(test_succeeded(got.error));
        CHECK(eft_http_response_length(got.response) == -1);
        eft_result body = eft_await(eft_http_response_read(got.response));
        REQUIRE(test_succeeded(body.error));
        CHECK(body.message->length == 300000);
        CHECK(http_is_pattern(body.message->data, 0, body.message->length));
        CHECK(eft_http_response_received(got.response) == 300000);
        eft_result_free(body);
        eft_result_free(got);
    }
    eft_http_session_free(session);
}

static void nothing_is_decoded_where_that_is_not_wanted(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.no_decompress = true});
    eft_result got = eft_await(
        eft_http_get(session, http_at("http", "/encoded/gzip/3000"), NULL));

    if (!http_native()) {
        CHECK(got.error == EFT_ENOTSUP);
        CHECK(http_detail_has("no_decompress"));
    } else {
        REQUIRE(test_succeeded(got.error));
        eft_result body = eft_await(eft_http_response_read(got.response));

        CHECK(!body.error && body.message->data[0] == 0x1f &&
              body.message->data[1] == 0x8b);
        eft_result_free(body);
        cJSON *echo = http_get_json(session, http_at("http", "/echo"));
        CHECK(http_came(echo, "Accept-Encoding", 0) == NULL);
        cJSON_Delete(echo);
    }
    eft_result_free(got);
    eft_http_session_free(session);
}

/* The first 16 bytes of the pattern, by gzip. */
static const uint8_t compressed[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0xb3, 0x89,
    0x6b, 0xdc, 0xc2, 0x13, 0x77, 0xac, 0x8f, 0x65, 0xb1, 0x43, 0xce, 0xf4,
    0x6b, 0x36, 0xbf, 0x01, 0x46, 0x06, 0xd5, 0x05, 0x10, 0x00, 0x00, 0x00};

static void a_form_arrives(void)
{
    static const eft_http_pair fields[] = {
        {"name", "J\xc3\xb6rg & Co"}, {"a", "1"}, {"a", "=+%\n"}, {"", "x"}};
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_http_request request = {.form = fields, .form_count = 4};
    cJSON *form =
        http_json(eft_http_post(session, http_at("http", "/form"), &request));
    char *text = cJSON_PrintUnformatted(form);

    CHECK(text && !strcmp(text, "[[\"name\",\"J\xc3\xb6rg & Co\"],"
                                "[\"a\",\"1\"],[\"a\",\"=+%\\n\"],"
                                "[\"\",\"x\"]]"));
    cJSON_free(text);
    cJSON_Delete(form);
    cJSON *echo =
        http_json(eft_http_post(session, http_at("http", "/echo"), &request));
    CHECK(!strcmp(http_came(echo, "Content-Type", 0),
                  "application/x-www-form-urlencoded"));
    cJSON_Delete(echo);
    eft_http_session_free(session);
}

static void json_arrives_and_comes(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "role", "admin");
    eft_http_request request = {.json = json};
    cJSON *back =
        http_json(eft_http_post(session, http_at("http", "/mirror"), &request));
    CHECK(!strcmp(json_text(back, "role"), "admin"));
    request.json = back;
    cJSON *echo =
        http_json(eft_http_put(session, http_at("http", "/echo"), &request));
    CHECK(!strncmp(http_came(echo, "Content-Type", 0), "application/json", 16));
    CHECK(!strcmp(json_text(echo, "text"), "{\"role\":\"admin\"}"));
    cJSON_Delete(echo);
    eft_http_session_free(session);
}

/* Is part number of an answer of /multipart this one? */
static bool is_part(const cJSON *parts, int number, const char *name,
                    const char *filename, const char *type, const char *text)
{
    const cJSON *part = cJSON_GetArrayItem(parts, number);
    bool well = !strcmp(json_text(part, "name"), name) &&
                !strcmp(json_text(part, "filename"), filename) &&
                !strcmp(json_text(part, "type"), type) &&
                !strcmp(json_text(part, "text"), text);

    if (!well) {
        char *printed = cJSON_PrintUnformatted(part);

        test_explain("# part %d: %s\n", number, printed ? printed : "none");
        cJSON_free(printed);
    }
    return well;
}

static void parts_arrive(void)
{
    static const eft_http_part parts[] = {
        {.name = "plain", .data = "one", .length = 3},
        {.name = "file",
         .data = "\r\n--x\r\n",
         .length = 7,
         .filename = "a b.txt"},
        {.name = "j\xc3\xb6\"q\"",
         .data = "{}",
         .length = 2,
         .filename = "quote\".json",
         .content_type = "application/json"},
        {.name = "empty"},
    };
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_http_request request = {.parts = parts, .part_count = 4};
    cJSON *told = http_json(
        eft_http_post(session, http_at("http", "/multipart"), &request));

    CHECK(cJSON_GetArraySize(told) == 4);
    CHECK(is_part(told, 0, "plain", "", "", "one"));
    CHECK(is_part(told, 1, "file", "a b.txt", "application/octet-stream",
                  "\r\n--x\r\n"));
    CHECK(is_part(told, 2, "j\xc3\xb6%22q%22", "quote%22.json",
                  "application/json", "{}"));
    CHECK(is_part(told, 3, "empty", "", "", ""));
    cJSON_Delete(told);
    eft_http_session_free(session);
}

static void a_file_arrives_as_a_part(void)
{
    const char *path = http_native() ? test_server("ca") : "/ca.crt";
    const eft_http_part parts[] = {
        {.name = "before", .data = "one", .length = 3},
        {.name = "file", .path = path, .content_type = "text/x-pem"}};
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_http_request request = {.parts = parts, .part_count = 2};
    eft_future *post =
        eft_http_post(session, http_at("http", "/multipart"), &request);

    if (!http_native()) {
        CHECK(http_ends(post) == EFT_ENOTSUP);
        CHECK(http_detail_has("path"));
    } else {
        cJSON *told = http_json(post);
        const cJSON *file = cJSON_GetArrayItem(told, 1);

        CHECK(is_part(told, 0, "before", "", "", "one"));
        CHECK(!strcmp(json_text(file, "filename"), "ca.crt"));
        CHECK(!strncmp(json_text(file, "text"), "-----BEGIN CERT", 15));
        cJSON_Delete(told);
    }
    eft_http_session_free(session);
}

static void a_file_that_is_not_there(void)
{
    const eft_http_part part = {.name = "file", .path = "/no/such/file"};
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_http_request request = {.parts = &part, .part_count = 1};

    CHECK(http_fails(
        eft_http_post(session, http_at("http", "/multipart"), &request),
        EFT_EIO, EFT_ENOTSUP));
    eft_http_session_free(session);
}

static void what_is_compressed_already_arrives(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_http_request request = {.data = compressed,
                                .length = sizeof compressed,
                                .content_encoding = "gzip"};

    CHECK(is_counted(counted(session, http_at("http", "/count"), request), 16));
    eft_http_session_free(session);
}

/* A body of these bytes, of a type, as text. */
static bool reads(eft_http_session *session, const char *type, const char *hex,
                  const char *fallback, const char *text)
{
    eft_result got = eft_await(eft_http_get(
        session, http_at("http", "/give?type=%s&hex=%s", type, hex), NULL));
    eft_result body = got;

    if (!got.error)
        body = eft_await(eft_http_response_text(got.response, fallback));
    bool well = test_succeeded(body.error) &&
                !strcmp((char *)body.message->data, text) &&
                body.message->type == EFT_MESSAGE_TEXT;
    if (!well)
        test_explain("# of %s %s\n", type, hex);
    if (!got.error) {
        eft_result_free(body);
        eft_result_free(got);
    }
    return well;
}

static void charsets_are_decoded(void)
{
    static const char you[] = "\xe4\xbd\xa0\xe5\xa5\xbd";
    eft_http_session *session = http_open((eft_http_session_options){0});

    CHECK(reads(session, "text/plain;charset=utf-8", "c3a4", NULL, "\xc3\xa4"));
    CHECK(reads(session, "text/plain;charset=%22UTF-8%22", "efbbbfc3a4", NULL,
                "\xc3\xa4"));
    CHECK(reads(session, "text/plain", "c3a4", NULL, "\xc3\xa4"));
    CHECK(reads(session, "text/plain;charset=iso-8859-1", "e480", NULL,
                "\xc3\xa4\xe2\x82\xac"));
    CHECK(reads(session, "text/plain;charset=us-ascii", "6162", NULL, "ab"));
    CHECK(reads(session, "text/plain;charset=GB2312", "c4e3bac3", NULL, you));
    CHECK(reads(session, "text/plain;charset=gbk", "c4e3bac3", NULL, you));
    CHECK(reads(session, "text/plain;charset=windows-1251", "cff0", NULL,
                "\xd0\x9f\xd1\x80"));
    CHECK(reads(session, "text/plain;charset=shift_jis", "93fa", NULL,
                "\xe6\x97\xa5"));
    CHECK(reads(session, "text/plain", "c4e3bac3", "gbk", you));
    CHECK(
        reads(session, "text/plain;charset=utf-8", "c3a4", "gbk", "\xc3\xa4"));
    eft_http_session_free(session);
}

static void a_wrong_charset_leaves_the_body_for_another(void)
{
    static const char *const types[] = {"text/plain;charset=no-such-thing",
                                        "text/plain;charset=utf-8"};
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < 2; i++) {
        eft_result got = eft_await(eft_http_get(
            session, http_at("http", "/give?type=%s&hex=e4", types[i]), NULL));

        REQUIRE(test_succeeded(got.error));
        CHECK(!strcmp(eft_http_response_charset(got.response),
                      i ? "utf-8" : "no-such-thing"));
        CHECK(eft_await(eft_http_response_text(got.response, NULL)).error ==
              EFT_ECHARSET);
        CHECK(*eft_error_detail() != 0);
        eft_result body = eft_await(eft_http_response_read(got.response));
        CHECK(test_succeeded(body.error) && body.message->length == 1 &&
              body.message->data[0] == 0xe4);
        eft_result_free(body);
        eft_result_free(got);
    }
    eft_http_session_free(session);
}

static void what_is_no_json_says_where(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_result got = eft_await(eft_http_get(
        session, http_at("http", "/give?type=text/html&text=[1,%%20x]"), NULL));

    REQUIRE(test_succeeded(got.error));
    CHECK(eft_await(eft_http_response_json(got.response)).error == EFT_EJSON);
    CHECK(http_detail_has("text/html"));
    eft_result text = eft_await(eft_http_response_text(got.response, NULL));
    CHECK(test_succeeded(text.error) &&
          !strcmp((char *)text.message->data, "[1, x]"));
    eft_result_free(text);
    eft_result_free(got);
    eft_http_session_free(session);
}

const test_case suite_http_bodies[] = {
    {"bytes_arrive_as_they_are", bytes_arrive_as_they_are},
    {"bytes_come_as_they_are", bytes_come_as_they_are},
    {"what_is_compressed_is_decoded", what_is_compressed_is_decoded},
    {"nothing_is_decoded_where_that_is_not_wanted",
     nothing_is_decoded_where_that_is_not_wanted},
    {"a_form_arrives", a_form_arrives},
    {"json_arrives_and_comes", json_arrives_and_comes},
    {"parts_arrive", parts_arrive},
    {"a_file_arrives_as_a_part", a_file_arrives_as_a_part},
    {"a_file_that_is_not_there", a_file_that_is_not_there},
    {"what_is_compressed_already_arrives", what_is_compressed_already_arrives},
    {"charsets_are_decoded", charsets_are_decoded},
    {"a_wrong_charset_leaves_the_body_for_another",
     a_wrong_charset_leaves_the_body_for_another},
    {"what_is_no_json_says_where", what_is_no_json_says_where},
    {NULL, NULL},
};
