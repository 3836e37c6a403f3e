/* SPDX-License-Identifier: MIT
 * Files as bodies: a page has none. */
#include "eft/http.h"

#include "sdk/core/future.h"

eft_future *eft_http_upload_file(eft_http_upload *upload, const char *path)
{
    (void)upload;
    (void)path;
    return eft__future_failed(EFT_ENOTSUP, "a page has no files");
}
