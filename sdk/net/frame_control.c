/* SPDX-License-Identifier: MIT
 * The incremental frame reader: control frames. */
#include <string.h>

#include "eft/error.h"
#include "frame_read.h"
#include "../core/memory.h"

/* Section 5.5.1: nothing, or a code, or a code and a reason. */
static bool read_close(eft__frame_reader *reader, eft__event *event)
{
    unsigned code = EFT__CLOSE_NONE;

    if (event->length) {
        code = (unsigned)event->payload[0] << 8 | event->payload[1];
        event->payload += 2;
        event->length -= 2;
        if (!eft__close_code_valid(code))
            return eft__frame_refuse(reader, event, EFT__CLOSE_PROTOCOL_ERROR,
                                     EFT_EPROTO,
                                     "Close frame with an illegal code");
        if (!eft__utf8_valid(event->payload, event->length))
            return eft__frame_refuse(reader, event, EFT__CLOSE_INVALID_TEXT,
                                     EFT_EUTF8,
                                     "close reason that is not UTF-8");
    }
    event->type = EFT__EVENT_CLOSE;
    event->code = (uint16_t)code;
    eft__frame_reader_stop(reader);
    return true;
}

/* Takes what there is of a control frame that does not come in one piece;
 * false when there is no memory for it. */
static bool gather_control(eft__frame_reader *reader, const uint8_t **data,
                           size_t *length)
{
    size_t size = *length < reader->left ? *length : reader->left;

    if (!reader->control)
        reader->control = eft__alloc(EFT__CONTROL_MAX);
    if (!reader->control)
        return false;
    eft__frame_take(reader, reader->control + reader->control_length, size,
                    data, length);
    reader->control_length = (uint8_t)(reader->control_length + size);
    return true;
}

bool eft__frame_control(eft__frame_reader *reader, const uint8_t **data,
                        size_t *length, eft__event *event)
{
    size_t whole = reader->left;

    if (*length < whole || reader->control_length) {
        if (!gather_control(reader, data, length))
            return eft__frame_refuse(reader, event, EFT__CLOSE_INTERNAL,
                                     EFT_ENOMEM,
                                     "out of memory for a control frame");
        if (reader->left)
            return false;
        whole = reader->control_length;
        memcpy(event->control, reader->control, whole);
        eft__free(reader->control);
        reader->control = NULL;
    } else {
        eft__frame_take(reader, event->control, whole, data, length);
    }
    eft__frame_enter(reader, EFT__FRAME_HEAD);
    event->control[whole] = 0;
    event->payload = event->control;
    event->length = whole;
    if (reader->opcode == EFT__OP_CLOSE)
        return read_close(reader, event);
    event->type =
        reader->opcode == EFT__OP_PING ? EFT__EVENT_PING : EFT__EVENT_PONG;
    return true;
}
