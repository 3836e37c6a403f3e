/* SPDX-License-Identifier: MIT
 * The opening handshake: RFC 6455 section 4. */
#define _POSIX_C_SOURCE 200809L
#include "ws.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "eft/error.h"
#include "sdk/core/memory.h"
#include "targets/world.h"

/* Section 1.3. */
static const char GUID[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

enum { KEY_BYTES = 16, DEFAULT_PORT = 80, TLS_PORT = 443 };

/* Asking */

static bool add(eft__bytes *to, const char *text)
{
    return eft__bytes_append(to, text, strlen(text));
}

/* NULL and "" leave it out. */
static bool add_field(eft__bytes *to, const char *name, const char *value)
{
    return !value || !*value ||
           (add(to, name) && add(to, ": ") && add(to, value) &&
            add(to, "\r\n"));
}

static bool add_host(eft__bytes *to, const eft_target_ws_request *request)
{
    bool six = strchr(request->host, ':') != NULL;
    char port[16] = "";

    if (request->port != (request->tls ? TLS_PORT : DEFAULT_PORT))
        snprintf(port, sizeof port, ":%u", (unsigned)request->port);
    return add(to, six ? "Host: [" : "Host: ") && add(to, request->host) &&
           add(to, six ? "]" : "") && add(to, port) && add(to, "\r\n");
}

/* Writes a fresh key, and what the server must make of it. */
static void make_key(char *key, char *accept)
{
    unsigned char nonce[KEY_BYTES], digest[SHA_DIGEST_LENGTH];
    char joined[64];
    int length;

    eft_target_random(nonce, sizeof nonce);
    EVP_EncodeBlock((unsigned char *)key, nonce, sizeof nonce);
    length = snprintf(joined, sizeof joined, "%s%s", key, GUID);
    SHA1((unsigned char *)joined, (size_t)length, digest);
    EVP_EncodeBlock((unsigned char *)accept, digest, sizeof digest);
}

static bool add_extensions(eft__bytes *to, const eft__opening *opening)
{
    char offer[EFT__DEFLATE_HEADER];

    return !eft__deflate_offer(&opening->deflate, offer) ||
           add_field(to, "Sec-WebSocket-Extensions", offer);
}

static bool add_headers(eft__bytes *to, const eft_ws_options *options)
{
    for (size_t i = 0; i < options->header_count; i++) {
        const eft_ws_header *header = &options->headers[i];

        if (!add(to, header->name) || !add(to, ": ") ||
            !add(to, header->value) || !add(to, "\r\n"))
            return false;
    }
    return true;
}

bool eft__handshake_prepare(eft__opening *opening,
                            const eft_target_ws_request *request)
{
    eft__bytes *to = &opening->request;
    char key[32];

    make_key(key, opening->accept);
    return add(to, "GET ") && add(to, request->target) &&
           add(to, " HTTP/1.1\r\n") && add_host(to, request) &&
           add(to, "Upgrade: websocket\r\n"
                   "Connection: Upgrade\r\n"
                   "Sec-WebSocket-Version: 13\r\n") &&
           add_field(to, "Sec-WebSocket-Key", key) &&
           add_field(to, "Sec-WebSocket-Protocol", opening->subprotocols) &&
           add_extensions(to, opening) &&
           add_field(to, "Origin", request->options->origin) &&
           add_field(to, "User-Agent", opening->user_agent) &&
           add_field(to, "Authorization", request->authorization) &&
           add_headers(to, request->options) && add(to, "\r\n");
}

/* Checking */

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* Is token in a list with commas?  Only case tells two subprotocols apart;
 * the tokens of Upgrade and Connection have none. */
static bool lists(const char *list, const char *token,
                  int (*compare)(const char *, const char *, size_t))
{
    size_t length = strlen(token);

    for (;;) {
        size_t size;

        while (is_space(*list))
            list++;
        size = strcspn(list, ",");
        while (size && is_space(list[size - 1]))
            size--;
        if (size == length && compare(list, token, size) == 0)
            return true;
        list = strchr(list, ',');
        if (!list++)
            return false;
    }
}

/* Where it is that the server wants to see us. */
static bool keep_location(eft__opening *opening, const eft__head *head)
{
    eft__head_field field;
    size_t at = 0;

    while (eft__head_next(head, &at, &field))
        if (field.name_length == 8 &&
            strncasecmp(field.name, "Location", 8) == 0) {
            opening->location = eft__copy_text(field.value, field.value_length);
            return opening->location != NULL;
        }
    return true;
}

/* Section 4.1, what the client checks, 1. */
static bool check_status(eft__socket *socket, const eft__head *head)
{
    char line[128];

    if (head->minor == 0) {
        eft__socket_fail(socket, EFT_EHANDSHAKE,
                         "%s answered the WebSocket upgrade in HTTP/1.0",
                         socket->peer);
        return false;
    }
    if (head->status == 101)
        return true;
    socket->opening->status = head->status;
    eft__head_quote(head, line, sizeof line);
    if (keep_location(socket->opening, head))
        eft__socket_fail(socket, EFT_EHANDSHAKE,
                         "%s answered %s to the WebSocket upgrade",
                         socket->peer, line);
    else
        eft__socket_fail(socket, EFT_ENOMEM, "out of memory");
    return false;
}

/* The rest of that list but the subprotocol: a fault, or NULL. */
static const char *find_fault(const eft__opening *opening,
                              const eft__head *head)
{
    char value[512];

    if (eft__head_get(head, "Upgrade", value, sizeof value) < 1 ||
        strcasecmp(value, "websocket") != 0)
        return "the Upgrade header does not say websocket";
    if (eft__head_get(head, "Connection", value, sizeof value) < 1 ||
        !lists(value, "upgrade", strncasecmp))
        return "the Connection header does not say Upgrade";
    if (eft__head_get(head, "Sec-WebSocket-Accept", value, sizeof value) != 1 ||
        strcmp(value, opening->accept) != 0)
        return "the Sec-WebSocket-Accept header does not fit our key";
    /* Neither has a meaning here (RFC 9110 section 8.6, RFC 9112 section 6.1):
     * who sends them, or stands in between, may mean a body. */
    if (eft__head_get(head, "Content-Length", value, sizeof value) != 0 ||
        eft__head_get(head, "Transfer-Encoding", value, sizeof value) != 0)
        return "a 101 with a Content-Length or Transfer-Encoding";
    return NULL;
}

static const char *find_extension_fault(eft__opening *opening,
                                        const eft__head *head)
{
    char value[1024];
    int count =
        eft__head_get(head, "Sec-WebSocket-Extensions", value, sizeof value);

    if (count < 0)
        return "its extensions are more than could have been asked for";
    return eft__deflate_accept(&opening->deflate, count ? value : NULL,
                               &opening->agreed);
}

static const char *find_subprotocol_fault(const eft__opening *opening,
                                          const eft__head *head, char *chosen,
                                          size_t size)
{
    const char *wanted = opening->subprotocols;
    int count = eft__head_get(head, "Sec-WebSocket-Protocol", chosen, size);

    if (count > 1)
        return "the Sec-WebSocket-Protocol header came more than once";
    if (count == 0)
        return NULL;
    if (!wanted || count < 0 || strchr(chosen, ',') ||
        !lists(wanted, chosen, strncmp))
        return "a subprotocol that was not asked for";
    return NULL;
}

/* A server that chooses none breaks no rule (RFC 6455 section 4.1), but
 * browsers do not connect then (WHATWG WebSockets, establishing a connection):
 * so that both worlds mean the same, no more do we. */
static bool lacks_subprotocol(const eft__socket *socket, const char *chosen)
{
    return socket->opening->subprotocols && !*chosen;
}

void eft__handshake_check(eft__socket *socket, const eft__head *head)
{
    char subprotocol[256] = "";
    const char *fault;

    if (!check_status(socket, head))
        return;
    fault = find_fault(socket->opening, head);
    if (!fault)
        fault = find_extension_fault(socket->opening, head);
    if (!fault)
        fault = find_subprotocol_fault(socket->opening, head, subprotocol,
                                       sizeof subprotocol);
    if (fault)
        eft__socket_fail(socket, EFT_EHANDSHAKE,
                         "%s answered the WebSocket upgrade wrongly: %s",
                         socket->peer, fault);
    else if (lacks_subprotocol(socket, subprotocol))
        eft__socket_fail(socket, EFT_EHANDSHAKE,
                         "%s knows none of the subprotocols that were asked "
                         "for: %s",
                         socket->peer, socket->opening->subprotocols);
    else
        eft__socket_opened(socket, subprotocol);
}
