/* SPDX-License-Identifier: MIT
 * The life of a WebSocket connection: RFC 6455 sections 5.5 and 7. */
#include "protocol.h"

#include <assert.h>
#include <string.h>

#include "eft/error.h"
#include "message.h"
#include "../core/memory.h"

/* While this much waits, pongs are put off: a peer that pings and never reads
 * costs no more memory than that. */
enum { PONG_LIMIT = 16 * 1024 };

static void drop_late_pong(eft__protocol *protocol)
{
    eft_message_free(protocol->late_pong);
    protocol->late_pong = NULL;
}

static void drop_deflater(eft__protocol *protocol)
{
    eft__deflater_free(protocol->deflater);
    protocol->deflater = NULL;
}

static void enter(eft__protocol *protocol, eft__protocol_state state)
{
    assert(state > protocol->state);
    assert(protocol->state != EFT__PROTOCOL_FINISHED ||
           state == EFT__PROTOCOL_ENDED);
    protocol->state = (uint8_t)state;
    drop_late_pong(protocol); /* nothing is sent any more */
    drop_deflater(protocol);
}

static uint32_t next_mask(eft__mask_pool *masks)
{
    if (!masks)
        return 0;
    if (!masks->left) {
        masks->fill(masks->keys, sizeof masks->keys);
        masks->left = sizeof masks->keys / sizeof *masks->keys;
    }
    return masks->keys[--masks->left];
}

static eft__role role_of(const eft__protocol *protocol)
{
    return (eft__role)protocol->reader.role;
}

static inline bool put_frame(eft__protocol *protocol, eft__opcode opcode,
                             bool fin, const void *payload, size_t length)
{
    assert(protocol->state == EFT__PROTOCOL_OPEN);
    return eft__frame_write(&protocol->out, role_of(protocol),
                            next_mask(protocol->masks), opcode, fin, payload,
                            length);
}

static bool put(eft__protocol *protocol, eft__opcode opcode,
                const void *payload, size_t length)
{
    return put_frame(protocol, opcode, true, payload, length);
}

static bool put_late_pong(eft__protocol *protocol)
{
    eft_message *pong = protocol->late_pong;

    if (!pong)
        return true;
    if (!put(protocol, EFT__OP_PONG, pong->data, pong->length))
        return false;
    drop_late_pong(protocol);
    return true;
}

/* Sends our only Close; the caller leaves OPEN. */
static bool put_close(eft__protocol *protocol, uint16_t code,
                      const void *reason, size_t length)
{
    uint8_t payload[EFT__CONTROL_MAX] = {(uint8_t)(code >> 8), (uint8_t)code};

    assert(length <= sizeof payload - 2);
    if (code == EFT__CLOSE_NONE) {
        if (!put(protocol, EFT__OP_CLOSE, NULL, 0))
            return false;
    } else {
        if (length)
            memcpy(payload + 2, reason, length);
        if (!put(protocol, EFT__OP_CLOSE, payload, length + 2))
            return false;
    }
    protocol->closing.sent = code;
    return true;
}

/* The first to end the connection says how it ended. */
static void settle(eft__protocol *protocol, uint16_t code, int32_t error,
                   const char *detail)
{
    if (protocol->closing.error)
        return;
    protocol->closing.code = code;
    protocol->closing.error = error;
    protocol->closing.detail = detail;
}

/* Section 5.5.2. Also the flood: an answer that must wait replaces the one
 * that waited before it. */
static bool answer_ping(eft__protocol *protocol, const eft__event *ping)
{
    if (protocol->state != EFT__PROTOCOL_OPEN)
        return true;
    if (eft__bytes_length(&protocol->out) < PONG_LIMIT) {
        drop_late_pong(protocol);
        return put(protocol, EFT__OP_PONG, ping->payload, ping->length);
    }
    if (!protocol->late_pong)
        protocol->late_pong =
            eft__message_new(EFT_MESSAGE_BINARY, EFT__CONTROL_MAX);
    if (!protocol->late_pong)
        return false;
    memcpy(protocol->late_pong->data, ping->payload, ping->length);
    protocol->late_pong->length = ping->length;
    return true;
}

/* Without memory for it, the code must do. */
static void keep_reason(eft__closing *closing, const eft__event *close)
{
    if (close->length)
        closing->reason =
            eft__copy_text((const char *)close->payload, close->length);
    if (closing->reason)
        closing->reason_length = (uint8_t)close->length;
}

/* Section 5.5.1: answered with the code that came; an answer of ours to an
 * earlier one was this already. */
static void take_close(eft__protocol *protocol, const eft__event *close)
{
    eft__closing *closing = &protocol->closing;
    bool ours = protocol->state == EFT__PROTOCOL_CLOSING &&
                close->code == closing->sent;
    bool normal = close->code == EFT__CLOSE_NORMAL ||
                  close->code == EFT__CLOSE_GOING_AWAY ||
                  close->code == EFT__CLOSE_NONE;

    if (protocol->state == EFT__PROTOCOL_OPEN)
        (void)(put_late_pong(protocol) &&
               put_close(protocol, close->code, NULL, 0));
    settle(protocol, close->code, ours || normal ? EFT_ECLOSED : EFT_EPEERCLOSE,
           "");
    closing->clean = closing->sent != 0;
    keep_reason(closing, close);
    enter(protocol, EFT__PROTOCOL_FINISHED);
}

static void agree(eft__protocol *protocol, const eft__deflate_agreed *agreed)
{
    protocol->bits = agreed->send_bits;
    protocol->takeover = agreed->send_takeover;
    protocol->level = agreed->level;
    protocol->threshold = agreed->threshold;
    protocol->reader.bits = agreed->receive_bits;
    protocol->reader.takeover = agreed->receive_takeover;
}

void eft__protocol_init(eft__protocol *protocol,
                        const eft__protocol_settings *settings)
{
    eft__role role = settings->role;

    assert(role == EFT__SERVER || settings->masks);
    memset(protocol, 0, sizeof *protocol);
    protocol->masks = role == EFT__CLIENT ? settings->masks : NULL;
    protocol->closing.detail = "";
    eft__frame_reader_init(&protocol->reader, role, settings->max_message);
    protocol->reader.fragments = settings->fragments;
    if (settings->deflate && settings->deflate->on)
        agree(protocol, settings->deflate);
}

void eft__protocol_fini(eft__protocol *protocol)
{
    eft__frame_reader_fini(&protocol->reader);
    eft__bytes_fini(&protocol->out);
    drop_late_pong(protocol);
    drop_deflater(protocol);
    eft__free(protocol->closing.reason);
    protocol->closing.reason = NULL;
}

bool eft__protocol_next(eft__protocol *protocol, const uint8_t **data,
                        size_t *length, eft__event *event)
{
    if (!eft__frame_read(&protocol->reader, data, length, event)) {
        eft__frame_reader_rest(&protocol->reader);
        return false;
    }
    if (event->type == EFT__EVENT_MESSAGE)
        return true;
    if (event->type == EFT__EVENT_PING && !answer_ping(protocol, event)) {
        event->type = EFT__EVENT_ERROR;
        event->code = EFT__CLOSE_INTERNAL;
        event->error = EFT_ENOMEM;
        event->detail = "out of memory for a pong";
    }
    if (event->type == EFT__EVENT_CLOSE)
        take_close(protocol, event);
    else if (event->type == EFT__EVENT_ERROR)
        eft__protocol_fail(protocol, event->code, event->error, event->detail);
    return true;
}

bool eft__protocol_eof(eft__protocol *protocol)
{
    if (protocol->state == EFT__PROTOCOL_ENDED)
        return false;
    settle(protocol, EFT__CLOSE_LOST, EFT_EABNORMAL,
           "the connection ended without a Close frame");
    eft__frame_reader_stop(&protocol->reader);
    eft__bytes_fini(&protocol->out);
    enter(protocol, EFT__PROTOCOL_ENDED);
    return true;
}

/* How long a message gets that is sent in parts, nobody knows.  zlib has no raw
 * window of 8 bits for a compressor. */
static bool is_to_be_deflated(const eft__protocol *protocol, bool last,
                              size_t length)
{
    return protocol->bits > 8 &&
           (!last || (length && length >= protocol->threshold));
}

/* Where each message stands alone, one that would only grow goes as it is;
 * otherwise the next ones may refer to it, and it grows by a few bytes. */
static bool put_deflated(eft__protocol *protocol, eft__opcode opcode, bool fin,
                         const void *data, size_t length)
{
    size_t before = eft__bytes_length(&protocol->out), size;
    bool alone = !protocol->takeover && opcode != EFT__OP_CONTINUATION;

    if (!protocol->deflater)
        protocol->deflater = eft__deflater_new(protocol->bits, protocol->level);
    else if (alone)
        eft__deflater_forget(protocol->deflater);
    if (!protocol->deflater ||
        !eft__frame_deflate(&protocol->out, role_of(protocol),
                            next_mask(protocol->masks), opcode, fin, data,
                            length, protocol->deflater))
        return false;
    size = eft__bytes_length(&protocol->out) - before;
    if (!alone || !fin || size <= eft__frame_size(role_of(protocol), length))
        return true;
    eft__bytes_cut(&protocol->out, before);
    return put(protocol, opcode, data, length);
}

int32_t eft__protocol_send(eft__protocol *protocol, eft_message_type type,
                           bool first, bool last, const void *data,
                           size_t length)
{
    eft__opcode opcode = first ? (eft__opcode)type : EFT__OP_CONTINUATION;
    bool done;

    if (protocol->state != EFT__PROTOCOL_OPEN)
        return EFT_ECLOSED;
    assert(first == !protocol->sending);
    if (first)
        protocol->deflating =
            protocol->bits && is_to_be_deflated(protocol, last, length);
    done = protocol->deflating
               ? put_deflated(protocol, opcode, last, data, length)
               : put_frame(protocol, opcode, last, data, length);
    if (done)
        protocol->sending = !last;
    return done ? 0 : EFT_ENOMEM;
}

int32_t eft__protocol_ping(eft__protocol *protocol, const void *payload,
                           size_t length)
{
    if (length > EFT__CONTROL_MAX)
        return EFT_EINVAL;
    if (protocol->state != EFT__PROTOCOL_OPEN)
        return EFT_ECLOSED;
    return put(protocol, EFT__OP_PING, payload, length) ? 0 : EFT_ENOMEM;
}

int32_t eft__protocol_close(eft__protocol *protocol, uint16_t code,
                            const char *reason, size_t length)
{
    if (!code)
        code = EFT__CLOSE_NONE;
    if (code == EFT__CLOSE_NONE ? length > 0 : !eft__close_code_valid(code))
        return EFT_EINVAL;
    if (length > EFT__CONTROL_MAX - 2)
        return EFT_EINVAL;
    if (!eft__utf8_valid(reason, length))
        return EFT_EUTF8;
    if (protocol->state != EFT__PROTOCOL_OPEN)
        return EFT_ECLOSED;
    if (!put_late_pong(protocol) || !put_close(protocol, code, reason, length))
        return EFT_ENOMEM;
    enter(protocol, EFT__PROTOCOL_CLOSING);
    return 0;
}

void eft__protocol_fail(eft__protocol *protocol, uint16_t code, int32_t error,
                        const char *detail)
{
    if (protocol->state > EFT__PROTOCOL_CLOSING)
        return;
    assert(eft__close_code_valid(code) && error && detail);
    /* Without memory for a Close the transport's end must do. */
    if (protocol->state == EFT__PROTOCOL_OPEN)
        (void)put_close(protocol, code, NULL, 0);
    settle(protocol, EFT__CLOSE_LOST, error, detail);
    eft__frame_reader_stop(&protocol->reader);
    enter(protocol, EFT__PROTOCOL_FAILED);
}

const uint8_t *eft__protocol_output(const eft__protocol *protocol,
                                    size_t *length)
{
    *length = eft__bytes_length(&protocol->out);
    return eft__bytes_data(&protocol->out);
}

void eft__protocol_written(eft__protocol *protocol, size_t length)
{
    eft__bytes_consume(&protocol->out, length);
    if (protocol->deflater && !protocol->takeover && !protocol->sending &&
        !eft__bytes_length(&protocol->out))
        drop_deflater(protocol);
    /* Should memory be short, the pong stays for the next call. */
    if (protocol->late_pong && protocol->state == EFT__PROTOCOL_OPEN &&
        eft__bytes_length(&protocol->out) < PONG_LIMIT)
        (void)put_late_pong(protocol);
}

void eft__protocol_trim(eft__protocol *protocol)
{
    eft__bytes_trim(&protocol->out);
}

eft__transport eft__protocol_transport(const eft__protocol *protocol)
{
    switch ((eft__protocol_state)protocol->state) {
    case EFT__PROTOCOL_OPEN:
        return EFT__TRANSPORT_KEEP;
    case EFT__PROTOCOL_CLOSING:
        return EFT__TRANSPORT_WAIT;
    case EFT__PROTOCOL_FINISHED:
    case EFT__PROTOCOL_FAILED:
        return protocol->reader.role == EFT__CLIENT ? EFT__TRANSPORT_WAIT
                                                    : EFT__TRANSPORT_END;
    case EFT__PROTOCOL_ENDED:
        break;
    }
    return EFT__TRANSPORT_END;
}

const eft__closing *eft__protocol_closing(const eft__protocol *protocol)
{
    return &protocol->closing;
}
