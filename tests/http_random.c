/* SPDX-License-Identifier: MIT
 * The server of the random walk over HTTP, and what it may be asked. */
#include "http_random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_script.h"
#include "suite.h"

uint32_t random_draw(random_walk *self, uint32_t below)
{
    self->random ^= self->random << 13;
    self->random ^= self->random >> 17;
    self->random ^= self->random << 5;
    return self->random % below;
}

void random_hold(random_walk *self, bool holds, const char *what)
{
    if (!holds && self->right)
        test_explain("# %s, after request %d, exchange %u\n", what, self->count,
                     self->exchange_count);
    self->right = self->right && holds;
}

uint8_t random_byte(unsigned of, size_t at)
{
    return (uint8_t)(of * 37 + at * 7 + at / 251);
}

/* What it is asked */

/* Those of a session that are on their way, to any host where that is 0. */
static int under_way(const random_walk *self, uint32_t session, char host)
{
    int count = 0;

    for (unsigned i = 0; i < self->exchange_count; i++) {
        const random_exchange *one = &self->exchanges[i];

        count += one->stage != STAGE_ENDED && one->session == session &&
                 (!host || one->host == host);
    }
    return count;
}

/* "POST http://a/12": only writers write to POST.  The request itself may be
 * gone, as after an abort. */
static void start(random_walk *self, const eft__virtual_http_call *call)
{
    const char *host = strstr(call->data, "://") + 3;

    if (self->exchange_count == RANDOM_EXCHANGES) {
        random_hold(self, false, "there are more requests than redirects make");
        return;
    }
    random_hold(self, call->session > self->freed,
                "a freed session starts a request");
    random_hold(self, under_way(self, call->session, 0) < RANDOM_LIMIT,
                "more are under way than limit");
    random_hold(self, under_way(self, call->session, *host) < RANDOM_PER_HOST,
                "more are under way than limit_per_host");
    bool fails = call->answer == EFT__VIRTUAL_HTTP_FAILED;
    self->exchanges[self->exchange_count++] =
        (random_exchange){.stage = fails ? STAGE_ENDED : STAGE_ASKED,
                          .id = call->id,
                          .session = call->session,
                          .request = atoi(host + 2),
                          .host = *host,
                          .streams = call->data[1] == 'O'};
}

static void take_write(random_walk *self, random_exchange *one,
                       const eft__virtual_http_call *call)
{
    const random_request *request = &self->requests[one->request];
    bool same = true;

    random_hold(self, one->streams && !one->owes && !one->written,
                "a write comes too early or too late");
    for (size_t i = 0; i < call->length; i++, one->got++)
        same = same && (uint8_t)call->data[i] ==
                           random_byte((unsigned)one->request, one->got);
    random_hold(self, same, "a request's body is not what was written");
    one->written = call->last;
    one->owes = !call->last && call->answer == EFT__VIRTUAL_HTTP_LATER;
    if (call->answer == EFT__VIRTUAL_HTTP_FAILED)
        one->stage = STAGE_ENDED;
    if (call->last)
        random_hold(self, one->got == request->length,
                    "a request's body lacks something");
}

static void heed(random_walk *self, const eft__virtual_http_call *call)
{
    random_exchange *one = &self->exchanges[call->number - 1];

    random_hold(self, one->stage < STAGE_ABORTED,
                "something is asked of a request that is over");
    switch (call->what) {
    case EFT__VIRTUAL_HTTP_WRITE:
        take_write(self, one, call);
        break;
    case EFT__VIRTUAL_HTTP_PAUSE:
    case EFT__VIRTUAL_HTTP_RESUME:
        random_hold(self,
                    one->stage == STAGE_ANSWERED &&
                        one->paused != (call->what == EFT__VIRTUAL_HTTP_PAUSE),
                    "a body pauses twice, or goes on twice");
        one->paused = !one->paused;
        break;
    default:
        one->stage = STAGE_ABORTED;
    }
}

void random_heed(random_walk *self)
{
    const eft__virtual_http_call *call;

    while (self->right && (call = eft__virtual_http_next()) != NULL) {
        if (call->what == EFT__VIRTUAL_HTTP_OPEN)
            self->opened = call->id;
        else if (call->what == EFT__VIRTUAL_HTTP_START)
            start(self, call);
        else if (call->what == EFT__VIRTUAL_HTTP_CLOSE)
            random_hold(self, !under_way(self, call->id, 0),
                        "a session is closed before its requests end");
        else if (call->number && call->number <= self->exchange_count)
            heed(self, call);
    }
}

/* What it does */

static void answer(random_walk *self, unsigned number, int status)
{
    random_exchange *one = &self->exchanges[number - 1];
    char headers[96], *to = headers;

    to += sprintf(to, "X-Number: %u\n", number);
    if (random_draw(self, 4) == 0) /* which may be a lie */
        to += sprintf(to, "Content-Length: %u\n",
                      (unsigned)random_draw(self, 1 << 18));
    one->leads = status / 100 == 3;
    if (one->leads)
        sprintf(to, "Location: http://%c/%d\n",
                'a' + (char)random_draw(self, RANDOM_HOSTS), one->request);
    one->stage = STAGE_ANSWERED;
    http_answers_to(number, status, headers);
}

static void answer_anything(random_walk *self, unsigned number)
{
    static const int statuses[] = {200, 200, 200, 200, 204, 404, 303, 302, 307};

    answer(self, number,
           statuses[random_draw(self, sizeof statuses / sizeof *statuses)]);
}

/* Bytes into such room as there is; false: it has been aborted. */
static bool put(random_exchange *one, unsigned number, size_t length)
{
    while (length) {
        size_t room = 0;
        uint8_t *to = eft_core_http_room(one->id, length, &room);

        if (!to)
            return false;
        for (size_t i = 0; i < room; i++)
            to[i] = random_byte(number, one->sent + i);
        one->sent += room;
        length -= room;
        (void)eft_core_http_arrived(one->id, room);
    }
    return true;
}

/* A server that stops when it is told to is never far ahead of the reader. */
static void send(random_walk *self, unsigned number)
{
    enum { MOST = 100000, UNREAD_MOST = (1 << 20) + MOST };
    random_exchange *one = &self->exchanges[number - 1];
    const random_request *request = &self->requests[one->request];
    size_t length = 1 + random_draw(self, random_draw(self, 3) ? 3000 : MOST);

    if (!one->paused && put(one, number, length) && !one->leads &&
        !request->was_whole)
        random_hold(self, one->sent - request->offset <= UNREAD_MOST,
                    "too much waits to be read");
}

static void end(random_exchange *one, int32_t error)
{
    one->stage = STAGE_ENDED;
    one->error = error;
    eft_core_http_ended(one->id, error, NULL);
}

static void make_room(random_exchange *one)
{
    one->owes = false;
    eft_core_http_written(one->id);
}

/* Words about what has ended are for nobody. */
static void say_late(random_walk *self, const random_exchange *one,
                     unsigned number)
{
    size_t room;

    http_answers_to(number, 200, "");
    random_hold(self, !eft_core_http_room(one->id, 1, &room),
                "what has ended has room");
    random_hold(self, !eft_core_http_arrived(one->id, 1),
                "what has ended takes more");
    eft_core_http_written(one->id);
    eft_core_http_sent(one->id, 7);
    eft_core_http_ended(one->id, EFT_EPROTO, "late");
}

static void go_on(random_walk *self, random_exchange *one, unsigned number)
{
    uint32_t what = random_draw(self, 8);

    if (one->stage == STAGE_ABORTED && what > 2)
        return;
    if (one->stage == STAGE_ABORTED)
        end(one, EFT_ECANCELED);
    else if (one->owes && what < 3)
        make_room(one);
    else if (what == 7)
        end(one, random_draw(self, 2) ? 0 : EFT_EABNORMAL);
    else if (one->stage == STAGE_ASKED && what < 5)
        answer_anything(self, number);
    else if (one->stage == STAGE_ANSWERED && what < 6)
        send(self, number);
    else
        eft_core_http_sent(one->id, one->got);
}

/* What fails is rare. */
static void draw_answer(random_walk *self)
{
    uint32_t what = random_draw(self, 40);

    eft__virtual_http_answer_at_once(what == 0   ? EFT__VIRTUAL_HTTP_FAILED
                                     : what < 15 ? EFT__VIRTUAL_HTTP_TAKEN
                                                 : EFT__VIRTUAL_HTTP_LATER);
}

void random_serve(random_walk *self)
{
    unsigned number;

    draw_answer(self);
    if (!self->exchange_count)
        return;
    /* Of late ones, mostly: the others have ended. */
    number = self->exchange_count - random_draw(self, self->exchange_count < 12
                                                          ? self->exchange_count
                                                          : 12);
    random_exchange *one = &self->exchanges[number - 1];
    if (one->stage == STAGE_ENDED)
        say_late(self, one, number);
    else
        go_on(self, one, number);
}

static void finish(random_walk *self, random_exchange *one, unsigned number)
{
    if (one->stage == STAGE_ENDED)
        return;
    if (one->stage == STAGE_ABORTED)
        end(one, EFT_ECANCELED);
    else if (one->owes)
        make_room(one);
    else if (one->stage == STAGE_ASKED)
        answer(self, number, 200);
    else if (!one->paused && (!one->streams || one->written))
        end(one, 0);
}

void random_serve_all(random_walk *self)
{
    eft__virtual_http_answer_at_once(EFT__VIRTUAL_HTTP_LATER);
    for (unsigned number = 1; number <= self->exchange_count; number++) {
        finish(self, &self->exchanges[number - 1], number);
        random_heed(self);
    }
}
