/* SPDX-License-Identifier: MIT
 * Messages in parts, and the sends that wait for their end. */
#ifndef EFT_NET_WS_TURNS_H
#define EFT_NET_WS_TURNS_H

#include "ws.h"

/* A send that comes while a message is in parts: it waits until that ends, with
 * a copy of its data.  ws->turns is not NULL. */
eft_future *eft__ws_turns_wait(eft_ws *ws, eft_message_type type,
                               const void *data, size_t length);

/* A pending operation of a send, or NULL and what to return instead. */
eft__ws_op *eft__ws_send_op(eft_ws *ws, eft_future **instead);

/* Queues data with the world.  op, whose cancel takes it out of ws->sends,
 * completes when data is handed over; NULL: nobody waits. */
void eft__ws_hand_down(eft_ws *ws, eft__ws_op *op, eft_message_type type,
                       bool first, bool last, const void *data, size_t length);

#endif
