/* SPDX-License-Identifier: MIT
 * Multipart forms: bytes, or written while they are sent. */
#include <string.h>

#include "../core/in_thread.h"
#include "../core/memory.h"
#include "eft/error.h"
#include "eft/task.h"
#include "header_check.h"
#include "http_body.h"
#include "http_form_data.h"
#include "http_headers.h"

/* Design notes.  The whole form but its files is rendered at once, by the same
 * functions that measure it before.  Without files that is the body.  With
 * files another thread asks how long they are; then a writer sends what is
 * between them, and them.  Both hold on to the form: they are cancelled when
 * its request ends, but may be about to run just then. */

enum { STEP = 256 << 10 };

typedef struct multipart {
    size_t holders; /* the request, each writer that runs, who measures */
    char *text;
    size_t length;
    const char *paths; /* of the files, one string behind the other */
    size_t file_count;
    eft__form_file files[];
} multipart;

static void let_go(void *arg)
{
    multipart *form = arg;

    if (--form->holders == 0)
        eft__free(form);
}

/* Measuring */

/* On another thread. */
static eft_result measure_files(void *arg)
{
    multipart *form = arg;
    const char *path = form->paths;

    for (size_t i = 0; i < form->file_count; i++) {
        EFT_TRY(eft_target_file_length(path, &form->files[i].length));
        path += strlen(path) + 1;
    }
    return eft_ok();
}

static eft_result measure(void *arg)
{
    return eft_await(eft__in_thread(measure_files, arg, NULL));
}

eft_future *eft__http_multipart_measure(void *arg)
{
    multipart *form = arg;

    form->holders++;
    return eft_spawn_owned(measure, form, let_go);
}

int64_t eft__http_multipart_length(const void *arg)
{
    const multipart *form = arg;
    int64_t length = (int64_t)form->length;

    for (size_t i = 0; i < form->file_count; i++) {
        int64_t more = form->files[i].length;

        if (more < 0 || more > INT64_MAX - length)
            return -1;
        length += more;
    }
    return length;
}

/* Writing */

static eft_result write_text(eft_http_upload *upload, const char *text,
                             size_t length)
{
    while (length) {
        size_t step = length < STEP ? length : STEP;
        eft_result written =
            eft_await(eft_http_upload_write(upload, text, step));

        if (written.error)
            return written;
        text += step;
        length -= step;
    }
    return eft_ok();
}

static eft_result write_form(eft_http_upload *upload, const multipart *form)
{
    size_t at = 0;
    const char *path = form->paths;

    for (size_t i = 0; i < form->file_count; i++) {
        const eft__form_file *file = &form->files[i];

        EFT_TRY(write_text(upload, form->text + at, file->at - at));
        EFT_TRY(eft_await(eft_target_file_upload(upload, path, file->length)));
        at = file->at;
        path += strlen(path) + 1;
    }
    return write_text(upload, form->text + at, form->length - at);
}

static eft_result write_held(eft_http_upload *upload, void *arg)
{
    multipart *form = arg;

    form->holders++;
    eft_result written = write_form(upload, form);
    let_go(form);
    return written;
}

/* Making it */

static const char *fault_of(const eft_http_part *part)
{
    if (!part->name)
        return "parts: a name is missing";
    if (part->length && !part->data)
        return "parts: there is no data, in spite of length";
    if (part->length > (size_t)PTRDIFF_MAX / 2)
        return "parts: so much cannot be in memory";
    if (part->path && part->data)
        return "parts: one has data and a path";
    if (part->path && !*part->path)
        return "parts: a path is empty";
    if (part->content_type &&
        (!*part->content_type || !eft__is_header_value(part->content_type)))
        return "parts: a content_type is empty, or holds a control character";
    return NULL;
}

static int32_t check(const eft_http_request *request, eft__http_words *words)
{
    int32_t error = eft__http_list_check(request->parts, request->part_count,
                                         "parts", words);

    for (size_t i = 0; !error && i < request->part_count; i++) {
        const char *fault = fault_of(&request->parts[i]);

        if (fault)
            error = eft__http_refuse(words, EFT_EINVAL, "%s", fault);
    }
    return error;
}

static size_t count_files(const eft_http_request *request, size_t *path_size)
{
    size_t count = 0;

    *path_size = 0;
    for (size_t i = 0; i < request->part_count; i++)
        if (request->parts[i].path) {
            *path_size += strlen(request->parts[i].path) + 1;
            count++;
        }
    return count;
}

static char *put_paths(const eft_http_request *request, char *to)
{
    for (size_t i = 0; i < request->part_count; i++)
        if (request->parts[i].path) {
            size_t size = strlen(request->parts[i].path) + 1;

            memcpy(to, request->parts[i].path, size);
            to += size;
        }
    return to;
}

/* One block: the struct with its offsets, the type, the paths, the text. */
static multipart *render(const eft_http_request *request,
                         const char **content_type)
{
    eft__pen pen = {NULL, 0, false};
    eft__boundary boundary;
    size_t path_size, count = count_files(request, &path_size);
    size_t extra = sizeof(multipart) + count * sizeof(eft__form_file) +
                   sizeof boundary + path_size;

    eft__boundary_choose(&boundary, request);
    eft__form_data_put(&pen, request, &boundary, NULL);
    if (pen.too_much || pen.at > (size_t)PTRDIFF_MAX - extra)
        return NULL;
    multipart *form = eft__alloc(extra + pen.at);
    if (!form)
        return NULL;
    *form = (multipart){.holders = 1, .length = pen.at, .file_count = count};
    char *to = (char *)(form->files + count);
    *content_type = memcpy(to, &boundary, sizeof boundary);
    to += sizeof boundary;
    form->paths = to;
    form->text = pen.to = put_paths(request, to);
    pen.at = 0;
    eft__form_data_put(&pen, request, &boundary, form->files);
    return form;
}

int32_t eft__http_multipart_make(eft__http_body *body,
                                 const eft_http_request *request,
                                 eft__http_words *words)
{
    int32_t error = check(request, words);

    if (error)
        return error;
    multipart *form = render(request, &body->type);
    if (!form)
        return EFT_ENOMEM;
    body->owned = form;
    body->free = let_go;
    body->length = form->file_count ? -1 : (int64_t)form->length;
    if (form->file_count) {
        body->has_files = true;
        body->writer = write_held;
        body->writer_arg = form;
    } else {
        body->bytes = form->text;
    }
    return 0;
}
