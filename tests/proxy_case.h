/* SPDX-License-Identifier: MIT
 * What the tests of HTTP's proxies share. */
#ifndef EFT_TESTS_PROXY_CASE_H
#define EFT_TESTS_PROXY_CASE_H

#include <stddef.h>

#include "http_case.h"

/* The URL of the server name, a proxy, behind this; valid until the next call
 * but three. */
const char *proxy_url(const char *name, const char *before);

/* A session through a proxy. */
eft_http_session *through(const char *proxy);

/* Cancels requests through a proxy after 0 to 7 ms: wherever they are then. */
void cancel_on_the_way(const char *proxy);

#endif
