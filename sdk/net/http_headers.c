/* SPDX-License-Identifier: MIT
 * What a program may give for a request's head: lists, headers, users. */
#include "http_headers.h"

#include <string.h>

#include "eft/error.h"
#include "header_check.h"

enum {
    MOST_HEADERS = 1024,
    MOST_BYTES = 64 << 10 /* of one list */
};

/* Why a header of that name may not be given, or NULL. */
static const char *fault_of_name(const char *name)
{
    static const char *const owned[] = {
        "Host",    "Connection",       "Content-Length", "Transfer-Encoding",
        "Expect",  "Upgrade",          "Keep-Alive",     "TE",
        "Trailer", "Proxy-Connection",
    };

    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        if (eft__is_same_name(name, owned[i]))
            return "belongs to the transport";
    return NULL;
}

static int32_t check_header(const eft_http_pair *header, eft__http_words *words)
{
    if (!eft__is_token(header->name))
        return eft__http_refuse(
            words, EFT_EINVAL,
            "headers: the name of a header is one or more visible ASCII "
            "characters, without separators");
    if (!eft__is_header_value(header->value))
        return eft__http_refuse(words, EFT_EINVAL,
                                "headers: the value of %.64s is missing, or "
                                "holds a control character",
                                header->name);
    const char *fault = fault_of_name(header->name);
    if (fault)
        return eft__http_refuse(words, EFT_EINVAL, "headers: %.64s %s",
                                header->name, fault);
    return 0;
}

int32_t eft__http_list_check(const void *list, size_t count, const char *name,
                             eft__http_words *words)
{
    if (count && !list)
        return eft__http_refuse(words, EFT_EINVAL,
                                "%s: there are none, in spite of their count",
                                name);
    if (list && !count)
        return eft__http_refuse(words, EFT_EINVAL,
                                "%s: their count does not say how many there "
                                "are",
                                name);
    return 0;
}

int32_t eft__http_headers_check(const eft_http_pair *headers, size_t count,
                                eft__http_words *words)
{
    int32_t error = eft__http_list_check(headers, count, "headers", words);
    size_t size = 0;

    if (!error && count > MOST_HEADERS)
        return eft__http_refuse(
            words, EFT_EINVAL, "headers: there are more than %d", MOST_HEADERS);
    for (size_t i = 0; !error && i < count; i++) {
        error = check_header(&headers[i], words);
        if (!error)
            size += strlen(headers[i].name) + strlen(headers[i].value) + 4;
        if (size > MOST_BYTES)
            return eft__http_refuse(words, EFT_EINVAL,
                                    "headers: they have more than 64 KiB");
    }
    return error;
}

bool eft__http_headers_have(const eft_http_pair *headers, size_t count,
                            const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (eft__is_same_name(headers[i].name, name))
            return true;
    return false;
}

/* RFC 7617 section 2. */
int32_t eft__http_user_check(const char *user, eft__http_words *words)
{
    enum { MOST = 4096 };

    if (!user)
        return 0;
    if (!eft__is_header_value(user) || strchr(user, '\t'))
        return eft__http_refuse(words, EFT_EINVAL,
                                "user: it holds a control character");
    if (strlen(user) > MOST)
        return eft__http_refuse(words, EFT_EINVAL,
                                "user: it has more than %d bytes", MOST);
    return 0;
}
