/* SPDX-License-Identifier: MIT
 * The text of multipart forms, and their boundaries. */
#include "http_form_data.h"

#include <string.h>

static const char type_begin[] = "multipart/form-data; boundary=";

static void put(eft__pen *pen, const void *text, size_t length)
{
    if (length > (size_t)PTRDIFF_MAX - pen->at) {
        pen->too_much = true;
        return;
    }
    if (pen->to && length)
        memcpy(pen->to + pen->at, text, length);
    pen->at += length;
}

static void put_text(eft__pen *pen, const char *text)
{
    put(pen, text, strlen(text));
}

/* WHATWG HTML, "multipart/form-data encoding algorithm": a name's line ends
 * become CR LF before they are escaped, a file name's do not. */
static void put_quoted(eft__pen *pen, const char *text, bool is_name)
{
    put_text(pen, "\"");
    while (*text) {
        size_t plain = strcspn(text, "\"\r\n");

        put(pen, text, plain);
        text += plain;
        bool both = text[0] == '\r' && text[1] == '\n';
        if (*text == '"')
            put_text(pen, "%22");
        else if (both || (*text && is_name))
            put_text(pen, "%0D%0A");
        else if (*text)
            put_text(pen, *text == '\r' ? "%0D" : "%0A");
        text += both ? 2 : *text ? 1 : 0;
    }
    put_text(pen, "\"");
}

static const char *filename_of(const eft_http_part *part)
{
    const char *slash = part->path ? strrchr(part->path, '/') : NULL;

    if (part->filename)
        return part->filename;
    return slash ? slash + 1 : part->path;
}

static void put_head(eft__pen *pen, const eft_http_part *part,
                     const char *boundary)
{
    const char *filename = filename_of(part);
    const char *content_type = part->content_type;

    put_text(pen, "--");
    put_text(pen, boundary);
    put_text(pen, "\r\nContent-Disposition: form-data; name=");
    put_quoted(pen, part->name, true);
    if (filename) {
        put_text(pen, "; filename=");
        put_quoted(pen, filename, false);
        if (!content_type)
            content_type = "application/octet-stream";
    }
    if (content_type) {
        put_text(pen, "\r\nContent-Type: ");
        put_text(pen, content_type);
    }
    put_text(pen, "\r\n\r\n");
}

void eft__form_data_put(eft__pen *pen, const eft_http_request *request,
                        const eft__boundary *boundary, eft__form_file *files)
{
    for (size_t i = 0; i < request->part_count; i++) {
        const eft_http_part *part = &request->parts[i];

        put_head(pen, part, eft__boundary_text(boundary));
        if (part->path && files)
            *files++ = (eft__form_file){.at = pen->at, .length = -1};
        put(pen, part->data, part->length);
        put_text(pen, "\r\n");
    }
    put_text(pen, "--");
    put_text(pen, eft__boundary_text(boundary));
    put_text(pen, "--\r\n");
}

/* The boundary.  What is in memory is looked at below; who writes a file cannot
 * guess it. */

static void choose(eft__boundary *boundary)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
    uint8_t random[24];
    char *to = boundary->type;

    memcpy(to, type_begin, sizeof type_begin - 1);
    to += sizeof type_begin - 1;
    memcpy(to, "----eft-form", 12);
    to += 12;
    eft_target_random(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++)
        *to++ = digits[random[i] & 31];
    *to = 0;
}

static bool holds(const char *data, size_t length, const char *boundary)
{
    const char *end = data + length;

    while (length >= EFT__BOUNDARY_LENGTH) {
        data = memchr(data, '-', length - EFT__BOUNDARY_LENGTH + 1);
        if (!data)
            return false;
        if (!memcmp(data, boundary, EFT__BOUNDARY_LENGTH))
            return true;
        length = (size_t)(end - ++data);
    }
    return false;
}

static bool is_taken(const eft_http_request *request, const char *boundary)
{
    for (size_t i = 0; i < request->part_count; i++)
        if (holds(request->parts[i].data, request->parts[i].length, boundary))
            return true;
    return false;
}

const char *eft__boundary_text(const eft__boundary *boundary)
{
    return boundary->type + sizeof type_begin - 1;
}

void eft__boundary_choose(eft__boundary *boundary,
                          const eft_http_request *request)
{
    do
        choose(boundary);
    while (is_taken(request, eft__boundary_text(boundary)));
}
