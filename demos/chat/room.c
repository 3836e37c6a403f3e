/* SPDX-License-Identifier: MIT
 * The room of the chat server: who is in it, and what was said. */
#include "room.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line is printed once, and waits in the queues of all who will get it. */
typedef struct line {
    size_t holders;
    size_t length;
    char text[];
} line;

struct person {
    room *room;
    eft_ws *ws;
    eft_queue *waiting; /* lines on their way to this one */
    person *next;
    bool dropped; /* too slow, and told so */
    char name[NAME_MOST + 8];
};

struct room {
    person *people;
    line *history[HISTORY]; /* the oldest first */
    size_t said;
};

/* Lines */

static line *line_of(cJSON *event)
{
    char *text = event ? cJSON_PrintUnformatted(event) : NULL;
    size_t length = text ? strlen(text) : 0;
    line *made = text ? malloc(sizeof *made + length) : NULL;

    if (made) {
        *made = (line){.holders = 1, .length = length};
        memcpy(made->text, text, length);
    }
    cJSON_free(text);
    cJSON_Delete(event);
    return made;
}

static void let_go(void *arg)
{
    line *held = arg;

    if (held && !--held->holders)
        free(held);
}

static cJSON *event_of(const char *type, const char *name, const char *text)
{
    cJSON *event = cJSON_CreateObject();

    cJSON_AddStringToObject(event, "type", type);
    if (name)
        cJSON_AddStringToObject(event, "name", name);
    if (text)
        cJSON_AddStringToObject(event, "text", text);
    return event;
}

/* Who cannot keep up holds nobody else up: 1013, try again later. */
static void give(person *to, line *given)
{
    if (to->dropped)
        return;
    given->holders++;
    if (!eft_queue_put_nowait(to->waiting, eft_owned(given, let_go)))
        return;
    to->dropped = true;
    eft_future_free(eft_ws_close(to->ws, 1013, "you are too slow"));
}

static void tell(person *to, cJSON *event)
{
    line *told = line_of(event);

    if (told)
        give(to, told);
    let_go(told);
}

static void tell_all(room *self, cJSON *event, bool keep)
{
    line *told = line_of(event);

    for (person *to = self->people; told && to; to = to->next)
        give(to, told);
    if (told && keep) {
        line **place = &self->history[self->said++ % HISTORY];

        let_go(*place);
        *place = told;
        told->holders++;
    }
    let_go(told);
}

/* The room */

room *room_new(void)
{
    return calloc(1, sizeof(room));
}

void room_free(room *self)
{
    for (size_t i = 0; i < HISTORY; i++)
        let_go(self->history[i]);
    free(self);
}

static bool is_taken(const room *self, const char *name)
{
    for (const person *other = self->people; other; other = other->next)
        if (strcmp(other->name, name) == 0)
            return true;
    return false;
}

static void name_person(person *who, const char *name)
{
    snprintf(who->name, sizeof who->name, "%s", name);
    for (unsigned i = 2; is_taken(who->room, who->name); i++)
        snprintf(who->name, sizeof who->name, "%.*s %u", NAME_MOST, name, i);
}

static cJSON *welcome(const person *who)
{
    cJSON *event = event_of("welcome", who->name, NULL);
    cJSON *people = cJSON_AddArrayToObject(event, "people");

    for (const person *at = who->room->people; at; at = at->next)
        cJSON_AddItemToArray(people, cJSON_CreateString(at->name));
    return event;
}

person *room_enter(room *self, eft_ws *ws, const char *name)
{
    const eft_queue_options options = {.capacity = BACKLOG + HISTORY};
    person *who = calloc(1, sizeof *who);

    if (!who)
        return NULL;
    who->room = self;
    who->ws = ws;
    who->waiting = eft_queue_new(&options);
    if (!who->waiting) {
        free(who);
        return NULL;
    }
    name_person(who, name);
    tell(who, welcome(who));
    for (size_t i = 0; i < HISTORY; i++) {
        line *old = self->history[(self->said + i) % HISTORY];

        if (old)
            give(who, old);
    }
    who->next = self->people;
    self->people = who;
    tell_all(self, event_of("join", who->name, NULL), false);
    return who;
}

void room_say(person *who, const char *text)
{
    tell_all(who->room, event_of("say", who->name, text), true);
}

void room_complain(person *who, const char *text)
{
    tell(who, event_of("error", NULL, text));
}

eft_result room_write(void *arg)
{
    person *who = arg;

    for (;;) {
        eft_result next = eft_await(eft_queue_get(who->waiting)), sent;

        if (next.error)
            return next;
        const line *given = next.ptr;
        sent = eft_await(eft_ws_send_text(who->ws, given->text, given->length));
        eft_result_free(next);
        if (sent.error)
            return sent;
    }
}

void room_leave(person *who)
{
    person **at = &who->room->people;

    while (*at != who)
        at = &(*at)->next;
    *at = who->next;
    tell_all(who->room, event_of("leave", who->name, NULL), false);
    eft_queue_free(who->waiting);
    free(who);
}
