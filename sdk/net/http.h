/* SPDX-License-Identifier: MIT
 * Inside HTTP sessions and responses. */
#ifndef EFT_NET_HTTP_H
#define EFT_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../core/future.h"
#include "../core/ids.h"
#include "../core/node.h"
#include "../core/timer.h"
#include "eft/http.h"
#include "http_pool.h"
#include "http_request.h"
#include "message.h"

/* Requests to one host, or to all where no limit is set to a host's. */
typedef struct eft__http_host {
    eft__link link;     /* in the session's list of hosts */
    eft__link crowded;  /* in that of hosts for which requests wait */
    eft__link line;     /* list of these requests, the oldest first */
    size_t under_way;   /* requests that have their turn */
    uint32_t hash;      /* of origin */
    size_t length;      /* of origin */
    const char *origin; /* behind this struct; NULL: all hosts */
} eft__http_host;

enum { EFT__HTTP_BUCKETS = 32 };

/* Whose turn it is. */
typedef struct eft__http_line {
    size_t under_way;  /* requests that have their turn */
    uint64_t numbers;  /* given to requests, one after the other */
    eft__link crowded; /* list of hosts for which requests wait */
    eft__link *hosts;  /* lists, by hash; NULL: there is everybody alone */
    eft__http_host everybody; /* where there is no limit per host */
    bool serving;             /* further up this stack */
} eft__http_line;

/* Its id is no object's, but a number of this thread's: a session that does
 * nothing keeps no program waiting. */
struct eft_http_session {
    eft__link known;  /* among all of this thread */
    uint32_t id;      /* on the seam */
    uint16_t loop;    /* whose world has it open; 0: none */
    bool freed;       /* by its user */
    uint32_t keepers; /* the user, requests: the last frees */
    eft__http_options *options;
    eft__http_pool *pool; /* NULL: none was needed yet */
    eft__link live;       /* list of requests that are not over */
    size_t count;         /* of these */
    eft__http_line line;
};

/* Who moves it on:
 *
 *   FILES --measured--> LINE, or LINE at once, where the body has no files
 *
 *   LINE --its turn--> SENT --head--> BODY ---+
 *     |  ^              |                     | ended
 *     |  +--follow--+   +---------------------+
 *     |             |                         v
 *     |             +-- the writer is gone, ENDING
 *     +------ cut ----------> OVER <---------+     (so does FILES)
 *
 * The world owns it in SENT and BODY, and its ended event is the only way out
 * of them. */
typedef enum eft__http_state {
    EFT__HTTP_FILES,  /* another thread asks how long its files are */
    EFT__HTTP_LINE,   /* it waits for its turn */
    EFT__HTTP_SENT,   /* the fetch waits for a head */
    EFT__HTTP_BODY,   /* the head has come; the body is on its way */
    EFT__HTTP_ENDING, /* the world has forgotten it; a writer has to end */
    EFT__HTTP_OVER    /* end says how */
} eft__http_state;

/* The head of an answer, in one block. */
typedef struct eft__http_head {
    int status;
    int version;
    int64_t length;     /* Content-Length, -1: none that counts */
    const char *reason; /* strings and pairs lie behind this struct */
    const char *url;
    eft_http_pair *pairs;
    size_t count;
    char charset[40]; /* of Content-Type; a longer name is nobody's */
    bool has_charset; /* that is filled in */
    bool is_encoded;  /* there is a Content-Encoding */
    char *type;       /* these were asked for, or are NULL: the media type, */
    char *filename;   /* and the name that Content-Disposition suggests */
} eft__http_head;

/* How the body is asked for. */
typedef enum eft__http_want {
    EFT__HTTP_CHUNK,
    EFT__HTTP_BYTES,
    EFT__HTTP_TEXT,
    EFT__HTTP_JSON
} eft__http_want;

/* A future of an operation; it keeps the response's memory. */
typedef struct eft__http_op {
    eft_future future;
    eft_http_response *response;
    eft__http_want want; /* of a read */
    eft_message *body;   /* of what has become JSON, until that is taken */
    const char *charset; /* where none is named; behind this struct, or NULL */
} eft__http_op;

struct eft_http_upload;

/* A request on its way, and then its response. */
struct eft_http_response {
    eft__identified identified; /* on the seam, from SENT until it has ended */
    eft__link known;            /* among all of this thread */
    uint32_t keepers; /* the user, its way to the end, operations, what is
                         queued: the last frees */
    eft__http_state state;
    bool given_up : 1;    /* by its user */
    bool aborted : 1;     /* the world was asked to end it */
    bool paused : 1;      /* the world was asked to stop reading */
    bool dropping : 1;    /* nobody wants this body */
    bool turns : 1;       /* the answer led elsewhere */
    bool has_turn : 1;    /* it is counted among those under way */
    bool has_id : 1;      /* identified is in the table */
    bool begun : 1;       /* a piece was given */
    bool is_text : 1;     /* what waits has been decoded */
    bool is_taken : 1;    /* the body, as a whole */
    bool is_finished : 1; /* the last piece was given */
    int32_t end;      /* why it ends, or did; 0: it does not, or is complete */
    char *end_detail; /* the sentence; NULL: none */

    eft_http_session *session;  /* until it is over; then NULL */
    eft__link link;             /* in its list, until then */
    eft__http_request *request; /* this hop's, until then */
    eft__http_op *fetch;        /* pending; NULL: there is a response */
    struct eft__http_measuring *measuring; /* in FILES */
    struct eft_http_upload *upload; /* a body that is being written, or NULL */

    eft__http_host *host; /* whose requests it is one of, until it is over */
    eft__link waiting;    /* in the line of that, in LINE */
    uint64_t number;      /* by which those in line are as old as they are */

    eft__timed timed; /* a future in disguise: only they have timers */
    int64_t armed_at; /* when that is due */
    int64_t total_at; /* deadlines; INT64_MAX: none */
    int64_t read_at;

    eft__http_head *head; /* NULL: none has come */
    eft_http_response **history;
    size_t history_count;
    char *cookie; /* the last that was asked for */

    eft__http_op *reader; /* pending; NULL: none */
    eft__node deliver;    /* a piece to who asks for one, soon */
    eft__message *first;  /* queue of pieces that are full */
    eft__message *last;
    eft_message *tail; /* the one that is filled, or NULL */
    size_t unread;     /* bytes in all of these */
    uint64_t received; /* bytes of the body */
    int64_t expected;  /* of how many, or -1 */
    size_t max_body;   /* of the request, which is gone before this */

    eft__node progress; /* is told, soon */
    eft_http_on_progress *on_progress;
    void *progress_arg;
    uint64_t sent;
    int64_t send_total;
};

/* Life (http.c) */

/* With one keeper, its way to the end; NULL: out of memory. */
eft_http_response *eft__http_response_new(void);
void eft__http_keep(eft_http_response *self);
void eft__http_unkeep(eft_http_response *self);

/* Says of which request it is, for debug mode (http_response.c). */
void eft__http_describe(const eft__link *known, char *text, size_t size);

/* Ends it because of error, the first one that is noted; detail is copied. */
void eft__http_cut(eft_http_response *self, int32_t error, const char *detail);
void eft__http_note_end(eft_http_response *self, int32_t error,
                        const char *detail);

/* Has the world end it, which is no error. */
void eft__http_abort(eft_http_response *self);

/* Sends this hop's request: it is its turn. */
void eft__http_start(eft_http_response *self);

/* Goes on where the world has ended this hop, and its writer has too. */
void eft__http_go_on(eft_http_response *self);

/* Nobody wants the rest of a body: a little of it is read all the same, so that
 * the connection can be used again. */
void eft__http_drop(eft_http_response *self);

eft__http_op *eft__http_op_make(eft_http_response *self, size_t size,
                                const eft__future_class *type,
                                eft_future **instead);

/* Sessions (http_session.c) */

void eft__http_session_unkeep(eft_http_session *session);

/* Has the world of this thread's loop know it. */
void eft__http_session_open(eft_http_session *session);

/* Its pool, made when it is needed first, or NULL: out of memory. */
eft__http_pool *eft__http_session_pool(eft_http_session *session);

/* Whose turn it is (http_line.c) */

void eft__http_line_init(eft__http_line *line);
void eft__http_line_fini(eft__http_line *line);

/* Counts a request among its host's, and gives it a turn or a place in line.
 * False: out of memory. */
bool eft__http_line_join(eft_http_response *self);
void eft__http_line_leave(eft_http_response *self);

/* It is to be sent: at once, or when it is its turn. */
void eft__http_join(eft_http_response *self);

/* Starts those whose turn it is. */
void eft__http_line_serve(eft_http_session *session);

/* Heads (http_head.c) */

struct eft_core_http_answer;

/* Copies an answer; url is what was asked.  NULL: out of memory. */
eft__http_head *eft__http_head_new(const struct eft_core_http_answer *answer,
                                   const char *url);
void eft__http_head_free(eft__http_head *head); /* NULL is allowed */
const char *eft__http_head_get(const eft__http_head *head, const char *name);

/* The name that a Content-Disposition suggests, made harmless, or NULL. */
char *eft__http_filename(const char *disposition);
void eft__http_say_status(const eft__http_head *head, char *text, size_t size);

/* Redirects (http_follow.c) */

/* Does the answer lead elsewhere?  Then it is none for the user. */
bool eft__http_turns(eft_http_response *self);

/* Goes where it led; false: that cannot be, and end says why. */
bool eft__http_follow(eft_http_response *self);

/* Timeouts (http_timeouts.c) */

void eft__http_total_start(eft_http_response *self);
void eft__http_read_start(eft_http_response *self); /* or begins anew */
void eft__http_read_stop(eft_http_response *self);
void eft__http_timer_stop(eft_http_response *self);

/* Bodies that come (http_pieces.c) */

enum { EFT__HTTP_PIECE = 1 << 18 };

/* What waits, as one message at tail; false: out of memory. */
bool eft__http_gather(eft_http_response *self);

/* The next piece.  0: there is one, or *piece is NULL: none waits. */
int32_t eft__http_take_piece(eft_http_response *self, eft_message **piece);
void eft__http_put_back(eft_http_response *self, eft_message *piece);
void eft__http_drop_pieces(eft_http_response *self);

/* Has the world read on, where there is room again. */
void eft__http_resume(eft_http_response *self);

/* Is the body being read as a whole? */
static inline bool eft__http_is_whole(const eft_http_response *self)
{
    return self->reader && self->reader->want != EFT__HTTP_CHUNK;
}

/* More than max_body has come, or will. */
void eft__http_say_too_large(const eft_http_response *self, char *text,
                             size_t size);

/* Reading (http_read.c) */

/* Something has come, or all has. */
void eft__http_read_deliver(eft_http_response *self);
void eft__http_read_over(eft_http_response *self);

/* Completes a pending read because its user has given the response up. */
void eft__http_read_close(eft_http_response *self);

void eft__http_give(eft__http_op *op, eft_message *message);

/* The whole body, as who asks wants it (http_content.c).  Takes message. */
void eft__http_give_content(eft_http_response *self, eft__http_op *op,
                            eft_message *message);

/* Files of a body (http_measure.c) */

/* Asks how long they are, and then goes on; or not any more. */
void eft__http_measure(eft_http_response *self);
void eft__http_measure_stop(eft_http_response *self);

/* Uploads (http_upload.c) */

void eft__http_upload_start(eft_http_response *self);
void eft__http_upload_written(eft_http_response *self);

/* The hop is over for its writer.  True: its task has ended, or there is none;
 * else eft__http_go_on() is called when it has. */
bool eft__http_upload_end(eft_http_response *self);

/* The request is given up: its writer is cancelled. */
void eft__http_upload_cancel(eft_http_response *self);

/* Is more of the body to be written?  And is the writer's task still there? */
bool eft__http_upload_is_open(const eft_http_response *self);
bool eft__http_upload_is_running(const eft_http_response *self);

/* Progress (http_progress.c) */

void eft__http_progress_init(eft_http_response *self);
void eft__http_progress_tell(eft_http_response *self);

#endif
