/* SPDX-License-Identifier: MIT
 * The sentence that travels with an error. */
#include "detail.h"

#include <string.h>

#include "eft/error.h"
#include "loop.h"
#include "memory.h"
#include "task.h"

/* What was said last on a loop's own stack, or where no loop runs. */
static _Thread_local eft__detail outside;

void eft__detail_clear(eft__detail *detail)
{
    if (detail->owned)
        eft__free((void *)(uintptr_t)detail->text);
    *detail = (eft__detail){0};
}

void eft__detail_set(eft__detail *detail, int32_t error, const char *text)
{
    eft__detail_clear(detail);
    detail->error = error;
    detail->text = text;
}

void eft__detail_copy(eft__detail *detail, int32_t error, const char *text)
{
    /* The new text may lie in the old one. */
    char *copy = text ? eft__copy_text(text, strlen(text)) : NULL;

    eft__detail_set(detail, error, copy);
    detail->owned = copy != NULL;
}

void eft__detail_move(eft__detail *detail, eft__detail *from)
{
    eft__detail moved = *from;

    *from = (eft__detail){0};
    eft__detail_clear(detail);
    *detail = moved;
}

void eft__detail_say(eft__detail detail)
{
    eft__loop *loop = eft__loop_here;

    if (loop && loop->current) {
        eft__task_say(loop->current, detail);
        return;
    }
    eft__detail_clear(&outside);
    outside = detail;
}

eft__detail eft__detail_said(void)
{
    const eft__loop *loop = eft__loop_here;

    return loop && loop->current ? eft__task_said(loop->current) : outside;
}

const char *eft_error_detail(void)
{
    const eft__detail detail = eft__detail_said();

    if (detail.text)
        return detail.text;
    return detail.error ? eft_strerror(detail.error) : "";
}
