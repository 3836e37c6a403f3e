/* SPDX-License-Identifier: MIT
 * The writers of the random walk over HTTP. */
#include <stdlib.h>

#include "http_random.h"

enum { PIECE_MOST = 600 };

typedef struct job {
    random_walk *walk;
    int request;
    int running;
} job;

static void free_job(void *arg)
{
    job *self = arg;

    random_hold(self->walk, !self->running, "a writer outlives its argument");
    self->walk->args--;
    free(self);
}

/* What is given is sent, also where nobody waits for it. */
static eft_result write_piece(job *self, eft_http_upload *upload, size_t *at,
                              size_t length)
{
    uint8_t piece[PIECE_MOST];

    for (size_t i = 0; i < length; i++)
        piece[i] = random_byte((unsigned)self->request, *at + i);
    *at += length;
    eft_future *write = eft_http_upload_write(upload, piece, length);
    if (random_draw(self->walk, 3))
        return eft_await(write);
    eft_future_free(write);
    return eft_ok();
}

static eft_result write_all(job *self, eft_http_upload *upload)
{
    size_t at = 0, length = self->walk->requests[self->request].length;

    while (at < length) {
        size_t step = 1 + random_draw(self->walk, PIECE_MOST);

        if (step > length - at)
            step = length - at;
        eft_result result = write_piece(self, upload, &at, step);
        if (result.error)
            return result;
    }
    return eft_ok();
}

static eft_result write_body(eft_http_upload *upload, void *arg)
{
    job *self = arg;
    random_walk *walk = self->walk;

    self->running++;
    walk->writers++;
    eft_result result = write_all(self, upload);
    self->running--;
    walk->writers--;
    return result;
}

void random_add_writer(random_walk *self, eft_http_request *request)
{
    job *made = malloc(sizeof *made);

    if (!made)
        abort();
    *made = (job){.walk = self, .request = self->count};
    self->args++;
    request->writer = write_body;
    request->writer_arg = made;
    request->free_writer_arg = free_job;
    if (random_draw(self, 2))
        request->writer_length = (int64_t)self->requests[self->count].length;
}
