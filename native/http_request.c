/* SPDX-License-Identifier: MIT
 * The head of an HTTP request, as a server reads it: RFC 9112. */
#define _POSIX_C_SOURCE 200809L
#include "http_request.h"

#include <string.h>
#include <strings.h>

#include "sdk/core/memory.h"

/* Design notes.  Lines are cut into strings where they lie: their CR, and the
 * colon behind a name, become NULs; the LFs stay, so that the second pass, when
 * the text does not move any more, finds the lines again. */

static const char NO_MEMORY[] = "out of memory";

void eft__http_request_init(eft__http_request *request, size_t limit)
{
    *request = (eft__http_request){.limit = limit};
}

void eft__http_request_fini(eft__http_request *request)
{
    eft__bytes_fini(&request->text);
    eft__free(request->headers);
    request->headers = NULL;
    request->header_count = 0;
}

static bool refuse(eft__http_request *request, int status, const char *why)
{
    request->state = EFT__HTTP_REFUSED;
    request->status = status;
    request->why = why;
    return false;
}

/* Characters */

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t';
}

static bool is_token_character(char byte)
{
    static const char separators[] = "\"(),/:;<=>?@[\\]{}";

    return byte > ' ' && byte <= '~' && !strchr(separators, byte);
}

/* Not a control character but the tab; bytes over 0x7f are anybody's. */
static bool is_value_character(char byte)
{
    return byte == '\t' || ((unsigned char)byte >= ' ' && byte != 0x7f);
}

bool eft__http_is_token(const char *text)
{
    const char *at = text;

    while (is_token_character(*at))
        at++;
    return at != text && !*at;
}

bool eft__http_is_value(const char *text)
{
    while (*text && is_value_character(*text))
        text++;
    return !*text;
}

/* The request line: section 3 */

/* Such as HTTP/1.1, which is the oldest that can be upgraded. */
static bool check_version(eft__http_request *request, const char *version)
{
    if (strlen(version) != 8 || strncmp(version, "HTTP/", 5) != 0 ||
        version[5] < '0' || version[5] > '9' || version[6] != '.' ||
        version[7] < '0' || version[7] > '9')
        return refuse(request, 400, "the request line is malformed");
    if (version[5] != '1' || version[7] == '0')
        return refuse(request, 505, "HTTP/1.1 is wanted");
    return true;
}

static bool check_target(eft__http_request *request, const char *target)
{
    for (; *target; target++)
        if (*target <= ' ' || *target > '~' || *target == '#')
            return refuse(request, 400,
                          "the target has characters that it may not have");
    return true;
}

static bool read_request_line(eft__http_request *request, char *line)
{
    char *target = strchr(line, ' '), *version;

    version = target ? strchr(target + 1, ' ') : NULL;
    if (!version || version == target + 1)
        return refuse(request, 400, "the request line is malformed");
    *target++ = *version++ = 0;
    request->has_line = true;
    if (!eft__http_is_token(line))
        return refuse(request, 400, "the request line is malformed");
    if (!check_version(request, version) || !check_target(request, target))
        return false;
    if (strcmp(line, "GET") != 0)
        return refuse(request, 405, "only GET is understood");
    return true;
}

/* Headers: section 5 */

static bool read_header(eft__http_request *request, char *line, size_t length)
{
    char *colon = memchr(line, ':', length), *value, *end = line + length;

    if (is_space(*line))
        return refuse(request, 400, "a header is folded over two lines");
    if (colon)
        *colon = 0;
    if (!colon || !eft__http_is_token(line))
        return refuse(request, 400, "a header's name is malformed");
    value = colon + 1;
    while (end > value && is_space(end[-1]))
        *--end = 0;
    for (; value < end; value++)
        if (!is_value_character(*value))
            return refuse(request, 400, "a header has a control character");
    if (++request->header_count > EFT__HTTP_HEADERS)
        return refuse(request, 431, "too many headers");
    return true;
}

/* The text does not move any more. */
static bool finish(eft__http_request *request)
{
    char *at = (char *)request->text.block + request->text.begin;

    request->headers =
        eft__alloc((request->header_count + 1) * sizeof *request->headers);
    if (!request->headers)
        return refuse(request, 503, NO_MEMORY);
    if (request->skipped)
        at += 2;
    request->method = at;
    request->target = at + strlen(at) + 1;
    for (size_t i = 0; i < request->header_count; i++) {
        at = strchr(request->target, 0);
        at = i ? (char *)request->headers[i - 1].value : at;
        while (*at != '\n')
            at++;
        request->headers[i].name = ++at;
        at += strlen(at) + 1;
        while (is_space(*at))
            at++;
        request->headers[i].value = at;
    }
    request->state = EFT__HTTP_WHOLE;
    return true;
}

/* One line has come, up to its LF. */
static bool read_line(eft__http_request *request)
{
    char *text = (char *)request->text.block + request->text.begin;
    char *line = text + request->line;
    size_t length = eft__bytes_length(&request->text) - request->line - 1;

    if (!length || line[length - 1] != '\r')
        return refuse(request, 400, "a line ends without a CR");
    line[--length] = 0;
    request->line += length + 2;
    if (memchr(line, 0, length) || memchr(line, '\r', length))
        return refuse(request, 400, "a line has a control character");
    if (!request->has_line && !length && !request->skipped) {
        request->skipped = true; /* section 2.2 */
        return true;
    }
    if (!request->has_line)
        return read_request_line(request, line);
    return length ? read_header(request, line, length) : finish(request);
}

/* Garbage, such as TLS on a plain port, may have no line ends at all. */
static bool check_begin(eft__http_request *request, char byte)
{
    if (eft__bytes_length(&request->text) || is_token_character(byte) ||
        byte == '\r')
        return true;
    return refuse(request, 400, "this is not HTTP");
}

size_t eft__http_request_read(eft__http_request *request, const void *data,
                              size_t length)
{
    const char *at = data;
    size_t done = 0;

    while (done < length && request->state == EFT__HTTP_READING) {
        const char *end = memchr(at + done, '\n', length - done);
        size_t piece = end ? (size_t)(end - at) + 1 - done : length - done;

        if (!check_begin(request, at[done]))
            break;
        if (piece > request->limit - eft__bytes_length(&request->text)) {
            refuse(request, request->has_line ? 431 : 414,
                   "the request is too long");
            break;
        }
        if (!eft__bytes_append(&request->text, at + done, piece)) {
            refuse(request, 503, NO_MEMORY);
            break;
        }
        done += piece;
        if (end)
            read_line(request);
    }
    return done;
}

/* Looking */

const char *eft__http_find(const eft_ws_header *headers, size_t header_count,
                           const char *name, size_t *count)
{
    const char *found = NULL;
    size_t times = 0;

    for (size_t i = 0; i < header_count; i++)
        if (strcasecmp(headers[i].name, name) == 0 && !times++)
            found = headers[i].value;
    if (count)
        *count = times;
    return found;
}

const char *eft__http_element(const char **list, size_t *length)
{
    const char *at = *list;
    const char *end;

    while (is_space(*at) || *at == ',')
        at++;
    if (!*at)
        return NULL;
    end = at + strcspn(at, ",");
    *list = end;
    while (is_space(end[-1]))
        end--;
    *length = (size_t)(end - at);
    return at;
}
