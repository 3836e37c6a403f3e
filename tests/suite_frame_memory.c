/* SPDX-License-Identifier: MIT
 * Tests of the frame codec: how much memory it takes, and none to take. */
#include <stdlib.h>
#include <string.h>

#include "eft/memory.h"
#include "frame_stream.h"
#include "net/message.h"
#include "short_memory.h"
#include "suite.h"

/* What the reader asked for at once, at most. */
static size_t largest;

static void *note_largest(void *context, void *memory, size_t size)
{
    (void)context;
    if (size > largest)
        largest = size;
    if (size)
        return realloc(memory, size);
    free(memory);
    return NULL;
}

static void a_declared_length_costs_no_memory(void)
{
    static const char head[] = "\x82\x7f\0\0\0\0\x40\0\0\0";
    char piece[1000] = "";
    eft__frame_reader reader;
    transcript notes = {0, ""};

    eft__frame_reader_init(&reader, EFT__CLIENT, (size_t)1 << 30);
    largest = 0;
    eft_set_allocator(note_largest, NULL);
    read_piece(&reader, head, sizeof head - 1, &notes);
    CU_ASSERT(largest <= sizeof(eft__message) + 1);
    for (size_t arrived = 1000; arrived <= 100000; arrived += 1000) {
        read_piece(&reader, piece, sizeof piece, &notes);
        CU_ASSERT(largest <= 2 * arrived + sizeof(eft__message) + 1);
    }
    eft__frame_reader_fini(&reader);
    eft_set_allocator(NULL, NULL);
    CU_ASSERT_STRING_EQUAL(notes.text, "");
}

static void a_message_that_came_whole_is_allocated_once_and_exactly(void)
{
    static const char stream[] = "\x82\x05Hello";
    size_t live = eft_live_objects();
    eft__frame_reader reader;
    transcript notes = {0, ""};

    eft__frame_reader_init(&reader, EFT__CLIENT, LIMIT);
    largest = 0;
    eft_set_allocator(note_largest, NULL);
    read_piece(&reader, stream, sizeof stream - 1, &notes);
    eft_set_allocator(NULL, NULL);
    CU_ASSERT_EQUAL(largest, sizeof(eft__message) + 5 + 1);
    CU_ASSERT_EQUAL(eft_live_objects(), live);
    eft__frame_reader_fini(&reader);
}

static void an_idle_reader_holds_no_memory_and_is_small(void)
{
    size_t live = eft_live_objects();
    eft__frame_reader reader;
    transcript notes = {0, ""};

    CU_ASSERT(sizeof reader <= 96);
    eft__frame_reader_init(&reader, EFT__CLIENT, LIMIT);
    read_piece(&reader, "\x89\x01p\x01\x01x", 6, &notes);
    CU_ASSERT_EQUAL(eft_live_objects(), live + 1);
    read_piece(&reader, "\x80\x01y", 3, &notes);
    CU_ASSERT_EQUAL(eft_live_objects(), live);
    CU_ASSERT_STRING_EQUAL(notes.text, "ping [p]\ntext [xy]\n");
    eft__frame_reader_fini(&reader);
}

static void running_out_of_memory_closes_with_1011(void)
{
    static const char stream[] = "\x81\x03one\x01\x02tw\x80\x01o\x82\x02"
                                 "33";
    static const expectation row = {TO_CLIENT(stream), ""};
    size_t live = eft_live_objects();
    transcript notes;

    for (size_t allowed = 0; allowed < 20; allowed++) {
        size_t left = allowed;

        eft_set_allocator(run_out, &left);
        read_in_pieces(&row, 1, 1, &notes);
        eft_set_allocator(NULL, NULL);
        CU_ASSERT_EQUAL(eft_live_objects(), live);
        if (!strstr(notes.text, "error"))
            break;
        CU_ASSERT_PTR_NOT_NULL(strstr(
            notes.text, "error 1011 EFT_ENOMEM: out of memory for a message"));
    }
    CU_ASSERT_STRING_EQUAL(notes.text, "text [one]\ntext [two]\nbinary [33]\n");
}

static void a_failed_append_changes_nothing(void)
{
    static const char big[1000];
    eft__bytes bytes = {NULL, 0, 0, 0};
    size_t allowed = 1;

    eft_set_allocator(run_out, &allowed);
    CU_ASSERT_TRUE(eft__bytes_append(&bytes, "abc", 3));
    CU_ASSERT_FALSE(eft__bytes_append(&bytes, big, sizeof big));
    CU_ASSERT_FALSE(eft__bytes_append(&bytes, big, SIZE_MAX));
    CU_ASSERT_FALSE(eft__frame_write(&bytes, EFT__CLIENT, 0, EFT__OP_BINARY,
                                     true, big, sizeof big));
    CU_ASSERT_FALSE(eft__frame_write(&bytes, EFT__CLIENT, 0, EFT__OP_BINARY,
                                     true, big, SIZE_MAX));
    eft_set_allocator(NULL, NULL);
    CU_ASSERT_EQUAL(eft__bytes_length(&bytes), 3);
    CU_ASSERT_EQUAL(memcmp(eft__bytes_data(&bytes), "abc", 3), 0);
    eft__bytes_fini(&bytes);
}

const test_case suite_frame_memory[] = {
    {"a_declared_length_costs_no_memory", a_declared_length_costs_no_memory},
    {"a_message_that_came_whole_is_allocated_once_and_exactly",
     a_message_that_came_whole_is_allocated_once_and_exactly},
    {"an_idle_reader_holds_no_memory_and_is_small",
     an_idle_reader_holds_no_memory_and_is_small},
    {"running_out_of_memory_closes_with_1011",
     running_out_of_memory_closes_with_1011},
    {"a_failed_append_changes_nothing", a_failed_append_changes_nothing},
    {NULL, NULL},
};
