/* SPDX-License-Identifier: MIT
 * What a whole body is to who reads it: bytes, text, JSON. */
#include <stdio.h>

#include "eft/json.h"
#include "http.h"
#include "http_text.h"
#include "json.h"

/* A charset's name that is too long is nobody's either way. */
static const char *charset_of(const eft_http_response *self,
                              const eft__http_op *op)
{
    const char *named = eft_http_response_charset(self);

    if (self->is_text)
        return "utf-8";
    return *named ? named : op->charset ? op->charset : "utf-8";
}

/* Makes *message a text; 0, or it is as it was. */
static int32_t decode(const eft_http_response *self, const eft__http_op *op,
                      eft_message **message, char *detail, size_t size)
{
    const char *charset = charset_of(self, op);
    int32_t error = eft__http_decode(message, charset);

    if (error == EFT_ECHARSET)
        snprintf(detail, size,
                 eft__http_knows_charset(charset)
                     ? "the body is no text in the charset %.40s"
                     : "the charset of the body is not known here: %.40s",
                 charset);
    return error;
}

/* A few bytes of a text, without what a line cannot have. */
static void quote(char *to, size_t size, const eft_message *text, size_t at)
{
    size_t i = 0;

    for (; i + 1 < size && at < text->length; i++, at++)
        to[i] = text->data[at] < ' ' || text->data[at] == 0x7f
                    ? ' '
                    : (char)text->data[at];
    to[i] = 0;
}

static void say_no_json(const eft_http_response *self, int32_t error,
                        const eft_message *text, size_t at, char *detail,
                        size_t size)
{
    const char *type = eft__http_head_get(self->head, "content-type");
    char words[24];

    quote(words, sizeof words, text, at);
    if (error == EFT_EDEPTH)
        snprintf(detail, size, "the JSON is nested more than %d levels deep",
                 EFT_JSON_DEPTH);
    else
        snprintf(detail, size, "no JSON at byte %zu of %zu, \"%s\"; %s%.80s",
                 at, text->length, words,
                 type ? "the body is said to be " : "there is no Content-Type",
                 type ? type : "");
}

/* Takes message where it succeeds: it goes back if nobody takes the JSON. */
static int32_t give_json(eft_http_response *self, eft__http_op *op,
                         eft_message *message, char *detail, size_t size)
{
    size_t at = 0;
    eft_result json =
        eft__json_parse((char *)message->data, message->length, &at);

    if (json.error) {
        say_no_json(self, json.error, message, at, detail, size);
        return json.error;
    }
    op->body = message;
    eft__future_complete(&op->future, json);
    return 0;
}

void eft__http_give_content(eft_http_response *self, eft__http_op *op,
                            eft_message *message)
{
    char detail[256] = "";
    int32_t error = 0;

    if (op->want != EFT__HTTP_BYTES)
        error = decode(self, op, &message, detail, sizeof detail);
    self->is_text |= op->want != EFT__HTTP_BYTES && !error;
    if (!error && op->want == EFT__HTTP_JSON) {
        error = give_json(self, op, message, detail, sizeof detail);
    } else if (!error) {
        message->type =
            op->want == EFT__HTTP_TEXT ? EFT_MESSAGE_TEXT : EFT_MESSAGE_BINARY;
        eft__http_give(op, message);
    }
    if (error) {
        self->is_taken = false;
        eft__http_put_back(self, message);
        eft__future_fail_copy(&op->future, error, *detail ? detail : NULL);
    }
}
