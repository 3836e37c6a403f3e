/* SPDX-License-Identifier: MIT
 * Files as bodies, read by another thread. */
#define _GNU_SOURCE /* pipe2() */
#include "targets/world.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "eft/error.h"
#include "eft/task.h"
#include "sdk/core/future.h"
#include "sdk/core/in_thread.h"
#include "sdk/core/memory.h"

/* Design notes.  What is no regular file, such as a FIFO, may have nothing to
 * read for ever: the thread waits for that and for the pipe stop, whose other
 * end is closed when the task is cancelled.  The task ends, and the memory
 * goes, when the thread is back. */

/* Bytes of one read: as much as a body has room for. */
enum { READ_SIZE = 256 * 1024 };

/* A file on its way into a body. */
typedef struct file {
    eft_http_upload *upload;
    int fd;           /* -1: not open */
    int stop[2];      /* a pipe; -1: not open */
    bool regular;     /* it never has to be waited for */
    int64_t told;     /* bytes that it is to have; -1: as many as there are */
    int64_t given;    /* bytes that were read */
    ptrdiff_t length; /* of what was read last */
    uint8_t *block;   /* READ_SIZE */
    char path[];
} file;

/* On another thread */

static eft_result fail(const char *path, int error)
{
    char words[128];

    return eft_fail(EFT_EIO, "%s: %s", path,
                    strerror_r(error, words, sizeof words));
}

static eft_result check_kind(const char *path, mode_t mode)
{
    if (S_ISDIR(mode))
        return fail(path, EISDIR);
    if (!S_ISREG(mode) && !S_ISFIFO(mode) && !S_ISCHR(mode))
        return eft_fail(EFT_EIO, "%s: it is no file that can be read", path);
    return eft_ok();
}

/* Does not wait for who writes to a FIFO. */
static eft_result open_file(const char *path, int *fd, struct stat *found)
{
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0 || fstat(*fd, found) != 0)
        return fail(path, errno);
    return check_kind(path, found->st_mode);
}

/* Returns where there is something to read, or the end. */
static eft_result wait_for_more(const file *self)
{
    struct pollfd fds[] = {{.fd = self->fd, .events = POLLIN},
                           {.fd = self->stop[0], .events = POLLIN}};

    while (poll(fds, 2, -1) < 0)
        if (errno != EINTR && errno != EAGAIN)
            return fail(self->path, errno);
    return fds[1].revents ? eft_failed(EFT_ECANCELED) : eft_ok();
}

static eft_result read_some(file *self)
{
    for (;;) {
        if (!self->regular)
            EFT_TRY(wait_for_more(self));
        self->length = read(self->fd, self->block, READ_SIZE);
        if (self->length >= 0)
            return eft_ok();
        if (errno != EINTR && errno != EAGAIN)
            return fail(self->path, errno);
    }
}

/* What was told of it has been sent to the server, and is a promise. */
static eft_result check_length(file *self)
{
    self->given += self->length;
    if (self->told < 0)
        return eft_ok();
    if (self->given > self->told)
        return eft_fail(EFT_EIO,
                        "%s: it has become longer than the %lld bytes that it "
                        "had",
                        self->path, (long long)self->told);
    if (!self->length && self->given < self->told)
        return eft_fail(EFT_EIO, "%s: it ends after %lld of %lld bytes",
                        self->path, (long long)self->given,
                        (long long)self->told);
    return eft_ok();
}

static eft_result read_next(void *arg)
{
    file *self = arg;
    struct stat found;

    if (self->fd < 0) {
        EFT_TRY(open_file(self->path, &self->fd, &found));
        self->regular = S_ISREG(found.st_mode);
    }
    EFT_TRY(read_some(self));
    return check_length(self);
}

/* Files of /proc and the like have bytes, but no length. */
static eft_result measure(const char *path, int fd, const struct stat *found,
                          int64_t *length)
{
    char byte;

    if (!S_ISREG(found->st_mode))
        return eft_ok();
    if (!found->st_size) {
        ssize_t size = read(fd, &byte, 1);

        if (size < 0)
            return fail(path, errno);
        if (size > 0)
            return eft_ok();
    }
    *length = found->st_size;
    return eft_ok();
}

eft_result eft_target_file_length(const char *path, int64_t *length)
{
    struct stat found;
    int fd;

    *length = -1;
    if (stat(path, &found) != 0)
        return fail(path, errno);
    /* A FIFO that is opened and closed is a reader that has left. */
    if (!S_ISREG(found.st_mode))
        return check_kind(path, found.st_mode);
    eft_result result = open_file(path, &fd, &found);
    if (!result.error)
        result = measure(path, fd, &found, length);
    if (fd >= 0)
        close(fd);
    return result;
}

/* On the loop */

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void stop(void *arg)
{
    file *self = arg;

    close_end(&self->stop[1]);
}

static eft_result write_file(void *arg)
{
    file *self = arg;

    do {
        EFT_TRY(eft_await(eft__in_thread(read_next, self, stop)));
        if (self->length > 0)
            EFT_TRY(eft_await(eft_http_upload_write(self->upload, self->block,
                                                    (size_t)self->length)));
    } while (self->length > 0);
    return eft_ok();
}

static void free_file(void *arg)
{
    file *self = arg;

    close_end(&self->fd);
    close_end(&self->stop[0]);
    close_end(&self->stop[1]);
    eft__free(self->block);
    eft__free(self);
}

eft_future *eft_target_file_upload(eft_http_upload *upload, const char *path,
                                   int64_t length)
{
    size_t size = strlen(path) + 1;
    file *self = eft__alloc(sizeof *self + size);

    if (!self)
        return eft__future_no_memory();
    *self =
        (file){.upload = upload, .fd = -1, .stop = {-1, -1}, .told = length};
    memcpy(self->path, path, size);
    self->block = eft__alloc(READ_SIZE);
    if (!self->block) {
        free_file(self);
        return eft__future_no_memory();
    }
    if (pipe2(self->stop, O_CLOEXEC) != 0) {
        free_file(self);
        return eft__future_failed(EFT_EIO, "there is no pipe to be had");
    }
    return eft_spawn_owned(write_file, self, free_file);
}
