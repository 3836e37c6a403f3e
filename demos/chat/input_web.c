/* SPDX-License-Identifier: MIT
 * Lines of a page: it dispatches them as events, input_web.js hears those. */
#include <emscripten/emscripten.h>
#include <stdlib.h>

#include "input.h"

static eft_queue *lines;

/* In input_web.js. */
void chat_web_listen(void);
void chat_web_stop(void);

/* Called by it. */
char *chat_web_room(size_t size);
void chat_web_line(char *text);

EMSCRIPTEN_KEEPALIVE char *chat_web_room(size_t size)
{
    return malloc(size);
}

EMSCRIPTEN_KEEPALIVE void chat_web_line(char *text)
{
    (void)eft_queue_put_nowait(lines, eft_owned(text, free));
}

eft_future *chat_read_line(void)
{
    if (!lines) {
        lines = eft_queue_new(NULL);
        chat_web_listen();
    }
    return eft_queue_get(lines);
}

void chat_input_close(void)
{
    if (lines)
        chat_web_stop();
    eft_queue_free(lines);
    lines = NULL;
}
