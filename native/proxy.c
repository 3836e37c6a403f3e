/* SPDX-License-Identifier: MIT
 * Which proxy: the option, or the environment as curl and Python read it. */
#define _POSIX_C_SOURCE 200809L
#include "proxy.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "eft/error.h"
#include "sdk/core/memory.h"

enum { URL_MOST = 2048, HTTP_PORT = 80, SOCKS_PORT = 1080 };

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
    const char *scheme; /* constant */
    const char *user;   /* "user:password", or NULL */
    size_t user_length;
    const char *host;
    size_t host_length;
    uint16_t port;
} parts;

static bool is_socks(const parts *found)
{
    return *found->scheme == 's';
}

/* The first is what a URL without a scheme has. */
static const char *const schemes[] = {"http", "socks5", "socks5h", NULL};

static int32_t parse_scheme(parts *found, const char **url, bool socks,
                            const char **why)
{
    const char *end = strstr(*url, "://");
    size_t length = end ? (size_t)(end - *url) : 0;

    for (size_t i = 0; schemes[i] && (i == 0 || socks); i++) {
        found->scheme = schemes[i];
        found->port = is_socks(found) ? SOCKS_PORT : HTTP_PORT;
        if (!end)
            return 0;
        if (length == strlen(schemes[i]) &&
            strncasecmp(*url, schemes[i], length) == 0) {
            *url = end + 3;
            return 0;
        }
    }
    *why = socks ? "only http://, socks5:// and socks5h:// proxies are "
                   "supported"
                 : "only http:// proxies are supported, not https:// or socks";
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

/* Bytes of the user's name alone. */
static size_t name_length(const parts *found)
{
    const char *colon = memchr(found->user, ':', found->user_length);

    return colon ? (size_t)(colon - found->user) : found->user_length;
}

/* RFC 1929 has one byte for a length; and libcurl takes no NUL. */
static bool is_for_socks(const char *text, size_t length)
{
    enum { MOST = 255 };
    unsigned char plain[URL_MOST + 1];
    size_t size = decode(plain, text, length);

    return size <= MOST && !memchr(plain, 0, size);
}

static bool check_user(const parts *found)
{
    size_t name = found->user ? name_length(found) : 0;

    if (!found->user || !is_socks(found))
        return true;
    return is_for_socks(found->user, name) &&
           (name == found->user_length ||
            is_for_socks(found->user + name + 1,
                         found->user_length - name - 1));
}

/* Whoever reads that as a URL reads what we have read. */
static char *put_encoded(char *to, const char *text, size_t length)
{
    static const char digits[] = "0123456789ABCDEF";
    unsigned char plain[URL_MOST + 1];
    size_t size = decode(plain, text, length);

    for (size_t i = 0; i < size; i++) {
        *to++ = '%';
        *to++ = digits[plain[i] >> 4];
        *to++ = digits[plain[i] & 15];
    }
    return to;
}

static void put_user(char *to, const parts *found)
{
    size_t name = name_length(found);

    to = put_encoded(to, found->user, name);
    if (name == found->user_length)
        return;
    *to++ = ':';
    put_encoded(to, found->user + name + 1, found->user_length - name - 1);
}

static eft__proxy *make(const parts *found, const char *variable_name)
{
    size_t encoded = found->user ? 3 * found->user_length + 16 : 0;
    eft__proxy *proxy =
        eft__alloc_zero(sizeof *proxy + found->host_length + 1 + encoded);

    if (!proxy)
        return NULL;
    proxy->scheme = found->scheme;
    proxy->port = found->port;
    proxy->variable = variable_name;
    proxy->host = (char *)(proxy + 1);
    memcpy(proxy->host, found->host, found->host_length);
    if (found->user && is_socks(found)) {
        proxy->user = proxy->host + found->host_length + 1;
        put_user(proxy->user, found);
    } else if (found->user) {
        proxy->authorization = proxy->host + found->host_length + 1;
        put_authorization(proxy->authorization, found);
    }
    return proxy;
}

static int32_t choose(eft__proxy **proxy, const char *option,
                      const char *const *names, const char *host, uint16_t port,
                      bool socks, eft__proxy_fault *fault)
{
    const char *url = option, *name = NULL;
    parts found = {0};
    int32_t error;

    if (!option)
        url = from_environment(names, host, port, &name);
    *proxy = NULL;
    *fault = (eft__proxy_fault){.variable = name};
    if (!url || !*url)
        return 0;
    error = parse_scheme(&found, &url, socks, &fault->why);
    if (error)
        return error;
    if (strlen(url) > URL_MOST || !parse(&found, url)) {
        fault->why = is_socks(&found)
                         ? "it is no socks5://[user:password@]host[:port]"
                         : "it is no http://[user:password@]host[:port]";
        return EFT_EINVAL;
    }
    if (!check_user(&found)) {
        fault->why = "user and password of SOCKS have no NUL, and at most 255 "
                     "bytes each";
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

    return choose(proxy, option, tls ? wss : ws, host, port, false, fault);
}

int32_t eft__proxy_choose_http(eft__proxy **proxy, const char *option,
                               const char *host, uint16_t port, bool tls,
                               eft__proxy_fault *fault)
{
    static const char *const https[] = {OF_TLS};
    static const char *const http[] = {OF_PLAIN};

    return choose(proxy, option, tls ? https : http, host, port, true, fault);
}
