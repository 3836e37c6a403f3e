/* SPDX-License-Identifier: MIT
 * Streams of frames, cut in every way, and what is read of them. */
#include "frame_stream.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eft/error.h"
#include "suite.h"

static void note(transcript *notes, const char *format, ...)
{
    size_t room = sizeof notes->text - notes->length;
    va_list arguments;
    int size;

    va_start(arguments, format);
    size = vsnprintf(notes->text + notes->length, room, format, arguments);
    va_end(arguments);
    if (size > 0 && (size_t)size < room)
        notes->length += (size_t)size;
}

/* Long payloads count as their length and a sum. */
static void note_bytes(transcript *notes, const char *name,
                       const uint8_t *bytes, size_t length)
{
    uint32_t sum = 5381;

    for (size_t i = 0; i < length; i++)
        sum = sum * 33 + bytes[i];
    if (length <= 130)
        note(notes, "%s [%.*s]\n", name, (int)length, (const char *)bytes);
    else
        note(notes, "%s %zu bytes, sum %lu\n", name, length,
             (unsigned long)sum);
    if (bytes[length])
        note(notes, "no NUL behind it\n");
}

/* What has come of a message in pieces. */
static struct {
    bool begun;
    size_t length;
    uint8_t bytes[LIMIT + 1];
} pieces;

/* Pieces are noted as the message that they make. */
static void note_message(transcript *notes, const eft_message *message)
{
    size_t length = message->length;
    bool is_text = message->type == EFT_MESSAGE_TEXT;

    if (message->first == pieces.begun)
        note(notes, "a piece out of order\n");
    if (!length && !message->last)
        note(notes, "an empty piece\n");
    if (is_text && !eft__utf8_valid(message->data, length))
        note(notes, "a piece that is no text\n");
    if (message->data[length])
        note(notes, "no NUL behind it\n");
    if (message->first)
        pieces.length = 0;
    pieces.begun = !message->last;
    if (length > LIMIT - pieces.length) {
        note(notes, "more than the limit\n");
        return;
    }
    memcpy(pieces.bytes + pieces.length, message->data, length);
    pieces.length += length;
    pieces.bytes[pieces.length] = 0;
    if (message->last)
        note_bytes(notes, is_text ? "text" : "binary", pieces.bytes,
                   pieces.length);
}

static void note_event(transcript *notes, const eft__event *event)
{
    switch (event->type) {
    case EFT__EVENT_MESSAGE:
        note_message(notes, event->message);
        eft_message_free(event->message);
        break;
    case EFT__EVENT_PING:
        note_bytes(notes, "ping", event->payload, event->length);
        break;
    case EFT__EVENT_PONG:
        note_bytes(notes, "pong", event->payload, event->length);
        break;
    case EFT__EVENT_CLOSE:
        note(notes, "close %u ", event->code);
        note_bytes(notes, "reason", event->payload, event->length);
        break;
    case EFT__EVENT_ERROR:
        note(notes, "error %u %s: %s\n", event->code,
             eft_error_name(event->error), event->detail);
        break;
    }
}

/* From a block of just its size, so that a sanitizer sees a read beyond it. */
void read_piece(eft__frame_reader *reader, const char *piece, size_t length,
                transcript *notes)
{
    uint8_t *copy = malloc(length ? length : 1);
    const uint8_t *data = copy;
    eft__event event;

    if (!copy)
        return;
    if (length)
        memcpy(copy, piece, length);
    while (eft__frame_read(reader, &data, &length, &event))
        note_event(notes, &event);
    if (length)
        note(notes, "left %zu bytes\n", length);
    free(copy);
}

static void read_cut(const expectation *row, bool fragments, size_t first,
                     size_t size, transcript *notes)
{
    eft__frame_reader reader;
    size_t at = 0;

    notes->length = 0;
    notes->text[0] = 0;
    pieces.begun = false;
    eft__frame_reader_init(&reader, row->role, LIMIT);
    reader.bits = row->bits;
    reader.takeover = !row->alone;
    reader.fragments = fragments;
    while (at < row->length) {
        size_t piece = at ? size : first;

        if (piece > row->length - at)
            piece = row->length - at;
        read_piece(&reader, row->stream + at, piece, notes);
        at += piece;
    }
    eft__frame_reader_fini(&reader);
}

void read_in_pieces(const expectation *row, size_t first, size_t size,
                    transcript *notes)
{
    read_cut(row, false, first, size, notes);
}

static bool reads_alike(const expectation *row, bool fragments, size_t first,
                        size_t size)
{
    transcript notes;

    read_cut(row, fragments, first, size, &notes);
    if (!strcmp(notes.text, row->events))
        return true;
    test_explain("%scut at %zu and each %zu, expected:\n%sread:\n%s",
                 fragments ? "in pieces, " : "", first, size, row->events,
                 notes.text);
    return false;
}

bool reads_as_expected(const expectation *row)
{
    for (size_t first = 1; first <= row->length; first++)
        for (int fragments = 0; fragments < 2; fragments++)
            if (!reads_alike(row, fragments, first, row->length) ||
                !reads_alike(row, fragments, first, first))
                return false;
    return true;
}

void check_rows(const expectation *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        CU_ASSERT_TRUE(reads_as_expected(&rows[i]));
}

void check_refused(eft__role role, const char *stream, size_t length,
                   const char *sentence)
{
    char events[200];
    expectation row = {
        .role = role, .stream = stream, .length = length, .events = events};

    snprintf(events, sizeof events, "error 1002 EFT_EPROTO: %s\n", sentence);
    CU_ASSERT_TRUE(reads_as_expected(&row));
}
