/* SPDX-License-Identifier: MIT
 * The other end of a connection under test, and its transport. */
#ifndef EFT_TESTS_PROTOCOL_PEER_H
#define EFT_TESTS_PROTOCOL_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/protocol.h"

/* The most bytes that a message may have, for the connections begun here. */
enum { LIMIT = 1000 };

/* A string with NUL bytes in it, as two arguments or members. */
#define BYTES(literal) (literal), (sizeof(literal) - 1)

/* start begins an open connection whose keys mask nothing, so that frames stay
 * readable. */
void start(eft__protocol *protocol, eft__role role);

/* fill_with_zeros is a source of such keys. */
void fill_with_zeros(void *bytes, size_t length);

/* fill_with_a_count is a source of keys of which no two are alike. */
void fill_with_a_count(void *bytes, size_t length);

/* feed hands over a whole stream; returns the last event's type, or -1 if there
 * was none.  Messages are freed; their number is added to *messages where that
 * is not NULL. */
int feed(eft__protocol *protocol, const char *stream, size_t length,
         unsigned *messages);

/* writes answers whether this, and only this, waits to be written.  It then
 * is. */
bool writes(eft__protocol *protocol, const char *bytes, size_t length);

/* waiting answers how many bytes wait to be written. */
size_t waiting(const eft__protocol *protocol);

/* turned gives the same agreement, as the other end sees it. */
eft__deflate_agreed turned(const eft__deflate_agreed *agreed);

/* ended_with answers whether that is how the connection has ended so far. */
bool ended_with(const eft__protocol *protocol, uint16_t code, int32_t error,
                bool clean);

#endif
