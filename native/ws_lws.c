/* SPDX-License-Identifier: MIT
 * The carrier: libwebsockets' HTTP/1.1 client role as a duplex stream. */
#define _POSIX_C_SOURCE 200809L
#include "ws.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <libwebsockets.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "eft/error.h"
#include "sdk/core/memory.h"

/* Design notes.
 *
 * libwebsockets connects, does TLS and one HTTP exchange: our own request, and
 * the 101 that answers it.  What follows is the body of that answer without an
 * end, and in the other direction whatever is written raw.
 *
 * A wsi and a socket know each other from the first callback until either of
 * them ends; a wsi whose user pointer is NULL goes down on its own.
 *
 * Traps of 4.1, each met below:
 * - lws_rx_flow_control() stops writing too.  To pause is not to read: reading
 *   is off already when there is something to read.
 * - What can be read hides that there could be written, so a backlog is tried
 *   again after each read.
 * - lws_write() copies what the system did not take: it is given pieces.
 * - A write error, or a reset, closes without reading what still waits there,
 *   which may be the server's Close.
 * - A connect() that fails at once closes the file and forgets libuv's handle.
 * - Its timers are looked at after its own events only. */

enum {
    READ_SIZE = 64 * 1024,   /* bytes of one read */
    READS_MOST = 4,          /* in a row, before others have their turn */
    WRITE_SIZE = 256 * 1024, /* bytes of one write */
    HEADERS_SIZE = 65535,    /* bytes of an answer's headers */
    NEVER = 1 << 30          /* seconds: the core has the timeouts */
};

static int callback(struct lws *wsi, enum lws_callback_reasons reason,
                    void *user, void *in, size_t length);

static const struct lws_protocols protocols[] = {
    {.name = "eft", .callback = callback, .tx_packet_size = WRITE_SIZE},
    {.name = NULL},
};

/* The last complaint; the terminal is not its to write on. */
static _Thread_local char complaint[160];

static void on_complaint(int level, const char *line)
{
    (void)level;
    lws_strncpy(complaint, line, sizeof complaint);
    complaint[strcspn(complaint, "\n")] = 0;
}

/* Contexts and trusts */

static bool open_context(eft__sockets *sockets)
{
    void *loops[] = {&sockets->world->loop};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                   LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
        .foreign_loops = loops,
        .pt_serv_buf_size = READ_SIZE + LWS_PRE,
        .max_http_header_data2 = HEADERS_SIZE,
        .timeout_secs = NEVER,
    };

    lws_set_log_level(LLL_ERR | LLL_WARN, on_complaint);
    complaint[0] = 0;
    sockets->context = lws_create_context(&info);
    return sockets->context != NULL;
}

static bool same_authorities(const char *left, const char *right)
{
    return left && right ? strcmp(left, right) == 0 : left == right;
}

static bool open_vhost(eft__sockets *sockets, eft__trust *trust)
{
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .vhost_name = "eft",
        .protocols = protocols,
        .options = trust->tls ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0,
        .provided_client_ssl_ctx = trust->tls_context,
        .connect_timeout_secs = NEVER,
        .timeout_secs_ah_idle = NEVER,
        /* Otherwise the environment's http_proxy would be used, also for
         * this machine itself. */
        .http_proxy_address = ":0",
    };

    trust->vhost = lws_create_vhost(sockets->context, &info);
    return trust->vhost != NULL;
}

static void free_trust(eft__trust *trust)
{
    if (trust->tls_context)
        eft__tls_context_free(trust->tls_context);
    eft__release(trust->ca_file);
    eft__release(trust);
}

static eft__trust *make_trust(const eft__opening *opening)
{
    size_t size = opening->ca_file ? strlen(opening->ca_file) + 1 : 0;
    eft__trust *trust = eft__reserve(sizeof *trust);

    if (!trust)
        return NULL;
    *trust = (eft__trust){.tls = opening->tls};
    if (size)
        trust->ca_file = eft__reserve(size);
    if (size && !trust->ca_file) {
        free_trust(trust);
        return NULL;
    }
    if (size)
        memcpy(trust->ca_file, opening->ca_file, size);
    return trust;
}

/* Fails the socket when it answers NULL. */
static eft__trust *add_trust(eft__socket *socket)
{
    eft__sockets *sockets = socket->all;
    eft__trust *trust = make_trust(socket->opening);
    const char *why = NULL;

    if (!trust) {
        eft__socket_fail(socket, EFT_ENOMEM, "out of memory");
        return NULL;
    }
    if (trust->tls)
        trust->tls_context =
            eft__tls_context_new(sockets, trust->ca_file, &why);
    if (trust->tls && !trust->tls_context) {
        eft__socket_fail(socket, EFT_ETLS,
                         "no authorities could be loaded from %s: %s",
                         trust->ca_file ? trust->ca_file : "the system", why);
        free_trust(trust);
        return NULL;
    }
    if (!open_vhost(sockets, trust)) {
        eft__socket_fail(socket, EFT_EIO, "libwebsockets: %s", complaint);
        free_trust(trust);
        return NULL;
    }
    trust->next = sockets->trusts;
    sockets->trusts = trust;
    return trust;
}

static eft__trust *find_trust(eft__socket *socket)
{
    eft__sockets *sockets = socket->all;
    const eft__opening *opening = socket->opening;

    if (!sockets->context && !open_context(sockets)) {
        /* Its libuv part is a plug-in that Debian has in a package of its
         * own. */
        eft__socket_fail(socket, EFT_EIO,
                         "libwebsockets does not start (is "
                         "libwebsockets-evlib-uv installed?): %s",
                         complaint);
        return NULL;
    }
    for (eft__trust *trust = sockets->trusts; trust; trust = trust->next)
        if (trust->tls == opening->tls &&
            same_authorities(trust->ca_file, opening->ca_file))
            return trust;
    return add_trust(socket);
}

/* Connecting */

static void free_watcher(uv_handle_t *watcher)
{
    free(watcher);
}

static void close_watcher(uv_handle_t *handle, void *wsi)
{
    if (handle->type == UV_POLL && handle->data == wsi &&
        !uv_is_closing(handle))
        uv_close(handle, free_watcher);
}

bool eft__carrier_connect(eft__socket *socket, const char *address)
{
    eft__trust *trust = find_trust(socket);
    struct lws_client_connect_info info = {
        .context = socket->all->context,
        .address = address,
        .port = socket->opening->port,
        .path = "/",
        .host = "eft",
        .method = "GET",
        .alpn = "http/1.1",
        .local_protocol_name = protocols[0].name,
        .userdata = socket,
        .ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT,
    };
    struct lws *gone;

    if (!trust)
        return false;
    info.vhost = trust->vhost;
    if (trust->tls)
        info.ssl_connection |=
            LCCSCF_USE_SSL | LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK;
    if (lws_client_connect_via_info(&info))
        return true;
    gone = socket->wsi;
    socket->wsi = NULL;
    if (gone)
        uv_walk(&socket->all->world->loop, close_watcher, gone);
    return false;
}

/* Our request instead of the one that libwebsockets wrote, which begins where
 * its buffer does. */
static int put_request(eft__socket *socket, char **end, size_t left)
{
    const eft__bytes *request = &socket->opening->request;
    size_t length = eft__bytes_length(request);
    size_t size = READ_SIZE + LWS_PRE;
    char *begin = *end + left + 12 - size;

    if (memcmp(begin, "GET ", 4) != 0 || length + 12 > size) {
        eft__socket_fail(socket, EFT_EHANDSHAKE,
                         "the WebSocket upgrade for %s has %zu bytes, which "
                         "cannot be sent",
                         socket->peer, length);
        return -1;
    }
    memcpy(begin, eft__bytes_data(request), length);
    *end = begin + length;
    socket->state = EFT__SOCKET_ASKING;
    return 0;
}

static int on_answer(eft__socket *socket)
{
    eft__handshake_check(socket);
    if (socket->state != EFT__SOCKET_OPEN)
        return -1;
    lws_set_timeout(socket->wsi, NO_PENDING_TIMEOUT, 0);
    return 0;
}

/* Reading */

/* Reads again at once where there is likely more: after a full buffer, and
 * from TLS, which reads records of 16 KiB at most, and for which what it has
 * read ahead is no event any more. */
void eft__carrier_read(eft__socket *socket)
{
    struct lws *wsi = socket->wsi;
    int reads = 0;

    if (!wsi)
        return;
    do {
        char *buffer = NULL;
        int length = 0;

        socket->more = false;
        if (lws_http_client_read(wsi, &buffer, &length) < 0) {
            eft__socket_lost(socket);
            return;
        }
    } while (socket->more && !socket->paused && ++reads < READS_MOST);
    if (socket->more && !socket->paused)
        eft__socket_due(socket);
}

static int on_data(eft__socket *socket, const void *data, size_t length)
{
    SSL *ssl = lws_get_ssl(socket->wsi);

    socket->more = length == READ_SIZE || (ssl && SSL_has_pending(ssl));
    eft__socket_received(socket, data, length);
    return 0;
}

static int on_readable(eft__socket *socket)
{
    if (socket->paused && socket->state == EFT__SOCKET_OPEN) {
        socket->more = true;
        return 0;
    }
    eft__carrier_read(socket);
    return socket->state == EFT__SOCKET_ENDED ? -1 : 0;
}

/* What libwebsockets would leave unread, it being about to close. */
static void read_rest(eft__socket *socket)
{
    SSL *ssl = lws_get_ssl(socket->wsi);
    int fd = lws_get_socket_fd(socket->wsi);
    char buffer[16 * 1024];
    ssize_t length;

    if (ssl)
        ERR_clear_error();
    do {
        length = ssl ? SSL_read(ssl, buffer, sizeof buffer)
                     : recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (length > 0)
            eft__socket_received(socket, buffer, (size_t)length);
    } while (length > 0);
}

/* Writing */

bool eft__carrier_write(eft__socket *socket)
{
    struct lws *wsi = socket->wsi;
    int status = 0;

    if (!wsi)
        return false;
    if (lws_partial_buffered(wsi))
        status = lws_write(wsi, NULL, 0, LWS_WRITE_RAW);
    while (status >= 0 && !lws_partial_buffered(wsi)) {
        size_t size;
        const uint8_t *data = eft__protocol_output(&socket->protocol, &size);

        if (!size)
            return true;
        if (size > WRITE_SIZE)
            size = WRITE_SIZE;
        status = lws_write(wsi, (unsigned char *)data, size, LWS_WRITE_RAW);
        if (status >= 0)
            eft__protocol_written(&socket->protocol, size);
    }
    if (status < 0) {
        read_rest(socket);
        eft__socket_lost(socket);
    }
    return false;
}

/* Ending */

static void on_end(eft__socket *socket, struct lws *wsi, const char *words)
{
    int fd = lws_get_socket_fd(wsi), fault = 0;
    socklen_t size = sizeof fault;

    switch (socket->state) {
    case EFT__SOCKET_CONNECTING:
    case EFT__SOCKET_ASKING:
        if (fd < 0)
            uv_walk(&socket->all->world->loop, close_watcher, wsi);
        else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &size) != 0)
            fault = 0;
        eft__opening_lost(socket, fault, words);
        break;
    case EFT__SOCKET_OPEN:
    case EFT__SOCKET_ENDING:
        read_rest(socket);
        eft__socket_lost(socket);
        break;
    case EFT__SOCKET_RESOLVING:
    case EFT__SOCKET_ENDED:
        break;
    }
    socket->wsi = NULL;
    lws_set_wsi_user(wsi, NULL);
}

void eft__carrier_linger(eft__socket *socket, int seconds)
{
    if (!socket->wsi)
        return;
    lws_set_timeout(socket->wsi, PENDING_TIMEOUT_CLOSE_ACK, seconds);
    lws_cancel_service(socket->all->context);
}

void eft__carrier_drop(eft__socket *socket)
{
    struct lws *wsi = socket->wsi;
    SSL *ssl = wsi ? lws_get_ssl(wsi) : NULL;

    if (!wsi)
        return;
    socket->wsi = NULL;
    lws_set_wsi_user(wsi, NULL);
    if (ssl)
        SSL_set_app_data(ssl, NULL);
    /* It would wait for what it has buffered to go out. */
    if (lws_partial_buffered(wsi))
        shutdown(lws_get_socket_fd(wsi), SHUT_RDWR);
    lws_set_timeout(wsi, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_SYNC);
}

void eft__carriers_close(eft__sockets *sockets)
{
    if (sockets->context) {
        /* The first call begins to close, the loop goes on with it, the
         * second frees. */
        lws_context_destroy(sockets->context);
        for (int turns = 0; turns < 4; turns++)
            uv_run(&sockets->world->loop, UV_RUN_NOWAIT);
        lws_context_destroy(sockets->context);
        sockets->context = NULL;
    }
    while (sockets->trusts) {
        eft__trust *trust = sockets->trusts;

        sockets->trusts = trust->next;
        free_trust(trust);
    }
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason,
                    void *user, void *in, size_t length)
{
    eft__socket *socket = user;

    if (!socket)
        return reason == LWS_CALLBACK_RECEIVE_CLIENT_HTTP ? -1 : 0;
    switch (reason) {
    case LWS_CALLBACK_CLIENT_HTTP_BIND_PROTOCOL:
        socket->wsi = wsi;
        return 0;
    case LWS_CALLBACK_WSI_CREATE:
        socket->opening->connected = true;
        return 0;
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
        return put_request(socket, in, length);
    case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
        return on_answer(socket);
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
        return on_readable(socket);
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ:
        return on_data(socket, in, length);
    case LWS_CALLBACK_CLIENT_HTTP_WRITEABLE:
        eft__socket_due(socket);
        return 0;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        on_end(socket, wsi, in ? in : "");
        return 0;
    case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
    case LWS_CALLBACK_WSI_DESTROY:
        on_end(socket, wsi, "");
        return 0;
    default:
        return 0;
    }
}
