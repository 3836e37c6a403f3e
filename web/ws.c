/* SPDX-License-Identifier: MIT
 * WebSocket connections of the web world: what web/ws.js calls, and calls. */
#include <assert.h>
#include <emscripten/emscripten.h>

#include "eft/error.h"
#include "sdk/net/message.h"
#include "targets/complete.h"
#include "targets/world.h"
#include "web/pump.h"

/* Design notes.
 *
 * The browser's objects live in web/ws.js, found by id.  JavaScript keeps no
 * address of ours: it asks for room, fills it and delivers it within one
 * event, so the message being filled is a static here.  The same goes for the
 * words of a closed event.  JavaScript says how a connection ended; which
 * error that is, is decided here. */

/* How a connection ended: EftWsEnd in web/ws.js is the same list. */
enum how {
    END_CLOSED,      /* a clean close with 1000, 1001 or no code */
    END_PEER_CLOSED, /* a clean close with another code */
    END_LOST,        /* it was open, and ended without a closing handshake */
    END_UNREACHED,   /* it never opened; browsers do not tell why */
    END_ABORTED,     /* eft_target_ws_abort() */
    END_MALFORMED,   /* the browser does not accept the URL */
    END_NO_SOCKET,   /* this host has no WebSocket */
    END_TOO_LONG,    /* a message over the maximum */
    END_NO_MEMORY,   /* no room for a message */
    END_FAILED,      /* a call into the browser threw */
    END_BEHIND       /* a clean close, but messages may be missing before it */
};

static const int32_t errors[] = {
    [END_CLOSED] = EFT_ECLOSED,    [END_PEER_CLOSED] = EFT_EPEERCLOSE,
    [END_LOST] = EFT_EABNORMAL,    [END_UNREACHED] = EFT_ECONNECT,
    [END_ABORTED] = EFT_ECANCELED, [END_MALFORMED] = EFT_EURL,
    [END_NO_SOCKET] = EFT_ENOTSUP, [END_TOO_LONG] = EFT_EMSGSIZE,
    [END_NO_MEMORY] = EFT_ENOMEM,  [END_FAILED] = EFT_EIO,
    [END_BEHIND] = EFT_ELIMIT,
};

/* The message that JavaScript is filling, or NULL. */
static eft_message *arriving;

/* Where JavaScript writes the strings of one event, each with its NUL;
 * EftWs.say in web/ws.js knows the sizes.  A reason has at most 123 bytes
 * (RFC 6455 section 5.5.1). */
static struct {
    char reason[128]; /* the peer's */
    char text[896];   /* a sentence; of an open event the subprotocol */
} words;

/* Implemented in web/ws.js. */
void eft_web_ws_open(uint32_t id, const char *url,
                     const char *const *subprotocols, size_t subprotocol_count,
                     size_t max_message, size_t write_limit);
bool eft_web_ws_send(uint32_t id, eft_message_type type, const void *data,
                     size_t length);
void eft_web_ws_pause(uint32_t id, bool paused);
void eft_web_ws_close(uint32_t id, uint32_t code, const char *reason,
                      size_t reason_length);
void eft_web_ws_abort(uint32_t id);
void eft_web_ws_reset(void); /* what is still connected closes unheard */

/* Called by web/ws.js. */
char *eft_web_ws_words(void);
void eft_web_ws_opened(uint32_t id);
void *eft_web_ws_room(eft_message_type type, size_t capacity);
void *eft_web_ws_more_room(size_t written, size_t capacity);
void eft_web_ws_arrived(uint32_t id, size_t length);
void eft_web_ws_drained(uint32_t id);
void eft_web_ws_ended(uint32_t id, enum how how, uint32_t code);

EMSCRIPTEN_KEEPALIVE char *eft_web_ws_words(void)
{
    return words.reason;
}

EMSCRIPTEN_KEEPALIVE void eft_web_ws_opened(uint32_t id)
{
    eft_core_ws_open(id, words.text);
}

/* Room for capacity bytes of a new message; NULL where memory is short. */
EMSCRIPTEN_KEEPALIVE void *eft_web_ws_room(eft_message_type type,
                                           size_t capacity)
{
    /* An event that threw half-way left one behind. */
    eft_message_free(arriving);
    arriving = eft__message_new(type, capacity);
    return arriving ? arriving->data : NULL;
}

/* More room for the same message, which keeps its first written bytes. */
EMSCRIPTEN_KEEPALIVE void *eft_web_ws_more_room(size_t written, size_t capacity)
{
    arriving->length = written;
    eft_message *larger = eft__message_resize(arriving, capacity);
    if (!larger)
        return NULL;
    arriving = larger;
    return arriving->data;
}

EMSCRIPTEN_KEEPALIVE void eft_web_ws_arrived(uint32_t id, size_t length)
{
    eft_message *message = arriving;

    arriving = NULL;
    message->length = length;
    message->data[length] = 0;
    /* False means "enough for now", which eft_target_ws_pause() has said. */
    (void)eft_core_ws_message(id, message);
}

EMSCRIPTEN_KEEPALIVE void eft_web_ws_drained(uint32_t id)
{
    eft_core_ws_drained(id);
}

EMSCRIPTEN_KEEPALIVE void eft_web_ws_ended(uint32_t id, enum how how,
                                           uint32_t code)
{
    eft_core_ws_end end = {
        .error = errors[how],
        .code = (uint16_t)code,
        .reason = words.reason,
        .detail = words.text[0] ? words.text : NULL,
    };

    eft_message_free(arriving);
    arriving = NULL;
    eft_core_ws_closed(id, &end);
}

static eft__web_closer closer = {.close = eft_web_ws_reset};

void eft_target_ws_open(uint32_t id, const eft_target_ws_request *request)
{
    const eft_ws_options *options = request->options;

    eft__web_at_close(&closer);
    eft_web_ws_open(id, request->url, options->subprotocols,
                    options->subprotocol_count, options->max_message,
                    options->write_limit);
}

void eft_target_ws_send(uint32_t id, eft_message_type type, bool first,
                        bool last, const void *data, size_t length)
{
    assert(first && last);
    (void)first;
    (void)last;
    if (eft_web_ws_send(id, type, data, length))
        eft_core_ws_drained(id);
}

/* Nobody asks a world without pings for one. */
void eft_target_ws_ping(uint32_t id, const void *payload, size_t length)
{
    (void)id;
    (void)payload;
    (void)length;
}

/* Where the page's WebSocket cannot be stopped, the core's bound on its queue
 * is the only limit. */
void eft_target_ws_pause(uint32_t id, bool paused)
{
    eft_web_ws_pause(id, paused);
}

void eft_target_ws_close(uint32_t id, uint16_t code, const char *reason,
                         size_t reason_length)
{
    eft_web_ws_close(id, code, reason, reason_length);
}

void eft_target_ws_abort(uint32_t id)
{
    eft_web_ws_abort(id);
}
