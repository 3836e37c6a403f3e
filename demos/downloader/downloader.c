/* SPDX-License-Identifier: MIT
 * Downloads many files, some at a time: the flags of twenty countries, or the
 * URLs that it is given.
 *
 *   a server:  node demos/downloader/server.mjs
 *   natively:  build/native/demos/downloader [OPTION...] [URL...]
 *   a page:    script/demo
 *
 * Each file is a task; a semaphore lets so many of them begin, and what has
 * become of each is told in the order in which they end:
 *
 *   20 files, 8 at a time
 *   ok         in.gif  6272 bytes
 *   not found  et.gif
 *   error      ng.gif  the connection was lost after 3136 of 6272 bytes ...
 *   ...
 *   16 ok, 2 not found, 2 errors; 106624 bytes in 0.8 s
 *
 * Ctrl-C, or the page's Stop, ends them all, and leaves no half file. */
#include <stdio.h>
#include <stdlib.h>

#include <eft/eft.h>

#include "list.h"
#include "options.h"
#include "progress.h"
#include "save.h"

typedef struct program {
    options options;
    file_list list;
    tally tally;
    eft_http_session *session;
    eft_semaphore *places; /* for as many downloads as may be under way */
    bool has_bar;
    int64_t begin; /* eft_now() */
} program;

/* One file. */
typedef struct download {
    program *program;
    const file *file;
    size_t number; /* in the list */
    uint64_t bytes;
    bool missing;
} download;

static void reached(download *self, uint64_t received, int64_t total)
{
    tally *so_far = &self->program->tally;

    so_far->bytes += received - self->bytes;
    self->bytes = received;
    progress_moved(self->number, received, total, so_far);
}

/* Called by the loop, so it may not await. */
static void moved(const eft_http_progress *progress, void *arg)
{
    reached(arg, progress->received, progress->total);
}

/* As it comes, so that no file is too large for the memory. */
static eft_result copy(eft_http_response *response, save *place)
{
    for (bool last = false; !last;) {
        eft_result piece = eft_await(eft_http_response_chunk(response));

        if (piece.error)
            return piece;
        eft_result saved =
            save_write(place, piece.message->data, piece.message->length);
        last = piece.message->last;
        eft_result_free(piece);
        EFT_TRY(saved);
    }
    return eft_ok();
}

static eft_result take(download *self, eft_http_response *response)
{
    int status = eft_http_response_status(response);

    self->missing = status == 404 || status == 410;
    if (self->missing)
        return eft_ok();
    EFT_TRY(eft_http_response_raise(response));
    save *place = save_begin(
        self->program->options.folder, self->file->name, self->number,
        eft_http_response_header(response, "content-type"));
    eft_result result = save_end(place, copy(response, place));

    /* Who ends a response is not told of what has come just before. */
    reached(self, eft_http_response_received(response),
            eft_http_response_length(response));
    return result;
}

static eft_result fetch(download *self)
{
    const eft_http_request request = {.on_progress = moved,
                                      .progress_arg = self};
    eft_result got = eft_await(
        eft_http_get(self->program->session, self->file->url, &request));

    if (got.error)
        return got;
    eft_result result = take(self, got.response);

    eft_http_response_free(got.response);
    return result;
}

/* The body of a file's task. */
static eft_result run(void *arg)
{
    download *self = arg;
    program *all = self->program;

    EFT_TRY(eft_await(eft_semaphore_acquire(all->places)));
    if (all->options.verbose) {
        progress_away();
        printf("begin      %s  %s\n", self->file->name, self->file->url);
        fflush(stdout);
    }
    progress_turned(self->number, BEGAN, "", &all->tally);
    eft_result result = fetch(self);

    eft_semaphore_release(all->places);
    return result;
}

static void tell(const download *self, outcome became, const char *why)
{
    const program *all = self->program;
    const char *name = self->file->name;

    if (became != OK || !all->has_bar || all->options.verbose)
        progress_away();
    if (became == FAILED)
        printf("error      %s  %s\n", name, why);
    else if (became == MISSING)
        printf("not found  %s\n", name);
    else if (!all->has_bar || all->options.verbose)
        printf("ok         %s  %llu bytes\n", name,
               (unsigned long long)self->bytes);
    fflush(stdout);
    progress_turned(self->number, became, why, &all->tally);
}

static void count(const download *self, eft_result ended)
{
    tally *so_far = &self->program->tally;

    if (ended.error) {
        so_far->failed++;
        tell(self, FAILED, eft_error_detail());
    } else if (self->missing) {
        so_far->missing++;
        tell(self, MISSING, "");
    } else {
        so_far->ok++;
        tell(self, OK, "");
    }
}

/* Each as soon as it has ended. */
static eft_result count_all(const program *self, const download *downloads,
                            eft_future **tasks)
{
    eft_as_completed *each =
        eft_as_completed_new(tasks, self->list.count, EFT_FOREVER);
    eft_result next = eft_ok();

    while (!next.error && eft_as_completed_more(each)) {
        next = eft_await(eft_as_completed_next(each));
        if (!next.error)
            count(&downloads[next.size],
                  eft_await(eft_future_ref(tasks[next.size])));
    }
    eft_as_completed_free(each);
    return next.error ? next : eft_ok();
}

static eft_result download_all(program *self, download *downloads,
                               eft_future **tasks)
{
    for (size_t i = 0; i < self->list.count; i++) {
        downloads[i] = (download){
            .program = self, .file = &self->list.files[i], .number = i};
        tasks[i] = eft_spawn(run, &downloads[i]);
    }
    eft_result result = count_all(self, downloads, tasks);

    /* Where that was cancelled the others are too, and clean up. */
    for (size_t i = 0; i < self->list.count; i++)
        eft_cancel(tasks[i]);
    for (size_t i = 0; i < self->list.count; i++)
        eft_await(tasks[i]);
    return result;
}

static void sum_up(const program *self, const char *how)
{
    const tally *all = &self->tally;

    progress_away();
    printf("%s%zu ok, %zu not found, %zu error%s; %llu bytes in %.1f s\n", how,
           all->ok, all->missing, all->failed, all->failed == 1 ? "" : "s",
           (unsigned long long)all->bytes,
           (double)(eft_now() - self->begin) / 1000);
    fflush(stdout);
}

static eft_result with_memory(program *self)
{
    download *downloads = calloc(self->list.count, sizeof *downloads);
    eft_future **tasks = calloc(self->list.count, sizeof *tasks);
    eft_result result = eft_failed(EFT_ENOMEM);

    if (downloads && tasks && self->session && self->places) {
        printf("%zu file%s, %zu at a time\n", self->list.count,
               self->list.count == 1 ? "" : "s", self->options.at_once);
        self->has_bar = progress_start(&self->list, &self->tally);
        result = download_all(self, downloads, tasks);
        sum_up(self, result.error ? "stopped: " : "");
    }
    free(downloads);
    free(tasks);
    return result;
}

static eft_result app(void *arg)
{
    program *self = arg;
    const eft_http_session_options wanted = {.limit = self->options.at_once};

    EFT_TRY(save_prepare(self->options.folder));
    self->begin = eft_now();
    self->tally.total = self->list.count;
    self->session = eft_http_session_new(&wanted);
    self->places = eft_semaphore_new(self->options.at_once);
    eft_result result = with_memory(self);

    eft_semaphore_free(self->places);
    eft_http_session_free(self->session);
    if (result.error)
        return result;
    if (ferror(stdout))
        return eft_fail(EFT_EIO, "not all of this could be printed");
    if (self->tally.ok == self->tally.total)
        return eft_ok();
    return eft_fail(EFT_ESTATUS, "%zu of %zu files are not there",
                    self->tally.total - self->tally.ok, self->tally.total);
}

/* On the web eft_run() does not return: what the list holds goes with the
 * page's program. */
int main(int argc, char **argv)
{
    static program self;
    int code = 2;

    if (!options_read(&self.options, &self.list, argc, argv)) {
        fputs("try: downloader --help\n", stderr);
    } else if (self.options.help) {
        options_help();
        code = 0;
    } else {
        code = eft_run(app, &self);
    }
    list_free(&self.list);
    return code;
}
