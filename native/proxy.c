/* SPDX-License-Identifier: MIT
 * Which proxy: the option, or the environment as curl and Python read it. */
#define _POSIX_C_SOURCE 200809L
#include "proxy.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "eft/error.h"
#include "resolve.h"
#include "sdk/core/memory.h"

enum { URL_MOST = 2048, HTTP_PORT = 80 };

/* Exceptions */

/* The bits of an address: 4 or 16 bytes; 0: it is none. */
static size_t read_bits(const char *text, uint8_t *bits)
{
    if (uv_inet_pton(AF_INET, text, bits) == 0)
        return 4;
    return uv_inet_pton(AF_INET6, text, bits) == 0 ? 16 : 0;
}

static bool same_bits(const uint8_t *left, const uint8_t *right, unsigned count)
{
    unsigned whole = count / 8, rest = count % 8;

    if (memcmp(left, right, whole) != 0)
        return false;
    return !rest || (left[whole] ^ right[whole]) >> (8 - rest) == 0;
}

/* "10.0.0.0/8" */
static bool in_network(const char *host, char *network)
{
    char *slash = strchr(network, '/'), *end;
    uint8_t wanted[16], bits[16];
    size_t size;
    unsigned long count;

    if (!slash)
        return false;
    *slash = 0;
    size = read_bits(network, bits);
    count = strtoul(slash + 1, &end, 10);
    return size && end != slash + 1 && !*end && count <= 8 * size &&
           read_bits(host, wanted) == size &&
           same_bits(bits, wanted, (unsigned)count);
}

static bool same_address(const char *left, const char *right)
{
    uint8_t one[16], other[16];
    size_t size = read_bits(left, one);

    return size && read_bits(right, other) == size &&
           memcmp(one, other, size) == 0;
}

/* Is host the name, or below it? */
static bool is_below(const char *host, const char *name)
{
    size_t length = strlen(host), suffix;

    if (*name == '*' && name[1] == '.')
        name++;
    if (*name == '.')
        name++;
    suffix = strlen(name);
    if (!suffix || length < suffix ||
        strcasecmp(host + length - suffix, name) != 0)
        return false;
    return length == suffix || host[length - suffix - 1] == '.';
}

/* Cuts ":port" and brackets off; false: the port is another one. */
static bool fits_port(char **entry, uint16_t port)
{
    char *colon = strrchr(*entry, ':'), *end;

    if (**entry == '[') {
        end = strchr(*entry, ']');
        if (!end)
            return false;
        colon = end[1] == ':' ? end + 1 : NULL;
        *end = 0;
        ++*entry;
    } else if (colon && strchr(*entry, ':') != colon) {
        return true; /* an IPv6 address without brackets */
    }
    if (!colon)
        return true;
    *colon = 0;
    return strtoul(colon + 1, &end, 10) == port && !*end;
}

static bool excepts(char *entry, const char *host, uint16_t port)
{
    if (strcmp(entry, "*") == 0)
        return true;
    return fits_port(&entry, port) &&
           (is_below(host, entry) || same_address(host, entry) ||
            in_network(host, entry));
}

bool eft__proxy_excepts(const char *list, const char *host, uint16_t port)
{
    for (;;) {
        char entry[300];
        size_t length;

        list += strspn(list, ", \t");
        length = strcspn(list, ", \t");
        if (!length)
            return false;
        /* No name is longer: it could not be meant. */
        if (length < sizeof entry) {
            memcpy(entry, list, length);
            entry[length] = 0;
            if (excepts(entry, host, port))
                return true;
        }
        list += length;
    }
}

/* The environment */

/* The first of the names, as many as there are, that is set; *name is which. */
static const char *variable(const char *const *names, const char **name)
{
    const char *value = NULL;

    for (; *names && !value; names++) {
        value = getenv(*names);
        *name = *names;
    }
    return value;
}

/* names: the variables that count, the first one that is set; *name is which.
 */
static const char *from_environment(const char *const *names, const char *host,
                                    uint16_t port, const char **name)
{
    static const char *const exceptions[] = {"no_proxy", "NO_PROXY", NULL};
    const char *value = variable(names, name);

    if (value && *value) {
        const char *which, *except = variable(exceptions, &which);

        if (except && eft__proxy_excepts(except, host, port))
            return NULL;
    }
    return value;
}

/* The URL */

/* Where its parts lie. */
typedef struct parts {
    const char *user; /* "user:password", or NULL */
    size_t user_length;
    const char *host;
    size_t host_length;
    uint16_t port;
} parts;

static int32_t parse_scheme(const char **url, const char **why)
{
    const char *end = strstr(*url, "://");
    size_t length = end ? (size_t)(end - *url) : 0;

    if (!end)
        return 0;
    if (length == 4 && strncasecmp(*url, "http", 4) == 0) {
        *url = end + 3;
        return 0;
    }
    *why = "only http:// proxies are supported, not https:// or socks";
    return EFT_ENOTSUP;
}

static bool parse_port(const char *text, const char *end, uint16_t *port)
{
    unsigned number = 0;

    if (text == end || *text != ':')
        return text == end;
    if (++text == end)
        return true;
    for (; text < end && number <= UINT16_MAX; text++) {
        if (*text < '0' || *text > '9')
            return false;
        number = number * 10 + (unsigned)(*text - '0');
    }
    *port = (uint16_t)number;
    return number && number <= UINT16_MAX;
}

static bool parse_host(parts *found, const char *at, const char *end)
{
    const char *stop = memchr(at, ':', (size_t)(end - at));

    found->host = at;
    if (at < end && *at == '[') {
        found->host++;
        stop = memchr(at, ']', (size_t)(end - at));
        if (!stop)
            return false;
    }
    if (!stop)
        stop = end;
    found->host_length = (size_t)(stop - found->host);
    if (stop < end && *stop == ']')
        stop++;
    return found->host_length && found->host_length < 256 &&
           parse_port(stop, end, &found->port);
}

static bool parse(parts *found, const char *url)
{
    const char *end = url + strcspn(url, "/?#"), *at = NULL;

    for (const char *c = url; c < end; c++) {
        if (*c <= ' ' || *c > '~')
            return false;
        if (*c == '@')
            at = c;
    }
    if (at) {
        found->user = url;
        found->user_length = (size_t)(at - url);
        url = at + 1;
    }
    return parse_host(found, url, end);
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static size_t decode(unsigned char *to, const char *text, size_t length)
{
    size_t size = 0;

    for (size_t i = 0; i < length; i++) {
        int high = i + 2 < length ? digit(text[i + 1]) : -1;
        int low = high >= 0 ? digit(text[i + 2]) : -1;

        if (text[i] == '%' && low >= 0) {
            to[size++] = (unsigned char)(high * 16 + low);
            i += 2;
        } else {
            to[size++] = (unsigned char)text[i];
        }
    }
    return size;
}

/* RFC 7617: "user:password", the colon also where there is no password. */
static void put_authorization(char *to, const parts *found)
{
    static const char scheme[] = "Basic ";
    unsigned char plain[URL_MOST + 2];
    size_t size = decode(plain, found->user, found->user_length);

    if (!memchr(found->user, ':', found->user_length))
        plain[size++] = ':';
    memcpy(to, scheme, sizeof scheme);
    EVP_EncodeBlock((unsigned char *)to + sizeof scheme - 1, plain, (int)size);
}

static eft__proxy *make(const parts *found, const char *variable_name)
{
    size_t encoded = found->user ? 4 * (found->user_length + 3) / 3 + 16 : 0;
    eft__proxy *proxy =
        eft__alloc_zero(sizeof *proxy + found->host_length + 1 + encoded);

    if (!proxy)
        return NULL;
    proxy->port = found->port;
    proxy->variable = variable_name;
    proxy->host = (char *)(proxy + 1);
    memcpy(proxy->host, found->host, found->host_length);
    if (found->user) {
        proxy->authorization = proxy->host + found->host_length + 1;
        put_authorization(proxy->authorization, found);
    }
    return proxy;
}

static int32_t choose(eft__proxy **proxy, const char *option,
                      const char *const *names, const char *host, uint16_t port,
                      eft__proxy_fault *fault)
{
    const char *url = option, *name = NULL;
    parts found = {.port = HTTP_PORT};
    int32_t error;

    if (!option)
        url = from_environment(names, host, port, &name);
    *proxy = NULL;
    *fault = (eft__proxy_fault){.variable = name};
    if (!url || !*url)
        return 0;
    error = parse_scheme(&url, &fault->why);
    if (error)
        return error;
    if (strlen(url) > URL_MOST || !parse(&found, url)) {
        fault->why = "it is no http://[user:password@]host[:port]";
        return EFT_EINVAL;
    }
    *proxy = make(&found, name);
    return *proxy ? 0 : EFT_ENOMEM;
}

/* Those of HTTP, which serve WebSockets too, behind their own. */
#define OF_TLS "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL
#define OF_PLAIN "http_proxy", "all_proxy", "ALL_PROXY", NULL

int32_t eft__proxy_choose(eft__proxy **proxy, const char *option,
                          const char *host, uint16_t port, bool tls,
                          eft__proxy_fault *fault)
{
    static const char *const wss[] = {"wss_proxy", "WSS_PROXY", OF_TLS};
    static const char *const ws[] = {"ws_proxy", "WS_PROXY", OF_PLAIN};

    return choose(proxy, option, tls ? wss : ws, host, port, fault);
}

int32_t eft__proxy_choose_http(eft__proxy **proxy, const char *option,
                               const char *host, uint16_t port, bool tls,
                               eft__proxy_fault *fault)
{
    static const char *const https[] = {OF_TLS};
    static const char *const http[] = {OF_PLAIN};

    return choose(proxy, option, tls ? https : http, host, port, fault);
}
