/* SPDX-License-Identifier: MIT
 * Bodies that a task writes. */
#include <stdio.h>
#include <string.h>

#include "../core/memory.h"
#include "eft/task.h"
#include "http.h"
#include "targets/complete.h"
#include "targets/world.h"

/* Design notes.  The writer is user's code with an argument of the user's,
 * which may be gone as soon as the fetch is done.  So a hop is over only when
 * its writer's task has ended, and that is cancelled, once, where the hop is
 * given up or ends first: a task that has not begun then never does.  A
 * response that its user frees meanwhile is what cannot wait; the request, and
 * with it an argument that was given, goes when the hop is over.
 *
 * The world takes one piece at a time.  A write whose future was cancelled has
 * been handed over; the next ones wait here until the world is done with it. */

struct eft_http_upload {
    uint32_t keepers;        /* the request, the task, writes */
    eft_http_response *self; /* NULL: the hop is over */
    eft_http_writer *writer;
    void *arg;
    eft_future *task;    /* one reference; NULL: it has ended */
    eft__node ended;     /* waits for task */
    struct write *write; /* pending; NULL: none */
    eft_message *held;   /* its bytes, until the world can take them */
    int64_t total;       /* that it will write; -1: it does not say */
    uint64_t written;    /* bytes that it has */
    bool busy;           /* the world has not taken the last ones */
    bool canceled;       /* task was */
    bool closed;         /* the writer has written all */
};

typedef struct write {
    eft_future future;
    eft_http_upload *upload;
} write;

static void unkeep(eft_http_upload *upload)
{
    if (--upload->keepers)
        return;
    eft_message_free(upload->held);
    eft__free(upload);
}

/* Writes */

static bool cancel_write(eft_future *future)
{
    ((write *)future)->upload->write = NULL;
    return eft__future_cancel_now(future);
}

static void fini_write(eft_future *future)
{
    unkeep(((write *)future)->upload);
}

static const eft__future_class write_class = {
    .name = "http_write", .cancel = cancel_write, .fini = fini_write};

static void send(eft_http_upload *upload, const void *data, size_t length)
{
    eft_http_response *self = upload->self;

    upload->busy = true;
    eft_target_http_write(self->identified.id, data, length, false);
}

static void send_end(eft_http_upload *upload)
{
    upload->keepers++; /* the world may end the request from inside this */
    eft_target_http_write(upload->self->identified.id, NULL, 0, true);
    /* From here on it is the server that is waited for. */
    if (upload->self)
        eft__http_read_start(upload->self);
    unkeep(upload);
}

static eft_future *refuse_size(const eft_http_upload *upload)
{
    char detail[96];

    snprintf(detail, sizeof detail,
             "the writer writes more than writer_length, %lld bytes",
             (long long)upload->total);
    return eft__future_failed_copy(EFT_EMSGSIZE, detail);
}

/* Is nothing sent any more? */
static bool is_over(const eft_http_upload *upload)
{
    return upload->closed || !upload->self || upload->self->aborted ||
           upload->self->state == EFT__HTTP_ENDING;
}

static eft_future *refuse(const eft_http_upload *upload, const void *data,
                          size_t length)
{
    if (!upload)
        return eft__future_failed(EFT_EINVAL, "there is no upload: NULL");
    if (!data && length)
        return eft__future_failed(EFT_EINVAL,
                                  "the data is NULL, its length not 0");
    if (is_over(upload))
        return eft__future_failed(EFT_ECLOSED, "the request has ended");
    if (upload->write)
        return eft__future_failed(EFT_EBUSY,
                                  "another write is pending on this upload");
    if (upload->total >= 0 &&
        length > (uint64_t)upload->total - upload->written)
        return refuse_size(upload);
    return NULL;
}

/* Keeps the bytes behind those that are kept already, of writes that were
 * cancelled; false: out of memory. */
static bool hold(eft_http_upload *upload, const void *data, size_t length)
{
    eft_message *held = upload->held;
    size_t before = held ? held->length : 0;

    if (length > SIZE_MAX - before)
        return false;
    held = held ? eft__message_resize(held, before + length)
                : eft__message_new(EFT_MESSAGE_BINARY, length);
    if (!held)
        return false;
    memcpy(held->data + before, data, length);
    held->length = before + length;
    upload->held = held;
    return true;
}

/* Hands the bytes over, or keeps them until that can be; false: out of
 * memory. */
static bool hand_over(eft_http_upload *upload, const void *data, size_t length)
{
    if (upload->busy)
        return hold(upload, data, length);
    send(upload, data, length);
    return true;
}

eft_future *eft_http_upload_write(eft_http_upload *upload, const void *data,
                                  size_t length)
{
    eft_future *instead = refuse(upload, data, length);

    if (instead)
        return instead;
    write *op = eft__future_make(sizeof *op, &write_class, &instead);
    if (!op)
        return instead;
    op->upload = upload;
    upload->keepers++;
    upload->written += length;
    if (!length) {
        eft__future_complete(&op->future, eft_ok());
        return &op->future;
    }
    upload->write = op;
    if (!hand_over(upload, data, length)) {
        upload->write = NULL;
        upload->written -= length;
        eft__future_fail(&op->future, EFT_ENOMEM, NULL);
    }
    return &op->future;
}

eft_future *eft_http_upload_file(eft_http_upload *upload, const char *path)
{
    if (!upload || !path)
        return eft__future_failed(EFT_EINVAL, "there is no upload or no path");
    return eft_target_file_upload(upload, path, -1);
}

static void complete_write(eft_http_upload *upload, int32_t error)
{
    write *op = upload->write;

    upload->write = NULL;
    if (op && error)
        eft__future_fail(&op->future, error, "the request has ended");
    else if (op)
        eft__future_complete(&op->future, eft_ok());
}

void eft__http_upload_written(eft_http_response *self)
{
    eft_http_upload *upload = self->upload;
    eft_message *held;

    if (!upload || !upload->busy)
        return;
    upload->busy = false;
    held = upload->held;
    upload->held = NULL;
    if (held) {
        send(upload, held->data, held->length);
        eft_message_free(held);
        return;
    }
    complete_write(upload, 0);
    if (upload->closed)
        send_end(upload);
}

/* The task */

static eft_result write_body(void *arg)
{
    eft_http_upload *upload = arg;

    return upload->writer(upload, upload->arg);
}

static void say_too_little(const eft_http_upload *upload, char *text,
                           size_t size)
{
    snprintf(text, size,
             "the writer has written %llu bytes, and not writer_length, %lld",
             (unsigned long long)upload->written, (long long)upload->total);
}

/* The writer has returned while the request waits for it. */
static void close_body(eft_http_upload *upload, int32_t error,
                       const char *detail)
{
    eft_http_response *self = upload->self;
    char text[128];

    if (error) {
        eft__http_cut(self, error, detail);
    } else if (upload->total >= 0 &&
               upload->written < (uint64_t)upload->total) {
        say_too_little(upload, text, sizeof text);
        eft__http_cut(self, EFT_EINVAL, text);
    } else {
        upload->closed = true;
        if (!upload->busy)
            send_end(upload);
    }
}

static void task_ended(eft__node *node)
{
    eft_http_upload *upload = EFT__OWNER(node, eft_http_upload, ended);
    eft_http_response *self = upload->self;
    eft__detail detail = {0};
    eft_result result = eft__future_consume(upload->task, &detail);

    upload->task = NULL;
    if (self && self->state == EFT__HTTP_ENDING) {
        upload->self = NULL;
        self->upload = NULL;
        eft__http_go_on(self);
        unkeep(upload);
    } else if (self && !self->aborted) {
        close_body(upload, result.error, detail.text);
    }
    eft_result_free(result);
    eft__detail_clear(&detail);
    unkeep(upload);
}

void eft__http_upload_start(eft_http_response *self)
{
    eft_http_upload *upload = eft__alloc_zero(sizeof *upload);

    if (!upload) {
        eft__http_cut(self, EFT_ENOMEM, NULL);
        return;
    }
    upload->keepers = 2; /* the request and the task */
    upload->self = self;
    upload->writer = self->request->writer;
    upload->arg = self->request->writer_arg;
    upload->total = self->request->target.body_length;
    upload->ended.run = task_ended;
    self->upload = upload;
    upload->task = eft_spawn(write_body, upload);
    eft__future_wait(upload->task, &upload->ended);
}

bool eft__http_upload_is_open(const eft_http_response *self)
{
    return self->upload && !self->upload->closed;
}

bool eft__http_upload_is_running(const eft_http_response *self)
{
    return self->upload && self->upload->task;
}

/* Once: what a writer still awaits to clean up is not disturbed. */
void eft__http_upload_cancel(eft_http_response *self)
{
    eft_http_upload *upload = self->upload;

    if (!upload || !upload->task || upload->canceled)
        return;
    upload->canceled = true;
    eft_cancel(upload->task);
}

bool eft__http_upload_end(eft_http_response *self)
{
    eft_http_upload *upload = self->upload;

    if (!upload)
        return true;
    if (!upload->task) {
        self->upload = NULL;
        upload->self = NULL;
        complete_write(upload, EFT_ECLOSED);
        unkeep(upload);
        return true;
    }
    complete_write(upload, EFT_ECLOSED);
    eft__http_upload_cancel(self);
    return false;
}
