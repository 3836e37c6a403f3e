/* SPDX-License-Identifier: MIT
 * Options of connections, WebSockets' and HTTP's: are they in order? */
#include "connect_check.h"

#include <stddef.h>
#include <string.h>

#include "header_check.h"

enum { UNIX_PATH_MOST = 107 /* Linux's sun_path, less its NUL */ };

const char *eft__connect_fault(const eft_tls_options *tls,
                               const char *unix_path, const char *proxy)
{
    if (tls->server_name && !eft__is_visible(tls->server_name))
        return "tls.server_name: it is no host name";
    if (tls->key_file && !tls->certificate_file)
        return "tls.key_file: there is no tls.certificate_file whose key it "
               "could be";
    if (unix_path && !*unix_path)
        return "unix_path: it is empty";
    if (unix_path && strlen(unix_path) > UNIX_PATH_MOST)
        return "unix_path: it has more than 107 bytes";
    if (unix_path && proxy && *proxy)
        return "proxy: there is none on the way to a unix_path";
    return NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* Four numbers to 255, without zeros in front, which some read as octal. */
static bool is_ipv4(const char *at)
{
    for (int i = 0; i < 4; i++) {
        int value = 0, digits = 0;

        for (; is_digit(*at) && digits < 4; digits++, at++)
            value = value * 10 + (*at - '0');
        if (!digits || value > 255 || (digits > 1 && at[-digits] == '0'))
            return false;
        if (i < 3 && *at++ != '.')
            return false;
    }
    return *at == 0;
}

/* RFC 4291 section 2.2. */
static bool is_ipv6(const char *at)
{
    bool gap = false;
    int groups = 0;

    if (*at == ':' && at[1] != ':')
        return false;
    while (*at) {
        const char *group = at;

        if (at[0] == ':' && at[1] == ':') {
            if (gap || at[2] == ':')
                return false;
            gap = true;
            at += 2;
            continue;
        }
        at += *at == ':';
        group = at;
        while (is_hex(*at) && at - group < 4)
            at++;
        if (*at == '.')
            return is_ipv4(group) && (gap ? groups < 6 : groups == 6);
        if (at == group || (*at && *at != ':'))
            return false;
        groups++;
    }
    return gap ? groups < 8 : groups == 8;
}

bool eft__is_address(const char *text)
{
    return text && (is_ipv4(text) || (strchr(text, ':') && is_ipv6(text)));
}
