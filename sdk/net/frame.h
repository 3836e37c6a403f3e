/* SPDX-License-Identifier: MIT
 * WebSocket frames as bytes: RFC 6455 section 5, without any I/O. */
#ifndef EFT_NET_FRAME_H
#define EFT_NET_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "deflate.h"
#include "eft/message.h"
#include "utf8.h"

/* Which end of the connection we are. A client masks what it sends, a server
 * does not, and each insists on the other's rule (RFC 6455 section 5.1). */
typedef enum eft__role { EFT__CLIENT, EFT__SERVER } eft__role;

/* RFC 6455 section 5.2. */
typedef enum eft__opcode {
    EFT__OP_CONTINUATION = 0,
    EFT__OP_TEXT = 1,
    EFT__OP_BINARY = 2,
    EFT__OP_CLOSE = 8,
    EFT__OP_PING = 9,
    EFT__OP_PONG = 10
} eft__opcode;

/* The close codes that we send or read a meaning from (section 7.4.1). */
enum {
    EFT__CLOSE_NORMAL = 1000,
    EFT__CLOSE_GOING_AWAY = 1001,
    EFT__CLOSE_PROTOCOL_ERROR = 1002,
    EFT__CLOSE_NONE = 1005, /* never on the wire: its Close had no code */
    EFT__CLOSE_LOST = 1006, /* never on the wire: there was no Close */
    EFT__CLOSE_INVALID_TEXT = 1007,
    EFT__CLOSE_TOO_BIG = 1009,
    EFT__CLOSE_INTERNAL = 1011
};

/* The most that a control frame carries (section 5.5). */
enum { EFT__CONTROL_MAX = 125 };

/* eft__close_code_valid answers whether a Close frame may carry code: 1000 to
 * 1003, 1007 to 1014 and 3000 to 4999 (section 7.4 and IANA's registry). */
static inline bool eft__close_code_valid(unsigned code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

/* eft__frame_write appends one frame, masking while it copies.
 *
 * mask holds the four bytes of the key in the order of memory; a server's is
 * ignored.  opcode, fin and the length of a control frame are trusted.
 * False when memory ran out, and then nothing was appended. */
bool eft__frame_write(eft__bytes *out, eft__role role, uint32_t mask,
                      eft__opcode opcode, bool fin, const void *payload,
                      size_t length);

/* eft__frame_deflate appends one frame of a compressed message: all of it
 * where opcode is no continuation and fin is true.  Likewise, but where memory
 * ran out, the compressor's window is empty. */
bool eft__frame_deflate(eft__bytes *out, eft__role role, uint32_t mask,
                        eft__opcode opcode, bool fin, const void *payload,
                        size_t length, eft__deflater *deflater);

/* eft__frame_size answers how many bytes an uncompressed frame takes. */
size_t eft__frame_size(eft__role role, size_t length);

typedef enum eft__event_type {
    EFT__EVENT_MESSAGE, /* message: the caller takes it */
    EFT__EVENT_PING,    /* payload, length */
    EFT__EVENT_PONG,    /* payload, length */
    EFT__EVENT_CLOSE,   /* code (or EFT__CLOSE_NONE); payload is the reason */
    EFT__EVENT_ERROR    /* code to close with, error, detail */
} eft__event_type;

/* What arrived. Only the fields that the type names are set. */
typedef struct eft__event {
    eft__event_type type;   /* which */
    uint16_t code;          /* a close code */
    int32_t error;          /* EFT_EPROTO, _EUTF8, _EMSGSIZE or _ENOMEM */
    eft_message *message;   /* text is valid UTF-8 */
    const uint8_t *payload; /* of a control frame, in control; a NUL follows */
    size_t length;          /* bytes in payload */
    const char *detail;     /* a constant sentence: what the peer did */
    uint8_t control[EFT__CONTROL_MAX + 1]; /* lives as long as the event */
} eft__event;

/* HEAD --header of a data frame-----> DATA -----its last byte--> HEAD
 *   |----header of a control frame--> CONTROL --its last byte--> HEAD
 * any state --a Close, a broken rule, eft__frame_reader_stop--> STOPPED */
typedef enum eft__frame_state {
    EFT__FRAME_HEAD,    /* the header gathers in head */
    EFT__FRAME_DATA,    /* the payload goes to message */
    EFT__FRAME_CONTROL, /* the payload goes to an event, or to control */
    EFT__FRAME_STOPPED  /* whatever comes is dropped */
} eft__frame_state;

/* The most bytes that one piece of a message has, where they are wanted. */
enum { EFT__PIECE_MAX = 64 * 1024 };

/* The incremental reader. It owns memory only while a message arrives, and
 * what compressed messages have to remember. */
typedef struct eft__frame_reader {
    size_t max_message;      /* the most bytes one message may have */
    size_t told;             /* bytes of this message in earlier pieces */
    size_t left;             /* payload bytes of this frame still to come */
    eft_message *message;    /* what is being filled, or NULL */
    eft__inflater *inflater; /* NULL before the first compressed message */
    uint8_t *control;        /* a control frame of which a part came, or NULL */
    uint32_t mask;           /* server: the key, turned to the next byte */
    uint8_t state;           /* eft__frame_state: what the next byte is */
    uint8_t role;            /* eft__role: which end we are */
    bool fragments;          /* messages are told in pieces */
    uint8_t bits;            /* the peer's window; 0: nothing is compressed */
    bool takeover;           /* the peer's messages share a window */
    uint8_t opcode;          /* of this frame */
    bool fin;                /* this frame is its message's last */
    uint8_t type;            /* eft_message_type begun and not ended, or 0 */
    bool deflated;           /* that message is compressed */
    bool begun;              /* a piece of it was told */
    bool more;               /* the inflater may have more, without input */
    eft__utf8 utf8;          /* where the text so far ended */
    uint8_t kept[3];         /* the piece before ended inside this character */
    uint8_t kept_length;     /* bytes in kept */
    uint8_t control_length;  /* bytes in control */
    uint8_t head_length;     /* bytes in head */
    uint8_t head[14];        /* a header that came in pieces */
} eft__frame_reader;

/* eft__frame_reader_init prepares a reader of whole, uncompressed messages;
 * SIZE_MAX is no limit.  Its owner may set fragments, bits and takeover. */
void eft__frame_reader_init(eft__frame_reader *reader, eft__role role,
                            size_t max_message);

/* eft__frame_reader_rest frees the inflater if nobody will miss it: for when
 * there is no more input for now. */
void eft__frame_reader_rest(eft__frame_reader *reader);

/* eft__frame_reader_stop frees a half-read message and all else, and drops all
 * further input. */
void eft__frame_reader_stop(eft__frame_reader *reader);

/* eft__frame_reader_fini frees what the reader holds. */
static inline void eft__frame_reader_fini(eft__frame_reader *reader)
{
    eft__frame_reader_stop(reader);
}

/* eft__frame_read reads until something is whole.
 *
 * Moves *data and *length past what it consumed.  True: one event, and there
 * may be more in the rest, or even without any.  False: all was consumed, more
 * must come.  How the stream was cut never changes the events, but for two
 * things.  With fragments a message comes in the pieces in which it arrived,
 * each of at most EFT__PIECE_MAX bytes of one frame and, in text, of whole
 * characters; only the last may be empty.  And a peer that refers to what lies
 * before the window it has agreed on is refused only where zlib notices it.
 *
 * A length that is only declared costs no memory: a message has room for at
 * most twice what has arrived or was inflated, and never for more than
 * max_message; an uncompressed frame that would pass max_message is refused at
 * its header, a compressed one at the byte that is too much.
 * Every rule of RFC 6455 section 5, 7.4 and 8.1 that the peer breaks is an
 * EFT__EVENT_ERROR.  So is data that cannot be inflated, or ends where it must
 * not (RFC 7692 section 7.2.2, which leaves the code open: 1007, as for any
 * data that is not what it should be).  That and EFT__EVENT_CLOSE come once,
 * as the last event. */
bool eft__frame_read(eft__frame_reader *reader, const uint8_t **data,
                     size_t *length, eft__event *event);

#endif
