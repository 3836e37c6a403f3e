/* SPDX-License-Identifier: MIT
 * Where files go: natively into a folder, by other threads; in a page into
 * Blobs, which it offers as downloads.  These functions are for tasks: they
 * await. */
#ifndef DOWNLOADER_SAVE_H
#define DOWNLOADER_SAVE_H

#include <eft/eft.h>

/* A file that is being written. */
typedef struct save save;

/* save_prepare sees to it that there is a folder, and those that it lies in;
 * NULL: the usual one.
 *
 * Errors:  EFT_EIO      it cannot be made; the sentence says why
 *          EFT_ENOTSUP  a page has no folders */
eft_result save_prepare(const char *folder);

/* save_begin begins a file; number and type, which may be NULL, are the page's.
 *
 * Owns:    copies folder, name and type; gives what save_end() takes, or NULL:
 *          out of memory, which the next two answer. */
save *save_begin(const char *folder, const char *name, size_t number,
                 const char *type);

/* save_write appends to it.
 *
 * Errors:  EFT_EIO, EFT_ENOMEM
 *          EFT_ECANCELED  the task was cancelled; data is not used any more */
eft_result save_write(save *self, const void *data, size_t length);

/* save_end puts the file into its place where result is no error, and else
 * leaves nothing behind.
 *
 * Owns:    takes self and result; gives result, or what went wrong last. */
eft_result save_end(save *self, eft_result result);

#endif
