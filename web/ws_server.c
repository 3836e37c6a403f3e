/* SPDX-License-Identifier: MIT
 * The WebSocket server on the web: there is none. */
#include "eft/native/ws_server.h"

#include "sdk/core/future.h"

eft_future *eft_ws_server_start(const eft_ws_server_options *options)
{
    (void)options;
    return eft__future_failed(EFT_ENOTSUP,
                              "no browser lets a page listen on a port");
}

/* What is never called, since there is never a server. */

uint16_t eft_ws_server_port(const eft_ws_server *server)
{
    (void)server;
    return 0;
}

size_t eft_ws_server_connections(const eft_ws_server *server)
{
    (void)server;
    return 0;
}

eft_future *eft_ws_server_close(eft_ws_server *server)
{
    (void)server;
    return eft__future_failed(EFT_ENOTSUP, "there is no server on the web");
}

void eft_ws_server_free(eft_ws_server *server)
{
    (void)server;
}

const char *eft_ws_request_header(const eft_ws_request *request,
                                  const char *name)
{
    (void)request;
    (void)name;
    return NULL;
}

int32_t eft_ws_answer_refuse(eft_ws_answer *answer, int status,
                             const char *text)
{
    (void)answer;
    (void)status;
    (void)text;
    return EFT_ENOTSUP;
}

int32_t eft_ws_answer_header(eft_ws_answer *answer, const char *name,
                             const char *value)
{
    (void)answer;
    (void)name;
    (void)value;
    return EFT_ENOTSUP;
}

int32_t eft_ws_answer_subprotocol(eft_ws_answer *answer,
                                  const char *subprotocol)
{
    (void)answer;
    (void)subprotocol;
    return EFT_ENOTSUP;
}
