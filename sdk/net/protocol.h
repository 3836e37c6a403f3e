/* SPDX-License-Identifier: MIT
 * One WebSocket connection after its handshake, without I/O. */
#ifndef EFT_NET_PROTOCOL_H
#define EFT_NET_PROTOCOL_H

#include "deflate_offer.h"
#include "frame.h"

/* A driver owns the transport and the timers; this owns what RFC 6455 says in
 * between. The driver hands over what it read and asks for events, writes what
 * waits in the output, and does what eft__protocol_transport answers:
 *
 *     while (eft__protocol_next(protocol, &data, &length, &event))
 *         deliver(&event);
 *     output = eft__protocol_output(protocol, &size);
 *     eft__protocol_written(protocol, write(output, size));
 *
 * To let the peer wait, stop asking and keep the rest of data. Sends may come
 * at any time, also between two events: they only append to the output.
 * Pings are answered here; Close frames are answered here. */

/* Keys for masking, shared by the connections of a loop: one call of the
 * target's random source makes 64 of them.  Start with {.fill = source}. */
typedef struct eft__mask_pool {
    void (*fill)(void *bytes, size_t length); /* unpredictable; cannot fail */
    size_t left;                              /* keys not used yet */
    uint32_t keys[64];                        /* used from the end */
} eft__mask_pool;

/* OPEN --our Close--> CLOSING --the peer's Close--> FINISHED --+
 *  | |                   |                             ^       |
 *  | +-- the peer's Close, answered by ours -----------+       | eof
 *  +------- fail --------+-----> FAILED -----------------------+--> ENDED
 * eof leads to ENDED from everywhere. No frame is sent outside of OPEN. */
typedef enum eft__protocol_state {
    EFT__PROTOCOL_OPEN,     /* both sides may send */
    EFT__PROTOCOL_CLOSING,  /* the peer's turn: it may send on, then Close */
    EFT__PROTOCOL_FINISHED, /* the transport's turn to end: both closed */
    EFT__PROTOCOL_FAILED,   /* likewise: the peer is not listened to any more */
    EFT__PROTOCOL_ENDED     /* nobody's: there is no transport */
} eft__protocol_state;

/* How a connection came to its end. */
typedef struct eft__closing {
    uint16_t code;         /* the peer's; EFT__CLOSE_NONE; EFT__CLOSE_LOST */
    uint16_t sent;         /* ours; EFT__CLOSE_NONE; 0 when we sent no Close */
    int32_t error;         /* 0 while nothing has ended it, else an EFT_E… */
    const char *detail;    /* a constant sentence, "" when the code says all */
    char *reason;          /* the peer's: UTF-8 with a NUL, or NULL */
    uint8_t reason_length; /* bytes in reason */
    bool clean;            /* a Close went each way */
} eft__closing;

/* What the driver owes the transport. */
typedef enum eft__transport {
    EFT__TRANSPORT_KEEP, /* read and write */
    EFT__TRANSPORT_WAIT, /* write what waits, read on until the peer ends it,
                            and end it when close_timeout is over */
    EFT__TRANSPORT_END   /* write what waits, then end it */
} eft__transport;

/* What a connection begins with. */
typedef struct eft__protocol_settings {
    eft__role role;        /* which end we are */
    size_t max_message;    /* the most bytes of a received one; SIZE_MAX: any */
    eft__mask_pool *masks; /* a client's; a server may have NULL */
    bool fragments;        /* messages are told in pieces: eft__frame_read */
    const eft__deflate_agreed *deflate; /* NULL, or off: no compression */
} eft__protocol_settings;

typedef struct eft__protocol {
    eft__frame_reader reader; /* what arrives */
    eft__bytes out;           /* what waits to be written */
    eft__mask_pool *masks;    /* a client's; a server has NULL */
    eft_message *late_pong;   /* the newest ping's payload, if its answer
                                 waits for out to shrink, else NULL */
    eft__deflater *deflater;  /* NULL before the first compressed message */
    eft__closing closing;     /* how it ended, as far as is known */
    uint32_t threshold;       /* shorter messages are not compressed */
    uint8_t state;            /* eft__protocol_state: whose turn it is */
    uint8_t bits;             /* our window; 0: nothing is compressed */
    uint8_t level;            /* zlib's */
    bool takeover;            /* our messages share a window */
    bool sending;             /* the first part went out, the last did not */
    bool deflating;           /* that message is compressed */
} eft__protocol;

/* eft__protocol_init starts an open connection, right behind the handshake.
 *
 * Owns: copies settings; borrows masks until fini. */
void eft__protocol_init(eft__protocol *protocol,
                        const eft__protocol_settings *settings);

/* eft__protocol_fini frees everything; it may come at any time. */
void eft__protocol_fini(eft__protocol *protocol);

/* eft__protocol_next reads input until there is an event; see eft__frame_read
 * for *data, *length and what an event lends or gives.
 *
 * The answer to a ping or a Close is in the output when the event is told.
 * The answer to a ping is put off while 16 KiB or more wait to be written, and
 * then only the newest is answered (RFC 6455 section 5.5.3).
 * EFT__EVENT_CLOSE and EFT__EVENT_ERROR are the last event: what comes after
 * them is dropped (sections 5.5.1 and 7.1.7). */
bool eft__protocol_next(eft__protocol *protocol, const uint8_t **data,
                        size_t *length, eft__event *event);

/* eft__protocol_eof tells that the transport has ended, after all input was
 * handed over; output that waits is dropped.  True the first time: the
 * connection is over now, once, as eft__protocol_closing says. */
bool eft__protocol_eof(eft__protocol *protocol);

/* eft__protocol_send queues a message, or a part of one: first and last say
 * which parts begin and end it, and the sender does not begin another before.
 * length was checked against limits, and text against UTF-8, before.
 *
 * A message is compressed where that was agreed on, unless it is shorter than
 * the threshold.
 * Owns:    copies data.
 * Errors:  EFT_ECLOSED  a Close went or came, or the connection failed
 *          EFT_ENOMEM   nothing was queued */
int32_t eft__protocol_send(eft__protocol *protocol, eft_message_type type,
                           bool first, bool last, const void *data,
                           size_t length);

/* eft__protocol_ping queues a ping.
 *
 * Owns:    copies payload.
 * Errors:  as eft__protocol_send, and
 *          EFT_EINVAL   length is over 125 */
int32_t eft__protocol_ping(eft__protocol *protocol, const void *payload,
                           size_t length);

/* eft__protocol_close queues our Close behind all that waits; code 0 or
 * EFT__CLOSE_NONE sends it empty.
 *
 * Owns:    copies reason.
 * Errors:  as eft__protocol_send, and
 *          EFT_EINVAL   no Close may carry this code, or the reason is longer
 *                       than 123 bytes, or there is a reason without a code
 *          EFT_EUTF8    the reason is not UTF-8 */
int32_t eft__protocol_close(eft__protocol *protocol, uint16_t code,
                            const char *reason, size_t length);

/* eft__protocol_fail gives the connection up: a Close with code is queued if
 * none was yet, and nothing is read any more.  Without effect once both sides
 * have closed.  Fails the same way by itself when the peer breaks a rule.
 *
 * Owns: keeps detail, which must be constant. */
void eft__protocol_fail(eft__protocol *protocol, uint16_t code, int32_t error,
                        const char *detail);

/* eft__protocol_output lends what waits to be written, until the next call. */
const uint8_t *eft__protocol_output(const eft__protocol *protocol,
                                    size_t *length);

/* eft__protocol_written tells that the first length bytes have been. */
void eft__protocol_written(eft__protocol *protocol, size_t length);

/* eft__protocol_trim frees the output's storage if nothing waits: a call for
 * connections that have been idle for a while.  What compression has to
 * remember between messages stays; where nothing was agreed to be remembered,
 * it was freed when the output ran empty, or the input. */
void eft__protocol_trim(eft__protocol *protocol);

/* eft__protocol_transport answers what to do about the transport now.  The
 * server ends it first, a client waits (RFC 6455 section 7.1.1). */
eft__transport eft__protocol_transport(const eft__protocol *protocol);

/* eft__protocol_closing lends how the connection ended, until fini.  code and
 * error are final when error is not 0; the peer's Close, a failure or the end
 * of the transport set them, whichever is first:
 *   EFT_ECLOSED     the peer's code was 1000, 1001 or none, or the one we had
 *                   sent before
 *   EFT_EPEERCLOSE  it was another one
 *   EFT_EPROTO, EFT_EUTF8, EFT_EMSGSIZE, EFT_ENOMEM, or what
 *                   eft__protocol_fail was given; code is EFT__CLOSE_LOST
 *   EFT_EABNORMAL   the transport ended without a Close of the peer's */
const eft__closing *eft__protocol_closing(const eft__protocol *protocol);

#endif
