/* SPDX-License-Identifier: MIT
 * For whom no proxy is asked: a list like no_proxy. */
#define _POSIX_C_SOURCE 200809L
#include "proxy.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

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
