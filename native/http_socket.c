/* SPDX-License-Identifier: MIT
 * The sockets of libcurl on the loop. */
#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sdk/core/memory.h"

/* Design notes.
 *
 * At the end of a request libcurl is no longer interested in its socket, and
 * with the next one it is again.  To follow that costs four system calls a
 * request, more than all else the loop does for it.  So a socket of ours stays
 * watched for reading, until something comes that nobody waits for.
 *
 * That takes knowing when a socket ends: libcurl makes and closes its sockets
 * through the two functions here.  It has others, such as what wakes it when a
 * name has been resolved: those are let go of as soon as it says so. */

static void on_closed(uv_handle_t *watcher)
{
    eft__release(watcher);
}

static eft__http_socket *find(const eft__http_session *session, int fd)
{
    return fd >= 0 && (size_t)fd < session->socket_count ? session->sockets[fd]
                                                         : NULL;
}

static bool make_place(eft__http_session *session, int fd)
{
    size_t count = session->socket_count ? session->socket_count : 64;
    eft__http_socket **places;

    if ((size_t)fd < session->socket_count)
        return true;
    while (count <= (size_t)fd)
        count *= 2;
    places = eft__reserve_more(session->sockets, count * sizeof(void *));
    if (!places)
        return false;
    for (size_t i = session->socket_count; i < count; i++)
        places[i] = NULL;
    session->sockets = places;
    session->socket_count = count;
    return true;
}

static eft__http_socket *add(eft__http_session *session, int fd, bool ours)
{
    eft__http_socket *socket;

    if (!make_place(session, fd))
        return NULL;
    socket = eft__reserve(sizeof *socket);
    if (!socket)
        return NULL;
    *socket = (eft__http_socket){.session = session, .fd = fd, .ours = ours};
    if (uv_poll_init_socket(&session->all->world->loop, &socket->watcher, fd) !=
        0) {
        eft__release(socket);
        return NULL;
    }
    session->sockets[fd] = socket;
    return socket;
}

static void drop(eft__http_socket *socket)
{
    socket->session->sockets[socket->fd] = NULL;
    uv_close((uv_handle_t *)&socket->watcher, on_closed);
}

/* Watching */

static void on_poll(uv_poll_t *watcher, int status, int events);

static void watch(eft__http_socket *socket, int events)
{
    if (events == socket->watched)
        return;
    if (events)
        uv_poll_start(&socket->watcher, events, on_poll);
    else
        uv_poll_stop(&socket->watcher);
    socket->watched = events;
}

/* An error of the socket's arrives as a status, and stops the watcher: libcurl
 * will meet it, behind what can still be read. */
static void on_poll(uv_poll_t *watcher, int status, int events)
{
    eft__http_socket *socket = (eft__http_socket *)watcher;
    eft__http_session *session = socket->session;

    if (status < 0) {
        socket->watched = 0;
        events = socket->wanted;
    } else if (events & ~socket->wanted) {
        watch(socket, socket->wanted);
    }
    if (!socket->wanted)
        return;
    eft__http_session_call(session, socket->fd,
                           (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
                               (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0));
    if (status < 0 && !uv_is_closing((uv_handle_t *)watcher))
        watch(socket, socket->wanted);
}

/* What libcurl calls */

static int events_of(int what)
{
    switch (what) {
    case CURL_POLL_IN:
        return UV_READABLE;
    case CURL_POLL_OUT:
        return UV_WRITABLE;
    case CURL_POLL_INOUT:
        return UV_READABLE | UV_WRITABLE;
    default:
        return 0;
    }
}

int eft__http_on_socket(CURL *easy, curl_socket_t fd, int what, void *context,
                        void *known)
{
    eft__http_session *session = context;
    eft__http_socket *socket = find(session, fd);

    (void)easy;
    (void)known;
    if (!socket && what != CURL_POLL_REMOVE)
        socket = add(session, fd, false);
    if (!socket)
        return what == CURL_POLL_REMOVE ? 0 : -1;
    socket->wanted = events_of(what);
    if (!socket->wanted && !socket->ours)
        drop(socket);
    else
        watch(socket, socket->wanted | (socket->watched & UV_READABLE));
    return 0;
}

curl_socket_t eft__http_open_socket(void *context, curlsocktype purpose,
                                    struct curl_sockaddr *address)
{
    eft__http_session *session = context;
    int fd = socket(address->family, address->socktype, address->protocol);

    (void)purpose;
    if (fd < 0)
        return CURL_SOCKET_BAD;
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (!add(session, fd, true)) {
        close(fd);
        return CURL_SOCKET_BAD;
    }
    return fd;
}

int eft__http_close_socket(void *context, curl_socket_t fd)
{
    eft__http_socket *socket = find(context, fd);

    if (socket)
        drop(socket);
    return close(fd);
}

void eft__http_sockets_fini(eft__http_session *session)
{
    for (size_t fd = 0; fd < session->socket_count; fd++)
        if (session->sockets[fd])
            drop(session->sockets[fd]);
    eft__release(session->sockets);
    session->sockets = NULL;
    session->socket_count = 0;
}
