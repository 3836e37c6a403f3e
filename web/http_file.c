/* SPDX-License-Identifier: MIT
 * Files as bodies: a page has none. */
#include "eft/error.h"
#include "sdk/core/future.h"
#include "targets/world.h"

eft_result eft_target_file_length(const char *path, int64_t *length)
{
    *length = -1;
    return eft_fail(EFT_ENOTSUP, "%s: a page has no files", path);
}

eft_future *eft_target_file_upload(eft_http_upload *upload, const char *path,
                                   int64_t length)
{
    (void)upload;
    (void)path;
    (void)length;
    return eft__future_failed(EFT_ENOTSUP, "a page has no files");
}
