/* SPDX-License-Identifier: MIT
 * Errors that nobody has looked at. */
#include "eft/error.h"
#include "eft/log.h"
#include "future.h"
#include "text.h"

void eft__future_unseen(const eft_future *future)
{
    const eft_result *result = &future->result;
    eft__text text;

    text.length = 0;
    /* A task with a name has a class of its own, which says "task NAME". */
    eft__text_add(&text,
                  future->type->fini ? "the error of " : "the error of a ");
    eft__text_add(&text, future->type->name);
    eft__text_add(&text, " was never retrieved: ");
    eft__text_add(&text,
                  result->ptr ? result->ptr : eft_strerror(result->error));
    eft_log_line(EFT_LOG_ERROR, text.line);
}
