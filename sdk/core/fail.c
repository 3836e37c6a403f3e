/* SPDX-License-Identifier: MIT
 * Errors with a sentence, formatted: apart, so that a program which does not
 * use it is not linked with printf. */
#include <stdarg.h>
#include <stdio.h>

#include "detail.h"
#include "eft/result.h"

eft_result eft_fail(int32_t error, const char *format, ...)
{
    char text[512];
    eft__detail detail = {0};
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    eft__detail_copy(&detail, error, text);
    eft__detail_say(detail);
    return eft_failed(error);
}
