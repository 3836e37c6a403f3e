/* SPDX-License-Identifier: MIT
 * A socket that listens. */
#define _POSIX_C_SOURCE 200809L
#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "resolve.h"
#include "sdk/core/memory.h"

/* Design notes.  libuv's own listening gives handles of libuv's, but a stream
 * wants a bare socket; so libuv only watches, and accept() is called here.
 *
 * Who connects and goes before it was accepted is an error of accept() that
 * means nothing.  When files run out, what waits is told again and again: the
 * listener then rests, as asyncio's does.
 *
 * On Windows the calls are Winsock's, and uv_poll_init_socket() watches. */

enum { ACCEPTS_MOST = 64 }; /* in a row, before others have their turn */

struct eft__listener {
    uv_poll_t watcher;            /* first; libuv's until it is closed */
    eft__listener_accept *accept; /* whom to tell */
    void *context;                /* and what with it */
    int fd;                       /* the socket */
    char *path;                   /* of a Unix socket, else NULL */
    struct stat made;             /* what lies there then */
};

/* Accepting */

static void describe(const struct sockaddr_storage *from, char *peer)
{
    char text[INET6_ADDRSTRLEN] = "";

    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *four = (const void *)from;

        uv_ip4_name(four, text, sizeof text);
        snprintf(peer, EFT__PEER_SIZE, "%s:%u", text,
                 (unsigned)ntohs(four->sin_port));
    } else if (from->ss_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const void *)from;

        uv_ip6_name(six, text, sizeof text);
        snprintf(peer, EFT__PEER_SIZE, "[%s]:%u", text,
                 (unsigned)ntohs(six->sin6_port));
    } else {
        snprintf(peer, EFT__PEER_SIZE, "unix");
    }
}

static void prepare(int fd, const struct sockaddr_storage *from)
{
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    /* Frames are not held back for more to come (RFC 9293 section 3.7.4). */
    if (from->ss_family != AF_UNIX)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
}

/* Errors of the one connection, not of the listener. */
static bool is_passing(int error)
{
    return error == EINTR || error == ECONNABORTED || error == EPROTO ||
           error == ENETDOWN || error == EHOSTDOWN || error == EHOSTUNREACH ||
           error == ENETUNREACH || error == EOPNOTSUPP || error == ETIMEDOUT;
}

static void rest(eft__listener *listener)
{
    uv_poll_stop(&listener->watcher);
}

static void on_poll(uv_poll_t *watcher, int status, int events)
{
    eft__listener *listener = (eft__listener *)watcher;

    (void)status;
    (void)events;
    for (int i = 0; i < ACCEPTS_MOST; i++) {
        struct sockaddr_storage from = {0};
        socklen_t length = sizeof from;
        char peer[EFT__PEER_SIZE];
        int fd = accept(listener->fd, (struct sockaddr *)&from, &length);
        int error = fd < 0 ? errno : 0;

        if (error == EAGAIN || error == EWOULDBLOCK)
            return;
        if (error && is_passing(error))
            continue;
        if (error) {
            rest(listener);
            listener->accept(listener->context, -1, NULL, error);
            return;
        }
        prepare(fd, &from);
        describe(&from, peer);
        listener->accept(listener->context, fd, peer, 0);
    }
}

void eft__listener_resume(eft__listener *listener)
{
    uv_poll_start(&listener->watcher, UV_READABLE, on_poll);
}

/* Listening */

static eft__listener *give_up(int fd, int error, int *fault)
{
    *fault = uv_translate_sys_error(error);
    if (fd >= 0)
        close(fd);
    return NULL;
}

static eft__listener *start(uv_loop_t *loop, int fd,
                            eft__listener_accept *accept, void *context,
                            int *fault)
{
    eft__listener *listener;

    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (listen(fd, SOMAXCONN) != 0)
        return give_up(fd, errno, fault);
    listener = eft__alloc_zero(sizeof *listener);
    if (!listener)
        return give_up(fd, ENOMEM, fault);
    listener->accept = accept;
    listener->context = context;
    listener->fd = fd;
    *fault = uv_poll_init_socket(loop, &listener->watcher, fd);
    if (*fault) {
        eft__free(listener);
        close(fd);
        return NULL;
    }
    eft__listener_resume(listener);
    return listener;
}

eft__listener *eft__listener_open(uv_loop_t *loop, const char *address,
                                  uint16_t port, bool alone,
                                  eft__listener_accept *accept, void *context,
                                  int *fault)
{
    struct sockaddr_storage to;
    bool six;
    int fd;

    if (!eft__address_read(address, port, &to))
        return give_up(-1, EINVAL, fault);
    six = to.ss_family == AF_INET6;
    fd = socket(to.ss_family, SOCK_STREAM, 0);
    if (fd < 0)
        return give_up(fd, errno, fault);
    /* A port that is free again, but for connections that linger. */
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (six)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){alone},
                         sizeof(int));
    if (bind(fd, (struct sockaddr *)&to,
             six ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in)) !=
        0)
        return give_up(fd, errno, fault);
    return start(loop, fd, accept, context, fault);
}

uint16_t eft__listener_port(const eft__listener *listener)
{
    struct sockaddr_storage here = {0};
    socklen_t length = sizeof here;

    if (getsockname(listener->fd, (struct sockaddr *)&here, &length) != 0)
        return 0;
    if (here.ss_family == AF_INET)
        return ntohs(((struct sockaddr_in *)&here)->sin_port);
    if (here.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)&here)->sin6_port);
    return 0;
}

/* Unix sockets */

/* Does a file lie there that was somebody's socket, and is nobody's now? */
static bool is_deserted(const struct sockaddr_un *to)
{
    struct stat found;
    bool refused;
    int fd;

    if (lstat(to->sun_path, &found) != 0 || !S_ISSOCK(found.st_mode))
        return false;
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return false;
    /* With a full backlog it would wait. */
    (void)fcntl(fd, F_SETFL, O_NONBLOCK);
    refused = connect(fd, (const struct sockaddr *)to, sizeof *to) != 0 &&
              errno == ECONNREFUSED;
    close(fd);
    return refused;
}

static int bind_unix(int fd, const struct sockaddr_un *to)
{
    int error;

    if (bind(fd, (const struct sockaddr *)to, sizeof *to) == 0)
        return 0;
    error = errno;
    if (error != EADDRINUSE || !is_deserted(to)) {
        errno = error;
        return -1;
    }
    unlink(to->sun_path);
    return bind(fd, (const struct sockaddr *)to, sizeof *to);
}

eft__listener *eft__listener_open_unix(uv_loop_t *loop, const char *path,
                                       eft__listener_accept *accept,
                                       void *context, int *fault)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    eft__listener *listener;
    int fd;

    if (strlen(path) >= sizeof to.sun_path)
        return give_up(-1, ENAMETOOLONG, fault);
    strcpy(to.sun_path, path);
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return give_up(fd, errno, fault);
    if (bind_unix(fd, &to) != 0)
        return give_up(fd, errno, fault);
    listener = start(loop, fd, accept, context, fault);
    if (!listener)
        return NULL;
    listener->path = eft__copy_text(path, strlen(path));
    if (listener->path && lstat(path, &listener->made) == 0)
        return listener;
    eft__listener_close(listener);
    *fault = UV_ENOMEM;
    return NULL;
}

/* Another server may have taken the path over meanwhile. */
static void remove_path(const eft__listener *listener)
{
    struct stat found;

    if (listener->path && lstat(listener->path, &found) == 0 &&
        found.st_ino == listener->made.st_ino &&
        found.st_dev == listener->made.st_dev)
        unlink(listener->path);
}

static void on_closed(uv_handle_t *watcher)
{
    eft__listener *listener = (eft__listener *)watcher;

    eft__free(listener->path);
    eft__free(listener);
}

void eft__listener_close(eft__listener *listener)
{
    uv_close((uv_handle_t *)&listener->watcher, on_closed);
    remove_path(listener);
    close(listener->fd);
}
