/* SPDX-License-Identifier: MIT
 * What a request asks of libcurl. */
#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <string.h>

#include "eft/error.h"

/* Design notes.  An easy handle keeps what it was told, and is told what
 * differs. */

/* Bytes that libcurl reads at once, and of a body that goes with its head.  A
 * large body at 64 KiB takes a quarter of the system calls that libcurl's own
 * 16 take; it allocates them for each request, and from 128 on malloc would map
 * them anew each time. */
enum { READ_SIZE = 64 * 1024, WRITE_SIZE = 128 * 1024, SHORT = 16 * 1024 };

/* What all requests have in common */

static void set_callbacks(CURL *easy, eft__http_session *session,
                          eft__http_exchange *exchange)
{
    curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->curl_words);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, eft__http_on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, eft__http_on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, eft__http_on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, eft__http_on_seek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, eft__http_on_attempt);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, eft__http_open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, session);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, eft__http_close_socket);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, session);
}

/* Whom to trust is told connection by connection: http_tls.c. */
static void set_tls(CURL *easy, const eft_http_session_options *options,
                    eft__http_exchange *exchange)
{
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER,
                     options->tls.insecure ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, eft__http_on_tls);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, exchange);
}

/* libcurl counts in seconds. */
static long seconds(int64_t ms)
{
    if (ms < 0 || ms > INT32_MAX)
        return INT32_MAX;
    return ms > 1000 ? (long)(ms / 1000) : 1;
}

/* libcurl copies it.  False: memory ran out. */
static bool set_text(CURL *easy, CURLoption option, const char *text)
{
    return curl_easy_setopt(easy, option, text) == CURLE_OK;
}

static bool set_transport(CURL *easy, const eft_http_session_options *options)
{
    const char *path = options->unix_path;

    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                     options->http1 ? (long)CURL_HTTP_VERSION_1_1
                                    : (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN,
                     seconds(options->keep_alive_ms));
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    if (path && *path == '@')
        return set_text(easy, CURLOPT_ABSTRACT_UNIX_SOCKET, path + 1);
    return !path || set_text(easy, CURLOPT_UNIX_SOCKET_PATH, path);
}

static bool set_manners(CURL *easy, const eft_http_session_options *options)
{
    /* http_unpack.c does it. */
    curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    /* Kerberos would block. */
    curl_easy_setopt(easy, CURLOPT_SOCKS5_AUTH, (long)CURLAUTH_BASIC);
    curl_easy_setopt(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)READ_SIZE);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)WRITE_SIZE);
    /* An abort does not wait until the system has answered about a name. */
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    /* Else libcurl would ask the environment. */
    return set_text(easy, CURLOPT_PROXY, "") &&
           set_text(easy, CURLOPT_NOPROXY, "") &&
           (options->no_cookies || set_text(easy, CURLOPT_COOKIEFILE, ""));
}

/* The handle is new, even where the exchange is not. */
static void forget_told(eft__http_exchange *exchange)
{
    eft__http_route_free(exchange->route);
    exchange->route = NULL;
    exchange->url.length = 0;
    exchange->connect_timeout_ms = 0;
    exchange->cookies = exchange->method = exchange->strange = false;
    exchange->plain = exchange->no_get = false;
}

CURL *eft__http_easy_new(eft__http_session *session,
                         eft__http_exchange *exchange)
{
    CURL *easy = curl_easy_init();

    if (!easy)
        return NULL;
    curl_easy_setopt(easy, CURLOPT_SHARE, session->share);
    set_callbacks(easy, session, exchange);
    set_tls(easy, session->options, exchange);
    forget_told(exchange);
    if (set_transport(easy, session->options) &&
        set_manners(easy, session->options))
        return easy;
    curl_easy_cleanup(easy);
    return NULL;
}

/* Method and body */

/* A short body is copied: libcurl sends it together with the head. */
static bool set_short_body(eft__http_exchange *exchange)
{
    const eft_target_http_request *request = exchange->request;
    size_t length = request->has_body ? (size_t)request->body_length : 0;
    CURL *easy = exchange->easy;

    if (length && !eft__http_buffer_add(&exchange->copy, request->body, length))
        return false;
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                     length ? exchange->copy.data : "");
    return true;
}

static void set_long_body(eft__http_exchange *exchange)
{
    curl_easy_setopt(exchange->easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(exchange->easy, CURLOPT_INFILESIZE_LARGE,
                     (curl_off_t)exchange->request->body_length);
}

static int32_t set_method(eft__http_exchange *exchange)
{
    const eft_target_http_request *request = exchange->request;
    CURL *easy = exchange->easy;
    bool get = strcmp(request->method, "GET") == 0 && !request->has_body;
    bool head = strcmp(request->method, "HEAD") == 0;

    if (exchange->no_get)
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    exchange->no_get = !get;
    if (head)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else if (request->has_body &&
             (request->streams || request->body_length > SHORT))
        set_long_body(exchange);
    else if ((request->has_body || eft__http_wants_body(request->method)) &&
             !set_short_body(exchange))
        return EFT_ENOMEM;
    if ((get || head) && !exchange->method)
        return 0;
    exchange->method = !get && !head;
    if (curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST,
                         exchange->method ? request->method : NULL) != CURLE_OK)
        return EFT_ENOMEM;
    return 0;
}

/* The way there */

static const char *proxy_agent(const eft__http_exchange *exchange)
{
    const char *agent = eft__http_agent(exchange->session->options);

    return exchange->route->proxy && *agent ? agent : NULL;
}

static int32_t set_route(eft__http_exchange *exchange)
{
    eft__http_route *route =
        eft__http_route_of(exchange->session, exchange->request->url);
    CURL *easy = exchange->easy;

    if (!route)
        return EFT_ENOMEM;
    if (route == exchange->route) {
        eft__http_route_free(route);
        return 0;
    }
    eft__http_route_free(exchange->route);
    exchange->route = route;
    curl_easy_setopt(easy, CURLOPT_RESOLVE, route->resolves);
    curl_easy_setopt(easy, CURLOPT_PROXYHEADER,
                     route->authorization ? &route->authorize : NULL);
    /* The agent is for CONNECT; a request has it in its list. */
    return set_text(easy, CURLOPT_USERAGENT, proxy_agent(exchange)) &&
                   set_text(easy, CURLOPT_PROXY,
                            route->proxy ? route->proxy : "")
               ? 0
               : EFT_ENOMEM;
}

/* libcurl would take the URL apart, and put it together again, for each
 * request; with the parts at hand it does neither. */
static int32_t set_url(eft__http_exchange *exchange)
{
    const char *url = exchange->request->url;
    size_t size = strlen(url) + 1;
    eft__http_buffer *known = &exchange->url;

    if (known->length == size && memcmp(known->data, url, size) == 0)
        return 0;
    if (!exchange->parts)
        exchange->parts = curl_url();
    known->length = 0;
    if (!exchange->parts ||
        curl_url_set(exchange->parts, CURLUPART_URL, url, CURLU_PATH_AS_IS) !=
            CURLUE_OK ||
        curl_easy_setopt(exchange->easy, CURLOPT_URL, url) != CURLE_OK ||
        !eft__http_buffer_add(known, url, size))
        return EFT_ENOMEM;
    curl_easy_setopt(exchange->easy, CURLOPT_CURLU, exchange->parts);
    return 0;
}

static void set_timeout(eft__http_exchange *exchange)
{
    int64_t timeout_ms = exchange->request->connect_timeout_ms;

    if (timeout_ms < 0 || timeout_ms > INT32_MAX)
        timeout_ms = INT32_MAX;
    if (timeout_ms == exchange->connect_timeout_ms)
        return;
    exchange->connect_timeout_ms = timeout_ms;
    curl_easy_setopt(exchange->easy, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)timeout_ms);
}

int32_t eft__http_setup(eft__http_exchange *exchange)
{
    int32_t error = set_route(exchange);

    if (!error && exchange->route->error) {
        const eft__http_route *route = exchange->route;

        eft__http_fail(exchange, route->error, "%s%s: %s",
                       route->variable ? "the environment's " : "",
                       route->variable ? route->variable : "proxy", route->why);
        return exchange->error;
    }
    if (!error && exchange->route->tls && !eft__http_tls_check(exchange))
        return exchange->error;
    eft__http_tls_setup(exchange);
    if (!error)
        error = set_method(exchange);
    if (!error)
        error = eft__http_set_headers(exchange);
    if (!error)
        error = set_url(exchange);
    set_timeout(exchange);
    return error;
}
