/* SPDX-License-Identifier: MIT
 * Random requests against a random server: all end, nothing is lost or leaks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_random.h"
#include "http_script.h"
#include "sdk/core/detail.h"
#include "suite.h"

/* Design notes.  What users do is drawn here, what a server does in
 * http_random.c.  Each byte says whose it is and where in a body it stands; a
 * URL ends with the index of its request, a head has the number of its
 * exchange.  So what is read, and what is sent, can be looked at at any
 * moment, whatever was cancelled, freed or redirected before. */

enum { SEEDS = 150, STEPS = 300 };

/* Requests */

static void draw_options(random_walk *self, random_request *one,
                         eft_http_request *request)
{
    *one = (random_request){.length = 1 + random_draw(self, 3000),
                            .raises = random_draw(self, 8) == 0,
                            .refuses = random_draw(self, 8) == 0,
                            .timed = random_draw(self, 4) == 0};
    *request = (eft_http_request){.raise_for_status = one->raises};
    if (one->timed && random_draw(self, 2))
        request->total_timeout_ms = 1 + random_draw(self, 100);
    else if (one->timed)
        request->read_timeout_ms = 1 + random_draw(self, 50);
    if (random_draw(self, 8) == 0)
        request->max_body = one->max_body = 2000;
    if (one->refuses)
        request->redirects = EFT_HTTP_REFUSE;
}

static void ask(random_walk *self)
{
    static const char data[] = "data";
    random_request *one = &self->requests[self->count];
    eft_http_request request;
    char url[32];

    if (self->count == RANDOM_REQUESTS)
        return;
    draw_options(self, one, &request);
    snprintf(url, sizeof url, "http://%c/%d",
             'a' + (char)random_draw(self, RANDOM_HOSTS), self->count);
    uint32_t kind = random_draw(self, 4);
    if (kind == 0) {
        request.data = data;
        request.length = sizeof data;
        request.lent = true;
    } else if (kind == 1) {
        random_add_writer(self, &request);
    }
    one->fetch = kind == 0   ? eft_http_put(self->session, url, &request)
                 : kind == 1 ? eft_http_post(self->session, url, &request)
                             : eft_http_get(self->session, url, &request);
    self->count++;
}

static bool is_done(const eft_future *future)
{
    return future && eft_future_state(future) != EFT_PENDING;
}

/* Why an error of a request, or of its body, is in order. */
static bool may_fail(const random_request *one, int32_t error)
{
    switch (error) {
    case EFT_ECANCELED:
        return one->canceled;
    case EFT_ETIMEDOUT:
        return one->timed;
    case EFT_ECLOSED:
        return one->closed;
    case EFT_ESTATUS:
        return one->raises;
    case EFT_EREDIRECT:
        return one->refuses;
    case EFT_EABNORMAL:
    case EFT_EIO:
        return true;
    case EFT_EMSGSIZE:
        return one->max_body;
    default:
        return false;
    }
}

static void look(random_walk *self, random_request *one)
{
    if (!is_done(one->fetch))
        return;
    eft_result result = eft_await(one->fetch);
    one->fetch = NULL;
    if (result.error) {
        random_hold(self, may_fail(one, result.error),
                    "a request fails in a way that it cannot");
        one->done = true;
        return;
    }
    one->response = result.response;
    one->number =
        (unsigned)atoi(eft_http_response_header(one->response, "x-number"));
}

/* Reading */

static void ask_read(random_walk *self, random_request *one)
{
    if (!one->response || one->read)
        return;
    one->whole = random_draw(self, 4) == 0;
    one->was_whole |= one->whole;
    one->read_canceled = false;
    one->read = one->whole ? eft_http_response_read(one->response)
                           : eft_http_response_chunk(one->response);
}

static void check_bytes(random_walk *self, random_request *one,
                        const eft_message *message)
{
    bool same = true;

    for (size_t i = 0; i < message->length; i++)
        same = same &&
               message->data[i] == random_byte(one->number, one->offset + i);
    random_hold(self, same, "what is read is not what was sent");
    random_hold(self,
                one->whole || message->first == (!one->offset && !one->done),
                "a piece is not the first one, or is");
    random_hold(self, one->whole || message->last || message->length,
                "a piece is empty");
    random_hold(self, one->whole || message->length <= 256 << 10,
                "a piece is too large");
    one->offset += message->length;
}

static void check_end(random_walk *self, random_request *one)
{
    const random_exchange *from = &self->exchanges[one->number - 1];

    random_hold(self, from->stage == STAGE_ENDED && !from->error,
                "what has not ended well is the whole");
    random_hold(self, one->offset == from->sent, "a body lacks something");
    one->done = true;
}

static void check_failure(random_walk *self, random_request *one, int32_t error)
{
    const random_exchange *from = &self->exchanges[one->number - 1];

    if (error == EFT_ECANCELED && one->read_canceled)
        return;
    if (error == EFT_ETAKEN) {
        random_hold(self, one->done, "a body was taken by nobody");
        return;
    }
    random_hold(self, may_fail(one, error),
                "a read fails in a way that it cannot");
    if (error == EFT_EABNORMAL && !one->whole)
        random_hold(self, one->offset == from->sent,
                    "what came before a failure is lost");
    one->done = one->done || !one->whole;
}

static void heed_read(random_walk *self, random_request *one)
{
    if (!is_done(one->read))
        return;
    eft_result result = eft_await(one->read);
    one->read = NULL;
    if (result.error) {
        check_failure(self, one, result.error);
        return;
    }
    check_bytes(self, one, result.message);
    if (one->whole || result.message->last)
        check_end(self, one);
    eft_result_free(result);
}

/* Giving up */

static void cancel(random_walk *self, random_request *one)
{
    if (one->fetch && random_draw(self, 2))
        one->canceled |= eft_cancel(one->fetch);
    if (one->read)
        one->read_canceled |= eft_cancel(one->read);
}

static void drop(random_walk *self, random_request *one)
{
    if (one->fetch && random_draw(self, 2) == 0) {
        eft_future_free(one->fetch);
        one->fetch = NULL;
    }
    eft_future_free(one->read);
    one->read = NULL;
}

/* With its reads, or before these. */
static void give_up(random_walk *self, random_request *one)
{
    bool first = random_draw(self, 2);

    if (first)
        eft_http_response_free(one->response);
    eft_future_free(one->read);
    if (!first)
        eft_http_response_free(one->response);
    one->response = NULL;
    one->read = NULL;
}

static eft_http_session *new_session(void)
{
    return eft_http_session_new(&(eft_http_session_options){
        .limit = RANDOM_LIMIT, .limit_per_host = RANDOM_PER_HOST});
}

/* Another one begins while its requests end. */
static void close_session(random_walk *self)
{
    self->freed = self->opened;
    eft_http_session_free(self->session);
    for (int i = 0; i < self->count; i++)
        self->requests[i].closed = true;
    self->session = new_session();
}

/* The walk */

static void step_user(random_walk *self)
{
    random_request *one =
        &self->requests[self->count ? random_draw(self, (uint32_t)self->count)
                                    : 0];
    uint32_t what = random_draw(self, 24);

    if (what < 5)
        ask(self);
    else if (what < 10)
        look(self, one);
    else if (what < 14)
        ask_read(self, one);
    else if (what < 19)
        heed_read(self, one);
    else if (what < 20)
        cancel(self, one);
    else if (what < 21)
        drop(self, one);
    else if (what < 22)
        give_up(self, one);
    else if (what < 23 || random_draw(self, 8))
        eft_result_free(eft_await(eft_sleep(what == 22 ? 0 : 10)));
    else
        close_session(self);
}

static void step(random_walk *self)
{
    if (random_draw(self, 2))
        random_serve(self);
    else
        step_user(self);
    random_heed(self);
}

/* All that is asked for ends, if its server does. */
static void complete(random_walk *self)
{
    enum { ROUNDS = 400 };
    bool all = false;

    for (int round = 0; round < ROUNDS && !all && self->right; round++) {
        all = true;
        random_serve_all(self);
        http_settle();
        random_heed(self);
        for (int i = 0; i < self->count; i++) {
            random_request *one = &self->requests[i];

            look(self, one);
            heed_read(self, one);
            if (!one->done)
                ask_read(self, one);
            all = all && !one->fetch && (!one->response || one->done);
        }
    }
    random_hold(self, all, "something does not end");
}

static void free_all(random_walk *self)
{
    bool first = random_draw(self, 2);

    if (first)
        eft_http_session_free(self->session);
    for (int i = 0; i < self->count; i++) {
        eft_future_free(self->requests[i].fetch);
        give_up(self, &self->requests[i]);
    }
    if (!first)
        eft_http_session_free(self->session);
    for (int i = 0; i < 4; i++) {
        random_heed(self);
        random_serve_all(self);
        http_settle();
    }
    eft__virtual_http_end();
    eft__detail_say((eft__detail){0}); /* the sentence of an error is memory */
}

static bool walks(uint32_t seed, bool to_the_end)
{
    static random_walk self;
    size_t before = eft_live_objects();

    memset(&self, 0, sizeof self);
    self.random = seed * 2654435761u + 1;
    eft__virtual_http_begin();
    eft__virtual_http_answer_aborts(false);
    self.session = new_session();
    self.right = self.session != NULL;
    for (int i = 0; i < STEPS && self.right; i++)
        step(&self);
    if (to_the_end)
        complete(&self);
    free_all(&self);
    random_hold(&self, !self.writers, "a writer does not end");
    random_hold(&self, !self.args, "an argument is not freed, or twice");
    random_hold(&self, eft_live_objects() == before, "something leaks");
    if (!self.right)
        test_explain("# seed %u\n", (unsigned)seed);
    return self.right;
}

static void whatever_is_asked_for_ends(void)
{
    for (uint32_t seed = 1; seed <= SEEDS; seed++)
        REQUIRE(walks(seed, true));
}

static void it_may_be_given_up_anywhere(void)
{
    for (uint32_t seed = 1; seed <= SEEDS; seed++)
        REQUIRE(walks(seed, false));
}

const test_case suite_http_random[] = {
    {"whatever_is_asked_for_ends", whatever_is_asked_for_ends},
    {"it_may_be_given_up_anywhere", it_may_be_given_up_anywhere},
    {NULL, NULL},
};
