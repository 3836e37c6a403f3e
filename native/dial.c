/* SPDX-License-Identifier: MIT
 * Connecting by connect() and uv_poll. */
#define _POSIX_C_SOURCE 200809L
#include "dial.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "sdk/core/memory.h"

/* Design notes.
 *
 * An attempt lives until libuv has closed its watcher, longer than its dial
 * does: once the race is over it knows the dial no more.
 *
 * On this machine itself a connection is there when connect() returns, though
 * it says EINPROGRESS; asked again it tells.  That saves a turn of the loop and
 * a watcher, and most programs connect to their own machine at some time. */

enum { STAGGER_MS = 250 /* RFC 8305 section 8 */ };

typedef struct attempt {
    uv_poll_t watcher;    /* first; libuv's until it is closed */
    eft__dial *dial;      /* whose */
    struct attempt *next; /* in the dial's list */
    int fd;               /* -1: given away */
} attempt;

struct eft__dial {
    uv_timer_t stagger;              /* first; starts the next address */
    const eft__addresses *addresses; /* all of them */
    size_t next;                     /* the one to be tried next */
    uint16_t port;                   /* of each */
    int fault;                       /* of what failed, libuv's code, or 0 */
    attempt *attempts;               /* those that run */
    eft__dial_done *done;            /* whom to tell */
    void *context;                   /* and what with it */
};

/* Single attempts */

static int open_socket(int family)
{
#if defined(SOCK_NONBLOCK) && defined(SOCK_CLOEXEC)
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
#else
    int fd = socket(family, SOCK_STREAM, 0);

    if (fd >= 0 && (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 ||
                    fcntl(fd, F_SETFL, O_NONBLOCK) != 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
#endif
}

static int fail(int fd, int error)
{
    if (fd >= 0)
        close(fd);
    return uv_translate_sys_error(error);
}

static bool is_here(const struct sockaddr *address)
{
    const struct sockaddr_in *four = (const void *)address;
    const struct sockaddr_in6 *six = (const void *)address;

    if (address->sa_family == AF_INET)
        return ntohl(four->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
}

/* Connects at once (true), or has begun to; *fd is a code of libuv's where
 * neither is so. */
static bool connect_to(const struct sockaddr *address, socklen_t size, int *fd)
{
    const int on = 1;
    int status;

    *fd = open_socket(address->sa_family);
    if (*fd < 0) {
        *fd = fail(-1, errno);
        return false;
    }
    /* Small frames are not to wait for the answers to those before them. */
    (void)setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    status = connect(*fd, address, size);
    if (status != 0 && errno == EINPROGRESS && is_here(address))
        status = connect(*fd, address, size);
    if (status == 0 || errno == EISCONN)
        return true;
    if (errno != EINPROGRESS && errno != EALREADY && errno != EINTR)
        *fd = fail(*fd, errno);
    return false;
}

static bool try_address(const char *text, uint16_t port, int *fd)
{
    struct sockaddr_storage to;
    socklen_t size;

    if (!eft__address_read(text, port, &to)) {
        *fd = UV_EAFNOSUPPORT;
        return false;
    }
    size = to.ss_family == AF_INET ? sizeof(struct sockaddr_in)
                                   : sizeof(struct sockaddr_in6);
    return connect_to((const struct sockaddr *)&to, size, fd);
}

/* Of several addresses the one that answered, if only to refuse, says most. */
static int worse(int fault, int other)
{
    return !fault || other == UV_ECONNREFUSED ? other : fault;
}

/* The race */

static void on_attempt_closed(uv_handle_t *watcher)
{
    eft__release(watcher);
}

static void end_attempt(attempt *ended)
{
    attempt **at = &ended->dial->attempts;

    while (*at != ended)
        at = &(*at)->next;
    *at = ended->next;
    uv_close((uv_handle_t *)&ended->watcher, on_attempt_closed);
    if (ended->fd >= 0)
        close(ended->fd);
}

static void on_dial_closed(uv_handle_t *stagger)
{
    eft__release(stagger);
}

static void end_dial(eft__dial *dial)
{
    while (dial->attempts)
        end_attempt(dial->attempts);
    uv_close((uv_handle_t *)&dial->stagger, on_dial_closed);
}

static void finish(eft__dial *dial, int result)
{
    end_dial(dial);
    dial->done(dial->context, result);
}

static void go_on(eft__dial *dial);

static void on_attempt(uv_poll_t *watcher, int status, int events)
{
    attempt *tried = (attempt *)watcher;
    eft__dial *dial = tried->dial;
    int fd = tried->fd, error = 0;
    socklen_t size = sizeof error;

    (void)events;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        error = errno;
    if (!error && status == 0) {
        tried->fd = -1;
        finish(dial, fd);
        return;
    }
    dial->fault =
        worse(dial->fault, error ? uv_translate_sys_error(error) : status);
    end_attempt(tried);
    go_on(dial);
}

/* Takes fd. */
static int watch(eft__dial *dial, int fd)
{
    attempt *made = eft__reserve(sizeof *made);
    int status = UV_ENOMEM;

    if (made)
        status = uv_poll_init_socket(dial->stagger.loop, &made->watcher, fd);
    if (status != 0) {
        eft__release(made);
        close(fd);
        return status;
    }
    made->dial = dial;
    made->fd = fd;
    made->next = dial->attempts;
    dial->attempts = made;
    uv_poll_start(&made->watcher, UV_WRITABLE, on_attempt);
    return 0;
}

static void on_stagger(uv_timer_t *timer)
{
    go_on((eft__dial *)timer);
}

/* Starts the next address, or ends the race that nobody runs in any more. */
static void go_on(eft__dial *dial)
{
    while (dial->next < dial->addresses->count) {
        int fd, status;

        if (try_address(dial->addresses->text[dial->next++], dial->port, &fd)) {
            finish(dial, fd);
            return;
        }
        status = fd < 0 ? fd : watch(dial, fd);
        if (status == 0) {
            if (dial->next < dial->addresses->count)
                uv_timer_start(&dial->stagger, on_stagger, STAGGER_MS, 0);
            return;
        }
        dial->fault = worse(dial->fault, status);
    }
    if (!dial->attempts)
        finish(dial, dial->fault ? dial->fault : UV_EADDRNOTAVAIL);
}

/* The race, which has a first one in it; takes fd. */
static int race(uv_loop_t *loop, const eft__dial *form, int fd,
                eft__dial **made)
{
    eft__dial *dial = eft__reserve(sizeof *dial);
    int status;

    if (!dial) {
        close(fd);
        return UV_ENOMEM;
    }
    *dial = *form;
    uv_timer_init(loop, &dial->stagger);
    status = watch(dial, fd);
    if (status != 0) {
        end_dial(dial);
        return status;
    }
    if (dial->next < dial->addresses->count)
        uv_timer_start(&dial->stagger, on_stagger, STAGGER_MS, 0);
    *made = dial;
    return EFT__DIAL_WAIT;
}

int eft__dial_start(uv_loop_t *loop, const eft__addresses *addresses,
                    uint16_t port, eft__dial_done *done, void *context,
                    eft__dial **dial)
{
    eft__dial form = {
        .addresses = addresses, .port = port, .done = done, .context = context};

    while (form.next < addresses->count) {
        int fd;

        if (try_address(addresses->text[form.next++], port, &fd))
            return fd;
        if (fd >= 0)
            return race(loop, &form, fd, dial);
        form.fault = worse(form.fault, fd);
    }
    return form.fault ? form.fault : UV_EADDRNOTAVAIL;
}

int eft__dial_unix(const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
                                 length + (*path != '@'));
    int fd;

    if (length >= sizeof to.sun_path)
        return UV_ENAMETOOLONG;
    memcpy(to.sun_path, path, length);
    if (*path == '@')
        to.sun_path[0] = 0;
    fd = open_socket(AF_UNIX);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&to, size) != 0)
        return fail(fd, errno);
    return fd;
}

void eft__dial_abandon(eft__dial *dial)
{
    end_dial(dial);
}
