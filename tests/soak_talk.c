/* SPDX-License-Identifier: MIT
 * One connection of the soak, from its opening to its end. */
#include "soak.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "targets/world.h"

/* Design notes.
 *
 * The server echoes, and does to each connection what the path says: stay, or
 * after so many messages drop, reset or close it.  A sender, which is the
 * worker's own task, and a receiver share the connection.  Whether something
 * was lost is known exactly of two kinds of connection: of one that stays,
 * where the server is asked in the end how many messages it has had, and of one
 * that the server closes, after so many echoes.  Of the others what came must
 * be the beginning. */

enum { PATIENCE_MS = 60000, MOST_SENDS = 30, RECEIVED_COUNT = 1 };

static const char question[] = "count?";

/* What the server does in the end. */
typedef enum fate { STAY, DROP, RESET, CLOSE_NORMAL, CLOSE_ERROR, FATES } fate;

typedef struct conversation {
    uint64_t connection;
    eft_ws *ws;
    soak_chance chance; /* the receiver's own */
    fate fate;
    uint32_t limit;    /* messages until the server does it */
    uint32_t sent;     /* sends that were made */
    uint32_t received; /* echoes that were right */
    uint32_t counted;  /* what the server said it has had */
    bool over;         /* ws is being given up */
} conversation;

/* Opening */

static void write_url(const conversation *talk, char *url, size_t size)
{
    static const char *const fates[FATES] = {"stay", "drop", "reset", "close",
                                             "close"};

    if (talk->fate == STAY)
        snprintf(url, size, "%s/stay", soaking.url);
    else
        snprintf(url, size, "%s/%s/%" PRIu32 "/%d", soaking.url,
                 fates[talk->fate], talk->limit,
                 talk->fate == CLOSE_NORMAL ? 1001 : 4001);
}

/* Gives a connect up at some moment: it must end, as cancelled or as open. */
static bool cancel_connect(const conversation *talk, const char *url,
                           soak_chance *chance)
{
    eft_future *connect = eft_ws_connect(url, NULL);
    eft_result result;

    if (soak_below(chance, 2)) {
        eft_future_free(connect);
        soaking.counts.cancelled++;
        return true;
    }
    eft_result_free(eft_await(eft_sleep(soak_below(chance, 5))));
    soaking.counts.cancelled += eft_cancel(connect);
    result = eft_await(connect);
    eft_result_free(result);
    if (result.error && result.error != EFT_ECANCELED)
        return soak_fail(talk->connection, "a cancelled connect: %s",
                         eft_error_detail());
    return true;
}

static bool open_talk(conversation *talk, soak_chance *chance)
{
    eft_ws_options options = {.open_timeout_ms = PATIENCE_MS};
    char url[256];
    eft_result result;

    write_url(talk, url, sizeof url);
    if (soak_below(chance, 20) == 0 && !cancel_connect(talk, url, chance))
        return false;
    result = eft_await(eft_ws_connect(url, &options));
    if (result.error)
        return soak_fail(talk->connection, "cannot connect: %s",
                         eft_error_detail());
    talk->ws = result.ws;
    soaking.counts.opened++;
    return true;
}

/* Receiving */

/* One receive, as a user might do it: waited for, or for a while, or given up
 * at once. */
static eft_result receive_somehow(conversation *talk)
{
    eft_future *receive = eft_ws_receive(talk->ws);
    eft_result result;

    switch (soak_below(&talk->chance, 8)) {
    case 0:
        result =
            eft_await(eft_wait_for(1 + soak_below(&talk->chance, 20), receive));
        soaking.counts.cancelled += result.error == EFT_ETIMEDOUT;
        return result;
    case 1:
        soaking.counts.cancelled += eft_cancel(receive);
        result = eft_await(receive);
        if (result.error == EFT_ECANCELED)
            result.error = EFT_ETIMEDOUT;
        return result;
    default:
        return eft_await(receive);
    }
}

static bool is_answer(conversation *talk, const eft_message *message)
{
    return message->type == EFT_MESSAGE_TEXT &&
           sscanf((const char *)message->data, "count %" SCNu32,
                  &talk->counted) == 1;
}

static bool is_echo(conversation *talk, const eft_message *message)
{
    soak_data data = soak_make(talk->connection, talk->received);

    if (message->type != data.type || message->length != data.length ||
        memcmp(message->data, data.bytes, data.length) != 0)
        return soak_fail(talk->connection,
                         "echo %" PRIu32 " should have %zu bytes, one of %zu "
                         "came that begins with \"%.32s\"",
                         talk->received, data.length, message->length,
                         (const char *)message->data);
    talk->received++;
    soaking.counts.echoed++;
    soaking.counts.bytes += data.length;
    return true;
}

/* The receiver's task: an error is how the connection ended, RECEIVED_COUNT
 * that the server has told its count. */
static eft_result receive_all(void *arg)
{
    conversation *talk = arg;

    while (!talk->over) {
        eft_result result = receive_somehow(talk);
        bool answered, right;

        if (result.error == EFT_ETIMEDOUT)
            continue;
        if (result.error)
            return result;
        answered = is_answer(talk, result.message);
        right = answered || is_echo(talk, result.message);
        eft_result_free(result);
        if (!right)
            return eft_failed(EFT_EUSER);
        if (answered)
            return eft_ok_i64(RECEIVED_COUNT);
    }
    return eft_failed(EFT_ECLOSED);
}

/* Sending */

/* One send, waited for or not, or given up: whatever comes of the future, the
 * message has been queued. */
static int32_t send_somehow(conversation *talk, soak_chance *chance)
{
    soak_data data = soak_make(talk->connection, talk->sent);
    eft_future *send =
        data.type == EFT_MESSAGE_TEXT
            ? eft_ws_send_text(talk->ws, (const char *)data.bytes, data.length)
            : eft_ws_send_binary(talk->ws, data.bytes, data.length);
    uint32_t way = soak_below(chance, 8);
    eft_result result;

    talk->sent++;
    soaking.counts.sent++;
    if (way == 0) {
        eft_future_free(send);
        return 0;
    }
    if (way == 1)
        soaking.counts.cancelled += eft_cancel(send);
    result = eft_await(send);
    return result.error == EFT_ECANCELED ? 0 : result.error;
}

/* How many messages the worker sends.  In a page no more than the server wants
 * before it closes: a browser that is still writing when the server has gone
 * may call the connection lost, whatever Close has come. */
static uint32_t choose_sends(const conversation *talk, soak_chance *chance)
{
    uint32_t count = 1 + soak_below(chance, MOST_SENDS);
    bool closes = talk->fate == CLOSE_NORMAL || talk->fate == CLOSE_ERROR;
    bool in_page = !eft_target_ws_traits_of_world.any_close_code;

    return in_page && closes && count > talk->limit ? talk->limit : count;
}

/* An error is the connection's end, which the receiver knows better. */
static int32_t send_all(conversation *talk, soak_chance *chance)
{
    uint32_t count = choose_sends(talk, chance);
    int32_t error = 0;

    for (uint32_t i = 0; i < count && !error && !soaking.stopping; i++) {
        error = send_somehow(talk, chance);
        if (!error && soak_below(chance, 4))
            eft_result_free(eft_await(
                eft_sleep(soak_below(chance, (uint32_t)soaking.pause_ms + 1))));
    }
    return error;
}

/* Ending */

static bool has_lost_nothing(const conversation *talk, uint32_t wanted)
{
    if (talk->received != wanted)
        return soak_fail(talk->connection,
                         "%" PRIu32 " echoes came of %" PRIu32, talk->received,
                         wanted);
    soaking.counts.checked++;
    return true;
}

static eft_result await_receiver(eft_future *receiver)
{
    return eft_await(eft_wait_for(PATIENCE_MS, receiver));
}

/* Asks the server how many it has had, waits for all of them, and closes. */
static bool end_in_order(conversation *talk, eft_future *receiver)
{
    eft_result result =
        eft_await(eft_ws_send_text(talk->ws, question, sizeof question - 1));

    if (result.error) {
        talk->over = true;
        eft_cancel(receiver);
        eft_result_free(await_receiver(receiver));
        return soak_fail(talk->connection, "lost before its end: %s",
                         eft_error_detail());
    }
    result = await_receiver(receiver);
    if (result.error)
        return soak_fail(talk->connection, "it ended before its end: %s %s",
                         eft_error_name(result.error), eft_error_detail());
    result = eft_await(eft_ws_close(talk->ws, 1000, "done"));
    if (result.error || eft_ws_close_code(talk->ws) != 1000)
        return soak_fail(talk->connection, "closed with %u",
                         (unsigned)eft_ws_close_code(talk->ws));
    if (talk->counted != talk->sent)
        return soak_fail(talk->connection,
                         "the server has had %" PRIu32 " of %" PRIu32,
                         talk->counted, talk->sent);
    return has_lost_nothing(talk, talk->sent);
}

/* Closes behind what was sent, without waiting for the echoes. */
static bool end_early(conversation *talk, eft_future *receiver)
{
    eft_result result = eft_await(eft_ws_close(talk->ws, 4000, "enough"));

    talk->over = true;
    eft_result_free(await_receiver(receiver));
    soaking.counts.cut++;
    if (result.error || eft_ws_close_code(talk->ws) != 4000)
        return soak_fail(talk->connection, "closed with %u instead of 4000",
                         (unsigned)eft_ws_close_code(talk->ws));
    return true;
}

/* Frees the connection under the receiver. */
static bool end_by_freeing(conversation *talk, eft_future *receiver)
{
    talk->over = true;
    eft_ws_free(talk->ws);
    talk->ws = NULL;
    eft_result_free(await_receiver(receiver));
    soaking.counts.cut++;
    return true;
}

/* Keeps sending until the server has done what the path says. */
static bool end_by_fate(conversation *talk, eft_future *receiver,
                        soak_chance *chance)
{
    static const int32_t errors[FATES] = {0, EFT_EABNORMAL, EFT_EABNORMAL,
                                          EFT_ECLOSED, EFT_EPEERCLOSE};
    eft_result result;

    while (talk->sent < talk->limit && send_somehow(talk, chance) == 0)
        ;
    result = await_receiver(receiver);
    soaking.counts.dropped++;
    if (result.error != errors[talk->fate])
        return soak_fail(talk->connection, "fate %d ended with %s: %s",
                         (int)talk->fate, eft_error_name(result.error),
                         eft_error_detail());
    if (talk->fate == CLOSE_NORMAL || talk->fate == CLOSE_ERROR)
        return has_lost_nothing(talk, talk->limit);
    return talk->received <= talk->limit ||
           soak_fail(talk->connection, "more echoes than messages");
}

static bool end_somehow(conversation *talk, eft_future *receiver,
                        soak_chance *chance)
{
    if (talk->fate != STAY)
        return end_by_fate(talk, receiver, chance);
    switch (soak_below(chance, 8)) {
    case 0:
        return end_early(talk, receiver);
    case 1:
        return end_by_freeing(talk, receiver);
    default:
        return end_in_order(talk, receiver);
    }
}

bool soak_talk(uint64_t connection, soak_chance *chance)
{
    conversation talk = {.connection = connection};
    eft_future *receiver;
    bool well;

    talk.fate = soak_below(chance, 2) ? STAY : (fate)soak_below(chance, FATES);
    /* A reset at once would take the opening answer with it. */
    talk.limit = soak_below(chance, MOST_SENDS) + (talk.fate == RESET);
    talk.chance.state = soaking.seed + ~connection;
    if (!open_talk(&talk, chance))
        return false;
    receiver = eft_spawn(receive_all, &talk);
    (void)send_all(&talk, chance);
    well = end_somehow(&talk, receiver, chance);
    eft_ws_free(talk.ws);
    return well;
}
