/* SPDX-License-Identifier: MIT
 * What only a native session can do. */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http_case.h"

static int port_of(const char *server)
{
    return atoi(strrchr(http_at(server, "%s", ""), ':') + 1);
}

static bool tells_url(eft_http_session *session, const char *url)
{
    cJSON *echo = http_get_json(session, url);
    bool right = !strcmp(json_text(echo, "url"), "/echo");

    cJSON_Delete(echo);
    return right;
}

static void addresses_instead_of_a_resolver(void)
{
    const eft_http_address known[] = {
        {"Some-Where.test", 0, "127.0.0.1"},
        {"other.test", (uint16_t)port_of("http"), "127.0.0.1"},
    };
    eft_http_session *session = http_open((eft_http_session_options){
        .addresses = known, .address_count = 2, .proxy = ""});
    char url[200];
    cJSON *echo;

    snprintf(url, sizeof url, "http://some-where.test:%d/echo",
             port_of("http"));
    echo = http_get_json(session, url);
    REQUIRE(echo != NULL);
    CHECK(!strncmp(http_came(echo, "Host", 0), "some-where.test:", 16));
    cJSON_Delete(echo);
    snprintf(url, sizeof url, "http://other.test:%d/echo", port_of("http"));
    CHECK(tells_url(session, url));
    /* It is that port's alone. */
    snprintf(url, sizeof url, "http://other.test:%d/echo",
             port_of("http-other"));
    CHECK(http_ends(eft_http_get(session, url, NULL)) == EFT_ERESOLVE);
    eft_http_session_free(session);
}

static void several_addresses_are_tried(void)
{
    const eft_http_address known[] = {
        {"some.test", 0, "::1"},
        {"some.test", 0, "127.0.0.1"},
    };
    eft_http_session *session = http_open((eft_http_session_options){
        .addresses = known, .address_count = 2, .proxy = ""});
    char url[200];

    snprintf(url, sizeof url, "http://some.test:%d/echo", port_of("http"));
    CHECK(tells_url(session, url));
    eft_http_session_free(session);
}

static int32_t ends_at(const char *path)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.unix_path = path});
    int32_t error =
        http_ends(eft_http_get(session, "http://some.test/echo", NULL));

    eft_http_session_free(session);
    return error;
}

static void a_socket_of_the_file_system(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.unix_path = test_server("unix")});
    cJSON *echo = http_get_json(session, "http://some.test/echo");

    REQUIRE(echo != NULL);
    CHECK(!strcmp(http_came(echo, "Host", 0), "some.test"));
    cJSON_Delete(echo);
    eft_http_session_free(session);
    CHECK(ends_at("/nonexistent/socket") == EFT_ECONNECT);
    CHECK(http_detail_has("/nonexistent/socket"));
    CHECK(ends_at(test_server("unix-file")) != 0);
    CHECK(http_detail_has(test_server("unix-file")));
}

static void http_1_where_that_is_wanted(void)
{
    for (int i = 0; i < 2; i++) {
        eft_http_session *session =
            http_open((eft_http_session_options){.http1 = i == 0});
        eft_result got =
            eft_await(eft_http_get(session, http_at("http2", "/echo"), NULL));

        REQUIRE(test_succeeded(got.error));
        CHECK(eft_http_response_version(got.response) == (i ? 20 : 11));
        eft_result_free(got);
        eft_http_session_free(session);
    }
}

static int32_t second_on_a_connection(const char *path, const char *method)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *url = http_at("http-raw", "%s", path);
    int32_t error;

    CHECK(http_status(eft_http_get(session, url, NULL)) == 200);
    error = http_ends(eft_http_fetch(session, method, url, NULL));
    eft_http_session_free(session);
    return error;
}

/* It may have been sent, and done what it does, before the connection died. */
static void only_what_may_be_sent_twice_is(void)
{
    CHECK(second_on_a_connection("/dies/end", "GET") == 0);
    CHECK(second_on_a_connection("/dies/reset", "DELETE") == 0);
    CHECK(second_on_a_connection("/dies/end", "POST") == EFT_EABNORMAL);
    CHECK(http_detail_has("before it answered"));
    CHECK(second_on_a_connection("/dies/reset", "PATCH") == EFT_EABNORMAL);
}

static eft_result write_a_little(eft_http_upload *upload, void *arg)
{
    (void)arg;
    return eft_await(eft_http_upload_write(upload, "some", 4));
}

/* A body that was written is gone; bytes are still there. */
static void a_body_is_sent_twice_where_it_can_be(void)
{
    const eft_http_request written = {.writer = write_a_little};
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *url = http_at("http-raw", "/dies/end");
    static char data[200000];

    CHECK(http_status(eft_http_get(session, url, NULL)) == 200);
    CHECK(http_status(eft_http_put(session, url,
                                   &(eft_http_request){.data = data,
                                                       .length = sizeof data,
                                                       .lent = true})) == 200);
    CHECK(http_ends(eft_http_put(session, url, &written)) == EFT_EABNORMAL);
    eft_http_session_free(session);
}

static eft_result write_a_file(eft_http_upload *upload, void *arg)
{
    return eft_await(eft_http_upload_file(upload, arg));
}

/* Where a pipe begins that post is about to read; it cannot be opened before
 * that.  -1: it does not. */
static int open_for_writing(const char *path, const eft_future *post)
{
    int fd = open(path, O_WRONLY | O_NONBLOCK);

    while (fd < 0 && eft_future_state(post) == EFT_PENDING) {
        eft_await(eft_sleep(0));
        fd = open(path, O_WRONLY | O_NONBLOCK);
    }
    return fd;
}

/* Whose fetch has ended has the thread back that read, and the file closed. */
static void a_file_is_given_up_while_it_is_read(void)
{
    char path[] = "/tmp/eft-pipe-XXXXXX";
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_http_request request = {.writer = write_a_file, .writer_arg = path};
    struct pollfd end = {.fd = mkstemp(path)};
    size_t objects = eft_live_objects();

    REQUIRE(end.fd >= 0 && close(end.fd) == 0 && unlink(path) == 0 &&
            mkfifo(path, 0600) == 0);
    eft_future *post =
        eft_http_post(session, http_at("http", "/count"), &request);
    end.fd = open_for_writing(path, post);
    CHECK(eft_cancel(post));
    CHECK(eft_await(post).error == EFT_ECANCELED);
    CHECK(eft_live_objects() == objects);
    /* Nobody reads any more. */
    CHECK(poll(&end, 1, 0) == 1 && (end.revents & POLLERR));
    close(end.fd);
    unlink(path);
    eft_http_session_free(session);
}

static void a_part_is_asked_for_as_it_is(void)
{
    const eft_http_pair range = {"Range", "bytes=0-9"};
    eft_http_session *session = http_open((eft_http_session_options){0});
    cJSON *echo = http_json(eft_http_get(
        session, http_at("http", "/echo"),
        &(eft_http_request){.headers = &range, .header_count = 1}));

    REQUIRE(echo != NULL);
    CHECK(!strcmp(http_came(echo, "Accept-Encoding", 0), "identity"));
    cJSON_Delete(echo);
    eft_http_session_free(session);
}

static eft_result get_quietly(void *arg)
{
    eft_http_session *session = arg;

    return eft_await(
        eft_http_get(session, http_at("http-unresolvable", "/"), NULL));
}

/* The system may take long to say that there is no such name. */
static void a_lookup_is_given_up(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_future *get = eft_spawn(get_quietly, session);

    eft_await(eft_sleep(0));
    eft_await(eft_sleep(0));
    CHECK(eft_cancel(get));
    CHECK(eft_await(get).error == EFT_ECANCELED);
    eft_http_session_free(session);
}

static void sessions_end_in_the_middle(void)
{
    static const char *const paths[] = {"/silent", "/bytes/10000000",
                                        "/drip/100/10"};

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        for (int turns = 0; turns < 6; turns++) {
            eft_http_session *session =
                http_open((eft_http_session_options){0});
            eft_future *get =
                eft_http_get(session, http_at("http", "%s", paths[i]), NULL);

            eft_await(eft_sleep(turns));
            eft_http_session_free(session);
            eft_result got = eft_await(get);
            CHECK(!got.error || got.error == EFT_ECLOSED);
            eft_result_free(got);
        }
}

/* The server hears of it at once, also where the connection goes on, and has
 * nothing else to carry. */
static void one_of_many_streams_is_cancelled(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    char *key = http_key(session), *other = http_key(session);
    eft_future *stays =
        eft_http_get(session, http_at("http2", "/puppet?key=%s", other), NULL);
    eft_future *goes;
    eft_result kept;
    cJSON *seen;

    CHECK(http_tell(session, http_at("http", "/go/%s/head", other)));
    kept = eft_await(stays);
    REQUIRE(test_succeeded(kept.error));
    goes = eft_http_get(session, http_at("http2", "/silent?key=%s", key), NULL);
    cJSON_Delete(http_seen(session, key, "/begun"));
    CHECK(eft_cancel(goes));
    CHECK(eft_await(goes).error == EFT_ECANCELED);
    seen = http_seen(session, key, "");
    CHECK(!strcmp(json_text(seen, "ended"), "aborted"));
    cJSON_Delete(seen);
    CHECK(http_tell(session, http_at("http", "/go/%s/send?text=abc", other)));
    CHECK(http_tell(session, http_at("http", "/go/%s/end", other)));
    stays = eft_http_response_read(kept.response);
    eft_result body = eft_await(stays);
    CHECK(test_succeeded(body.error) && body.message->length == 3);
    eft_result_free(body);
    eft_result_free(kept);
    free(key);
    free(other);
    eft_http_session_free(session);
}

/* The sentence of a server that ends the connection, without a cause. */
static bool only_ends(eft_http_session *session, const char *url)
{
    int32_t error = http_ends(eft_http_get(session, url, NULL));
    const char *words = "ended the connection before it answered";
    const char *found = strstr(eft_error_detail(), words);

    if (error == EFT_EABNORMAL && found && !found[strlen(words)])
        return true;
    printf("%s: %s\n", eft_error_name(error), eft_error_detail());
    return false;
}

/* Of two of these the system says nothing, of the others something. */
static void a_cause_is_its_own_requests(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *end = http_at("http-raw", "/end-at-once");
    const char *garbled = http_at("https-garbled", "/");
    const char *reset = http_at("http-raw", "/reset-at-once");

    for (int i = 0; i < 2; i++) {
        CHECK(only_ends(session, end));
        CHECK(only_ends(session, garbled));
        CHECK(http_ends(eft_http_get(session, "http://127.0.0.1:1/", NULL)) ==
              EFT_EREFUSED);
        CHECK(only_ends(session, garbled));
        CHECK(http_ends(eft_http_get(session, reset, NULL)) == EFT_EABNORMAL);
        CHECK(http_detail_has("before it answered: connection reset"));
    }
    eft_http_session_free(session);
}

/* Nor is it that of an address which was tried before. */
static void a_cause_is_its_own_connections(void)
{
    const eft_http_address known[] = {
        {"some.test", 0, "127.0.0.2"},
        {"some.test", 0, "127.0.0.1"},
    };
    eft_http_session *session = http_open((eft_http_session_options){
        .addresses = known, .address_count = 2, .proxy = ""});
    char url[200];

    snprintf(url, sizeof url, "http://some.test:%d/end-at-once",
             port_of("http-raw"));
    CHECK(http_ends(eft_http_get(session, url, NULL)) == EFT_EABNORMAL);
    CHECK(!strstr(eft_error_detail(), "refused"));
    eft_http_session_free(session);
}

const test_case suite_http_native[] = {
    {"addresses_instead_of_a_resolver", addresses_instead_of_a_resolver},
    {"several_addresses_are_tried", several_addresses_are_tried},
    {"a_socket_of_the_file_system", a_socket_of_the_file_system},
    {"http_1_where_that_is_wanted", http_1_where_that_is_wanted},
    {"only_what_may_be_sent_twice_is", only_what_may_be_sent_twice_is},
    {"a_body_is_sent_twice_where_it_can_be",
     a_body_is_sent_twice_where_it_can_be},
    {"a_file_is_given_up_while_it_is_read",
     a_file_is_given_up_while_it_is_read},
    {"a_part_is_asked_for_as_it_is", a_part_is_asked_for_as_it_is},
    {"a_lookup_is_given_up", a_lookup_is_given_up},
    {"sessions_end_in_the_middle", sessions_end_in_the_middle},
    {"one_of_many_streams_is_cancelled", one_of_many_streams_is_cancelled},
    {"a_cause_is_its_own_requests", a_cause_is_its_own_requests},
    {"a_cause_is_its_own_connections", a_cause_is_its_own_connections},
    {NULL, NULL},
};
