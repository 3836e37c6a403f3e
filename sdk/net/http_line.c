/* SPDX-License-Identifier: MIT
 * Whose turn it is: the limits of a session. */
#include "http.h"

#include <string.h>

#include "../core/memory.h"
#include "eft/error.h"

/* Design notes.  Each request belongs to a host, as long as it is not over: it
 * has its turn there, or a place in the host's line.  As long as one more may
 * be under way in all, only those wait whose host is full; so the next one is
 * the oldest of those at the head of a line whose host is not. */

static uint32_t hash_of(const char *text, size_t length)
{
    uint32_t hash = 2166136261; /* FNV-1a */

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619;
    return hash;
}

void eft__http_line_init(eft__http_line *line)
{
    eft__list_init(&line->crowded);
    eft__list_init(&line->everybody.line);
}

void eft__http_line_fini(eft__http_line *line)
{
    eft__free(line->hosts);
}

static bool make_buckets(eft__http_line *line)
{
    if (line->hosts)
        return true;
    line->hosts = eft__alloc(EFT__HTTP_BUCKETS * sizeof *line->hosts);
    if (!line->hosts)
        return false;
    for (int i = 0; i < EFT__HTTP_BUCKETS; i++)
        eft__list_init(&line->hosts[i]);
    return true;
}

static eft__http_host *make_host(eft__link *bucket, const char *origin,
                                 size_t length, uint32_t hash)
{
    eft__http_host *host = eft__alloc_zero(sizeof *host + length);

    if (!host)
        return NULL;
    memcpy(host + 1, origin, length);
    host->origin = (const char *)(host + 1);
    host->length = length;
    host->hash = hash;
    eft__list_init(&host->line);
    eft__list_append(bucket, &host->link);
    return host;
}

/* The host of a request, new or not; NULL: out of memory. */
static eft__http_host *host_of(const eft_http_response *self)
{
    eft__http_line *line = &self->session->line;
    const char *origin = self->request->target.url;
    size_t length = self->request->origin_length;

    if (self->session->options->options.limit_per_host == SIZE_MAX)
        return &line->everybody;
    if (!make_buckets(line))
        return NULL;
    uint32_t hash = hash_of(origin, length);
    eft__link *bucket = &line->hosts[hash % EFT__HTTP_BUCKETS];
    for (eft__link *at = bucket->next; at != bucket; at = at->next) {
        eft__http_host *host = EFT__OWNER(at, eft__http_host, link);

        if (host->hash == hash && host->length == length &&
            !memcmp(host->origin, origin, length))
            return host;
    }
    return make_host(bucket, origin, length, hash);
}

static bool has_room(const eft_http_session *session,
                     const eft__http_host *host)
{
    const eft_http_session_options *options = &session->options->options;

    return session->line.under_way < options->limit &&
           host->under_way < options->limit_per_host;
}

static void take_turn(eft_http_response *self)
{
    self->has_turn = true;
    self->host->under_way++;
    self->session->line.under_way++;
}

/* One that goes on elsewhere is older than the last of the line. */
static void take_place(eft_http_response *self)
{
    eft__http_host *host = self->host;
    eft__link *after = host->line.previous;

    while (after != &host->line &&
           EFT__OWNER(after, eft_http_response, waiting)->number > self->number)
        after = after->previous;
    if (eft__list_is_empty(&host->line))
        eft__list_append(&self->session->line.crowded, &host->crowded);
    eft__list_append(after->next, &self->waiting);
}

bool eft__http_line_join(eft_http_response *self)
{
    eft__http_host *host = host_of(self);

    if (!host)
        return false;
    self->state = EFT__HTTP_LINE;
    self->host = host;
    if (!self->number)
        self->number = ++self->session->line.numbers;
    if (has_room(self->session, host))
        take_turn(self);
    else
        take_place(self);
    return true;
}

void eft__http_join(eft_http_response *self)
{
    if (!eft__http_line_join(self))
        eft__http_cut(self, EFT_ENOMEM, NULL);
    else if (self->has_turn)
        eft__http_start(self);
}

static void leave_place(eft_http_response *self)
{
    eft__list_remove(&self->waiting);
    if (eft__list_is_empty(&self->host->line))
        eft__list_remove(&self->host->crowded);
}

void eft__http_line_leave(eft_http_response *self)
{
    eft__http_host *host = self->host;

    if (!host)
        return;
    if (self->has_turn) {
        self->has_turn = false;
        self->session->line.under_way--;
        host->under_way--;
    } else {
        leave_place(self);
    }
    self->host = NULL;
    if (host->origin && !host->under_way && eft__list_is_empty(&host->line)) {
        eft__list_remove(&host->link);
        eft__free(host);
    }
}

/* The oldest request that may begin, or NULL. */
static eft_http_response *next(const eft_http_session *session)
{
    const eft__link *crowded = &session->line.crowded;
    eft_http_response *oldest = NULL;

    for (eft__link *at = crowded->next; at != crowded; at = at->next) {
        eft__http_host *host = EFT__OWNER(at, eft__http_host, crowded);
        eft_http_response *first =
            EFT__OWNER(host->line.next, eft_http_response, waiting);

        if (has_room(session, host) &&
            (!oldest || first->number < oldest->number))
            oldest = first;
    }
    return oldest;
}

/* A request may end while it starts, and so free the place of another: that is
 * seen here, and not by recursion. */
void eft__http_line_serve(eft_http_session *session)
{
    eft_http_response *self;

    if (session->line.serving || !session->loop)
        return;
    session->line.serving = true;
    session->keepers++;
    while (!session->freed && (self = next(session)) != NULL) {
        leave_place(self);
        take_turn(self);
        eft__http_start(self);
    }
    session->line.serving = false;
    eft__http_session_unkeep(session);
}
