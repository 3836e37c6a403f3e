/* SPDX-License-Identifier: MIT
 * Through a proxy: CONNECT. */
#define _POSIX_C_SOURCE 200809L
#include "proxy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_head.h"
#include "sdk/core/memory.h"
#include "sdk/net/bytes.h"

/* Design notes.
 *
 * This is no stream: when the way is open the socket goes to one, with TLS
 * or without, so what is read here ends exactly where the proxy's answer does.
 * Behind it nothing can have come, since whom we connect to waits for us. */

#ifdef MSG_NOSIGNAL
enum { SEND_FLAGS = MSG_NOSIGNAL };
#else
enum { SEND_FLAGS = 0 }; /* SO_NOSIGPIPE instead */
#endif

struct eft__tunnel {
    uv_poll_t watcher;      /* first; libuv's until it is closed */
    eft__bytes request;     /* what was not sent yet */
    eft__bytes answer;      /* what came of it so far */
    size_t seen;            /* for eft__head_find */
    int fd;                 /* the socket; -1: given away */
    eft__tunnel_done *done; /* whom to tell */
    void *context;          /* and what with it */
};

static void on_closed(uv_handle_t *watcher)
{
    eft__release(watcher);
}

static void end(eft__tunnel *tunnel)
{
    uv_close((uv_handle_t *)&tunnel->watcher, on_closed);
    eft__bytes_fini(&tunnel->request);
    eft__bytes_fini(&tunnel->answer);
    if (tunnel->fd >= 0)
        close(tunnel->fd);
}

static void finish(eft__tunnel *tunnel, const eft__tunnel_end *told)
{
    end(tunnel);
    tunnel->done(tunnel->context, told);
}

static void fail(eft__tunnel *tunnel, const char *fault)
{
    finish(tunnel, &(eft__tunnel_end){.fd = -1, .fault = fault});
}

static const char *words(int error)
{
    return uv_strerror(uv_translate_sys_error(error));
}

/* A whole answer; another may follow an interim one (RFC 9110 section 15.2).
 * True: it was the last. */
static bool on_answer(eft__tunnel *tunnel, size_t length)
{
    eft__tunnel_end told = {.fd = -1};
    const char *fault;
    eft__head head;

    if (!eft__head_parse(&head, (const char *)eft__bytes_data(&tunnel->answer),
                         length, &fault)) {
        fail(tunnel, fault);
        return true;
    }
    if (head.status < 200) {
        eft__bytes_consume(&tunnel->answer, length);
        tunnel->seen = 0;
        return false;
    }
    told.status = head.status;
    eft__head_quote(&head, told.line, sizeof told.line);
    if (head.status < 300 && eft__bytes_length(&tunnel->answer) > length) {
        fail(tunnel, "it sent more than the head of its answer");
        return true;
    }
    if (head.status < 300) {
        told.fd = tunnel->fd;
        tunnel->fd = -1;
    }
    finish(tunnel, &told);
    return true;
}

/* True: it is over. */
static bool look(eft__tunnel *tunnel)
{
    while (eft__bytes_length(&tunnel->answer)) {
        const char *fault;
        ptrdiff_t length = eft__head_find(
            (const char *)eft__bytes_data(&tunnel->answer),
            eft__bytes_length(&tunnel->answer), &tunnel->seen, &fault);

        if (length == 0)
            return false;
        if (length < 0) {
            fail(tunnel, fault);
            return true;
        }
        if (on_answer(tunnel, (size_t)length))
            return true;
    }
    return false;
}

static void receive(eft__tunnel *tunnel)
{
    char buffer[4096];
    ssize_t length;

    do {
        length = recv(tunnel->fd, buffer, sizeof buffer, 0);
        if (length > 0 &&
            !eft__bytes_append(&tunnel->answer, buffer, (size_t)length)) {
            finish(tunnel, &(eft__tunnel_end){.fd = -1, .no_memory = true});
            return;
        }
        if (length > 0 && look(tunnel))
            return;
    } while (length > 0 || (length < 0 && errno == EINTR));
    if (length == 0)
        fail(tunnel, "it ended the connection");
    else if (errno != EAGAIN && errno != EWOULDBLOCK)
        fail(tunnel, words(errno));
}

/* False: it is over. */
static bool transmit(eft__tunnel *tunnel)
{
    while (eft__bytes_length(&tunnel->request)) {
        ssize_t length = send(tunnel->fd, eft__bytes_data(&tunnel->request),
                              eft__bytes_length(&tunnel->request), SEND_FLAGS);

        if (length > 0) {
            eft__bytes_consume(&tunnel->request, (size_t)length);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return true;
        } else if (errno != EINTR) {
            fail(tunnel, words(errno));
            return false;
        }
    }
    return true;
}

static void on_poll(uv_poll_t *watcher, int status, int events);

static void watch(eft__tunnel *tunnel)
{
    bool writes = eft__bytes_length(&tunnel->request) != 0;

    uv_poll_start(&tunnel->watcher, UV_READABLE | (writes ? UV_WRITABLE : 0),
                  on_poll);
}

static void on_poll(uv_poll_t *watcher, int status, int events)
{
    eft__tunnel *tunnel = (eft__tunnel *)watcher;
    bool wrote = events & UV_WRITABLE;

    if (wrote && !transmit(tunnel))
        return;
    if (wrote)
        watch(tunnel);
    /* An error shows to who reads. */
    if (events & UV_READABLE || status < 0)
        receive(tunnel);
}

static bool add(eft__bytes *to, const char *text)
{
    return eft__bytes_append(to, text, strlen(text));
}

static bool add_field(eft__bytes *to, const char *name, const char *value)
{
    return !value || (add(to, name) && add(to, value) && add(to, "\r\n"));
}

static bool write_request(eft__bytes *to, const eft__proxy *proxy,
                          const char *host, uint16_t port,
                          const char *user_agent)
{
    char target[300];

    snprintf(target, sizeof target, strchr(host, ':') ? "[%s]:%u" : "%s:%u",
             host, (unsigned)port);
    return add(to, "CONNECT ") && add(to, target) && add(to, " HTTP/1.1\r\n") &&
           add_field(to, "Host: ", target) &&
           add_field(to, "User-Agent: ", user_agent) &&
           add_field(to, "Proxy-Authorization: ", proxy->authorization) &&
           add(to, "\r\n");
}

eft__tunnel *eft__tunnel_start(uv_loop_t *loop, int fd, const eft__proxy *proxy,
                               const char *host, uint16_t port,
                               const char *user_agent, eft__tunnel_done *done,
                               void *context, int *fault)
{
    eft__tunnel *tunnel = eft__reserve(sizeof *tunnel);

    *fault = UV_ENOMEM;
    if (tunnel) {
        *tunnel = (eft__tunnel){.fd = fd, .done = done, .context = context};
        if (write_request(&tunnel->request, proxy, host, port, user_agent))
            *fault = uv_poll_init_socket(loop, &tunnel->watcher, fd);
    }
    if (*fault == 0) {
        /* Sent when the socket says that it can be. */
        watch(tunnel);
        return tunnel;
    }
    if (tunnel)
        eft__bytes_fini(&tunnel->request);
    eft__release(tunnel);
    close(fd);
    return NULL;
}

void eft__tunnel_abandon(eft__tunnel *tunnel)
{
    end(tunnel);
}
