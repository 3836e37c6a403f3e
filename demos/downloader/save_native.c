/* SPDX-License-Identifier: MIT
 * Files of a folder.  What waits for a disk runs on other threads, and a file
 * has its name only when it is whole. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "save.h"

#define DEFAULT_FOLDER "downloads"

/* Its task's, and while that waits for it a thread's. */
struct save {
    char *path;
    char *part;    /* what it is called before it is whole */
    bool has_part; /* it is there, and ours */
    FILE *stream;
    const void *data; /* to be written next */
    size_t length;
};

/* Runs a job on another thread.  A thread cannot be told to stop: so a cancel
 * waits until it has let go of what the job uses. */
static eft_result in_thread(eft_result (*job)(void *arg), void *arg)
{
    eft_future *work = eft_run_in_executor(job, arg);
    bool canceled = false;
    eft_result result;

    do {
        result = eft_await(eft_shield(eft_future_ref(work)));
        canceled = canceled || result.error == EFT_ECANCELED;
    } while (result.error == EFT_ECANCELED &&
             eft_future_state(work) == EFT_PENDING);
    result = eft_await(work);
    return canceled ? eft_failed(EFT_ECANCELED) : result;
}

static eft_result cannot(const char *what, const char *path)
{
    return eft_fail(EFT_EIO, "cannot %s %s: %s", what, path, strerror(errno));
}

static eft_result make_one(const char *folder)
{
    struct stat found;

    if (mkdir(folder, 0777) == 0)
        return eft_ok();
    if (errno != EEXIST)
        return cannot("make the folder", folder);
    if (stat(folder, &found) == 0 && S_ISDIR(found.st_mode))
        return eft_ok();
    return eft_fail(EFT_EIO, "%s is no folder", folder);
}

/* With those that it lies in.  Cuts path there for a while. */
static eft_result make_folder(void *arg)
{
    char *path = arg;

    for (char *at = path; (at = strchr(at, '/')) != NULL; at++) {
        if (at == path || at[-1] == '/')
            continue;
        *at = 0;
        eft_result made = make_one(path);

        *at = '/';
        EFT_TRY(made);
    }
    return make_one(path);
}

eft_result save_prepare(const char *folder)
{
    char *path = strdup(folder ? folder : DEFAULT_FOLDER);

    if (!path)
        return eft_failed(EFT_ENOMEM);
    eft_result result = in_thread(make_folder, path);

    free(path);
    return result;
}

static char *join(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);

    if (path)
        snprintf(path, size, "%s/%s", folder, name);
    return path;
}

/* No file of a list begins with a dot, and no other program has our number. */
static char *join_part(const char *folder, const char *name)
{
    char part[256];

    snprintf(part, sizeof part, ".%s.%ld.part", name, (long)getpid());
    return join(folder, part);
}

static void free_save(save *self)
{
    free(self->path);
    free(self->part);
    free(self);
}

save *save_begin(const char *folder, const char *name, size_t number,
                 const char *type)
{
    save *self = calloc(1, sizeof *self);

    (void)number;
    (void)type;
    if (!self)
        return NULL;
    self->path = join(folder ? folder : DEFAULT_FOLDER, name);
    self->part = join_part(folder ? folder : DEFAULT_FOLDER, name);
    if (self->path && self->part)
        return self;
    free_save(self);
    return NULL;
}

/* What has its name already is not touched, nor what a link there leads to. */
static eft_result open_part(save *self)
{
    if (self->stream)
        return eft_ok();
    self->stream = fopen(self->part, "wbx");
    self->has_part = self->stream != NULL;
    return self->has_part ? eft_ok() : cannot("write", self->part);
}

/* The next three run on other threads. */
static eft_result write_piece(void *arg)
{
    save *self = arg;

    EFT_TRY(open_part(self));
    if (fwrite(self->data, 1, self->length, self->stream) != self->length)
        return cannot("write", self->part);
    return eft_ok();
}

static eft_result keep(void *arg)
{
    save *self = arg;

    EFT_TRY(open_part(self)); /* which of an empty file nobody has done */
    FILE *stream = self->stream;

    self->stream = NULL;
    if (fclose(stream) != 0)
        return cannot("write", self->part);
    if (rename(self->part, self->path) != 0)
        return cannot("name", self->path);
    self->has_part = false;
    return eft_ok();
}

static eft_result drop(void *arg)
{
    save *self = arg;

    if (self->stream)
        fclose(self->stream);
    if (self->has_part)
        unlink(self->part);
    return eft_ok();
}

eft_result save_write(save *self, const void *data, size_t length)
{
    if (!self)
        return eft_failed(EFT_ENOMEM);
    if (!length)
        return eft_ok();
    self->data = data;
    self->length = length;
    return in_thread(write_piece, self);
}

eft_result save_end(save *self, eft_result result)
{
    if (!self)
        return result.error ? result : eft_failed(EFT_ENOMEM);
    if (!result.error)
        result = in_thread(keep, self);
    if (result.error)
        in_thread(drop, self);
    free_save(self);
    return result;
}
