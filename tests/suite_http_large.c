/* SPDX-License-Identifier: MIT
 * Bodies larger than memory should have to hold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_case.h"

enum { PIECE = 256 * 1024, MEBIBYTE = 1 << 20, BOUND = 32 * MEBIBYTE };

static const int64_t large = 200 * (int64_t)MEBIBYTE;

/* The most that the program has occupied over what it had. */
typedef struct memory_peak {
    size_t before;
    size_t peak;
} memory_peak;

static void look_at_memory(memory_peak *memory)
{
    size_t now = http_memory();

    memory->peak = now > memory->peak ? now : memory->peak;
}

static bool is_flat(const memory_peak *memory, const char *what)
{
    size_t more =
        memory->peak > memory->before ? memory->peak - memory->before : 0;

    if (more >= BOUND)
        test_explain("# %s: %zu MiB more than before\n", what, more / MEBIBYTE);
    return more < BOUND;
}

static memory_peak begin(void)
{
    size_t now = http_memory();

    return (memory_peak){now, now};
}

/* The machine may have much to do. */
static eft_http_session *open_for_long(eft_http_session_options options)
{
    options.total_timeout_ms = EFT_FOREVER;
    return http_open(options);
}

/* Downloads in pieces; gives how much of the pattern has come. */
static int64_t download(const char *url, memory_peak *memory)
{
    eft_http_session *session = open_for_long((eft_http_session_options){0});
    eft_result got = eft_await(eft_http_get(session, url, NULL));
    int64_t length = 0;
    bool last = !test_succeeded(got.error);

    while (!last) {
        eft_result piece = eft_await(eft_http_response_chunk(got.response));

        if (!test_succeeded(piece.error))
            break;
        if (!http_is_pattern(piece.message->data, (uint64_t)length,
                             piece.message->length))
            break;
        length += (int64_t)piece.message->length;
        last = piece.message->last;
        eft_result_free(piece);
        look_at_memory(memory);
    }
    eft_result_free(got);
    eft_http_session_free(session);
    return length;
}

static void a_download_of_200_mib_takes_little_memory(void)
{
    static const char *const servers[] = {"http", "http2"};

    for (size_t i = 0; i < 2; i++) {
        memory_peak memory = begin();
        const char *url = http_at(servers[i], "/bytes/%lld", (long long)large);

        CHECK(download(url, &memory) == large);
        CHECK(is_flat(&memory, servers[i]));
    }
}

static void a_compressed_download_takes_little_memory(void)
{
    memory_peak memory = begin();
    eft_http_session *session = open_for_long((eft_http_session_options){0});
    eft_result got = eft_await(eft_http_get(
        session, http_at("http", "/encoded/gzip/%lld/zero", (long long)large),
        NULL));
    int64_t length = 0;
    bool last = !test_succeeded(got.error);

    while (!last) {
        eft_result piece = eft_await(eft_http_response_chunk(got.response));

        REQUIRE(test_succeeded(piece.error));
        length += (int64_t)piece.message->length;
        last = piece.message->last;
        eft_result_free(piece);
        look_at_memory(&memory);
    }
    CHECK(length == large);
    CHECK(is_flat(&memory, "gzip"));
    eft_result_free(got);
    eft_http_session_free(session);
}

/* What a writer of the pattern has done. */
typedef struct sending {
    int64_t written;
    memory_peak memory;
} sending;

static eft_result write_large(eft_http_upload *upload, void *arg)
{
    sending *state = arg;
    uint8_t *piece = malloc(PIECE);
    eft_result result = piece ? eft_ok() : eft_failed(EFT_ENOMEM);

    while (!result.error && state->written < large) {
        http_pattern(piece, (uint64_t)state->written, PIECE);
        result = eft_await(eft_http_upload_write(upload, piece, PIECE));
        state->written += PIECE;
        look_at_memory(&state->memory);
    }
    free(piece);
    return result;
}

/* With a length that is told before, and without. */
static void check_uploads(const char *server)
{
    for (int known = 0; known < 2; known++) {
        sending state = {0, begin()};
        eft_http_session *session =
            open_for_long((eft_http_session_options){0});
        eft_http_request request = {.writer = write_large,
                                    .writer_arg = &state,
                                    .writer_length = known ? large : 0};
        cJSON *told = http_json(
            eft_http_post(session, http_at(server, "/count"), &request));

        CHECK(json_number(told, "length") == large);
        CHECK(cJSON_IsTrue(cJSON_GetObjectItem(told, "pattern")));
        CHECK(is_flat(&state.memory, server));
        cJSON_Delete(told);
        eft_http_session_free(session);
    }
}

static void an_upload_of_200_mib_takes_little_memory(void)
{
    check_uploads("http2");
}

/* From a page it is gathered first, in the browser's hands. */
static void an_upload_over_plain_http_takes_little_memory(void)
{
    check_uploads("http");
}

static void a_body_over_the_limit_ends_the_transfer(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.max_body = 1000});
    eft_http_request request = {.max_body = 2000};

    CHECK(http_status(eft_http_get(session, http_at("http", "/bytes/1000"),
                                   NULL)) == 200);
    CHECK(http_ends(eft_http_get(session, http_at("http", "/bytes/1001"),
                                 NULL)) == EFT_EMSGSIZE);
    CHECK(http_ends(eft_http_get(session, http_at("http", "/chunked/1001"),
                                 NULL)) == EFT_EMSGSIZE);
    CHECK(http_status(eft_http_get(session, http_at("http", "/chunked/2000"),
                                   &request)) == 200);
    CHECK(http_ends(eft_http_get(session, http_at("http", "/encoded/gzip/5000"),
                                 &request)) == EFT_EMSGSIZE);
    eft_http_session_free(session);
}

static void a_gibibyte_against_the_limit_of_a_body(void)
{
    static const char *const paths[] = {"/bytes/1073741824?key=%s",
                                        "/chunked/1073741824?key=%s",
                                        "/encoded/gzip/1073741824/zero?key=%s"};
    eft_http_session *session =
        open_for_long((eft_http_session_options){.max_body = MEBIBYTE});

    for (size_t i = 0; i < 3; i++) {
        memory_peak memory = begin();
        char *key = http_key(session);
        char path[200];

        snprintf(path, sizeof path, paths[i], key);
        CHECK(http_ends(eft_http_get(session, http_at("http", "%s", path),
                                     NULL)) == EFT_EMSGSIZE);
        look_at_memory(&memory);
        CHECK(is_flat(&memory, paths[i]));
        cJSON *seen = http_seen(session, key, "");
        CHECK(!strcmp(json_text(seen, "ended"), "aborted"));
        cJSON_Delete(seen);
        free(key);
    }
    eft_http_session_free(session);
}

const test_case suite_http_large[] = {
    {"a_download_of_200_mib_takes_little_memory",
     a_download_of_200_mib_takes_little_memory},
    {"a_compressed_download_takes_little_memory",
     a_compressed_download_takes_little_memory},
    {"an_upload_of_200_mib_takes_little_memory",
     an_upload_of_200_mib_takes_little_memory},
    {"an_upload_over_plain_http_takes_little_memory",
     an_upload_over_plain_http_takes_little_memory},
    {"a_body_over_the_limit_ends_the_transfer",
     a_body_over_the_limit_ends_the_transfer},
    {"a_gibibyte_against_the_limit_of_a_body",
     a_gibibyte_against_the_limit_of_a_body},
    {NULL, NULL},
};
