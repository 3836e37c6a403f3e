/* SPDX-License-Identifier: MIT
 * Files as bodies, read by another thread. */
#define _POSIX_C_SOURCE 200809L
#include "eft/http.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "eft/task.h"
#include "sdk/core/executor.h"
#include "sdk/core/future.h"
#include "sdk/core/memory.h"

/* Bytes of one read: as much as a body has room for. */
enum { READ_SIZE = 256 * 1024 };

/* A file on its way into a body.  The task may be cancelled while the other
 * thread reads, which cannot be stopped: who is the last of them frees it. */
typedef struct file {
    unsigned users; /* the task, and a read that was asked for; the loop's */
    eft_http_upload *upload;
    int fd;           /* -1: not open */
    ptrdiff_t length; /* of what was read */
    uint8_t *block;   /* READ_SIZE, reserved by who reads first */
    char path[];
} file;

static eft_result fail(const file *self, int error)
{
    char words[128];

    if (strerror_r(error, words, sizeof words) != 0)
        words[0] = 0;
    return eft_fail(EFT_EIO, "%s: %s", self->path, words);
}

/* On another thread. */
static eft_result read_next(void *arg)
{
    file *self = arg;

    if (self->fd < 0) {
        self->fd = open(self->path, O_RDONLY | O_CLOEXEC);
        if (self->fd < 0)
            return fail(self, errno);
    }
    do
        self->length = read(self->fd, self->block, READ_SIZE);
    while (self->length < 0 && errno == EINTR);
    return self->length < 0 ? fail(self, errno) : eft_ok();
}

/* From the loop. */
static void release(void *arg)
{
    file *self = arg;

    if (--self->users)
        return;
    if (self->fd >= 0)
        close(self->fd);
    eft__free(self->block);
    eft__free(self);
}

static eft_result write_file(void *arg)
{
    file *self = arg;

    do {
        self->users++;
        EFT_TRY(eft_await(eft__executor_run(read_next, self, release)));
        if (self->length > 0)
            EFT_TRY(eft_await(eft_http_upload_write(self->upload, self->block,
                                                    (size_t)self->length)));
    } while (self->length > 0);
    return eft_ok();
}

eft_future *eft_http_upload_file(eft_http_upload *upload, const char *path)
{
    size_t size = path ? strlen(path) + 1 : 0;
    file *self;

    if (!upload || !path)
        return eft__future_failed(EFT_EINVAL, "there is no upload or no path");
    self = eft__alloc(sizeof *self + size);
    if (!self)
        return eft__future_no_memory();
    *self = (file){.users = 1, .upload = upload, .fd = -1};
    memcpy(self->path, path, size);
    self->block = eft__alloc(READ_SIZE);
    if (!self->block) {
        release(self);
        return eft__future_no_memory();
    }
    return eft_spawn_owned(write_file, self, release);
}
