/* SPDX-License-Identifier: MIT
 * The web world's beginning and end, and what it can do. */
#include <stddef.h>

#include "targets/world.h"
#include "web/pump.h"

void (*eft__web_close_sockets)(void);

const eft_target_traits eft_target_traits_of_world = {.returns = false,
                                                      .threads = false};

const eft_target_ws_traits eft_target_ws_traits_of_world = {
    .any_close_code = false, /* WHATWG WebSockets, close() */
    .ca_file = false,        /* the browser trusts whom it likes */
};

/* The host's loop runs already; pump.c joins it in eft_target_run(). */
int32_t eft_target_open(void)
{
    eft__web_look_for_debug();
    return 0;
}

/* One thread is all that there is. */
void *eft_target_waker(void)
{
    return NULL;
}

void eft_target_wake_thread(void *waker)
{
    (void)waker;
}

void eft_target_close(void)
{
    if (eft__web_close_sockets)
        eft__web_close_sockets();
}
