/* SPDX-License-Identifier: MIT
 * Tests native streams alone: two ends of a socket pair on a loop of libuv's.
 */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "native/stream.h"

enum { BUFFER_SIZE = 128 * 1024, MUCH = 3000000 };

/* One of the two; side[1] is the server of TLS. */
typedef struct end {
    eft__stream *stream;
    unsigned seen;   /* all events so far */
    size_t written;  /* bytes so far */
    size_t to_write; /* bytes that are left */
    size_t read;     /* bytes so far */
    ptrdiff_t over;  /* END or BROKEN, once it was read */
    bool shaken;     /* its handshake is over */
    bool wrong;      /* a byte was another one */
    bool rests;      /* it does not read */
    size_t most;     /* of one read; 0: BUFFER_SIZE */
} end;

static uv_loop_t loop;
static end side[2];
static int failures_in_test;
static SSL_CTX *contexts[2];

#define CHECK(condition)                                                       \
    ((condition) ? (void)0                                                     \
                 : (void)(failures_in_test++,                                  \
                          printf("# line %d: %s\n", __LINE__, #condition)))

/* TLS with a key and a certificate that live as long as the program. */

static void make_certificate(SSL_CTX *context)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();

    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_sign(certificate, key, EVP_sha256());
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static SSL *make_tls(int which)
{
    SSL *ssl = SSL_new(contexts[which]);

    if (which == 0)
        SSL_set_connect_state(ssl);
    else
        SSL_set_accept_state(ssl);
    return ssl;
}

/* What an end does: writes what it has to, reads what it may. */

static uint8_t byte_at(size_t position)
{
    return (uint8_t)(position * 7 + (position >> 9));
}

static void write_on(end *one)
{
    static uint8_t data[MUCH];

    if (!data[1])
        for (size_t i = 0; i < MUCH; i++)
            data[i] = byte_at(i);
    while (one->to_write) {
        ptrdiff_t length =
            eft__stream_write(one->stream, data + one->written, one->to_write);

        if (length <= 0)
            return;
        one->written += (size_t)length;
        one->to_write -= (size_t)length;
    }
}

static void read_on(end *one)
{
    static uint8_t buffer[BUFFER_SIZE];
    size_t most = one->most ? one->most : BUFFER_SIZE;
    ptrdiff_t length = 0;

    do {
        length = eft__stream_read(one->stream, buffer, most);
        for (ptrdiff_t i = 0; i < length; i++)
            if (buffer[i] != byte_at(one->read++))
                one->wrong = true;
    } while (length == (ptrdiff_t)most ||
             (length > 0 && eft__stream_has_more(one->stream)));
    if (length < 0)
        one->over = length;
}

static void on_ready(void *context, unsigned events)
{
    end *one = context;

    one->seen |= events;
    one->shaken = eft__stream_handshake(one->stream) == 1;
    if (events & (EFT__STREAM_READABLE | EFT__STREAM_HUNG_UP) && !one->rests)
        read_on(one);
    write_on(one);
    eft__stream_watch(one->stream, !one->rests, one->to_write > 0);
}

/* Opening both ends, and turning the loop */

static void open_both(bool tls)
{
    int files[2];

    memset(side, 0, sizeof side);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, files) == 0);
    for (int i = 0; i < 2; i++) {
        int fault = 0;

        side[i].stream =
            eft__stream_open(&loop, files[i], tls ? make_tls(i) : NULL,
                             on_ready, &side[i], &fault);
        CHECK(side[i].stream && fault == 0);
        eft__stream_watch(side[i].stream, true, false);
    }
    if (tls)
        CHECK(eft__stream_handshake(side[0].stream) == EFT__STREAM_WAIT);
}

/* Until nothing happens any more: both ends are in this process. */
static void turn(void)
{
    for (int quiet = 0; quiet < 3;) {
        unsigned before[2] = {side[0].seen, side[1].seen};

        side[0].seen = side[1].seen = 0;
        uv_run(&loop, UV_RUN_NOWAIT);
        quiet = side[0].seen || side[1].seen ? 0 : quiet + 1;
        side[0].seen |= before[0];
        side[1].seen |= before[1];
    }
}

static void close_both(void)
{
    for (int i = 0; i < 2; i++)
        if (side[i].stream)
            eft__stream_close(side[i].stream);
    uv_run(&loop, UV_RUN_DEFAULT);
}

static void send_much(end *one)
{
    one->to_write = MUCH;
    write_on(one);
    eft__stream_watch(one->stream, !one->rests, one->to_write > 0);
}

/* The tests, each for both kinds */

static void much_goes_both_ways(bool tls)
{
    open_both(tls);
    send_much(&side[0]);
    send_much(&side[1]);
    turn();
    for (int i = 0; i < 2; i++) {
        CHECK(side[i].read == MUCH && !side[i].wrong && !side[i].to_write);
        CHECK(side[i].shaken && eft__stream_flush(side[i].stream));
        CHECK(eft__stream_fault(side[i].stream) == NULL);
    }
    close_both();
}

/* A server reads a request with less room than a record has. */
static void reads_may_be_small(bool tls)
{
    open_both(tls);
    side[1].most = 1000;
    send_much(&side[0]);
    turn();
    side[1].most = 0;
    CHECK(side[1].read == MUCH && !side[1].wrong);
    send_much(&side[1]);
    turn();
    CHECK(side[0].read == MUCH && !side[0].wrong);
    close_both();
}

static void the_small_and_the_large_take_turns(bool tls)
{
    open_both(tls);
    send_much(&side[0]);
    for (int i = 0; i < 4000 && side[1].read < MUCH; i++) {
        side[1].most = i % 2 ? 777 : 0;
        turn();
    }
    CHECK(side[1].read == MUCH && !side[1].wrong);
    close_both();
}

/* Half-closed: what goes the other way still goes. */
static void one_side_may_finish(bool tls)
{
    open_both(tls);
    turn();
    eft__stream_finish(side[0].stream);
    turn();
    CHECK(side[1].over == EFT__STREAM_END);
    CHECK(side[0].over == 0);
    if (tls) {
        close_both();
        return;
    }
    send_much(&side[1]);
    turn();
    CHECK(side[0].read == MUCH && !side[0].wrong);
    close_both();
}

static void all_is_read_before_the_end(bool tls)
{
    open_both(tls);
    turn();
    side[0].to_write = 50000;
    write_on(&side[0]);
    CHECK(side[0].to_write == 0);
    eft__stream_close(side[0].stream);
    side[0].stream = NULL;
    turn();
    CHECK(side[1].read == 50000 && !side[1].wrong);
    CHECK(side[1].over == EFT__STREAM_END);
    close_both();
}

/* Who rests hears of the end, once, and can read what came before it. */
static void who_rests_hears_the_end(bool tls)
{
    open_both(tls);
    turn();
    side[1].rests = true;
    eft__stream_watch(side[1].stream, false, false);
    side[0].to_write = 50000;
    write_on(&side[0]);
    turn();
    CHECK(!(side[1].seen & ~(unsigned)EFT__STREAM_READABLE));
    CHECK(side[1].read == 0);
    eft__stream_close(side[0].stream);
    side[0].stream = NULL;
    turn();
    CHECK(side[1].seen & EFT__STREAM_HUNG_UP);
    side[1].seen = 0;
    turn();
    CHECK(side[1].seen == 0);
    read_on(&side[1]);
    read_on(&side[1]);
    CHECK(side[1].read == 50000 && side[1].over == EFT__STREAM_END);
    close_both();
}

/* No SIGPIPE: it would end this program. */
static void writing_to_nobody_is_a_fault(bool tls)
{
    ptrdiff_t length = 1;

    open_both(tls);
    turn();
    eft__stream_close(side[1].stream);
    side[1].stream = NULL;
    while (length > 0)
        length = eft__stream_write(side[0].stream, "bytes", 5);
    CHECK(length == EFT__STREAM_BROKEN);
    CHECK(eft__stream_fault(side[0].stream) != NULL);
    CHECK(eft__stream_write(side[0].stream, "bytes", 5) == EFT__STREAM_BROKEN);
    close_both();
}

static void garbage_is_no_handshake(bool tls)
{
    char garbage[] = "GET / HTTP/1.1\r\n\r\n";
    int files[2], fault = 0;

    if (!tls)
        return;
    memset(side, 0, sizeof side);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, files) == 0);
    side[1].stream = eft__stream_open(&loop, files[1], make_tls(1), on_ready,
                                      &side[1], &fault);
    eft__stream_watch(side[1].stream, true, false);
    CHECK(write(files[0], garbage, sizeof garbage) == sizeof garbage);
    turn();
    CHECK(!side[1].shaken && side[1].over == EFT__STREAM_BROKEN);
    CHECK(eft__stream_fault(side[1].stream) &&
          strstr(eft__stream_fault(side[1].stream), "http request"));
    close_both();
    close(files[0]);
}

static void what_is_no_socket_is_refused(bool tls)
{
    int fault = 0, file = open("/dev/null", O_RDWR);

    CHECK(eft__stream_open(&loop, file, tls ? make_tls(0) : NULL, on_ready,
                           &side[0], &fault) == NULL);
    CHECK(fault < 0);
    CHECK(fcntl(file, F_GETFD) < 0);
}

typedef struct test {
    const char *name;
    void (*run)(bool tls);
} test;

#define TEST(name)                                                             \
    {                                                                          \
#name, name                                                            \
    }

static const test tests[] = {
    TEST(much_goes_both_ways),
    TEST(reads_may_be_small),
    TEST(the_small_and_the_large_take_turns),
    TEST(one_side_may_finish),
    TEST(all_is_read_before_the_end),
    TEST(who_rests_hears_the_end),
    TEST(writing_to_nobody_is_a_fault),
    TEST(garbage_is_no_handshake),
    TEST(what_is_no_socket_is_refused),
};

int main(void)
{
    int passed = 0, failed = 0;

    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    contexts[0] = SSL_CTX_new(TLS_client_method());
    contexts[1] = SSL_CTX_new(TLS_server_method());
    make_certificate(contexts[1]);
    uv_loop_init(&loop);
    for (size_t i = 0; i < 2 * (sizeof tests / sizeof *tests); i++) {
        failures_in_test = 0;
        tests[i / 2].run(i % 2);
        printf("%s stream.%s%s\n", failures_in_test ? "not ok" : "ok",
               tests[i / 2].name, i % 2 ? "_over_tls" : "");
        if (failures_in_test)
            failed++;
        else
            passed++;
    }
    CHECK(uv_loop_close(&loop) == 0);
    SSL_CTX_free(contexts[0]);
    SSL_CTX_free(contexts[1]);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
