/* SPDX-License-Identifier: MIT
 * A server's half of the opening handshake: RFC 6455 section 4.2. */
#define _POSIX_C_SOURCE 200809L
#include "ws_upgrade.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "sdk/core/memory.h"

/* Section 1.3. */
static const char GUID[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

enum { KEY_LENGTH = 24 }; /* of 16 bytes in base64 */

static bool refuse(eft__upgrade *upgrade, int status, const char *why)
{
    upgrade->status = status;
    upgrade->why = why;
    return false;
}

static bool refuse_for_memory(eft__upgrade *upgrade)
{
    return refuse(upgrade, 503, "out of memory");
}

/* Headers */

static const char *find(const eft__http_request *head, const char *name,
                        size_t *count)
{
    return eft__http_find(head->headers, head->header_count, name, count);
}

/* Is token in a list, which may stand in several headers?  Case means
 * nothing. */
static bool lists(const eft__http_request *head, const char *name,
                  const char *token)
{
    for (size_t i = 0; i < head->header_count; i++) {
        const char *list = head->headers[i].value, *at;
        size_t length;

        if (strcasecmp(head->headers[i].name, name) != 0)
            continue;
        while ((at = eft__http_element(&list, &length)))
            if (length == strlen(token) && !strncasecmp(at, token, length))
                return true;
    }
    return false;
}

/* The values of all headers of a name with commas in between; false: no
 * memory.  "" where there is none. */
static bool join(const eft__http_request *head, const char *name,
                 eft__bytes *to)
{
    for (size_t i = 0; i < head->header_count; i++) {
        const char *value = head->headers[i].value;

        if (strcasecmp(head->headers[i].name, name) != 0)
            continue;
        if (!eft__bytes_append(to, ",", eft__bytes_length(to) != 0) ||
            !eft__bytes_append(to, value, strlen(value)))
            return false;
    }
    return eft__bytes_append(to, "", 1);
}

/* Whom the client meant */

static bool is_host(const char *host)
{
    return *host && host[strcspn(host, " \t,/?#@\\\"<>{}|^`")] == 0;
}

/* A client may name the server in its target too, and that is what counts then
 * (RFC 9112 section 3.2.2). */
static bool split_target(eft__upgrade *upgrade, eft__http_request *head)
{
    char *authority = strstr(head->target, "://"), *rest;
    size_t scheme = authority ? (size_t)(authority - head->target) : 0;
    static const char *const schemes[] = {"http", "https", "ws", "wss"};
    bool known = false;

    for (size_t i = 0; authority && i < sizeof schemes / sizeof *schemes; i++)
        known |= strlen(schemes[i]) == scheme &&
                 !strncasecmp(head->target, schemes[i], scheme);
    if (!known)
        return refuse(upgrade, 400, "the target is not a path");
    authority += 3;
    rest = authority + strcspn(authority, "/?");
    upgrade->host = eft__copy_text(authority, (size_t)(rest - authority));
    if (!upgrade->host)
        return refuse_for_memory(upgrade);
    if (*rest == '?')
        *--rest = '/';
    head->target = *rest ? rest : strcpy(head->target, "/");
    return true;
}

static bool check_target(eft__upgrade *upgrade, eft__http_request *head)
{
    size_t hosts;
    const char *host = find(head, "Host", &hosts);

    if (hosts != 1)
        return refuse(upgrade, 400, "there has to be one Host header");
    if (head->target[0] != '/' && !split_target(upgrade, head))
        return false;
    upgrade->request.host = upgrade->host ? upgrade->host : host;
    upgrade->request.target = head->target;
    if (!is_host(upgrade->request.host))
        return refuse(upgrade, 400, "the Host header is malformed");
    return true;
}

/* A body would be taken for frames, or by a proxy for something else (RFC 9112
 * section 11.2). */
static bool check_body(eft__upgrade *upgrade, const eft__http_request *head)
{
    size_t codings, lengths;
    const char *length;

    (void)find(head, "Transfer-Encoding", &codings);
    length = find(head, "Content-Length", &lengths);
    if (codings || lengths > 1 || (length && strcmp(length, "0") != 0))
        return refuse(upgrade, 400, "the request has a body");
    return true;
}

/* Section 4.2.1 */

static bool check_version(eft__upgrade *upgrade, const eft__http_request *head)
{
    size_t versions;
    const char *version = find(head, "Sec-WebSocket-Version", &versions);

    if (!lists(head, "Upgrade", "websocket"))
        return refuse(upgrade, 426, "this is a WebSocket server");
    if (!lists(head, "Connection", "upgrade"))
        return refuse(upgrade, 400, "the Connection header lacks Upgrade");
    if (versions != 1)
        return refuse(upgrade, versions ? 400 : 426,
                      "there has to be one Sec-WebSocket-Version header");
    if (strcmp(version, "13") != 0)
        return refuse(upgrade, 426, "the WebSocket version is 13");
    return true;
}

static bool is_key(const char *key)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";

    return strlen(key) == KEY_LENGTH && strspn(key, digits) == KEY_LENGTH - 2 &&
           strcmp(key + KEY_LENGTH - 2, "==") == 0;
}

static bool check_key(eft__upgrade *upgrade, const eft__http_request *head)
{
    size_t keys;
    const char *key = find(head, "Sec-WebSocket-Key", &keys);
    unsigned char digest[SHA_DIGEST_LENGTH];
    char joined[KEY_LENGTH + sizeof GUID];

    if (keys != 1 || !is_key(key))
        return refuse(upgrade, 400,
                      "Sec-WebSocket-Key has to be 16 bytes in base64");
    snprintf(joined, sizeof joined, "%s%s", key, GUID);
    SHA1((unsigned char *)joined, strlen(joined), digest);
    EVP_EncodeBlock((unsigned char *)upgrade->accept, digest, sizeof digest);
    return true;
}

/* Who may */

static bool is_allowed(const char *origin, const eft_ws_server_options *options)
{
    for (size_t i = 0; i < options->origin_count; i++) {
        const char *allowed = options->origins[i];

        if (allowed && origin ? strcasecmp(allowed, origin) == 0
                              : !allowed && !origin)
            return true;
    }
    return !options->origin_count;
}

static bool check_origin(eft__upgrade *upgrade, const eft__http_request *head,
                         const eft_ws_server_options *options)
{
    size_t origins;
    const char *origin = find(head, "Origin", &origins);

    if (origins > 1)
        return refuse(upgrade, 400, "there are several Origin headers");
    upgrade->request.origin = origin;
    if (!is_allowed(origin, options))
        return refuse(upgrade, 403, "this origin may not connect");
    return true;
}

/* Subprotocols */

/* Cuts the list into strings, in place, and points at them. */
static size_t cut(char *list, const char **names)
{
    const char *at, *rest = list;
    size_t length, count = 0;

    while ((at = eft__http_element(&rest, &length))) {
        char *end = list + (at - list) + length;

        if (*rest)
            rest++;
        *end = 0;
        names[count++] = at;
    }
    return count;
}

static bool are_subprotocols(const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!eft__http_is_token(names[i]))
            return false;
        for (size_t k = 0; k < i; k++)
            if (strcmp(names[i], names[k]) == 0)
                return false;
    }
    return true;
}

static const char *offered(const eft__upgrade *upgrade, const char *name)
{
    for (size_t i = 0; i < upgrade->request.subprotocol_count; i++)
        if (strcmp(upgrade->request.subprotocols[i], name) == 0)
            return upgrade->request.subprotocols[i];
    return NULL;
}

static void choose_subprotocol(eft__upgrade *upgrade,
                               const eft_ws_server_options *options)
{
    const char *found = NULL;

    for (size_t i = 0; !found && i < options->subprotocol_count; i++)
        found = offered(upgrade, options->subprotocols[i]);
    upgrade->request.subprotocol = found ? found : "";
}

/* How many there can be at most: each has a character and a comma. */
static bool read_subprotocols(eft__upgrade *upgrade, const eft__bytes *list)
{
    size_t length = eft__bytes_length(list), most = length / 2 + 1;
    eft_ws_request *request = &upgrade->request;

    upgrade->offered = eft__alloc(most * sizeof *upgrade->offered + length);
    if (!upgrade->offered)
        return refuse_for_memory(upgrade);
    memcpy(upgrade->offered + most, eft__bytes_data(list), length);
    request->subprotocols = upgrade->offered;
    request->subprotocol_count =
        cut((char *)(upgrade->offered + most), upgrade->offered);
    if (!are_subprotocols(request->subprotocols, request->subprotocol_count))
        return refuse(upgrade, 400, "Sec-WebSocket-Protocol is malformed");
    return true;
}

static bool check_subprotocols(eft__upgrade *upgrade,
                               const eft__http_request *head,
                               const eft_ws_server_options *options)
{
    eft__bytes list = {0};
    bool good = join(head, "Sec-WebSocket-Protocol", &list)
                    ? read_subprotocols(upgrade, &list)
                    : refuse_for_memory(upgrade);

    eft__bytes_fini(&list);
    if (good)
        choose_subprotocol(upgrade, options);
    return good;
}

/* Extensions */

static bool check_extensions(eft__upgrade *upgrade,
                             const eft__http_request *head,
                             const eft_ws_server_options *options)
{
    eft__bytes offers = {0};
    const char *fault = NULL;
    bool joined = join(head, "Sec-WebSocket-Extensions", &offers);

    if (joined)
        fault = eft__deflate_choose(&options->deflate,
                                    (const char *)eft__bytes_data(&offers),
                                    &upgrade->deflate, upgrade->extensions);
    eft__bytes_fini(&offers);
    if (!joined)
        return refuse_for_memory(upgrade);
    return !fault || refuse(upgrade, 400, fault);
}

bool eft__upgrade_check(eft__upgrade *upgrade, eft__http_request *head,
                        const eft_ws_server_options *options)
{
    upgrade->request.headers = head->headers;
    upgrade->request.header_count = head->header_count;
    return check_target(upgrade, head) && check_body(upgrade, head) &&
           check_version(upgrade, head) && check_key(upgrade, head) &&
           check_origin(upgrade, head, options) &&
           check_subprotocols(upgrade, head, options) &&
           check_extensions(upgrade, head, options);
}

void eft__upgrade_fini(eft__upgrade *upgrade)
{
    eft__free(upgrade->host);
    eft__free((void *)upgrade->offered);
    eft_result_free(upgrade->request.accepted);
    *upgrade = (eft__upgrade){.status = 0};
}

const char *eft_ws_request_header(const eft_ws_request *request,
                                  const char *name)
{
    return eft__http_find(request->headers, request->header_count, name, NULL);
}

int32_t eft_ws_answer_subprotocol(eft_ws_answer *answer,
                                  const char *subprotocol)
{
    const char *found =
        *subprotocol ? offered(answer->upgrade, subprotocol) : "";

    if (!found)
        return EFT_EINVAL;
    answer->upgrade->request.subprotocol = found;
    return 0;
}
