/* SPDX-License-Identifier: MIT
 * Compressing and inflating payloads: RFC 7692 section 7.2, on zlib. */
#ifndef EFT_NET_DEFLATE_H
#define EFT_NET_DEFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/* A message that one end compresses:
 *
 *     eft__deflate(deflater, "Hel", 3, false, &one);
 *     eft__deflate(deflater, "lo", 2, true, &two);
 *
 * and the other inflates, in whatever pieces the payloads arrive:
 *
 *     while (there is payload)
 *         eft__inflate(inflater, &data, &length, room, size, &made);
 *     then the four bytes of eft__inflate_tail likewise;
 *     eft__inflater_at_end(inflater) or the message was cut off
 *
 * Both keep their window for the next message; eft__..._forget() begins anew.
 * With its widest window a deflater takes 268 KiB, an inflater 40. */
typedef struct eft__deflater eft__deflater;
typedef struct eft__inflater eft__inflater;

/* eft__deflater_new makes a compressor with a window of 9 to 15 bits; NULL when
 * memory ran out. */
eft__deflater *eft__deflater_new(unsigned bits, int level);

/* eft__deflater_free frees it; NULL is allowed. */
void eft__deflater_free(eft__deflater *deflater);

/* eft__deflater_forget empties the window. */
void eft__deflater_forget(eft__deflater *deflater);

/* eft__deflate appends what data compresses to, and all of it: the receiver
 * need not wait for more.  last ends the message (section 7.2.1).
 *
 * False when memory ran out: then nothing was appended, and the window is
 * empty, which the other end does not notice. */
bool eft__deflate(eft__deflater *deflater, const void *data, size_t length,
                  bool last, eft__bytes *out);

/* How far an inflater came. */
typedef enum eft__inflated {
    EFT__INFLATED_ALL,  /* the data: there is no more in it */
    EFT__INFLATED_FULL, /* the room: there may be more, also without data */
    EFT__INFLATED_BAD,  /* the data is not compressed data */
    EFT__INFLATED_NO_MEMORY
} eft__inflated;

/* What the sender has cut off (section 7.2.2). */
extern const uint8_t eft__inflate_tail[4];

/* eft__inflater_new makes an inflater for a window of 8 to 15 bits; NULL when
 * memory ran out. */
eft__inflater *eft__inflater_new(unsigned bits);

/* eft__inflater_free frees it; NULL is allowed. */
void eft__inflater_free(eft__inflater *inflater);

/* eft__inflater_forget empties the window. */
void eft__inflater_forget(eft__inflater *inflater);

/* eft__inflate moves *data and *length past what it used, and tells how many
 * bytes of the room it filled, also where the rest is bad. */
eft__inflated eft__inflate(eft__inflater *inflater, const uint8_t **data,
                           size_t *length, uint8_t *room, size_t size,
                           size_t *made);

/* eft__inflater_at_end answers whether the data so far ends where a message
 * may end: at the end of a block, and of a byte. */
bool eft__inflater_at_end(const eft__inflater *inflater);

#endif
