/* SPDX-License-Identifier: MIT
 * The opening handshake: RFC 6455 section 4. */
#define _POSIX_C_SOURCE 200809L
#include "ws.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <libwebsockets.h>

#include "eft/error.h"
#include "random.h"

/* Section 1.3. */
static const char GUID[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

enum { KEY_BYTES = 16, SHA1_BYTES = 20, DEFAULT_PORT = 80, TLS_PORT = 443 };

/* Asking */

static bool add(eft__bytes *to, const char *text)
{
    return eft__bytes_append(to, text, strlen(text));
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
static void make_key(char *key, int key_size, char *accept, int accept_size)
{
    unsigned char nonce[KEY_BYTES], digest[SHA1_BYTES];
    char joined[64];
    int length;

    eft__random_fill(nonce, sizeof nonce);
    lws_b64_encode_string((char *)nonce, sizeof nonce, key, key_size);
    length = snprintf(joined, sizeof joined, "%s%s", key, GUID);
    lws_SHA1((unsigned char *)joined, (size_t)length, digest);
    lws_b64_encode_string((char *)digest, sizeof digest, accept, accept_size);
}

bool eft__handshake_prepare(eft__opening *opening,
                            const eft_target_ws_request *request)
{
    eft__bytes *to = &opening->request;
    char key[32];

    make_key(key, sizeof key, opening->accept, sizeof opening->accept);
    if (!add(to, "GET ") || !add(to, request->target) ||
        !add(to, " HTTP/1.1\r\n") || !add_host(to, request) ||
        !add(to, "Upgrade: websocket\r\n"
                 "Connection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 13\r\n"
                 "Sec-WebSocket-Key: ") ||
        !add(to, key) || !add(to, "\r\n"))
        return false;
    if (opening->subprotocols &&
        (!add(to, "Sec-WebSocket-Protocol: ") ||
         !add(to, opening->subprotocols) || !add(to, "\r\n")))
        return false;
    return add(to, "User-Agent: eft/0.1\r\n");
}

/* Checking */

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* One header's value, "" when there is none; a header that came twice has both
 * values with a comma in between. False when it is longer than any right one.*/
static bool header(struct lws *wsi, enum lws_token_indexes which, char *value,
                   int size)
{
    size_t from = 0, length;

    value[0] = 0;
    if (lws_hdr_total_length(wsi, which) <= 0)
        return true;
    if (lws_hdr_copy(wsi, value, size, which) < 0)
        return false;
    while (is_space(value[from]))
        from++;
    length = strlen(value + from);
    while (length && is_space(value[from + length - 1]))
        length--;
    memmove(value, value + from, length);
    value[length] = 0;
    return true;
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

/* Section 4.1, what the client checks, 1. */
static bool check_status(eft__socket *socket)
{
    unsigned status = lws_http_client_http_response(socket->wsi);
    char line[128];

    /* The parser keeps the line as it came, "404 Not Found", but HTTP/1.0's
     * under another name. */
    if (lws_hdr_total_length(socket->wsi, WSI_TOKEN_HTTP1_0) > 0) {
        eft__socket_fail(socket, EFT_EHANDSHAKE,
                         "%s answered the WebSocket upgrade in HTTP/1.0",
                         socket->peer);
        return false;
    }
    if (status == 101)
        return true;
    if (!header(socket->wsi, WSI_TOKEN_HTTP, line, sizeof line))
        snprintf(line, sizeof line, "%u", status);
    eft__socket_fail(socket, EFT_EHANDSHAKE,
                     "%s answered %s to the WebSocket upgrade", socket->peer,
                     line);
    return false;
}

/* The rest of that list but the subprotocol: a fault, or NULL. */
static const char *find_fault(eft__socket *socket)
{
    struct lws *wsi = socket->wsi;
    char value[512];

    if (!header(wsi, WSI_TOKEN_UPGRADE, value, sizeof value) ||
        strcasecmp(value, "websocket") != 0)
        return "the Upgrade header does not say websocket";
    if (!header(wsi, WSI_TOKEN_CONNECTION, value, sizeof value) ||
        !lists(value, "upgrade", strncasecmp))
        return "the Connection header does not say Upgrade";
    if (!header(wsi, WSI_TOKEN_ACCEPT, value, sizeof value) ||
        strcmp(value, socket->opening->accept) != 0)
        return "the Sec-WebSocket-Accept header does not fit our key";
    if (!header(wsi, WSI_TOKEN_EXTENSIONS, value, sizeof value) || value[0])
        return "an extension that was not asked for";
    /* Neither has a meaning here (RFC 9110 section 8.6, RFC 9112 section
     * 6.1), and libwebsockets would cut the frames by them. */
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) > 0 ||
        lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0)
        return "a 101 with a Content-Length or Transfer-Encoding";
    return NULL;
}

/* Also where the server chose none: as browsers do (WHATWG WebSockets,
 * establishing a connection), so that both worlds mean the same. */
static const char *find_subprotocol_fault(eft__socket *socket, char *chosen,
                                          int size)
{
    const char *wanted = socket->opening->subprotocols;
    bool fits = header(socket->wsi, WSI_TOKEN_PROTOCOL, chosen, size);

    if (fits && !chosen[0])
        return wanted ? "none of the subprotocols was chosen" : NULL;
    if (!wanted)
        return "a subprotocol that was not asked for";
    if (!fits || strchr(chosen, ',') || !lists(wanted, chosen, strncmp))
        return "a subprotocol that was not asked for";
    return NULL;
}

void eft__handshake_check(eft__socket *socket)
{
    char subprotocol[256];
    const char *fault;

    if (!check_status(socket))
        return;
    fault = find_fault(socket);
    if (!fault)
        fault = find_subprotocol_fault(socket, subprotocol, sizeof subprotocol);
    if (fault)
        eft__socket_fail(socket, EFT_EHANDSHAKE,
                         "%s answered the WebSocket upgrade wrongly: %s",
                         socket->peer, fault);
    else
        eft__socket_opened(socket, subprotocol);
}
