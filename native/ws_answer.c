/* SPDX-License-Identifier: MIT
 * What a server answers to an opening handshake. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "sdk/core/memory.h"
#include "ws_upgrade.h"

static const struct status {
    int number;
    const char *words;
} statuses[] = {
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {414, "URI Too Long"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

static const char *words_of(int status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (statuses[i].number == status)
            return statuses[i].words;
    return "Refused";
}

static bool add(eft__bytes *to, const char *text)
{
    return eft__bytes_append(to, text, strlen(text));
}

static bool add_headers(eft__bytes *to, const eft__bytes *headers)
{
    return !headers || eft__bytes_append(to, eft__bytes_data(headers),
                                         eft__bytes_length(headers));
}

/* strftime() would say it in the program's language (RFC 9110 section
 * 5.6.7). */
static void write_date(char *to, size_t size)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed",
                                   "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t now = time(NULL);
    struct tm at;

    gmtime_r(&now, &at);
    snprintf(to, size, "Date: %s, %02d %s %d %02d:%02d:%02d GMT\r\n",
             days[at.tm_wday], at.tm_mday, months[at.tm_mon], at.tm_year + 1900,
             at.tm_hour, at.tm_min, at.tm_sec);
}

/* What a status has to say of itself (RFC 9110 sections 15.5.6 and 15.5.22,
 * RFC 6455 section 4.4). */
static const char *extra_of(int status)
{
    if (status == 405)
        return "Allow: GET\r\n";
    if (status == 426)
        return "Upgrade: websocket\r\n"
               "Connection: Upgrade\r\n"
               "Sec-WebSocket-Version: 13\r\n";
    return "";
}

bool eft__answer_refuse(int status, const char *text, const eft__bytes *headers,
                        eft__bytes *to)
{
    const char *words = words_of(status);
    char line[80], length[48], date[96];

    if (!text)
        text = words;
    snprintf(line, sizeof line, "HTTP/1.1 %d %s\r\n", status, words);
    snprintf(length, sizeof length, "Content-Length: %zu\r\n",
             strlen(text) + 1);
    write_date(date, sizeof date);
    return add(to, line) && add(to, date) && add(to, extra_of(status)) &&
           add_headers(to, headers) &&
           add(to, "Connection: close\r\n"
                   "Content-Type: text/plain; charset=utf-8\r\n") &&
           add(to, length) && add(to, "\r\n") && add(to, text) && add(to, "\n");
}

bool eft__answer_agree(const eft_ws_answer *answer, eft__bytes *to)
{
    const eft__upgrade *upgrade = answer->upgrade;
    const char *subprotocol = upgrade->request.subprotocol;

    if (!add(to, "HTTP/1.1 101 Switching Protocols\r\n"
                 "Upgrade: websocket\r\n"
                 "Connection: Upgrade\r\n"
                 "Sec-WebSocket-Accept: ") ||
        !add(to, upgrade->accept) || !add(to, "\r\n"))
        return false;
    if (*subprotocol && (!add(to, "Sec-WebSocket-Protocol: ") ||
                         !add(to, subprotocol) || !add(to, "\r\n")))
        return false;
    if (upgrade->deflate.on &&
        (!add(to, "Sec-WebSocket-Extensions: ") ||
         !add(to, upgrade->extensions) || !add(to, "\r\n")))
        return false;
    return add_headers(to, &answer->headers) && add(to, "\r\n");
}

/* The accept hook's half */

void eft__answer_fini(eft_ws_answer *answer)
{
    eft__free(answer->text);
    answer->text = NULL;
    eft__bytes_fini(&answer->headers);
}

int32_t eft_ws_answer_refuse(eft_ws_answer *answer, int status,
                             const char *text)
{
    char *copy = NULL;

    if (status < 300 || status > 599)
        return EFT_EINVAL;
    if (text) {
        copy = eft__copy_text(text, strlen(text));
        if (!copy)
            return EFT_ENOMEM;
    }
    eft__free(answer->text);
    answer->text = copy;
    answer->status = status;
    return 0;
}

/* Those that say what the connection becomes. */
static bool is_ours(const char *name)
{
    static const char *const ours[] = {"Connection",     "Upgrade",
                                       "Content-Length", "Transfer-Encoding",
                                       "Content-Type",   "Date"};

    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (strcasecmp(name, ours[i]) == 0)
            return true;
    return strncasecmp(name, "Sec-WebSocket-", 14) == 0;
}

int32_t eft_ws_answer_header(eft_ws_answer *answer, const char *name,
                             const char *value)
{
    eft__bytes line = {0};
    bool added;

    if (!eft__http_is_token(name) || is_ours(name) ||
        !eft__http_is_value(value))
        return EFT_EINVAL;
    added = add(&line, name) && add(&line, ": ") && add(&line, value) &&
            add(&line, "\r\n") && add_headers(&answer->headers, &line);
    eft__bytes_fini(&line);
    return added ? 0 : EFT_ENOMEM;
}
