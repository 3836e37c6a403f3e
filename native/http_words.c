/* SPDX-License-Identifier: MIT
 * Why a request failed: what libcurl says, as error and sentence. */
#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "eft/error.h"

/* Who it is that does not let us connect. */
static void name_target(const eft__http_exchange *exchange, char *name,
                        size_t size)
{
    const eft__http_route *route = exchange->route;
    const char *path = exchange->session->options
                           ? exchange->session->options->unix_path
                           : NULL;

    if (route->proxy)
        snprintf(name, size, "the proxy %s", route->proxy_peer);
    else
        snprintf(name, size, "%s", path ? path : route->peer);
}

/* Whatever is wrong with a proxy is one kind of error. */
static int32_t error_of(const eft__http_exchange *exchange, int32_t error)
{
    return exchange->route->proxy ? EFT_EPROXY : error;
}

static int system_error(const eft__http_exchange *exchange)
{
    long error = 0;

    curl_easy_getinfo(exchange->easy, CURLINFO_OS_ERRNO, &error);
    return (int)error;
}

static void fail_to_connect(eft__http_exchange *exchange)
{
    int error = system_error(exchange);
    const char *words =
        error ? uv_strerror(uv_translate_sys_error(error)) : "no connection";
    char name[300];

    name_target(exchange, name, sizeof name);
    switch (error) {
    case ENOMEM:
        eft__http_fail(exchange, EFT_ENOMEM, "out of memory");
        return;
    case ECONNREFUSED:
        eft__http_fail(exchange, error_of(exchange, EFT_EREFUSED),
                       "%s refused the connection", name);
        return;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EADDRNOTAVAIL:
    case ETIMEDOUT:
        eft__http_fail(exchange, error_of(exchange, EFT_EUNREACHABLE),
                       "%s cannot be reached: %s", name, words);
        return;
    default:
        eft__http_fail(exchange, error_of(exchange, EFT_ECONNECT),
                       "could not connect to %s: %s", name, words);
    }
}

static void fail_to_resolve(eft__http_exchange *exchange)
{
    const eft__http_route *route = exchange->route;
    char name[300];

    name_target(exchange, name, sizeof name);
    if (route->proxy)
        eft__http_fail(exchange, EFT_EPROXY, "could not resolve %s", name);
    else
        eft__http_fail(exchange, EFT_ERESOLVE, "could not resolve %s",
                       route->host);
}

void eft__http_refused_by_proxy(eft__http_exchange *exchange, int status)
{
    const eft__http_route *route = exchange->route;
    char name[300];

    name_target(exchange, name, sizeof name);
    /* tinyproxy says 401 where user and password are wrong. */
    if (status == 407 || status == 401)
        eft__http_fail(exchange, EFT_EPROXY, "%s %s: it answered %d", name,
                       route->authorization
                           ? "does not accept user and password"
                           : "wants user and password",
                       status);
    else
        eft__http_fail(exchange, EFT_EPROXY,
                       "%s does not connect to %s: it answered %d", name,
                       route->peer, status);
}

static void fail_at_tls(eft__http_exchange *exchange)
{
    const char *words = eft__http_tls_words(exchange);

    eft__http_fail(exchange, EFT_ETLS, "TLS with %s failed: %s",
                   exchange->route->peer,
                   words ? words : "the connection ended");
}

static void time_out(eft__http_exchange *exchange)
{
    eft__http_fail(exchange, EFT_ETIMEDOUT,
                   "no connection to %s within connect_timeout_ms, %" PRId64
                   " ms",
                   exchange->route->peer, exchange->connect_timeout_ms);
}

/* Connections that end */

/* The system's reason, where there is one: of a transfer that a system call
 * ended.  Where libcurl only saw the end, its last number is of something
 * before, such as another address that did not answer. */
static const char *why_lost(const eft__http_exchange *exchange, CURLcode code)
{
    int error = 0;

    if (code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR)
        error = system_error(exchange);
    return error ? uv_strerror(uv_translate_sys_error(error)) : NULL;
}

static void lose_body(eft__http_exchange *exchange)
{
    curl_off_t have = 0, total = -1;

    curl_easy_getinfo(exchange->easy, CURLINFO_SIZE_DOWNLOAD_T, &have);
    curl_easy_getinfo(exchange->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T,
                      &total);
    if (total >= 0)
        eft__http_fail(exchange, EFT_EABNORMAL,
                       "%s: the connection was lost after %" PRId64
                       " of %" PRId64 " bytes of the body",
                       exchange->route->peer, (int64_t)have, (int64_t)total);
    else
        eft__http_fail(exchange, EFT_EABNORMAL,
                       "%s: the connection was lost after %" PRId64
                       " bytes of the body, before its end",
                       exchange->route->peer, (int64_t)have);
}

/* The answer is complete, though what we still wanted to send is not wanted. */
static bool has_all(const eft__http_exchange *exchange)
{
    curl_off_t have = 0, total = -1;

    if (!exchange->told)
        return false;
    curl_easy_getinfo(exchange->easy, CURLINFO_SIZE_DOWNLOAD_T, &have);
    curl_easy_getinfo(exchange->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T,
                      &total);
    return total >= 0 && have == total;
}

static void lose(eft__http_exchange *exchange, CURLcode code)
{
    const char *why = why_lost(exchange, code);

    if (exchange->told)
        lose_body(exchange);
    else if (eft__http_tls_is_refused(exchange))
        fail_at_tls(exchange);
    else
        eft__http_fail(exchange, EFT_EABNORMAL,
                       "%s ended the connection before it answered%s%s",
                       exchange->route->peer, why ? ": " : "", why ? why : "");
}

/* What libcurl says of bytes that it cannot read. */
static void refuse(eft__http_exchange *exchange)
{
    const char *words = exchange->curl_words;

    if (!*words)
        words = "it cannot be understood";
    else if (strstr(words, "HTTP/0.9"))
        words = "it does not begin as an answer of HTTP does";
    if (exchange->told)
        eft__http_fail(exchange, EFT_EPROTO, "%s: the body is broken: %s",
                       exchange->route->peer, words);
    else
        eft__http_fail(exchange, EFT_EPROTO, "%s gave no HTTP answer: %s",
                       exchange->route->peer, words);
}

static bool is_broken(const eft__http_exchange *exchange)
{
    static const char *const signs[] = {"chunk", "header", "Header",
                                        "HTTP/", "nvalid", "Content-Length"};

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strstr(exchange->curl_words, signs[i]))
            return true;
    return false;
}

static void lose_proxy(eft__http_exchange *exchange)
{
    const char *words = exchange->curl_words;
    char name[300];

    name_target(exchange, name, sizeof name);
    if (!*words || strstr(words, "aborted") || strstr(words, "Recv failure"))
        words = "it ended the connection";
    eft__http_fail(exchange, EFT_EPROXY, "%s does not connect to %s: %s", name,
                   exchange->route->peer, words);
}

/* Said of much. */
static void fail_to_receive(eft__http_exchange *exchange, CURLcode code)
{
    if (eft__http_is_tunnelled(exchange->route) && !exchange->attempts)
        lose_proxy(exchange);
    else if (is_broken(exchange))
        refuse(exchange);
    else
        lose(exchange, code);
}

/* libcurl reads lines of up to 100 KiB, and heads of up to 300; a longer one,
 * too, is said to be too much for the memory. */
static void fail_to_hold(eft__http_exchange *exchange)
{
    curl_off_t began = 0;

    curl_easy_getinfo(exchange->easy, CURLINFO_STARTTRANSFER_TIME_T, &began);
    if (exchange->told || !began)
        eft__http_fail(exchange, EFT_ENOMEM, "out of memory");
    else
        eft__http_fail(exchange, EFT_EPROTO,
                       "%s: a line in the head of its answer is too long",
                       exchange->route->peer);
}

static bool refused_by_proxy(eft__http_exchange *exchange)
{
    long status = 0;

    curl_easy_getinfo(exchange->easy, CURLINFO_HTTP_CONNECTCODE, &status);
    if (!eft__http_is_tunnelled(exchange->route) || exchange->attempts ||
        !status || status / 100 == 2)
        return false;
    eft__http_refused_by_proxy(exchange, (int)status);
    return true;
}

/* What a proxy of SOCKS said: RFC 1928 section 6.  NULL: that is no reply. */
static const char *reply_of(CURLproxycode code)
{
    switch (code) {
    case CURLPX_REPLY_GENERAL_SERVER_FAILURE:
        return "it has failed";
    case CURLPX_REPLY_NOT_ALLOWED:
        return "its rules forbid it";
    case CURLPX_REPLY_NETWORK_UNREACHABLE:
        return "the network is unreachable";
    case CURLPX_REPLY_HOST_UNREACHABLE:
        return "the host is unreachable";
    case CURLPX_REPLY_CONNECTION_REFUSED:
        return "the connection was refused";
    case CURLPX_REPLY_TTL_EXPIRED:
        return "it takes too long";
    case CURLPX_REPLY_COMMAND_NOT_SUPPORTED:
        return "it does not know how to";
    case CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED:
        return "it does not know such addresses";
    default:
        return NULL;
    }
}

/* What else is wrong with one. */
static const char *socks_fault(CURLproxycode code)
{
    switch (code) {
    case CURLPX_BAD_ADDRESS_TYPE:
    case CURLPX_BAD_VERSION:
    case CURLPX_UNKNOWN_FAIL:
    case CURLPX_UNKNOWN_MODE:
        return "it speaks no SOCKS 5";
    default:
        return "it ended the connection";
    }
}

static void fail_at_socks(eft__http_exchange *exchange)
{
    const eft__http_route *route = exchange->route;
    bool named = route->proxy_peer[-1] == '@';
    const char *words;
    long code = CURLPX_OK;
    char name[300];

    curl_easy_getinfo(exchange->easy, CURLINFO_PROXY_ERROR, &code);
    name_target(exchange, name, sizeof name);
    words = reply_of((CURLproxycode)code);
    if (code == CURLPX_RESOLVE_HOST)
        eft__http_fail(exchange, EFT_ERESOLVE, "could not resolve %s",
                       route->host);
    else if (code == CURLPX_NO_AUTH || code == CURLPX_USER_REJECTED)
        eft__http_fail(exchange, EFT_EPROXY, "%s %s", name,
                       named ? "does not accept user and password"
                             : "wants user and password");
    else
        eft__http_fail(exchange, EFT_EPROXY, "%s does not connect to %s: %s",
                       name, route->peer,
                       words ? words : socks_fault((CURLproxycode)code));
}

static void fail(eft__http_exchange *exchange, CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        fail_to_resolve(exchange);
        return;
    case CURLE_COULDNT_CONNECT:
        fail_to_connect(exchange);
        return;
    case CURLE_PROXY:
        fail_at_socks(exchange);
        return;
    case CURLE_OPERATION_TIMEDOUT:
        time_out(exchange);
        return;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
        fail_at_tls(exchange);
        return;
    case CURLE_OUT_OF_MEMORY:
        fail_to_hold(exchange);
        return;
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        fail_to_receive(exchange, code);
        return;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_HTTP2_STREAM:
    case CURLE_ABORTED_BY_CALLBACK:
    case CURLE_SEND_FAIL_REWIND:
        lose(exchange, code);
        return;
    default:
        refuse(exchange);
    }
}

void eft__http_explain(eft__http_exchange *exchange, CURLcode code)
{
    bool lost = code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR;

    if (lost && has_all(exchange))
        code = CURLE_OK;
    if (code == CURLE_OK && !exchange->told)
        code = CURLE_GOT_NOTHING;
    if (code == CURLE_OK) {
        if (exchange->unpack && !eft__unpack_is_complete(exchange->unpack))
            eft__http_fail(exchange, EFT_EPROTO,
                           "%s: the compressed body has no end",
                           exchange->route->peer);
    } else if (!refused_by_proxy(exchange)) {
        fail(exchange, code);
    }
}
