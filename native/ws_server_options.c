/* SPDX-License-Identifier: MIT
 * The options of a WebSocket server: checks and copies. */
#define _POSIX_C_SOURCE 200809L
#include "ws_server.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>

#include "eft/combine.h"
#include "sdk/core/memory.h"

enum {
    DEFAULT_CONNECTIONS = 10000,
    DEFAULT_HANDSHAKES = 512,
    DEFAULT_REQUEST = 16 * 1024,
    DEFAULT_MESSAGE = 1024 * 1024,
    DEFAULT_TIMEOUT_MS = 10000
};

/* Checking */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Behind the host; browsers leave the scheme's own port out. */
static bool is_port(const char *text, bool tls)
{
    size_t length = strspn(text, "0123456789");
    unsigned long port = length < 6 ? strtoul(text, NULL, 10) : 0;

    return *text != '0' && !text[length] && port && port <= 65535 &&
           port != (tls ? 443 : 80);
}

static bool is_place(const char *text, bool tls)
{
    bool six = *text == '[';
    const char *host = text + six, *at = host;

    if (six)
        at += strspn(at, "0123456789abcdefABCDEF:.");
    else
        while (is_letter(*at) || is_digit(*at) || (*at && strchr("-._~", *at)))
            at++;
    if (at == host || (six && *at++ != ']'))
        return false;
    return !*at || (*at == ':' && is_port(at + 1, tls));
}

/* Can a browser send that?  RFC 6454 section 6.2. */
static bool is_origin(const char *text)
{
    const char *end = strstr(text, "://");
    bool good = is_letter(*text);

    if (!end)
        return strcasecmp(text, "null") == 0;
    for (const char *at = text; at < end; at++)
        good = good && (is_letter(*at) || is_digit(*at) || strchr("+-.", *at));
    if (strcasecmp(text, "file://") == 0)
        return true;
    return good && is_place(end + 3, strncasecmp(text, "https:", 6) == 0);
}

static const char *find_fault_of_lists(const eft_ws_server_options *options)
{
    if (options->subprotocol_count && !options->subprotocols)
        return "subprotocols: there are none, in spite of subprotocol_count";
    if (options->subprotocols && !options->subprotocol_count)
        return "subprotocols: subprotocol_count does not say how many there "
               "are";
    if (options->origin_count && !options->origins)
        return "origins: there are none, in spite of origin_count";
    if (options->origins && !options->origin_count)
        return "origins: origin_count does not say how many there are";
    for (size_t i = 0; i < options->subprotocol_count; i++)
        if (!options->subprotocols[i] ||
            !eft__http_is_token(options->subprotocols[i]))
            return "subprotocols: a subprotocol is one or more visible ASCII "
                   "characters, without separators";
    for (size_t i = 0; i < options->origin_count; i++)
        if (options->origins[i] && !is_origin(options->origins[i]))
            return "origins: one could never match: browsers send "
                   "scheme://host or scheme://host:port, without the scheme's "
                   "own port";
    return NULL;
}

static const char *find_fault_of_texts(const eft_ws_server_options *options)
{
    if (options->unix_path && options->address)
        return "address and unix_path exclude each other";
    if (options->unix_path && options->port)
        return "port and unix_path exclude each other";
    if (options->unix_path && (!options->unix_path[0] ||
                               strlen(options->unix_path) >=
                                   sizeof((struct sockaddr_un *)0)->sun_path))
        return "unix_path is empty or too long";
    if (options->address && !options->address[0])
        return "address is empty";
    return find_fault_of_lists(options);
}

static const char *find_fault_of_tls(const eft_ws_server_options *options)
{
    const eft_tls_options *tls = &options->tls;
    bool authorities = tls->ca_file || tls->ca_text;

    if (tls->server_name)
        return "tls.server_name is a client's";
    if (tls->insecure)
        return "tls.insecure is a client's";
    if (!tls->certificate_file &&
        (tls->key_file || tls->key_password || authorities))
        return "TLS needs tls.certificate_file";
    if (options->client_certificate && !authorities)
        return "client_certificate needs tls.ca_file or tls.ca_text";
    return NULL;
}

static bool is_window(uint8_t bits)
{
    return !bits || (bits >= 9 && bits <= 15);
}

static const char *find_fault_of_numbers(const eft_ws_server_options *options)
{
    const eft_ws_deflate *deflate = &options->deflate;

    if (options->open_timeout_ms < EFT_FOREVER)
        return "open_timeout_ms: it is less than -1";
    if (options->close_timeout_ms < EFT_FOREVER)
        return "close_timeout_ms: it is less than -1";
    if (options->ping_interval_ms < EFT_FOREVER)
        return "ping_interval_ms: it is less than -1";
    if (options->ping_timeout_ms < EFT_FOREVER)
        return "ping_timeout_ms: it is less than -1";
    if (!is_window(deflate->client_max_window_bits) ||
        !is_window(deflate->server_max_window_bits))
        return "deflate's window bits are 9 to 15";
    if (deflate->level > 9)
        return "deflate.level is 1 to 9";
    return NULL;
}

int32_t eft__server_options_check(const eft_ws_server_options *options,
                                  const char **why)
{
    *why = !options || !options->serve ? "serve is missing" : NULL;
    if (!*why)
        *why = find_fault_of_texts(options);
    if (!*why)
        *why = find_fault_of_tls(options);
    if (!*why)
        *why = find_fault_of_numbers(options);
    return *why ? EFT_EINVAL : 0;
}

/* Copying */

static void *keep(eft_ws_server *server, const void *bytes, size_t length)
{
    eft__kept *kept = eft__alloc(sizeof *kept + length);

    if (!kept)
        return NULL;
    kept->next = server->kept;
    server->kept = kept;
    return memcpy(kept->bytes, bytes, length);
}

static bool keep_text(eft_ws_server *server, const char **text)
{
    if (*text)
        *text = keep(server, *text, strlen(*text) + 1);
    else
        return true;
    return *text != NULL;
}

static bool keep_texts(eft_ws_server *server, const char *const **texts,
                       size_t count)
{
    const char **copies;

    if (!count)
        return true;
    copies = keep(server, *texts, count * sizeof *copies);
    for (size_t i = 0; copies && i < count; i++)
        if (!keep_text(server, &copies[i]))
            return false;
    *texts = copies;
    return copies != NULL;
}

static void fill_in(eft_ws_server_options *options)
{
    if (!options->address && !options->unix_path)
        options->address = "127.0.0.1";
    if (!options->max_connections)
        options->max_connections = DEFAULT_CONNECTIONS;
    if (!options->max_handshakes)
        options->max_handshakes = DEFAULT_HANDSHAKES;
    if (!options->max_request)
        options->max_request = DEFAULT_REQUEST;
    if (!options->max_message)
        options->max_message = DEFAULT_MESSAGE;
    if (!options->open_timeout_ms)
        options->open_timeout_ms = DEFAULT_TIMEOUT_MS;
    if (!options->close_timeout_ms)
        options->close_timeout_ms = DEFAULT_TIMEOUT_MS;
}

bool eft__server_options_copy(eft_ws_server *server,
                              const eft_ws_server_options *options)
{
    eft_ws_server_options *copy = &server->options;
    eft_tls_options *tls = &copy->tls;

    *copy = *options;
    fill_in(copy);
    server->of_each = (eft_ws_options){
        .close_timeout_ms = copy->close_timeout_ms,
        .ping_interval_ms = copy->ping_interval_ms,
        .ping_timeout_ms = copy->ping_timeout_ms,
        .max_message = copy->max_message,
        .receive_queue = copy->receive_queue,
        .write_limit = copy->write_limit,
        .fragments = copy->fragments,
        .deflate = copy->deflate,
    };
    return keep_text(server, &copy->address) &&
           keep_text(server, &copy->unix_path) &&
           keep_texts(server, &copy->subprotocols, copy->subprotocol_count) &&
           keep_texts(server, &copy->origins, copy->origin_count) &&
           keep_text(server, &tls->certificate_file) &&
           keep_text(server, &tls->key_file) &&
           keep_text(server, &tls->key_password) &&
           keep_text(server, &tls->ca_file) && keep_text(server, &tls->ca_text);
}

void eft__server_options_free(eft_ws_server *server)
{
    while (server->kept) {
        eft__kept *kept = server->kept;

        server->kept = kept->next;
        eft__free(kept);
    }
}
