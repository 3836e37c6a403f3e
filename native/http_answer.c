/* SPDX-License-Identifier: MIT
 * The answer to a request: what libcurl tells of it. */
#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <string.h>
#include <strings.h>

#include "eft/error.h"
#include "targets/complete.h"

/* Design notes.  What libcurl has read when the core has had enough goes there
 * all the same, up to EXCESS_MOST: as a rule the core wants more before the
 * next read, and then neither has to be told anything.  Behind that libcurl is
 * told to wait; it keeps what it has, and gives it once more.  What was
 * inflated of that already, taken, is passed over then.
 *
 * What is over is not ended by a callback's answer, but has to wait as well,
 * for the next step: how a stream of HTTP/2 is broken off matters. */
enum { EXCESS_MOST = 256 * 1024 };

/* The head */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(const char **text, size_t *length)
{
    while (*length && is_blank(**text))
        ++*text, --*length;
    while (*length && is_blank((*text)[*length - 1]))
        --*length;
}

/* Is one of eight bytes a control?  It may say so of what is not ASCII. */
static bool may_have_control(const char *text)
{
    static const uint64_t ones = UINT64_MAX / 255;
    uint64_t bytes;

    memcpy(&bytes, text, sizeof bytes);
    return ((bytes - ones * ' ') | (bytes + ones)) & ones << 7;
}

/* The last eight overlap those before. */
static bool is_clean(const char *text, size_t length)
{
    const char *last;

    if (length < 8)
        return false;
    for (last = text + length - 8; text < last; text += 8)
        if (may_have_control(text))
            return false;
    return !may_have_control(last);
}

/* RFC 9110 section 5.5: a control becomes a space.  Lends what is behind. */
static char *put(char *to, const char *text, size_t length)
{
    memcpy(to, text, length);
    for (size_t i = is_clean(to, length) ? length : 0; i < length; i++)
        if ((unsigned char)to[i] < ' ' || to[i] == 127)
            to[i] = ' ';
    return to + length;
}

/* "HTTP/1.1 200 OK", or "HTTP/2 200 ". */
static void begin_head(eft__http_exchange *exchange, const char *line,
                       size_t length)
{
    const char *end = line + length, *at = memchr(line, ' ', length);
    size_t size;

    exchange->head.length = 0;
    exchange->length = -1;
    exchange->by_tinyproxy = false;
    exchange->coded = EFT__UNPACK_NONE;
    exchange->version = line[5] == '2'                                   ? 20
                        : length > 7 && line[6] == '.' && line[7] == '0' ? 10
                                                                         : 11;
    exchange->status = 0;
    for (; at && at < end && *at == ' '; at++)
        ;
    for (; at && at < end && *at >= '0' && *at <= '9'; at++)
        exchange->status = exchange->status * 10 + (*at - '0');
    size = at ? (size_t)(end - at) : 0;
    if (size)
        trim(&at, &size);
    if (size >= sizeof exchange->reason)
        size = sizeof exchange->reason - 1;
    if (size)
        put(exchange->reason, at, size);
    exchange->reason[size] = 0;
}

/* RFC 9112 section 5.2: what begins with a blank belongs to the line before. */
static bool fold(eft__http_exchange *exchange, const char *line, size_t length)
{
    eft__http_buffer *head = &exchange->head;
    char *to;

    trim(&line, &length);
    if (!head->length || !length)
        return true;
    to = eft__http_buffer_room(head, length + 1);
    if (!to)
        return false;
    to[-1] = ' ';
    put(to, line, length);
    to[length] = '\n';
    head->length += length + 1;
    return true;
}

/* RFC 9112 section 6.3: who says two lengths means something else than we
 * read. */
static bool check_length(eft__http_exchange *exchange, const char *value,
                         size_t length)
{
    int64_t says = 0;

    for (size_t i = 0; i < length && says < INT64_MAX / 16; i++)
        says = says * 10 + value[i] - '0';
    if (exchange->length >= 0 && exchange->length != says) {
        eft__http_fail(exchange, EFT_EPROTO,
                       "%s: the head of its answer has two Content-Lengths",
                       exchange->route->peer);
        return false;
    }
    exchange->length = says;
    return true;
}

static bool is(const char *name, size_t length, const char *wanted)
{
    return length == strlen(wanted) && strncasecmp(name, wanted, length) == 0;
}

/* What matters here, too. */
static bool look_at(eft__http_exchange *exchange, const char *name,
                    size_t name_length, const char *value, size_t length)
{
    if (is(name, name_length, "content-encoding"))
        exchange->coded = eft__unpack_find(value, length);
    else if (is(name, name_length, "server"))
        exchange->by_tinyproxy =
            length > 9 && strncmp(value, "tinyproxy", 9) == 0;
    return !is(name, name_length, "content-length") ||
           check_length(exchange, value, length);
}

static bool add_line(eft__http_exchange *exchange, const char *line,
                     size_t length)
{
    const char *colon = memchr(line, ':', length), *value;
    size_t name_length, value_length;
    char *to;

    if (is_blank(*line))
        return fold(exchange, line, length);
    if (!colon)
        return true;
    name_length = (size_t)(colon - line);
    value = colon + 1;
    value_length = length - name_length - 1;
    trim(&value, &value_length);
    trim(&line, &name_length);
    if (!look_at(exchange, line, name_length, value, value_length))
        return false;
    to = eft__http_buffer_room(&exchange->head, name_length + value_length + 3);
    if (!to)
        return false;
    to = put(to, line, name_length);
    *to++ = ':';
    *to++ = ' ';
    to = put(to, value, value_length);
    *to = '\n';
    exchange->head.length += name_length + value_length + 3;
    return true;
}

/* Not the server's, but the proxy's, which passes on what has no tunnel of its
 * own.  tinyproxy says 401, as only a server
 * should, where user and password are wrong. */
static bool is_proxys(const eft__http_exchange *exchange, int status)
{
    return exchange->route->proxy && !eft__http_is_tunnelled(exchange->route) &&
           (status == 407 || (status == 401 && exchange->by_tinyproxy));
}

/* RFC 9110 section 15.2: interim answers are not told; but behind 101 comes
 * what is no HTTP, and nobody has asked for it (section 7.8). */
static bool end_interim(eft__http_exchange *exchange, int status)
{
    enum { SWITCHING_PROTOCOLS = 101 };

    if (status != SWITCHING_PROTOCOLS)
        return true;
    eft__http_fail(exchange, EFT_EPROTO,
                   "%s changes to another protocol, unasked: it answered 101",
                   exchange->route->peer);
    return false;
}

static bool end_head(eft__http_exchange *exchange)
{
    const eft_core_http_answer answer = {
        .status = exchange->status,
        .version = exchange->version,
        .reason = exchange->reason,
        .headers = exchange->head.length ? exchange->head.data : "",
        .headers_length = exchange->head.length,
    };

    exchange->status = 0;
    if (answer.status < 200)
        return end_interim(exchange, answer.status);
    if (is_proxys(exchange, answer.status)) {
        eft__http_refused_by_proxy(exchange, answer.status);
        return false;
    }
    exchange->told = true;
    if (exchange->own && !eft__http_own_cookies_tell(exchange)) {
        eft__http_fail(exchange, EFT_ENOMEM, "out of memory");
        return false;
    }
    if (exchange->session->options->no_decompress)
        exchange->coded = EFT__UNPACK_NONE;
    eft_core_http_head(exchange->id, &answer);
    return exchange->request != NULL;
}

/* False: it is over. */
static bool take_line(eft__http_exchange *exchange, const char *line,
                      size_t length)
{
    size_t most = exchange->session->options->max_headers;

    exchange->head_bytes += length;
    if (most && exchange->head_bytes > most) {
        eft__http_fail(exchange, EFT_EPROTO,
                       "%s: the head of its answer is larger than max_headers, "
                       "%zu bytes",
                       exchange->route->peer, most);
        return false;
    }
    if (!exchange->status && length > 5 && memcmp(line, "HTTP/", 5) == 0) {
        begin_head(exchange, line, length);
        return true;
    }
    if (length && (*line == '\r' || *line == '\n'))
        return end_head(exchange);
    if (add_line(exchange, line, length))
        return true;
    eft__http_fail(exchange, EFT_ENOMEM, "out of memory");
    return false;
}

size_t eft__http_on_header(char *line, size_t size, size_t count, void *context)
{
    eft__http_exchange *exchange = context;
    size_t length = size * count;

    if (!exchange->request || exchange->error)
        return CURL_WRITEFUNC_PAUSE;
    /* Trailers are dropped. */
    if (exchange->told || take_line(exchange, line, length))
        return length;
    return CURL_WRITEFUNC_PAUSE;
}

/* The body */

static bool must_wait(const eft__http_exchange *exchange)
{
    return exchange->paused && exchange->excess >= EXCESS_MOST;
}

/* False: it is over. */
static bool told(eft__http_exchange *exchange, size_t length)
{
    (void)eft_core_http_arrived(exchange->id, length);
    if (exchange->paused)
        exchange->excess += length;
    return exchange->request && !exchange->error;
}

static bool pass_on(eft__http_exchange *exchange, const char *data,
                    size_t length)
{
    while (length) {
        size_t room;
        void *to = eft_core_http_room(exchange->id, length, &room);

        if (!to)
            return false;
        if (room > length)
            room = length;
        memcpy(to, data, room);
        data += room;
        length -= room;
        if (!told(exchange, room))
            return false;
    }
    return true;
}

static bool fail_to_inflate(eft__http_exchange *exchange, bool memory)
{
    if (memory)
        eft__http_fail(exchange, EFT_ENOMEM, "out of memory");
    else
        eft__http_fail(exchange, EFT_EPROTO,
                       "%s: the body is not compressed as its "
                       "Content-Encoding says",
                       exchange->route->peer);
    return false;
}

/* Room for what so many bytes may become. */
static size_t room_for(size_t length)
{
    enum { LEAST = 512, MOST = 64 * 1024 };

    return length < MOST / 4 ? 4 * length + LEAST : MOST;
}

/* Inflates what *data begins with, up to where the core has had enough; *full:
 * there may be more in what was read already. */
static bool expand(eft__http_exchange *exchange, const char **data,
                   size_t *length, bool *full)
{
    eft__unpack_status status = EFT__UNPACK_MORE;

    while ((*length || *full) && status == EFT__UNPACK_MORE &&
           !must_wait(exchange)) {
        size_t room, used;
        void *to = eft_core_http_room(exchange->id, room_for(*length), &room);

        if (!to)
            return false;
        used = room;
        status = eft__unpack_read(exchange->unpack, data, length, to, &used);
        *full = used == room;
        if (status == EFT__UNPACK_BROKEN || status == EFT__UNPACK_MEMORY)
            return fail_to_inflate(exchange, status == EFT__UNPACK_MEMORY);
        if (used && !told(exchange, used))
            return false;
    }
    if (status == EFT__UNPACK_END) {
        *length = 0;
        *full = false;
    }
    return true;
}

static size_t inflate_body(eft__http_exchange *exchange, const char *data,
                           size_t count)
{
    size_t length = count - exchange->taken;
    bool full = true;

    if (!exchange->unpack)
        exchange->unpack = eft__unpack_new(exchange->coded);
    if (!exchange->unpack) {
        fail_to_inflate(exchange, true);
        return CURL_WRITEFUNC_PAUSE;
    }
    data += exchange->taken;
    if (!expand(exchange, &data, &length, &full))
        return CURL_WRITEFUNC_PAUSE;
    if (!length && !full) {
        exchange->taken = 0;
        return count;
    }
    exchange->taken = count - length;
    exchange->deaf = true;
    return CURL_WRITEFUNC_PAUSE;
}

size_t eft__http_on_body(char *data, size_t size, size_t count, void *context)
{
    eft__http_exchange *exchange = context;

    count *= size;
    if (!exchange->request || exchange->error)
        return CURL_WRITEFUNC_PAUSE;
    if (must_wait(exchange)) {
        exchange->deaf = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    if (exchange->coded)
        return inflate_body(exchange, data, count);
    return pass_on(exchange, data, count) ? count : CURL_WRITEFUNC_PAUSE;
}
