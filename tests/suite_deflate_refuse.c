/* SPDX-License-Identifier: MIT
 * Tests of agreeing on permessage-deflate: what is refused, and why. */
#include <string.h>

#include "net/deflate_offer.h"
#include "suite.h"

#define MALFORMED "its Sec-WebSocket-Extensions is malformed"
#define FOREIGN "it answered with an extension that was not offered"
#define TWICE "a parameter of permessage-deflate stands twice in its answer"
#define UNKNOWN "permessage-deflate has an unknown parameter in its answer"
#define VALUE                                                                  \
    "a parameter of permessage-deflate has a value in its answer, which "      \
    "takes none"
#define BITS                                                                   \
    "a window size of permessage-deflate in its answer is not between 8 and "  \
    "15"

static const eft_ws_deflate defaults;

static const eft_ws_deflate narrow = {.server_no_context_takeover = true,
                                      .client_max_window_bits = 10,
                                      .server_max_window_bits = 12};

/* An answer, and what is said against it. */
typedef struct refusal {
    const char *answer;
    const char *sentence;
} refusal;

static bool is_refused(const eft_ws_deflate *wanted, const refusal *row)
{
    eft__deflate_agreed agreed;
    const char *sentence = eft__deflate_accept(wanted, row->answer, &agreed);
    bool same = sentence && !strcmp(sentence, row->sentence);

    if (!same)
        test_explain("# %s: %s\n", row->answer, sentence ? sentence : "taken");
    return same;
}

static void an_answer_that_was_not_asked_for_is_refused(void)
{
    static const refusal rows[] = {
        {"x-webkit-deflate-frame", FOREIGN},
        {"permessage-deflate, permessage-bzip2", FOREIGN},
        {"Permessage-Deflate", FOREIGN},
        {"permessage-deflate, permessage-deflate",
         "it answered with permessage-deflate twice"},
        {"permessage-deflate; x", UNKNOWN},
        {"permessage-deflate; max_window_bits=10", UNKNOWN},
        {"permessage-deflate; client_no_context_takeover=1", VALUE},
        {"permessage-deflate; server_no_context_takeover=true", VALUE},
        {"permessage-deflate; client_no_context_takeover; "
         "client_no_context_takeover",
         TWICE},
        {"permessage-deflate; server_max_window_bits=9; "
         "server_max_window_bits=9",
         TWICE},
        {"permessage-deflate; server_max_window_bits", BITS},
        {"permessage-deflate; server_max_window_bits=7", BITS},
        {"permessage-deflate; server_max_window_bits=16", BITS},
        {"permessage-deflate; server_max_window_bits=010", BITS},
        {"permessage-deflate; server_max_window_bits=+9", BITS},
        {"permessage-deflate; client_max_window_bits=0", BITS},
        {"permessage-deflate; client_max_window_bits=99999999999999", BITS},
        {"permessage-deflate; client_max_window_bits=ten", BITS},
        {"permessage-deflate; client_max_window_bits=\"16\"", BITS},
        {"permessage-deflate; client_max_window_bits",
         "client_max_window_bits in its answer has no value"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK(is_refused(&defaults, &rows[i]));
}

static void an_answer_over_the_offer_is_refused(void)
{
    static const refusal rows[] = {
        {"permessage-deflate; server_max_window_bits=12",
         "its answer lacks server_no_context_takeover"},
        {"permessage-deflate; server_no_context_takeover",
         "its answer lacks server_max_window_bits"},
        {"permessage-deflate; server_no_context_takeover; "
         "server_max_window_bits=13",
         "server_max_window_bits in its answer is over what was offered"},
        {"permessage-deflate; server_no_context_takeover; "
         "server_max_window_bits=12; client_max_window_bits=11",
         "client_max_window_bits in its answer is over what was offered"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK(is_refused(&narrow, &rows[i]));
}

static void any_answer_is_refused_where_nothing_was_offered(void)
{
    static const eft_ws_deflate off = {.off = true};
    eft__deflate_agreed agreed;

    CU_ASSERT_PTR_NULL(eft__deflate_accept(&off, NULL, &agreed));
    CU_ASSERT_FALSE(agreed.on);
    CU_ASSERT_STRING_EQUAL(
        eft__deflate_accept(&off, "permessage-deflate", &agreed), FOREIGN);
}

static const char *const malformed[] = {
    "permessage-deflate;",
    ";",
    "=",
    "permessage-deflate; ;",
    "permessage-deflate; =10",
    "permessage-deflate; client_max_window_bits=",
    "permessage-deflate; client_max_window_bits=\"",
    "permessage-deflate; client_max_window_bits=\"\"",
    "permessage-deflate; client_max_window_bits=\"1",
    "permessage-deflate; client_max_window_bits=\"1 0\"",
    "permessage-deflate; client_max_window_bits=\"10\\\"",
    "permessage-deflate; client_max_window_bits=\"10\\",
    "permessage-deflate; client_max_window_bits=10 10",
    "permessage-deflate x",
    "permessage-deflate/1",
    "permessage-d\xC3\xA9x",
    "x; y=\"z, permessage-deflate",
};

static void a_malformed_header_is_refused_by_both(void)
{
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        char answer[EFT__DEFLATE_HEADER];
        eft__deflate_agreed agreed;
        const char *sentence =
            eft__deflate_choose(&defaults, malformed[i], &agreed, answer);

        CU_ASSERT_PTR_NOT_NULL(
            eft__deflate_accept(&defaults, malformed[i], &agreed));
        REQUIRE(sentence != NULL);
        CU_ASSERT_STRING_EQUAL(sentence, MALFORMED);
    }
}

const test_case suite_deflate_refuse[] = {
    {"an_answer_that_was_not_asked_for_is_refused",
     an_answer_that_was_not_asked_for_is_refused},
    {"an_answer_over_the_offer_is_refused",
     an_answer_over_the_offer_is_refused},
    {"any_answer_is_refused_where_nothing_was_offered",
     any_answer_is_refused_where_nothing_was_offered},
    {"a_malformed_header_is_refused_by_both",
     a_malformed_header_is_refused_by_both},
    {NULL, NULL},
};
