/* SPDX-License-Identifier: MIT
 * Offers and answers of permessage-deflate. */
#include "deflate_offer.h"

#include <stdio.h>
#include <string.h>

enum { WIDEST = 15, LEVEL = 6, THRESHOLD = 64 };

/* One extension of a header, as far as it concerns us. */
typedef struct extension {
    bool ours;                       /* it is permessage-deflate */
    const char *fault;               /* what is wrong with its parameters */
    bool client_no_context_takeover; /* each was given */
    bool server_no_context_takeover;
    bool has_client_bits;
    bool has_server_bits;
    uint8_t client_bits; /* 0: without a value */
    uint8_t server_bits;
} extension;

/* A name or value, not ended by a NUL. */
typedef struct word {
    const char *begin;
    size_t length;
} word;

/* Reading (RFC 6455 section 9.1) */

static bool is_token_char(char c)
{
    return c > ' ' && c < 0x7F && !strchr("()<>@,;:\\\"/[]?={}", c);
}

static void skip_space(const char **at)
{
    *at += strspn(*at, " \t");
}

static bool read_token(const char **at, word *token)
{
    token->begin = *at;
    while (is_token_char(**at))
        ++*at;
    token->length = (size_t)(*at - token->begin);
    skip_space(at);
    return token->length > 0;
}

static bool is(word name, const char *text)
{
    return name.length == strlen(text) &&
           !memcmp(name.begin, text, name.length);
}

/* A value, in quotes or not, as far as value has room: none that means
 * something is longer.  What stands in quotes must be a token too. */
static bool read_value(const char **at, char value[4])
{
    bool quoted = **at == '"';
    size_t length = 0;

    *at += quoted;
    for (;; ++*at) {
        bool escaped = quoted && **at == '\\';

        *at += escaped;
        if (!is_token_char(**at)) {
            if (escaped)
                return false;
            break;
        }
        if (length < 3)
            value[length] = **at;
        length++;
    }
    value[length < 3 ? length : 3] = 0;
    if (quoted && *(*at)++ != '"')
        return false;
    skip_space(at);
    return length > 0;
}

/* 8 to 15, decimal, without leading zeros (RFC 7692 section 7.1.2); else 0. */
static uint8_t bits_of(const char *value)
{
    if (value[0] >= '8' && value[0] <= '9' && !value[1])
        return (uint8_t)(value[0] - '0');
    if (value[0] == '1' && value[1] >= '0' && value[1] <= '5' && !value[2])
        return (uint8_t)(10 + value[1] - '0');
    return 0;
}

static const char *take_flag(bool *given, bool has_value)
{
    if (*given)
        return "a parameter of permessage-deflate stands twice in its answer";
    *given = true;
    return has_value ? "a parameter of permessage-deflate has a value in its "
                       "answer, which takes none"
                     : NULL;
}

static const char *take_bits(bool *given, uint8_t *bits, const char *value)
{
    const char *fault = take_flag(given, false);

    *bits = value ? bits_of(value) : 0;
    if (!fault && value && !*bits)
        fault = "a window size of permessage-deflate in its answer is not "
                "between 8 and 15";
    return fault;
}

static const char *take_parameter(extension *found, word name,
                                  const char *value)
{
    if (is(name, "client_no_context_takeover"))
        return take_flag(&found->client_no_context_takeover, value);
    if (is(name, "server_no_context_takeover"))
        return take_flag(&found->server_no_context_takeover, value);
    if (is(name, "client_max_window_bits"))
        return take_bits(&found->has_client_bits, &found->client_bits, value);
    if (is(name, "server_max_window_bits")) {
        /* Only the client's may come without a value (section 7.1.2.1). */
        return take_bits(&found->has_server_bits, &found->server_bits,
                         value ? value : "");
    }
    return "permessage-deflate has an unknown parameter in its answer";
}

/* Reads one extension and the comma behind it; false: the header is none. */
static bool read_extension(const char **at, extension *found)
{
    char value[4];
    word name;

    *found = (extension){false, NULL, false, false, false, false, 0, 0};
    if (!read_token(at, &name))
        return false;
    found->ours = is(name, "permessage-deflate");
    while (**at == ';') {
        bool has_value;

        ++*at;
        skip_space(at);
        if (!read_token(at, &name))
            return false;
        has_value = **at == '=';
        if (has_value) {
            ++*at;
            skip_space(at);
            if (!read_value(at, value))
                return false;
        }
        if (!found->fault)
            found->fault =
                take_parameter(found, name, has_value ? value : NULL);
    }
    return !**at || **at == ',';
}

/* A list may have empty places (RFC 7230 section 7). */
static bool has_next(const char **at)
{
    *at += strspn(*at, " \t,");
    return **at != 0;
}

/* Agreeing */

static uint8_t window(uint8_t bits)
{
    return bits ? bits : WIDEST;
}

static uint8_t least(uint8_t one, uint8_t other)
{
    return one < other ? one : other;
}

static eft__deflate_agreed begin(const eft_ws_deflate *wanted)
{
    size_t threshold = wanted->threshold ? wanted->threshold : THRESHOLD;

    return (eft__deflate_agreed){
        .level = wanted->level ? wanted->level : LEVEL,
        .threshold = threshold < UINT32_MAX ? (uint32_t)threshold : UINT32_MAX};
}

static void append(char *to, const char *name, uint8_t bits)
{
    size_t length = strlen(to);

    if (bits)
        snprintf(to + length, EFT__DEFLATE_HEADER - length, "; %s=%u", name,
                 (unsigned)bits);
    else
        snprintf(to + length, EFT__DEFLATE_HEADER - length, "; %s", name);
}

bool eft__deflate_offer(const eft_ws_deflate *wanted,
                        char to[EFT__DEFLATE_HEADER])
{
    uint8_t client = window(wanted->client_max_window_bits);
    uint8_t server = window(wanted->server_max_window_bits);

    to[0] = 0;
    if (wanted->off)
        return false;
    strcpy(to, "permessage-deflate");
    if (wanted->server_no_context_takeover)
        append(to, "server_no_context_takeover", 0);
    if (wanted->client_no_context_takeover)
        append(to, "client_no_context_takeover", 0);
    if (server < WIDEST)
        append(to, "server_max_window_bits", server);
    append(to, "client_max_window_bits", client < WIDEST ? client : 0);
    return true;
}

/* Is the answer one to what was offered?  What the server may demand without
 * being asked, sections 7.1.1 and 7.1.2 say. */
static const char *answer_fault(const eft_ws_deflate *wanted,
                                const extension *found)
{
    uint8_t server = window(wanted->server_max_window_bits);

    if (found->fault)
        return found->fault;
    if (wanted->server_no_context_takeover &&
        !found->server_no_context_takeover)
        return "its answer lacks server_no_context_takeover";
    if (server < WIDEST && !found->has_server_bits)
        return "its answer lacks server_max_window_bits";
    if (found->server_bits > server)
        return "server_max_window_bits in its answer is over what was offered";
    if (found->has_client_bits && !found->client_bits)
        return "client_max_window_bits in its answer has no value";
    if (found->client_bits > window(wanted->client_max_window_bits))
        return "client_max_window_bits in its answer is over what was offered";
    return NULL;
}

const char *eft__deflate_accept(const eft_ws_deflate *wanted,
                                const char *answer, eft__deflate_agreed *agreed)
{
    *agreed = begin(wanted);
    while (answer && has_next(&answer)) {
        const char *fault;
        extension found;

        if (!read_extension(&answer, &found))
            return "its Sec-WebSocket-Extensions is malformed";
        if (!found.ours || wanted->off)
            return "it answered with an extension that was not offered";
        if (agreed->on)
            return "it answered with permessage-deflate twice";
        fault = answer_fault(wanted, &found);
        if (fault)
            return fault;
        agreed->on = true;
        agreed->receive_takeover = !found.server_no_context_takeover;
        agreed->send_takeover = !found.client_no_context_takeover &&
                                !wanted->client_no_context_takeover;
        agreed->receive_bits = window(found.server_bits);
        agreed->send_bits = least(window(found.client_bits),
                                  window(wanted->client_max_window_bits));
    }
    return NULL;
}

/* Meets an offer that has no fault. */
static void meet(const eft_ws_deflate *wanted, const extension *offer,
                 eft__deflate_agreed *agreed, char *answer)
{
    bool server_alone =
        wanted->server_no_context_takeover || offer->server_no_context_takeover;
    bool client_alone =
        wanted->client_no_context_takeover || offer->client_no_context_takeover;

    agreed->on = true;
    agreed->send_takeover = !server_alone;
    agreed->receive_takeover = !client_alone;
    agreed->send_bits = least(window(wanted->server_max_window_bits),
                              window(offer->server_bits));
    agreed->receive_bits = WIDEST;
    strcpy(answer, "permessage-deflate");
    if (server_alone)
        append(answer, "server_no_context_takeover", 0);
    if (client_alone)
        append(answer, "client_no_context_takeover", 0);
    if (offer->has_server_bits)
        append(answer, "server_max_window_bits", agreed->send_bits);
    if (!offer->has_client_bits)
        return;
    agreed->receive_bits = least(window(wanted->client_max_window_bits),
                                 window(offer->client_bits));
    if (agreed->receive_bits < WIDEST)
        append(answer, "client_max_window_bits", agreed->receive_bits);
}

const char *eft__deflate_choose(const eft_ws_deflate *wanted,
                                const char *offers, eft__deflate_agreed *agreed,
                                char answer[EFT__DEFLATE_HEADER])
{
    *agreed = begin(wanted);
    answer[0] = 0;
    while (offers && has_next(&offers)) {
        extension offer;

        if (!read_extension(&offers, &offer))
            return "its Sec-WebSocket-Extensions is malformed";
        if (offer.ours && !offer.fault && !agreed->on && !wanted->off)
            meet(wanted, &offer, agreed, answer);
    }
    return NULL;
}
