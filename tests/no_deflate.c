/* SPDX-License-Identifier: MIT
 * What stands for sdk/net/deflate.c where there is no zlib: nothing is ever
 * agreed there, and a browser compresses by itself. */
#include "net/deflate.h"

const uint8_t eft__inflate_tail[4] = {0, 0, 0xFF, 0xFF};

eft__deflater *eft__deflater_new(unsigned bits, int level)
{
    (void)bits;
    (void)level;
    return NULL;
}

void eft__deflater_free(eft__deflater *deflater)
{
    (void)deflater;
}

void eft__deflater_forget(eft__deflater *deflater)
{
    (void)deflater;
}

bool eft__deflate(eft__deflater *deflater, const void *data, size_t length,
                  bool last, eft__bytes *out)
{
    (void)deflater;
    (void)data;
    (void)length;
    (void)last;
    (void)out;
    return false;
}

eft__inflater *eft__inflater_new(unsigned bits)
{
    (void)bits;
    return NULL;
}

void eft__inflater_free(eft__inflater *inflater)
{
    (void)inflater;
}

void eft__inflater_forget(eft__inflater *inflater)
{
    (void)inflater;
}

eft__inflated eft__inflate(eft__inflater *inflater, const uint8_t **data,
                           size_t *length, uint8_t *room, size_t size,
                           size_t *made)
{
    (void)inflater;
    (void)data;
    (void)length;
    (void)room;
    (void)size;
    *made = 0;
    return EFT__INFLATED_BAD;
}

bool eft__inflater_at_end(const eft__inflater *inflater)
{
    (void)inflater;
    return false;
}
