/* SPDX-License-Identifier: MIT
 * Files of a page: Blobs, which save_web.js gathers. */
#include <emscripten/emscripten.h>
#include <stdlib.h>

#include "save.h"

struct save {
    int number; /* what JavaScript knows it by */
};

/* In save_web.js.  False: the host has no memory for it. */
void downloader_web_begin(int number, const char *name, const char *type);
bool downloader_web_piece(int number, const void *data, size_t length);
bool downloader_web_keep(int number);
void downloader_web_drop(int number);

eft_result save_prepare(const char *folder)
{
    if (!folder)
        return eft_ok();
    return eft_fail(EFT_ENOTSUP, "a page has no folders: leave -d out");
}

save *save_begin(const char *folder, const char *name, size_t number,
                 const char *type)
{
    save *self = malloc(sizeof *self);

    (void)folder;
    if (!self)
        return NULL;
    self->number = (int)number;
    downloader_web_begin(self->number, name, type ? type : "");
    return self;
}

eft_result save_write(save *self, const void *data, size_t length)
{
    if (!self || !downloader_web_piece(self->number, data, length))
        return eft_failed(EFT_ENOMEM);
    return eft_ok();
}

eft_result save_end(save *self, eft_result result)
{
    if (!self)
        return result.error ? result : eft_failed(EFT_ENOMEM);
    if (!result.error && !downloader_web_keep(self->number))
        result = eft_failed(EFT_ENOMEM);
    if (result.error)
        downloader_web_drop(self->number);
    free(self);
    return result;
}
