/* SPDX-License-Identifier: MIT
 * Names and texts of the error codes. */
#include "eft/error.h"

const char *eft_strerror(int32_t error)
{
    switch (error) {
    case EFT_OK:
        return "no error";
#define TEXT_OF(name, number, text)                                            \
    case name:                                                                 \
        return text;
        EFT_ERRORS(TEXT_OF)
#undef TEXT_OF
    default:
        return "unknown error";
    }
}

const char *eft_error_name(int32_t error)
{
    switch (error) {
    case EFT_OK:
        return "EFT_OK";
#define NAME_OF(name, number, text)                                            \
    case name:                                                                 \
        return #name;
        EFT_ERRORS(NAME_OF)
#undef NAME_OF
    default:
        return "EFT_E?";
    }
}

bool eft_error_is(int32_t error, int32_t kind)
{
    if (kind == EFT_ECONNECT)
        return error <= EFT_ECONNECT && error >= EFT_EREDIRECT;
    return error == kind;
}
