/* SPDX-License-Identifier: MIT
 * The body of a response in pieces, and as fast as it is read. */
#include <string.h>

#include "http_script.h"
#include "suite.h"

enum { KIB = 1024 };

/* A session, and a response of it. */
static eft_http_session *session;

static eft_http_response *begin(const char *headers)
{
    session = http_begin(NULL);
    return session ? http_gets(session, headers) : NULL;
}

static void end(eft_http_response *response)
{
    eft_http_response_free(response);
    http_end(session);
}

/* Is it complete, with a piece of so many bytes?  last: is it said to be? */
static bool is_piece(eft_future *future, size_t length, bool last)
{
    if (eft_future_state(future) == EFT_PENDING) {
        eft_future_free(future);
        return false;
    }
    eft_result result = eft_await(future);
    bool same = !result.error && result.message->length == length &&
                result.message->last == last &&
                result.message->type == EFT_MESSAGE_BINARY &&
                result.message->data[length] == 0;
    if (!same && !result.error)
        test_explain("# a piece of %zu%s\n", result.message->length,
                     result.message->last ? ", last" : "");
    eft_result_free(result);
    return same;
}

/* Pieces */

static void pieces_come_as_they_come(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    eft_future *piece = eft_http_response_chunk(response);
    CHECK(eft_future_state(piece) == EFT_PENDING);
    http_sends("ab");
    http_sends("c");
    http_settle();
    CHECK(http_reads(piece, "abc"));
    http_sends("d");
    CHECK(http_reads(eft_http_response_chunk(response), "d"));
    piece = eft_http_response_chunk(response);
    http_completes();
    CHECK(is_piece(piece, 0, true));
    CHECK(is_piece(eft_http_response_chunk(response), 0, true));
    CHECK(http_error(eft_http_response_read(response)) == EFT_ETAKEN);
    end(response);
}

static void the_last_piece_knows_it(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    eft_future *piece = eft_http_response_chunk(response);
    http_sends("all");
    http_completes();
    CHECK(is_piece(piece, 3, true));
    CHECK(is_piece(eft_http_response_chunk(response), 0, true));
    eft_http_response_free(response);
    response = http_gets(session, "");
    REQUIRE(response);
    http_sends("all");
    http_completes();
    CHECK(is_piece(eft_http_response_chunk(response), 3, true));
    end(response);
}

static void what_is_left_can_be_read_as_a_whole(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    http_sends("one");
    CHECK(http_reads(eft_http_response_chunk(response), "one"));
    eft_future *read = eft_http_response_text(response, NULL);
    http_sends("two");
    http_completes();
    CHECK(http_reads(read, "two"));
    end(response);
}

static void tiny_arrivals_become_large_pieces(void)
{
    eft_http_response *response = begin("");
    size_t pieces = 0, bytes = 0;

    REQUIRE(response);
    for (int i = 0; i < 10000; i++)
        http_sends("x");
    http_completes();
    for (bool last = false; !last; pieces++) {
        eft_result piece = eft_await(eft_http_response_chunk(response));

        REQUIRE(!piece.error);
        last = piece.message->last;
        bytes += piece.message->length;
        eft_result_free(piece);
    }
    CHECK(bytes == 10000 && pieces <= 4);
    end(response);
}

static void no_piece_is_larger_than_256_kib(void)
{
    static char bytes[KIB * KIB];
    eft_http_response *response = begin("Content-Length: 1048576\n");
    size_t length = 0;

    REQUIRE(response);
    memset(bytes, 'x', sizeof bytes);
    http_sends_to(0, bytes, sizeof bytes);
    http_completes();
    for (bool last = false; !last;) {
        eft_result piece = eft_await(eft_http_response_chunk(response));

        REQUIRE(!piece.error);
        CHECK(piece.message->length <= 256 * KIB &&
              http_is_all(piece.message, 'x'));
        last = piece.message->last;
        length += piece.message->length;
        eft_result_free(piece);
    }
    CHECK(length == KIB * KIB);
    end(response);
}

static eft_result free_it(void *arg)
{
    eft_message_free(arg);
    return eft_ok();
}

/* What is large comes in memory that is used again. */
static void pieces_may_outlive_all_and_go_to_other_threads(void)
{
    eft_http_response *response = begin("Content-Length: 1048576\n");
    eft_message *pieces[3];

    REQUIRE(response);
    for (int i = 0; i < 3; i++) {
        http_sends_many(64 * KIB, 'x');
        eft_result piece = eft_await(eft_http_response_chunk(response));
        REQUIRE(!piece.error);
        pieces[i] = piece.message;
    }
    /* Where there is none it is run here. */
    int32_t error = eft_await(eft_run_in_executor(free_it, pieces[0])).error;
    CHECK(!error);
    if (error)
        eft_message_free(pieces[0]);
    eft_message_free(pieces[1]);
    http_sends_many(64 * KIB, 'y');
    eft_result again = eft_await(eft_http_response_chunk(response));
    CHECK(!again.error && http_is_all(again.message, 'y') &&
          again.message->length == 64 * KIB);
    eft_result_free(again);
    end(response);
    CHECK(http_is_all(pieces[2], 'x'));
    eft_message_free(pieces[2]);
}

/* Backpressure */

static void a_slow_reader_stops_the_server(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    CHECK(http_sends_many(252 * KIB, 'x'));
    CHECK(http_asked(""));
    CHECK(!http_sends_many(4 * KIB, 'x'));
    CHECK(http_asked("pause"));
    /* What was read already is kept. */
    CHECK(!http_sends_many(4 * KIB, 'x'));
    CHECK(http_asked(""));
    size_t left = 260 * KIB;
    while (left > 64 * KIB) {
        CHECK(http_asked(""));
        eft_result piece = eft_await(eft_http_response_chunk(response));
        REQUIRE(!piece.error);
        left -= piece.message->length;
        eft_result_free(piece);
    }
    CHECK(http_asked("resume"));
    CHECK(http_sends("more"));
    end(response);
}

static void reading_the_whole_goes_on_with_a_stopped_server(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    http_sends_many(300 * KIB, 'x');
    CHECK(http_asked("pause"));
    eft_future *read = eft_http_response_read(response);
    CHECK(http_asked("resume"));
    CHECK(http_sends_many(1000 * KIB, 'x'));
    CHECK(http_asked(""));
    http_completes();
    eft_result result = eft_await(read);
    REQUIRE(!result.error);
    CHECK(result.message->length == 1300 * KIB &&
          http_is_all(result.message, 'x'));
    eft_result_free(result);
    end(response);
}

static void the_end_of_a_stopped_transfer_resumes_nothing(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    http_sends_many(300 * KIB, 'x');
    http_completes();
    CHECK(http_asked("pause"));
    eft_result result = eft_await(eft_http_response_read(response));
    CHECK(!result.error && result.message->length == 300 * KIB);
    eft_result_free(result);
    CHECK(http_asked(""));
    end(response);
}

/* Nothing is lost */

static void a_cancelled_read_keeps_what_came(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    http_sends("one ");
    eft_future *read = eft_http_response_read(response);
    http_sends("two ");
    CHECK(eft_cancel(read));
    CHECK(http_error(read) == EFT_ECANCELED);
    http_sends("three");
    read = eft_http_response_json(response);
    eft_future_free(read);
    http_completes();
    CHECK(http_reads(eft_http_response_read(response), "one two three"));
    CHECK(http_asked(""));
    end(response);
}

static void a_large_read_that_is_cancelled_can_be_had_in_pieces(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    eft_future *read = eft_http_response_read(response);
    http_sends_many(700 * KIB, 'x');
    eft_future_free(read);
    CHECK(is_piece(eft_http_response_chunk(response), 256 * KIB, false));
    CHECK(is_piece(eft_http_response_chunk(response), 256 * KIB, false));
    http_sends("y");
    read = eft_http_response_read(response);
    http_completes();
    eft_result result = eft_await(read);
    REQUIRE(!result.error);
    CHECK(result.message->length == 188 * KIB + 1 &&
          result.message->data[0] == 'x' &&
          result.message->data[188 * KIB] == 'y');
    eft_result_free(result);
    end(response);
}

static void a_piece_that_nobody_took_is_the_next_one(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    http_sends("one");
    eft_future *dropped = eft_http_response_chunk(response);
    http_sends("two");
    eft_future_free(dropped);
    CHECK(http_reads(eft_http_response_chunk(response), "one"));
    dropped = eft_http_response_chunk(response);
    eft_future *second = eft_http_response_chunk(response);
    eft_future_free(dropped);
    http_settle();
    CHECK(http_reads(second, "two"));
    http_completes();
    eft_future_free(eft_http_response_chunk(response));
    CHECK(is_piece(eft_http_response_chunk(response), 0, true));
    end(response);
}

static void a_whole_that_nobody_took_is_there_still(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    http_sends("{}");
    http_completes();
    eft_future_free(eft_http_response_read(response));
    eft_future_free(eft_http_response_json(response));
    eft_future_free(eft_http_response_text(response, NULL));
    CHECK(http_error(eft_http_response_json(response)) == 0);
    CHECK(http_error(eft_http_response_json(response)) == EFT_ETAKEN);
    end(response);
}

const test_case suite_http_pieces[] = {
    {"pieces_come_as_they_come", pieces_come_as_they_come},
    {"the_last_piece_knows_it", the_last_piece_knows_it},
    {"what_is_left_can_be_read_as_a_whole",
     what_is_left_can_be_read_as_a_whole},
    {"tiny_arrivals_become_large_pieces", tiny_arrivals_become_large_pieces},
    {"no_piece_is_larger_than_256_kib", no_piece_is_larger_than_256_kib},
    {"pieces_may_outlive_all_and_go_to_other_threads",
     pieces_may_outlive_all_and_go_to_other_threads},
    {"a_slow_reader_stops_the_server", a_slow_reader_stops_the_server},
    {"reading_the_whole_goes_on_with_a_stopped_server",
     reading_the_whole_goes_on_with_a_stopped_server},
    {"the_end_of_a_stopped_transfer_resumes_nothing",
     the_end_of_a_stopped_transfer_resumes_nothing},
    {"a_cancelled_read_keeps_what_came", a_cancelled_read_keeps_what_came},
    {"a_large_read_that_is_cancelled_can_be_had_in_pieces",
     a_large_read_that_is_cancelled_can_be_had_in_pieces},
    {"a_piece_that_nobody_took_is_the_next_one",
     a_piece_that_nobody_took_is_the_next_one},
    {"a_whole_that_nobody_took_is_there_still",
     a_whole_that_nobody_took_is_there_still},
    {NULL, NULL},
};
