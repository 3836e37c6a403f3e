/* SPDX-License-Identifier: MIT
 * Random operations on a connection: nothing is lost, and order is kept. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/net/ws_options.h"
#include "suite.h"
#include "ws_script.h"

/* Design notes.  Every message has a number, given when its sending was asked
 * for.  Whatever is sent, cancelled and dropped meanwhile, numbers arrive in
 * their order, messages in parts arrive in one piece, and what does not arrive
 * was cancelled before it left. */

enum { SEEDS = 150, STEPS = 250, MOST = STEPS + 1 };

typedef enum fate {
    WAITING, /* asked for, and not with the peer */
    ARRIVED,
    GIVEN_UP /* cancelled before it left: must not arrive */
} fate;

typedef struct walk {
    uint32_t random;
    eft_ws *ws;
    int asked;               /* messages, whose numbers are 1 and on */
    fate fates[MOST];        /* by number */
    eft_future *sends[MOST]; /* held; NULL: not */
    bool begins[MOST];       /* in parts */
    int open;                /* the message in parts whose turn it is, or 0 */
    int arriving;            /* the message of which a part has arrived, or 0 */
    int arrived;             /* the last one that did */
    int said;                /* messages of the peer's */
    int heard;               /* of these */
    eft_future *receive;     /* held, or NULL */
    bool right;
} walk;

static uint32_t draw(walk *self, uint32_t below)
{
    self->random ^= self->random << 13;
    self->random ^= self->random >> 17;
    self->random ^= self->random << 5;
    return self->random % below;
}

static void hold(walk *self, bool holds, const char *what)
{
    if (!holds && self->right)
        test_explain("# %s, after message %d\n", what, self->asked);
    self->right = self->right && holds;
}

/* What went down is what the peer sees. */
static void look_at_wire(walk *self)
{
    const eft__virtual_call *call;

    while ((call = eft__virtual_ws_next()) != NULL) {
        int number = self->arriving;

        if (call->what != EFT__VIRTUAL_SEND)
            continue;
        hold(self, call->first == !self->arriving, "messages are interleaved");
        if (call->first && call->length)
            number = atoi(call->data);
        else if (call->first)
            number = self->open; /* one without parts */
        hold(self, number > self->arrived || self->arriving,
             "messages are out of order");
        if (number < 1 || number > self->asked)
            continue;
        hold(self, self->fates[number] == WAITING,
             "what was given up arrives, or something twice");
        self->arriving = call->last ? 0 : number;
        if (call->last) {
            self->fates[number] = ARRIVED;
            self->arrived = number;
        }
    }
}

static void ask_whole(walk *self)
{
    char text[16];
    int number = ++self->asked;
    int length = snprintf(text, sizeof text, "%d", number);

    self->sends[number] = eft_ws_send_text(self->ws, text, (size_t)length);
}

static void ask_begin(walk *self)
{
    int number = ++self->asked;

    self->begins[number] = true;
    self->sends[number] = eft_ws_send_begin(self->ws, EFT_MESSAGE_TEXT);
}

/* Whose turn has come knows it by its future. */
static void find_open(walk *self)
{
    for (int i = 1; i <= self->asked && !self->open; i++)
        if (self->begins[i] && self->fates[i] == WAITING && self->sends[i] &&
            eft_future_state(self->sends[i]) == EFT_FINISHED)
            self->open = i;
}

static void send_part(walk *self)
{
    char text[16];

    find_open(self);
    if (!self->open)
        return;
    int length = snprintf(text, sizeof text, "%d ", self->open);
    eft_future_free(eft_ws_send_part(self->ws, text, (size_t)length));
}

static void send_end(walk *self)
{
    find_open(self);
    if (!self->open)
        return;
    eft_future_free(eft_ws_send_end(self->ws));
    look_at_wire(self);
    self->open = 0;
}

/* One of those that are held; 0: there is none. */
static int draw_send(walk *self)
{
    int number = self->asked ? 1 + (int)draw(self, (uint32_t)self->asked) : 0;

    return self->sends[number] ? number : 0;
}

static void cancel_send(walk *self)
{
    int number = draw_send(self);

    if (number && eft_cancel(self->sends[number]) &&
        self->fates[number] == WAITING && number != self->arriving)
        self->fates[number] = GIVEN_UP;
}

static void drop_send(walk *self)
{
    int number = draw_send(self);

    if (!number)
        return;
    find_open(self);
    if (self->begins[number] && self->fates[number] == WAITING &&
        number != self->open)
        self->fates[number] = GIVEN_UP;
    eft_future_free(self->sends[number]);
    self->sends[number] = NULL;
}

static void say(walk *self)
{
    char text[16];

    snprintf(text, sizeof text, "%d", ++self->said);
    script_says(text);
}

static void hear(walk *self)
{
    if (!self->receive)
        self->receive = eft_ws_receive(self->ws);
    if (eft_future_state(self->receive) == EFT_PENDING)
        return;
    eft_result result = eft_await(self->receive);
    self->receive = NULL;
    hold(self, !result.error, "a receive fails");
    if (result.error)
        return;
    hold(self, atoi((char *)result.message->data) == ++self->heard,
         "a message of the peer's is lost or out of order");
    eft_result_free(result);
}

static void stop_hearing(walk *self)
{
    if (draw(self, 2) && self->receive)
        eft_cancel(self->receive);
    eft_future_free(self->receive);
    self->receive = NULL;
}

static void step(walk *self)
{
    static void (*const steps[])(walk * self) = {
        ask_whole, ask_whole, ask_begin,    send_part,  send_part, send_end,
        send_end,  drop_send, drop_send,    say,        say,       hear,
        hear,      hear,      stop_hearing, cancel_send};
    uint32_t what = draw(self, sizeof steps / sizeof *steps + 1);

    if (what < sizeof steps / sizeof *steps)
        steps[what](self);
    else
        script_drains();
    look_at_wire(self);
}

/* Lets all that began end. */
static void complete(walk *self)
{
    for (int i = 0; i <= self->asked; i++)
        send_end(self);
    look_at_wire(self);
    script_drains();
    while (self->right && self->heard < self->said)
        hear(self);
    for (int i = 1; i <= self->asked; i++)
        hold(self, self->fates[i] != WAITING, "a message is lost");
}

static void give_up(walk *self)
{
    eft_ws_free(self->ws);
    for (int i = 1; i <= self->asked; i++)
        eft_future_free(self->sends[i]);
    eft_future_free(self->receive);
    script_settle();
    script_ignore();
}

static bool walks(uint32_t seed, bool to_the_end)
{
    static walk self;

    self = (walk){.random = seed * 2654435761u + 1, .right = true};
    script_begin();
    self.ws = script_connect("ws://host/", NULL);
    if (!self.ws)
        return false;
    for (int i = 0; i < STEPS && self.right; i++)
        step(&self);
    if (to_the_end)
        complete(&self);
    give_up(&self);
    script_end();
    if (!self.right)
        test_explain("# seed %u\n", (unsigned)seed);
    return self.right;
}

static void nothing_is_lost(void)
{
    for (uint32_t seed = 1; seed <= SEEDS; seed++)
        REQUIRE(walks(seed, true));
}

static void it_may_end_anywhere(void)
{
    for (uint32_t seed = 1; seed <= SEEDS; seed++)
        REQUIRE(walks(seed, false));
}

/* A world without fragments: the same, in messages that are whole. */
static void so_it_is_where_parts_gather(void)
{
    static const eft_target_ws_traits of_a_page = {0};

    eft__ws_traits = &of_a_page;
    for (uint32_t seed = 1; seed <= SEEDS; seed++)
        CHECK(walks(seed, true));
    eft__ws_traits = &eft_target_ws_traits_of_world;
}

const test_case suite_ws_random[] = {
    {"nothing_is_lost", nothing_is_lost},
    {"it_may_end_anywhere", it_may_end_anywhere},
    {"so_it_is_where_parts_gather", so_it_is_where_parts_gather},
    {NULL, NULL},
};
