/* SPDX-License-Identifier: MIT
 * http-server [PORT]: answers GETs, for the benchmarks only.
 *
 * "/" has 100 bytes, "/N" has N.  It trusts its clients, checks nothing, and
 * costs as little as it can, so that what is measured is the client.  Any page
 * may read what it says.  Prints its URL when it listens. */
#define _GNU_SOURCE /* accept4, memmem */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { INPUT = 64 * 1024, EVENTS = 512, SMALL = 100, BLOCK = 1 << 20 };

typedef struct peer {
    int fd;
    size_t left;     /* bytes of a body that the system has not taken */
    bool watched;    /* for room to write */
    size_t got;      /* of a request that has not come whole */
    char text[2048]; /* it */
} peer;

static int poller;
static char input[INPUT], block[BLOCK];

static void watch(peer *one, int how, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = one};

    epoll_ctl(poller, how, one->fd, &event);
}

static void drop(peer *one)
{
    close(one->fd);
    free(one);
}

/* What the system does not take now goes when it has room; a head and a small
 * body it always takes. */
static void send_body(peer *one)
{
    bool full = false;

    while (one->left && !full) {
        size_t size = one->left < BLOCK ? one->left : BLOCK;
        ssize_t sent = send(one->fd, block, size, MSG_NOSIGNAL);

        full = sent < 0;
        one->left -= full ? 0 : (size_t)sent;
    }
    if (full != one->watched)
        watch(one, EPOLL_CTL_MOD, full ? EPOLLIN | EPOLLOUT : EPOLLIN);
    one->watched = full;
}

static void answer(peer *one, const char *request)
{
    static const char form[] = "HTTP/1.1 200 OK\r\n"
                               "Content-Type: application/octet-stream\r\n"
                               "Access-Control-Allow-Origin: *\r\n"
                               "Content-Length: %zu\r\n\r\n";
    const char *path = strchr(request, '/');
    size_t asked = path ? strtoull(path + 1, NULL, 10) : 0;
    size_t size = asked ? asked : SMALL;
    char head[256 + SMALL];
    size_t length = (size_t)snprintf(head, 256, form, size);
    size_t first = asked ? 0 : SMALL;

    memcpy(head + length, block, first);
    if (send(one->fd, head, length + first, MSG_NOSIGNAL) < 0)
        return;
    one->left = size - first;
    send_body(one);
}

/* Where a request ends, or NULL: it has not come whole. */
static char *end_of_request(char *text, size_t length)
{
    char *end = memmem(text, length, "\r\n\r\n", 4);

    return end ? end + 4 : NULL;
}

static bool serve(peer *one)
{
    memcpy(input, one->text, one->got);
    ssize_t length = recv(one->fd, input + one->got, INPUT - 1 - one->got, 0);
    if (length <= 0)
        return false;
    char *at = input, *last = input + one->got + length, *end;
    *last = 0;
    while ((end = end_of_request(at, (size_t)(last - at)))) {
        answer(one, at);
        at = end;
    }
    one->got = (size_t)(last - at);
    if (one->got > sizeof one->text)
        return false;
    memcpy(one->text, at, one->got);
    return true;
}

static void welcome(int listener)
{
    int fd;

    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >=
           0) {
        peer *one = calloc(1, sizeof *one);

        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        one->fd = fd;
        watch(one, EPOLL_CTL_ADD, EPOLLIN);
    }
}

static int listen_at(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(fd, (struct sockaddr *)&at, size) != 0 || listen(fd, 4096) != 0) {
        perror("http-server");
        exit(EXIT_FAILURE);
    }
    getsockname(fd, (struct sockaddr *)&at, &size);
    printf("http://127.0.0.1:%d/\n", ntohs(at.sin_port));
    fflush(stdout);
    return fd;
}

int main(int argc, char **argv)
{
    static struct epoll_event events[EVENTS];
    peer listener = {0};

    signal(SIGPIPE, SIG_IGN);
    memset(block, 'z', sizeof block);
    poller = epoll_create1(EPOLL_CLOEXEC);
    listener.fd = listen_at(argc > 1 ? atoi(argv[1]) : 0);
    watch(&listener, EPOLL_CTL_ADD, EPOLLIN);
    for (;;) {
        int count = epoll_wait(poller, events, EVENTS, -1);

        for (int i = 0; i < count; i++) {
            peer *one = events[i].data.ptr;

            if (one == &listener) {
                welcome(listener.fd);
                continue;
            }
            if (one->left)
                send_body(one);
            if (events[i].events & (EPOLLIN | EPOLLHUP) && !serve(one))
                drop(one);
        }
    }
}
