/* SPDX-License-Identifier: MIT
 * The native race of addresses, on loops of its own; and who needs no proxy. */
#define _POSIX_C_SOURCE 200809L
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "native/dial.h"
#include "native/proxy.h"
#include "suite.h"

/* A listening socket on address; its port is *port, 0 for any. */
static int listen_on(const char *address, int *port)
{
    struct sockaddr_storage at;
    socklen_t size = sizeof at;
    int fd;

    if (!eft__address_read(address, *port, &at))
        return -1;
    fd = socket(at.ss_family, SOCK_STREAM, 0);
    if (fd < 0)
        return -1;
    if (at.ss_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int));
    if (bind(fd, (struct sockaddr *)&at,
             at.ss_family == AF_INET ? sizeof(struct sockaddr_in)
                                     : sizeof(struct sockaddr_in6)) != 0 ||
        listen(fd, 1) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &size) != 0) {
        close(fd);
        return -1;
    }
    *port = ntohs(at.ss_family == AF_INET
                      ? ((struct sockaddr_in *)&at)->sin_port
                      : ((struct sockaddr_in6 *)&at)->sin6_port);
    return fd;
}

/* A race, run by hand: what the loop calls, and what it was told. */
typedef struct race {
    int result;
    bool done;
} race;

static void on_race(void *context, int result)
{
    race *told = context;

    told->result = result;
    told->done = true;
}

static eft__addresses *addresses(size_t count, const char *const *texts)
{
    eft__addresses *made =
        calloc(1, sizeof *made + count * sizeof made->text[0]);

    for (size_t i = 0; made && i < count; i++)
        strcpy(made->text[made->count++], texts[i]);
    return made;
}

/* Connects on a loop of its own; the time that took is *ms. */
static int dial(const eft__addresses *to, int port, uint64_t *ms)
{
    race told = {0, false};
    eft__dial *running = NULL;
    uint64_t begin;
    uv_loop_t loop;
    int result;

    uv_loop_init(&loop);
    begin = uv_hrtime();
    result =
        eft__dial_start(&loop, to, (uint16_t)port, on_race, &told, &running);
    uv_run(&loop, UV_RUN_DEFAULT);
    *ms = (uv_hrtime() - begin) / 1000000;
    CHECK(told.done == (result == EFT__DIAL_WAIT));
    CHECK(uv_loop_close(&loop) == 0);
    return told.done ? told.result : result;
}

/* A full backlog does not answer: neither yes nor no. */
static int fill(int port, int *fds, int count)
{
    struct sockaddr_storage to;
    int used = 0;

    eft__address_read("127.0.0.2", port, &to);
    for (; used < count; used++) {
        fds[used] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(fds[used], (struct sockaddr *)&to,
                      sizeof(struct sockaddr_in));
    }
    return used;
}

static void an_address_that_hangs_delays_the_next_one_only_a_little(void)
{
    static const char *const texts[] = {"127.0.0.2", "127.0.0.1"};
    eft__addresses *to = addresses(2, texts);
    int port = 0, fds[8], used, result;
    int full = listen_on("127.0.0.2", &port);
    int good = listen_on("127.0.0.1", &port);
    uint64_t ms;

    if (full < 0 || good < 0)
        SKIP("127.0.0.2 is no address of this machine");
    used = fill(port, fds, 8);
    result = dial(to, port, &ms);
    CHECK(result >= 0);
    CHECK(ms >= 240);
    if (result >= 0)
        close(result);
    while (used)
        close(fds[--used]);
    close(full);
    close(good);
    free(to);
}

static void an_address_that_refuses_delays_nothing(void)
{
    static const char *const texts[] = {"127.0.0.3", "::1", "127.0.0.1"};
    eft__addresses *to = addresses(3, texts);
    int port = 0, good = listen_on("127.0.0.1", &port), result;
    uint64_t ms;

    result = dial(to, port, &ms);
    CHECK(result >= 0);
    if (result >= 0)
        close(result);
    close(good);
    CHECK(dial(to, port, &ms) == UV_ECONNREFUSED);
    free(to);
}

static void a_race_that_is_abandoned(void)
{
    static const char *const texts[] = {"127.0.0.2", "127.0.0.2"};
    eft__addresses *to = addresses(2, texts);
    int port = 0, fds[8], used, full = listen_on("127.0.0.2", &port);
    race told = {0, false};
    eft__dial *running = NULL;
    uv_loop_t loop;

    if (full < 0)
        SKIP("127.0.0.2 is no address of this machine");
    used = fill(port, fds, 8);
    uv_loop_init(&loop);
    CHECK(eft__dial_start(&loop, to, (uint16_t)port, on_race, &told,
                          &running) == EFT__DIAL_WAIT);
    eft__dial_abandon(running);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
    CHECK(!told.done);
    while (used)
        close(fds[--used]);
    close(full);
    free(to);
}

/* Sockets without a host */

static void an_abstract_name(void)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1);
    int server = socket(AF_UNIX, SOCK_STREAM, 0), client;
    char name[60];

    snprintf(name, sizeof name, "@eft-test-%ld", (long)getpid());
    memcpy(at.sun_path + 1, name + 1, strlen(name + 1));
    size += (socklen_t)strlen(name + 1);
    if (bind(server, (struct sockaddr *)&at, size) != 0) {
        close(server);
        SKIP("abstract names are Linux's");
    }
    CHECK(listen(server, 1) == 0);
    client = eft__dial_unix(name);
    CHECK(client >= 0);
    if (client >= 0)
        close(client);
    close(server);
    CHECK(eft__dial_unix(name) == UV_ECONNREFUSED);
}

/* A path as long as the address allows, and one byte more. */
static void the_longest_path(void)
{
    struct sockaddr_un at;
    char path[sizeof at.sun_path + 1];

    memset(path, 'x', sizeof path);
    path[0] = '/';
    path[sizeof path - 2] = 0;
    CHECK(eft__dial_unix(path) == UV_ENOENT);
    path[sizeof path - 2] = 'x';
    path[sizeof path - 1] = 0;
    CHECK(eft__dial_unix(path) == UV_ENAMETOOLONG);
}

/* Exceptions from proxies, by name */

static void exceptions_by_name(void)
{
    CHECK(eft__proxy_excepts("example.org", "example.org", 80));
    CHECK(eft__proxy_excepts("example.org", "www.Example.ORG", 80));
    CHECK(eft__proxy_excepts(".example.org", "www.example.org", 80));
    CHECK(eft__proxy_excepts(".example.org", "example.org", 80));
    CHECK(eft__proxy_excepts("*.example.org", "www.example.org", 80));
    CHECK(eft__proxy_excepts("a b,example.org:443", "example.org", 443));
    CHECK(!eft__proxy_excepts("example.org", "badexample.org", 80));
    CHECK(!eft__proxy_excepts("example.org", "example.org.test", 80));
    CHECK(!eft__proxy_excepts("example.org:443", "example.org", 80));
    CHECK(!eft__proxy_excepts(".,*.,,", "example.org", 80));
    CHECK(eft__proxy_excepts("[::1]:80", "::1", 80));
    CHECK(!eft__proxy_excepts("[::1]:81", "::1", 80));
    CHECK(eft__proxy_excepts("0:0::1", "::1", 80));
    CHECK(eft__proxy_excepts("fe80::/10", "febf::1", 80));
    CHECK(!eft__proxy_excepts("fe80::/10", "fec0::1", 80));
    CHECK(!eft__proxy_excepts("fe80::/129,10.0.0.0/,/8,[::1", "fe80::1", 80));
}

const test_case suite_dial[] = {
    {"an_address_that_hangs_delays_the_next_one_only_a_little",
     an_address_that_hangs_delays_the_next_one_only_a_little},
    {"an_address_that_refuses_delays_nothing",
     an_address_that_refuses_delays_nothing},
    {"a_race_that_is_abandoned", a_race_that_is_abandoned},
    {"an_abstract_name", an_abstract_name},
    {"the_longest_path", the_longest_path},
    {"exceptions_by_name", exceptions_by_name},
    {NULL, NULL},
};
