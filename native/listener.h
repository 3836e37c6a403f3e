/* SPDX-License-Identifier: MIT
 * A socket that listens. */
#ifndef EFT_NATIVE_LISTENER_H
#define EFT_NATIVE_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

/* Room for who has connected: "[address%zone]:port". */
enum { EFT__PEER_SIZE = INET6_ADDRSTRLEN + UV_IF_NAMESIZE + 10 };

typedef struct eft__listener eft__listener;

/* Called from the loop for each connection, which is taken: a nonblocking
 * socket, and who it is.  Where the system has none to give, fd is -1 and error
 * its errno: the listener rests until eft__listener_resume().  The listener
 * must not be closed in it. */
typedef void eft__listener_accept(void *context, int fd, const char *peer,
                                  int error);

/* eft__listener_open listens on an address and port of TCP; port 0 is the
 * system's choice.  alone: an IPv6 address means no IPv4 too.
 *
 * Owns:    gives; eft__listener_close() ends it.
 * Errors:  NULL: *fault is one of libuv's codes. */
eft__listener *eft__listener_open(uv_loop_t *loop, const char *address,
                                  uint16_t port, bool alone,
                                  eft__listener_accept *accept, void *context,
                                  int *fault);

/* eft__listener_open_unix listens on a socket of the file system, likewise. */
eft__listener *eft__listener_open_unix(uv_loop_t *loop, const char *path,
                                       eft__listener_accept *accept,
                                       void *context, int *fault);

/* eft__listener_port gives the port; 0 of a Unix socket. */
uint16_t eft__listener_port(const eft__listener *listener);

/* eft__listener_resume goes on after a rest. */
void eft__listener_resume(eft__listener *listener);

/* eft__listener_close ends it: nothing is called any more.
 *
 * Owns: takes; libuv has it until its next turn. */
void eft__listener_close(eft__listener *listener);

#endif
