/* SPDX-License-Identifier: MIT
 * Tests of the queue of bytes. */
#include "eft/memory.h"
#include "net/bytes.h"
#include "suite.h"

static void bytes_keep_their_order(void)
{
    eft__bytes bytes = {NULL, 0, 0, 0};
    uint8_t next_in = 0, next_out = 0;
    unsigned wrong = 0;

    for (unsigned turn = 0; turn < 3000; turn++) {
        uint8_t chunk[97];
        size_t size = turn * 31 % sizeof chunk, gone;

        for (size_t i = 0; i < size; i++)
            chunk[i] = next_in++;
        REQUIRE(eft__bytes_append(&bytes, chunk, size));
        gone = turn * 17 % (eft__bytes_length(&bytes) + 1);
        for (size_t i = 0; i < gone; i++)
            wrong += eft__bytes_data(&bytes)[i] != next_out++;
        eft__bytes_consume(&bytes, gone);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL((uint8_t)(next_in - next_out),
                    (uint8_t)eft__bytes_length(&bytes));
    eft__bytes_fini(&bytes);
    CU_ASSERT_EQUAL(eft__bytes_length(&bytes), 0);
}

static void bytes_give_back_their_storage_when_empty(void)
{
    size_t live = eft_live_objects();
    eft__bytes bytes = {NULL, 0, 0, 0};

    CU_ASSERT_PTR_NULL(eft__bytes_data(&bytes));
    CU_ASSERT_TRUE(eft__bytes_append(&bytes, NULL, 0));
    CU_ASSERT_EQUAL(eft_live_objects(), live);
    REQUIRE(eft__bytes_append(&bytes, "abc", 3));
    eft__bytes_trim(&bytes);
    CU_ASSERT_EQUAL(eft__bytes_length(&bytes), 3);
    eft__bytes_consume(&bytes, 3);
    CU_ASSERT_EQUAL(eft_live_objects(), live + 1);
    eft__bytes_trim(&bytes);
    CU_ASSERT_EQUAL(eft_live_objects(), live);
}

const test_case suite_bytes[] = {
    {"bytes_keep_their_order", bytes_keep_their_order},
    {"bytes_give_back_their_storage_when_empty",
     bytes_give_back_their_storage_when_empty},
    {NULL, NULL},
};
