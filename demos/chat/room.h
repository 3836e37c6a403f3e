/* SPDX-License-Identifier: MIT
 * The room of the chat server: who is in it, and what was said. */
#ifndef CHAT_ROOM_H
#define CHAT_ROOM_H

#include <stdbool.h>
#include <stddef.h>

#include <eft/eft.h>

enum {
    NAME_MOST = 24,   /* bytes of a name */
    TEXT_MOST = 2000, /* bytes of what is said at once */
    HISTORY = 30,     /* lines that a newcomer gets to see */
    BACKLOG = 100     /* lines that may wait for one slow client */
};

typedef struct room room;
typedef struct person person;

room *room_new(void);
void room_free(room *self);

/* room_enter makes somebody a person of the room, by another name where theirs
 * is taken, and tells them and all others.  NULL: no memory. */
person *room_enter(room *self, eft_ws *ws, const char *name);

/* room_say passes on what a person says. */
void room_say(person *who, const char *text);

/* room_complain tells a person, and nobody else, what is wrong. */
void room_complain(person *who, const char *text);

/* room_write sends a person what waits for them, until it fails: the body of a
 * task. */
eft_result room_write(void *who);

/* room_leave ends what room_enter began. */
void room_leave(person *who);

#endif
