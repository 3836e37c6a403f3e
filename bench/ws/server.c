/* SPDX-License-Identifier: MIT
 * ws-server [PORT [CERTIFICATE KEY]]: echoes, for the benchmarks only.
 *
 * It trusts its clients, checks nothing, and costs as little as it can, so that
 * what is measured is the client.  Prints its URL when it listens. */
#define _GNU_SOURCE /* accept4 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "server_frames.h"

enum { INPUT = 256 * 1024, EVENTS = 512, REQUEST = 8192 };

typedef struct peer {
    int fd;
    bool open;     /* the handshake is over */
    SSL *ssl;      /* NULL: plain */
    frame frame;   /* what arrives */
    uint8_t *rest; /* what the system did not take, or NULL */
    size_t length; /* of rest */
    char *request; /* until it is open; NULL: none yet */
    size_t got;    /* bytes in request */
} peer;

static int poller;
static SSL_CTX *tls;
static uint8_t input[INPUT], output[INPUT + 16];

static void watch(peer *one, int how, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = one};

    epoll_ctl(poller, how, one->fd, &event);
}

static void drop(peer *one)
{
    SSL_free(one->ssl);
    close(one->fd);
    free(one->rest);
    free(one->request);
    free(one);
}

static ssize_t read_some(peer *one)
{
    if (!one->ssl)
        return recv(one->fd, input, sizeof input, 0);
    size_t done = 0;
    int length = 0;
    do {
        length = SSL_read(one->ssl, input + done, (int)(sizeof input - done));
        if (length > 0)
            done += (size_t)length;
    } while (length > 0 && done < sizeof input);
    if (done)
        return (ssize_t)done;
    errno =
        SSL_get_error(one->ssl, length) == SSL_ERROR_WANT_READ ? EAGAIN : EIO;
    return errno == EAGAIN ? -1 : 0;
}

/* How much went out; less than length: the system is full. */
static size_t write_some(peer *one, const uint8_t *data, size_t length)
{
    size_t done = 0;

    while (done < length) {
        ssize_t sent =
            one->ssl ? SSL_write(one->ssl, data + done, (int)(length - done))
                     : send(one->fd, data + done, length - done, MSG_NOSIGNAL);

        if (sent <= 0)
            break;
        done += (size_t)sent;
    }
    return done;
}

/* While something waits nothing is read: the client has to. */
static void send_out(peer *one, const uint8_t *data, size_t length)
{
    size_t done = write_some(one, data, length);

    if (done == length)
        return;
    one->length = length - done;
    one->rest = malloc(one->length);
    memcpy(one->rest, data + done, one->length);
    watch(one, EPOLL_CTL_MOD, EPOLLOUT);
}

static void send_rest(peer *one)
{
    size_t done = write_some(one, one->rest, one->length);

    one->length -= done;
    memmove(one->rest, one->rest + done, one->length);
    if (one->length)
        return;
    free(one->rest);
    one->rest = NULL;
    watch(one, EPOLL_CTL_MOD, EPOLLIN);
}

static bool greet(peer *one, size_t length)
{
    char answer[256];
    int size;

    if (!one->request)
        one->request = calloc(1, REQUEST);
    if (one->got + length >= REQUEST)
        return false;
    memcpy(one->request + one->got, input, length);
    one->got += length;
    size = answer_request(one->request, one->got, answer);
    if (size > 0) {
        one->open = true;
        free(one->request);
        one->request = NULL;
        send_out(one, (uint8_t *)answer, (size_t)size);
    }
    return size >= 0;
}

/* False: it is gone, or there is nothing to read now. */
static bool serve_once(peer *one)
{
    ssize_t length = read_some(one);

    if (length < 0 && errno == EAGAIN)
        return false;
    if (length <= 0 || (!one->open && !greet(one, (size_t)length))) {
        drop(one);
        return false;
    }
    if (one->got) {
        one->got = one->open ? 0 : one->got;
        return !one->rest;
    }
    send_out(one, output, echo(&one->frame, input, (size_t)length, output));
    if (one->frame.over && !one->rest) {
        drop(one);
        return false;
    }
    return !one->rest;
}

/* TLS may hold what no event will tell of. */
static void serve(peer *one, uint32_t events)
{
    bool tells = !one->ssl;

    if (events & EPOLLOUT && one->rest)
        send_rest(one);
    if (one->rest)
        return;
    while (serve_once(one) && !tells)
        continue;
}

static void welcome(int listener)
{
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        peer *one;

        if (fd < 0)
            return;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        one = calloc(1, sizeof *one);
        one->fd = fd;
        if (tls) {
            one->ssl = SSL_new(tls);
            SSL_set_fd(one->ssl, fd);
            SSL_set_accept_state(one->ssl);
        }
        watch(one, EPOLL_CTL_ADD, EPOLLIN);
    }
}

static void load_tls(const char *certificate, const char *key)
{
    tls = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(tls, 1);
    SSL_CTX_set_default_read_buffer_len(tls, 128 * 1024);
    if (SSL_CTX_use_certificate_chain_file(tls, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1) {
        fputs("ws-server: no certificate or key\n", stderr);
        exit(EXIT_FAILURE);
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
        perror("ws-server");
        exit(EXIT_FAILURE);
    }
    getsockname(fd, (struct sockaddr *)&at, &size);
    printf("%s://127.0.0.1:%d/\n", tls ? "wss" : "ws", ntohs(at.sin_port));
    fflush(stdout);
    return fd;
}

int main(int argc, char **argv)
{
    static struct epoll_event events[EVENTS];
    peer listener = {0};

    signal(SIGPIPE, SIG_IGN);
    if (argc == 4)
        load_tls(argv[2], argv[3]);
    poller = epoll_create1(EPOLL_CLOEXEC);
    listener.fd = listen_at(argc > 1 ? atoi(argv[1]) : 0);
    watch(&listener, EPOLL_CTL_ADD, EPOLLIN);
    for (;;) {
        int count = epoll_wait(poller, events, EVENTS, -1);

        for (int i = 0; i < count; i++)
            if (events[i].data.ptr == &listener)
                welcome(listener.fd);
            else
                serve(events[i].data.ptr, events[i].events);
    }
}
