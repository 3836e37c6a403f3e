/* SPDX-License-Identifier: MIT
 * Files as parts of a form, natively: told lengths, FIFOs, files that change.
 */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http_case.h"

/* A folder with a file and a FIFO, and who writes to that. */
typedef struct place {
    char folder[64];
    char file[80];
    char fifo[80];
    int fd;       /* the FIFO's, to write to; -1: not open */
    long becomes; /* the file's length, once the FIFO is read; -1: as it is */
    const char *say; /* to the FIFO, before that is closed; NULL: it stays */
} place;

static bool put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    bool written = file && fputs(text, file) >= 0;

    return file && fclose(file) == 0 && written;
}

static bool make_place(place *at, const char *text)
{
    *at = (place){.fd = -1, .becomes = -1};
    snprintf(at->folder, sizeof at->folder, "/tmp/eft-file-XXXXXX");
    if (!mkdtemp(at->folder))
        return false;
    snprintf(at->file, sizeof at->file, "%s/file", at->folder);
    snprintf(at->fifo, sizeof at->fifo, "%s/fifo", at->folder);
    return put(at->file, text) && mkfifo(at->fifo, 0600) == 0;
}

static void leave_place(place *at)
{
    if (at->fd >= 0)
        close(at->fd);
    unlink(at->file);
    unlink(at->fifo);
    rmdir(at->folder);
}

/* On another thread: returns when somebody reads the FIFO, which is when all
 * files have been measured. */
static eft_result write_fifo(void *arg)
{
    place *at = arg;

    at->fd = open(at->fifo, O_WRONLY | O_CLOEXEC);
    if (at->fd < 0)
        return eft_fail(EFT_EIO, "the FIFO cannot be opened");
    if (at->becomes >= 0 && truncate(at->file, at->becomes) != 0)
        return eft_fail(EFT_EIO, "the file has no other length");
    if (!at->say)
        return eft_ok();
    ssize_t size = (ssize_t)strlen(at->say);
    bool written = write(at->fd, at->say, (size_t)size) == size;
    close(at->fd);
    at->fd = -1;
    return written ? eft_ok() : eft_fail(EFT_EIO, "the FIFO takes nothing");
}

/* What /count was told of a body and its length; -1: no length. */
typedef struct count {
    int64_t length, told;
} count;

static count count_form(eft_http_session *session, const eft_http_part *parts,
                        size_t number)
{
    const eft_http_request request = {.parts = parts, .part_count = number};
    cJSON *json =
        http_json(eft_http_post(session, http_at("http", "/count"), &request));
    const char *told = json_text(json, "told");
    const count counted = {json_number(json, "length"),
                           *told ? strtoll(told, NULL, 10) : -1};

    cJSON_Delete(json);
    return counted;
}

static void the_length_of_a_file_is_told(void)
{
    place at;
    eft_http_session *session = http_open((eft_http_session_options){0});

    REQUIRE(make_place(&at, "12345"));
    const eft_http_part parts[] = {{.name = "a", .path = at.file},
                                   {.name = "b", .data = "x", .length = 1},
                                   {.name = "c", .path = at.file}};
    count full = count_form(session, parts, 3);
    CHECK(full.length > 10 && full.told == full.length);
    CHECK(put(at.file, ""));
    count empty = count_form(session, parts, 3);
    CHECK(empty.told == empty.length && empty.length == full.length - 10);
    leave_place(&at);
    eft_http_session_free(session);
}

static void what_a_fifo_holds_is_sent_in_chunks(void)
{
    place at;
    eft_http_session *session = http_open((eft_http_session_options){0});

    REQUIRE(make_place(&at, ""));
    at.say = "from afar";
    const eft_http_part part = {.name = "a", .path = at.fifo};
    eft_future *writes = eft_run_in_executor(write_fifo, &at);
    const eft_http_request request = {.parts = &part, .part_count = 1};
    cJSON *told = http_json(
        eft_http_post(session, http_at("http", "/multipart"), &request));
    CHECK(!strcmp(json_text(cJSON_GetArrayItem(told, 0), "text"), "from afar"));
    CHECK(eft_await(writes).error == 0);
    cJSON_Delete(told);
    writes = eft_run_in_executor(write_fifo, &at);
    CHECK(count_form(session, &part, 1).told == -1);
    CHECK(eft_await(writes).error == 0);
    leave_place(&at);
    eft_http_session_free(session);
}

/* The file becomes so long after it was measured, and before it is read. */
static void changes(long length, const char *words)
{
    place at;
    eft_http_session *session = http_open((eft_http_session_options){0});

    REQUIRE(make_place(&at, "12345"));
    at.say = "now";
    at.becomes = length;
    const eft_http_part parts[] = {{.name = "a", .path = at.fifo},
                                   {.name = "b", .path = at.file}};
    const eft_http_request request = {.parts = parts, .part_count = 2};
    eft_future *writes = eft_run_in_executor(write_fifo, &at);
    CHECK(http_ends(eft_http_post(session, http_at("http", "/count"),
                                  &request)) == EFT_EIO);
    CHECK(http_detail_has(words));
    CHECK(eft_await(writes).error == 0);
    leave_place(&at);
    eft_http_session_free(session);
}

static void a_file_that_becomes_shorter(void)
{
    changes(3, "it ends after 3 of 5 bytes");
    changes(0, "it ends after 0 of 5 bytes");
}

static void a_file_that_becomes_longer(void)
{
    changes(6, "it has become longer than the 5 bytes");
    changes(1000000, "it has become longer than the 5 bytes");
}

static void what_cannot_be_read_is_told_before_anything_is_sent(void)
{
    place at;
    eft_http_session *session = http_open((eft_http_session_options){0});
    char *key = http_key(session);

    REQUIRE(make_place(&at, "12345"));
    const char *const paths[] = {at.folder, "/no/such/file", "/dev/shm/../"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const eft_http_part part = {.name = "a", .path = paths[i]};

        CHECK(http_ends(eft_http_post(
                  session, http_at("http", "/count?key=%s", key),
                  &(eft_http_request){.parts = &part, .part_count = 1})) ==
              EFT_EIO);
        CHECK(http_detail_has(paths[i]));
    }
    /* The first one with this key that the server sees is this. */
    cJSON_Delete(http_get_json(session, http_at("http", "/count?key=%s", key)));
    cJSON *seen = http_seen(session, key, "");
    CHECK(json_number(seen, "begun") == 1);
    cJSON_Delete(seen);
    free(key);
    leave_place(&at);
    eft_http_session_free(session);
}

/* The thread that waits for the FIFO's bytes is back, when that is told. */
static void a_cancel_does_not_wait_for_a_fifo(void)
{
    place at;
    eft_http_session *session = http_open((eft_http_session_options){0});

    REQUIRE(make_place(&at, ""));
    const eft_http_part part = {.name = "a", .path = at.fifo};
    const eft_http_request request = {.parts = &part, .part_count = 1};
    eft_future *post =
        eft_http_post(session, http_at("http", "/count"), &request);
    CHECK(eft_await(eft_run_in_executor(write_fifo, &at)).error == 0);
    CHECK(eft_cancel(post));
    CHECK(eft_await(post).error == EFT_ECANCELED);
    leave_place(&at);
    eft_http_session_free(session);
}

static void nor_does_a_fetch_that_is_dropped(void)
{
    place at;
    eft_http_session *session = http_open((eft_http_session_options){0});

    REQUIRE(make_place(&at, ""));
    const eft_http_part part = {.name = "a", .path = at.fifo};
    const eft_http_request request = {.parts = &part, .part_count = 1};
    eft_future *post =
        eft_http_post(session, http_at("http", "/count"), &request);
    CHECK(eft_await(eft_run_in_executor(write_fifo, &at)).error == 0);
    eft_future_free(post);
    eft_http_session_free(session);
    leave_place(&at);
}

const test_case suite_http_file[] = {
    {"the_length_of_a_file_is_told", the_length_of_a_file_is_told},
    {"what_a_fifo_holds_is_sent_in_chunks",
     what_a_fifo_holds_is_sent_in_chunks},
    {"a_file_that_becomes_shorter", a_file_that_becomes_shorter},
    {"a_file_that_becomes_longer", a_file_that_becomes_longer},
    {"what_cannot_be_read_is_told_before_anything_is_sent",
     what_cannot_be_read_is_told_before_anything_is_sent},
    {"a_cancel_does_not_wait_for_a_fifo", a_cancel_does_not_wait_for_a_fifo},
    {"nor_does_a_fetch_that_is_dropped", nor_does_a_fetch_that_is_dropped},
    {NULL, NULL},
};
