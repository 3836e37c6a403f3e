/* SPDX-License-Identifier: MIT
 * A server's half of the opening handshake: RFC 6455 section 4.2. */
#ifndef EFT_NATIVE_WS_UPGRADE_H
#define EFT_NATIVE_WS_UPGRADE_H

#include "eft/native/ws_server.h"
#include "http_request.h"
#include "sdk/net/deflate_offer.h"

/* What has become of a request.  It lends from the head that it was made of. */
typedef struct eft__upgrade {
    eft_ws_request request;               /* what the program sees */
    eft__deflate_agreed deflate;          /* what was agreed on */
    char accept[32];                      /* Sec-WebSocket-Accept */
    char extensions[EFT__DEFLATE_HEADER]; /* where deflate is on */
    char *host;                           /* of an absolute target, else NULL */
    const char **offered; /* subprotocols, and their text behind them */
    int status;           /* 0: it is in order; else of the refusal */
    const char *why;      /* a constant sentence */
} eft__upgrade;

/* eft__upgrade_check reads a head that is whole.  peer, tls and certificate of
 * request are the caller's.
 *
 * Result: false: status and why say what to answer. */
bool eft__upgrade_check(eft__upgrade *upgrade, eft__http_request *head,
                        const eft_ws_server_options *options);

/* eft__upgrade_fini frees what it holds. */
void eft__upgrade_fini(eft__upgrade *upgrade);

/* What the accept hook has said so far; status 0: nothing against it. */
struct eft_ws_answer {
    eft__upgrade *upgrade; /* of the request */
    int status;            /* of a refusal */
    char *text;            /* its body, or NULL */
    eft__bytes headers;    /* more headers, whole lines */
};

/* eft__answer_fini frees what it holds. */
void eft__answer_fini(eft_ws_answer *answer);

/* eft__answer_agree appends the 101; false: no memory. */
bool eft__answer_agree(const eft_ws_answer *answer, eft__bytes *to);

/* eft__answer_refuse appends a refusal with a body of text, or of the status
 * in words; headers may be NULL; false: no memory. */
bool eft__answer_refuse(int status, const char *text, const eft__bytes *headers,
                        eft__bytes *to);

#endif
