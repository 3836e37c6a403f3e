/* SPDX-License-Identifier: MIT
 * Options of connections, WebSockets' and HTTP's: are they in order? */
#ifndef EFT_NET_CONNECT_CHECK_H
#define EFT_NET_CONNECT_CHECK_H

#include <stdbool.h>

#include "eft/tls.h"

/* What is wrong with them, a constant sentence that begins with the option's
 * name; NULL: nothing.  unix_path and proxy may be NULL. */
const char *eft__connect_fault(const eft_tls_options *tls,
                               const char *unix_path, const char *proxy);

/* Is it the address of a host, IPv4 or IPv6 without brackets? */
bool eft__is_address(const char *text);

#endif
