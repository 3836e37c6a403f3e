/* SPDX-License-Identifier: MIT
 * What a stream does with OpenSSL. */
#define _POSIX_C_SOURCE 200809L
#include "stream_tls.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <uv.h>

#include "sdk/core/memory.h"

/* Design notes.
 *
 * OpenSSL writes each record of 16 KiB for itself, and with write(), which may
 * raise SIGPIPE.  So its BIO is ours: what it writes gathers in held, and the
 * stream hands all of it to the system in one call.  Therefore OpenSSL never
 * waits to write, and only ever waits to read.
 *
 * A read takes from the system as much as the caller has room for, and puts it
 * into the caller's own buffer, a record behind its beginning; OpenSSL takes it
 * from there, record by record, into memory of its own, and puts the plain text
 * to the beginning.  That never catches up: a record has more bytes than its
 * plain text, and of an earlier one OpenSSL holds less than one.  (Its own way
 * of reading ahead moves what it has not used once for each record.)
 * SSL_MODE_RELEASE_BUFFERS gives that memory back when nothing waits in it. */

enum {
    RECORD_SIZE = 16 * 1024, /* at most, of plain text */
    RECORD_EXTRA = 256,      /* as much as a record adds to it, or more */
    MARGIN = RECORD_SIZE + RECORD_EXTRA,
    WRITE_SIZE = 7 * RECORD_SIZE /* plain text of one write */
};

/* The BIO */

static int bio_write(BIO *bio, const char *data, int size)
{
    eft__stream_tls *tls = BIO_get_data(bio);

    if (!eft__bytes_append(&tls->held, data, (size_t)size)) {
        tls->fault = "out of memory for a TLS record";
        return -1;
    }
    return size;
}

static ptrdiff_t take_ahead(eft__stream_tls *tls, char *buffer, size_t size)
{
    if (size > tls->ahead_length)
        size = tls->ahead_length;
    memcpy(buffer, tls->ahead, size);
    tls->ahead += size;
    tls->ahead_length -= size;
    return size ? (ptrdiff_t)size : EFT__STREAM_WAIT;
}

static int bio_read(BIO *bio, char *buffer, int size)
{
    eft__stream_tls *tls = BIO_get_data(bio);
    ptrdiff_t length =
        tls->ahead ? take_ahead(tls, buffer, (size_t)size)
                   : eft__stream_receive(tls->stream, buffer, (size_t)size);

    BIO_clear_retry_flags(bio);
    if (length == EFT__STREAM_WAIT) {
        BIO_set_retry_read(bio);
        return -1;
    }
    return length == EFT__STREAM_END ? 0 : (int)length;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP;
}

static BIO_METHOD *method;

/* Once a process; kept until its end. */
static void make_method(void)
{
    method =
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "eft stream");
    if (!method)
        return;
    BIO_meth_set_write(method, bio_write);
    BIO_meth_set_read(method, bio_read);
    BIO_meth_set_ctrl(method, bio_control);
}

static BIO *make_bio(eft__stream_tls *tls)
{
    static uv_once_t once = UV_ONCE_INIT;
    BIO *bio;

    uv_once(&once, make_method);
    bio = method ? BIO_new(method) : NULL;
    if (bio) {
        BIO_set_data(bio, tls);
        BIO_set_init(bio, 1);
    }
    return bio;
}

/* Making and freeing */

eft__stream_tls *eft__stream_tls_new(eft__stream *stream, void *ssl)
{
    eft__stream_tls *tls = eft__alloc_zero(sizeof *tls);
    BIO *bio = tls ? make_bio(tls) : NULL;

    if (!bio) {
        eft__free(tls);
        eft__stream_tls_drop(ssl);
        return NULL;
    }
    tls->stream = stream;
    tls->ssl = ssl;
    SSL_set_bio(ssl, bio, bio);
    SSL_set_mode(ssl, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                          SSL_MODE_RELEASE_BUFFERS);
    SSL_set_read_ahead(ssl, 0);
    /* Its handshake may have been somebody's who let it read ahead. */
    tls->more = SSL_has_pending(ssl);
#ifdef SSL_OP_IGNORE_UNEXPECTED_EOF
    /* Whether an end was meant says what the stream carries. */
    SSL_set_options(ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
#endif
    return tls;
}

/* Who else has a reference must neither use nor close our file. */
void eft__stream_tls_drop(void *ssl)
{
    if (ssl)
        SSL_set_bio(ssl, NULL, NULL);
    SSL_free(ssl);
}

void eft__stream_tls_free(eft__stream_tls *tls)
{
    if (!tls)
        return;
    eft__stream_tls_drop(tls->ssl);
    eft__bytes_fini(&tls->held);
    eft__free(tls);
}

/* Working */

static const char *words_for_error(void)
{
    const char *words = ERR_reason_error_string(ERR_peek_error());

    return words ? words : "TLS gives no reason";
}

/* What a failed call of OpenSSL's means. */
static ptrdiff_t explain(eft__stream_tls *tls, int status)
{
    switch (SSL_get_error(tls->ssl, status)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return EFT__STREAM_WAIT;
    case SSL_ERROR_ZERO_RETURN:
        return EFT__STREAM_END;
    default:
        if (!tls->fault)
            tls->fault = words_for_error();
        ERR_clear_error();
        return EFT__STREAM_BROKEN;
    }
}

ptrdiff_t eft__stream_tls_handshake(eft__stream_tls *tls)
{
    int status;

    ERR_clear_error();
    status = SSL_do_handshake(tls->ssl);
    return status == 1 ? 1 : explain(tls, status);
}

/* As much as OpenSSL has or gets.  A call gives one record at most. */
static ptrdiff_t read_records(eft__stream_tls *tls, char *buffer, size_t size)
{
    size_t done = 0;

    ERR_clear_error();
    do {
        size_t length = 0;

        if (SSL_read_ex(tls->ssl, buffer + done, size - done, &length) != 1) {
            ptrdiff_t result = explain(tls, 0);

            if (!done)
                return result;
            tls->late = result;
            break;
        }
        done += length;
    } while (done < size && (tls->ahead || SSL_has_pending(tls->ssl)));
    return (ptrdiff_t)done;
}

/* What it has read ahead, without reading on. */
static ptrdiff_t drain(eft__stream_tls *tls, void *buffer, size_t size)
{
    ptrdiff_t length;

    tls->ahead = buffer;
    tls->ahead_length = 0;
    length = read_records(tls, buffer, size);
    tls->ahead = NULL;
    tls->more = length == (ptrdiff_t)size;
    return length;
}

ptrdiff_t eft__stream_tls_read(eft__stream_tls *tls, void *buffer, size_t size)
{
    uint8_t *ahead = (uint8_t *)buffer + MARGIN;
    ptrdiff_t length;

    if (tls->late)
        return tls->late;
    if (tls->more || SSL_pending(tls->ssl) > 0) {
        length = drain(tls, buffer, size);
        if (length != EFT__STREAM_WAIT)
            return length;
    }
    if (size < 2 * MARGIN)
        return read_records(tls, buffer, size);
    length = eft__stream_receive(tls->stream, ahead, size - MARGIN);
    tls->full = length == (ptrdiff_t)(size - MARGIN);
    if (length <= 0)
        return length;
    tls->ahead = ahead;
    tls->ahead_length = (size_t)length;
    length = read_records(tls, buffer, size);
    tls->ahead = NULL;
    return length;
}

bool eft__stream_tls_has_more(const eft__stream_tls *tls)
{
    return tls->late || tls->more || tls->full || SSL_pending(tls->ssl) > 0;
}

ptrdiff_t eft__stream_tls_write(eft__stream_tls *tls, const void *data,
                                size_t size)
{
    size_t most = size < WRITE_SIZE ? size : WRITE_SIZE, length = 0;
    size_t records = most / RECORD_SIZE + 1;
    ptrdiff_t result;

    /* At once, instead of record by record. */
    (void)eft__bytes_reserve(&tls->held, most + records * RECORD_EXTRA);
    ERR_clear_error();
    if (SSL_write_ex(tls->ssl, data, most, &length) == 1)
        return (ptrdiff_t)length;
    result = explain(tls, 0);
    tls->write_waits = result == EFT__STREAM_WAIT;
    return result;
}

/* Before its handshake is done there is nothing to say. */
void eft__stream_tls_say_end(eft__stream_tls *tls)
{
    if (!SSL_is_init_finished(tls->ssl) ||
        SSL_get_shutdown(tls->ssl) & SSL_SENT_SHUTDOWN)
        return;
    ERR_clear_error();
    (void)SSL_shutdown(tls->ssl);
    ERR_clear_error();
}
