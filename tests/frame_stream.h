/* SPDX-License-Identifier: MIT
 * Streams of frames, cut in every way, and what is read of them. */
#ifndef EFT_TESTS_FRAME_STREAM_H
#define EFT_TESTS_FRAME_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "net/frame.h"

/* The most bytes that a message may have, for the readers made here. */
enum { LIMIT = 1000 };

/* What a reader told, one event a line.  {0, ""} is empty. */
typedef struct transcript {
    size_t length;
    char text[1024];
} transcript;

/* A stream and what it must read as, however it is cut. */
typedef struct expectation {
    eft__role role;     /* the reader's */
    const char *stream; /* may hold NUL bytes */
    size_t length;      /* of stream */
    const char *events; /* the transcript */
    uint8_t bits;       /* the sender's window; 0: no compression */
    bool alone;         /* each message is compressed on its own */
} expectation;

/* The first three members of an expectation. */
#define TO_CLIENT(bytes)                                                       \
    .role = EFT__CLIENT, .stream = (bytes), .length = sizeof(bytes) - 1
#define TO_SERVER(bytes)                                                       \
    .role = EFT__SERVER, .stream = (bytes), .length = sizeof(bytes) - 1

/* read_piece feeds one piece, and appends what it is read as to notes. */
void read_piece(eft__frame_reader *reader, const char *piece, size_t length,
                transcript *notes);

/* read_in_pieces reads a stream with a new reader, in pieces of size bytes,
 * the first of them of first bytes; notes is emptied before. */
void read_in_pieces(const expectation *row, size_t first, size_t size,
                    transcript *notes);

/* reads_as_expected answers whether every way to cut the stream reads as
 * expected, in whole messages and in pieces, and prints one that does not. */
bool reads_as_expected(const expectation *row);

/* CHECK_ROWS asserts that of each row of an array. */
#define CHECK_ROWS(rows) check_rows(rows, sizeof rows / sizeof *rows)
void check_rows(const expectation *rows, size_t count);

/* check_refused asserts that a stream fails with 1002 and this sentence. */
void check_refused(eft__role role, const char *stream, size_t length,
                   const char *sentence);

#endif
