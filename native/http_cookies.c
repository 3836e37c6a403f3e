/* SPDX-License-Identifier: MIT
 * The cookie jar of an HTTP session. */
#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "eft/error.h"
#include "resolve.h"
#include "sdk/core/memory.h"

/* Design notes.  The jar is that of libcurl's cookie engine, which the easy
 * handles of a session share.  It shows its cookies, and takes some, as lines
 * of the file format that Netscape had, seven fields with tabs in between:
 *
 *     domain  subdomains  path  secure  expires  name  value
 *
 * A "Set-Cookie: ..." it would take as well, but without a URL: the cookie
 * would be sent to every host. */

enum { FIELDS = 7, LINE_MOST = 8 * 1024 };

static const char http_only_mark[] = "#HttpOnly_";

CURL *eft__http_jar(eft__http_session *session)
{
    if (session->jar)
        return session->jar;
    if (!eft__http_session_ready(session))
        return NULL;
    session->jar = curl_easy_init();
    if (!session->jar)
        return NULL;
    curl_easy_setopt(session->jar, CURLOPT_SHARE, session->share);
    curl_easy_setopt(session->jar, CURLOPT_COOKIEFILE, "");
    return session->jar;
}

/* Giving */

/* Splits a copy of a line at its tabs; false: it is no cookie. */
static bool split(char *line, char *fields[FIELDS])
{
    for (int i = 0; i < FIELDS; i++) {
        char *tab = i < FIELDS - 1 ? strchr(line, '\t') : NULL;

        fields[i] = line;
        if (!tab && i < FIELDS - 1)
            return false;
        if (!tab)
            break;
        *tab = 0;
        line = tab + 1;
    }
    return true;
}

static bool is_true(const char *field)
{
    return strcmp(field, "TRUE") == 0;
}

static bool read_cookie(eft_http_cookie *cookie, char *line)
{
    size_t mark = sizeof http_only_mark - 1;
    char *fields[FIELDS];

    cookie->http_only = strncmp(line, http_only_mark, mark) == 0;
    if (!split(line + (cookie->http_only ? mark : 0), fields))
        return false;
    cookie->domain = fields[0] + (*fields[0] == '.');
    cookie->subdomains = is_true(fields[1]);
    cookie->path = fields[2];
    cookie->secure = is_true(fields[3]);
    cookie->expires = strtoll(fields[4], NULL, 10);
    cookie->name = fields[5];
    cookie->value = fields[6];
    return true;
}

/* The jar drops them when it is asked what to send. */
static bool has_expired(const eft_http_cookie *cookie, int64_t now)
{
    return cookie->expires && cookie->expires <= now;
}

static eft_http_cookies *copy_all(const struct curl_slist *lines)
{
    size_t count = 0, size = 0;
    int64_t now = (int64_t)time(NULL);
    eft_http_cookies *cookies;
    char *text;

    for (const struct curl_slist *at = lines; at; at = at->next) {
        count++;
        size += strlen(at->data) + 1;
    }
    cookies =
        eft__alloc(sizeof *cookies + count * sizeof *cookies->items + size);
    if (!cookies)
        return NULL;
    cookies->items = (eft_http_cookie *)(cookies + 1);
    cookies->count = 0;
    text = (char *)(cookies->items + count);
    for (const struct curl_slist *at = lines; at; at = at->next) {
        size = strlen(at->data) + 1;
        memcpy(text, at->data, size);
        if (read_cookie(&cookies->items[cookies->count], text) &&
            !has_expired(&cookies->items[cookies->count], now))
            cookies->count++;
        text += size;
    }
    return cookies;
}

int32_t eft_target_http_cookies(uint32_t id, eft_http_cookies **cookies)
{
    eft__http_session *session = eft__http_session_find(id);
    CURL *jar = session ? eft__http_jar(session) : NULL;
    struct curl_slist *lines = NULL;

    if (!jar || curl_easy_getinfo(jar, CURLINFO_COOKIELIST, &lines) != CURLE_OK)
        return EFT_ENOMEM;
    *cookies = copy_all(lines);
    curl_slist_free_all(lines);
    return *cookies ? 0 : EFT_ENOMEM;
}

/* Taking: RFC 6265 sections 5.2 and 5.3 */

/* What a Set-Cookie says; texts lie in it. */
typedef struct parsed {
    const char *name, *value, *domain, *path;
    int name_length, value_length, domain_length, path_length;
    int64_t expires; /* 0: with the session */
    bool secure, http_only;
} parsed;

static void trim(const char **text, int *length)
{
    while (*length && (**text == ' ' || **text == '\t'))
        ++*text, --*length;
    while (*length &&
           ((*text)[*length - 1] == ' ' || (*text)[*length - 1] == '\t'))
        --*length;
}

static bool is(const char *text, int length, const char *name)
{
    return (size_t)length == strlen(name) &&
           strncasecmp(text, name, (size_t)length) == 0;
}

/* The past is 1: 0 is for ever. */
static int64_t expiry(const char *value, int length, bool age)
{
    char text[64];
    int64_t when;

    snprintf(text, sizeof text, "%.*s", length, value);
    if (age) {
        when = strtoll(text, NULL, 10);
        if (when > INT32_MAX)
            when = INT32_MAX;
        return when > 0 ? (int64_t)time(NULL) + when : 1;
    }
    when = curl_getdate(text, NULL);
    return when > 0 ? when : when == 0 ? 1 : 0;
}

static void take_attribute(parsed *cookie, const char *name, int name_length,
                           const char *value, int length, bool *aged)
{
    if (is(name, name_length, "domain") && length) {
        cookie->domain = value + (*value == '.');
        cookie->domain_length = length - (*value == '.');
    } else if (is(name, name_length, "path") && length && *value == '/') {
        cookie->path = value;
        cookie->path_length = length;
    } else if (is(name, name_length, "secure")) {
        cookie->secure = true;
    } else if (is(name, name_length, "httponly")) {
        cookie->http_only = true;
    } else if (is(name, name_length, "max-age")) {
        cookie->expires = expiry(value, length, true);
        *aged = true;
    } else if (is(name, name_length, "expires") && !*aged) {
        cookie->expires = expiry(value, length, false);
    }
}

/* One piece, between semicolons: "name=value". */
static void cut(const char *text, size_t size, const char **value,
                int *name_length, int *length)
{
    const char *equal = memchr(text, '=', size);

    *name_length = (int)(equal ? (size_t)(equal - text) : size);
    *value = equal ? equal + 1 : text + size;
    *length = (int)(text + size - *value);
}

static bool parse(parsed *cookie, const char *text)
{
    size_t size = strcspn(text, ";");
    bool aged = false;

    for (const char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            return false;
    if (!memchr(text, '=', size))
        return false;
    cookie->name = text;
    cut(text, size, &cookie->value, &cookie->name_length,
        &cookie->value_length);
    trim(&cookie->name, &cookie->name_length);
    trim(&cookie->value, &cookie->value_length);
    for (text += size; *text; text += size) {
        const char *name = ++text, *value;
        int name_length, length;

        size = strcspn(text, ";");
        cut(text, size, &value, &name_length, &length);
        trim(&name, &name_length);
        trim(&value, &length);
        take_attribute(cookie, name, name_length, value, length, &aged);
    }
    return cookie->name_length > 0;
}

/* RFC 6265 section 5.1.3; a domain without a dot is nobody's to give. */
static bool may_set(const parsed *cookie, const eft__http_route *route)
{
    size_t host = strlen(route->host), length = (size_t)cookie->domain_length;
    const char *tail = route->host + host - length;

    if (cookie->secure && !route->tls)
        return false;
    if (!cookie->domain)
        return true;
    if (length > host || strncasecmp(tail, cookie->domain, length) != 0)
        return false;
    if (length == host)
        return true;
    return tail[-1] == '.' && memchr(cookie->domain, '.', length) &&
           !eft__address_is_literal(route->host);
}

/* RFC 6265bis section 4.1.3: such a name promises that these are so.  The jar
 * would drop the cookie without a word. */
static bool keeps_promise(const parsed *cookie)
{
    static const char secure[] = "__Secure-", host[] = "__Host-";

    if (strncasecmp(cookie->name, secure, sizeof secure - 1) == 0)
        return cookie->secure;
    return strncasecmp(cookie->name, host, sizeof host - 1) != 0 ||
           (cookie->secure && !cookie->domain && cookie->path_length == 1);
}

/* RFC 6265 section 5.1.4. */
static void default_path(parsed *cookie, const char *url, size_t origin_length)
{
    const char *path = url + origin_length;
    size_t length = strcspn(path, "?#");

    while (length && path[length - 1] != '/')
        length--;
    if (length > 1)
        length--;
    cookie->path = length && *path == '/' ? path : "/";
    cookie->path_length = length && *path == '/' ? (int)length : 1;
}

static int32_t put(eft__http_session *session, const parsed *cookie,
                   const eft__http_route *route)
{
    bool below = cookie->domain && !eft__address_is_literal(route->host);
    const char *domain = below ? cookie->domain : route->host;
    int domain_length = below ? cookie->domain_length : (int)strlen(domain);
    CURL *jar = eft__http_jar(session);
    char line[LINE_MOST];
    int size = snprintf(
        line, sizeof line, "%s%s%.*s\t%s\t%.*s\t%s\t%" PRId64 "\t%.*s\t%.*s",
        cookie->http_only ? http_only_mark : "", below ? "." : "",
        domain_length, domain, below ? "TRUE" : "FALSE", cookie->path_length,
        cookie->path, cookie->secure ? "TRUE" : "FALSE", cookie->expires,
        cookie->name_length, cookie->name, cookie->value_length, cookie->value);

    if (size < 0 || size >= LINE_MOST)
        return EFT_EINVAL;
    if (!jar || curl_easy_setopt(jar, CURLOPT_COOKIELIST, line) != CURLE_OK)
        return EFT_ENOMEM;
    return 0;
}

static int32_t set_cookie(eft__http_session *session, const char *url,
                          const char *text)
{
    parsed cookie = {0};
    eft__http_route *route = eft__http_route_of(session, url);
    int32_t error = EFT_EINVAL;

    if (!route)
        return EFT_ENOMEM;
    if (parse(&cookie, text) && may_set(&cookie, route)) {
        if (!cookie.path)
            default_path(&cookie, url, route->origin_length);
        if (keeps_promise(&cookie))
            error = put(session, &cookie, route);
    }
    eft__http_route_free(route);
    return error;
}

int32_t eft_target_http_set_cookie(uint32_t id, const char *url,
                                   const char *cookie)
{
    eft__http_session *session = eft__http_session_find(id);
    CURL *jar;

    if (!session)
        return EFT_ENOMEM;
    if (cookie)
        return set_cookie(session, url, cookie);
    jar = eft__http_jar(session);
    if (!jar || curl_easy_setopt(jar, CURLOPT_COOKIELIST, "ALL") != CURLE_OK)
        return EFT_ENOMEM;
    return 0;
}
