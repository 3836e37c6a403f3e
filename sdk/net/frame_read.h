/* SPDX-License-Identifier: MIT
 * What the parts of the frame reader have of each other. */
#ifndef EFT_NET_FRAME_READ_H
#define EFT_NET_FRAME_READ_H

#include "frame.h"

/* eft__frame_refuse makes the last event, of a connection whose peer broke a
 * rule, and stops the reader; always true. */
bool eft__frame_refuse(eft__frame_reader *reader, eft__event *event,
                       uint16_t code, int32_t error, const char *detail);

/* eft__frame_enter changes the state. */
void eft__frame_enter(eft__frame_reader *reader, eft__frame_state state);

/* eft__frame_take moves size bytes of payload from the input to where they
 * belong, unmasked. */
void eft__frame_take(eft__frame_reader *reader, uint8_t *to, size_t size,
                     const uint8_t **data, size_t *length);

/* eft__frame_data reads payload of a data frame.  True: an event.  False: the
 * frame has ended, and the state is HEAD again, or there is no more input. */
bool eft__frame_data(eft__frame_reader *reader, const uint8_t **data,
                     size_t *length, eft__event *event);

/* eft__frame_control reads payload of a control frame, likewise. */
bool eft__frame_control(eft__frame_reader *reader, const uint8_t **data,
                        size_t *length, eft__event *event);

#endif
