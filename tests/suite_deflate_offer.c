/* SPDX-License-Identifier: MIT
 * Tests of agreeing on permessage-deflate: RFC 7692 section 7.1, both ends. */
#include "net/deflate_offer.h"
#include "suite.h"

static const eft_ws_deflate defaults;

static const eft_ws_deflate narrow = {.client_no_context_takeover = true,
                                      .server_no_context_takeover = true,
                                      .client_max_window_bits = 10,
                                      .server_max_window_bits = 12,
                                      .level = 9,
                                      .threshold = 1000};

/* What was agreed, as seen by one end: on, takeovers, windows. */
static bool agreed_is(const eft__deflate_agreed *agreed, bool send_takeover,
                      unsigned send_bits, bool receive_takeover,
                      unsigned receive_bits)
{
    return agreed->on && agreed->send_takeover == send_takeover &&
           agreed->send_bits == send_bits &&
           agreed->receive_takeover == receive_takeover &&
           agreed->receive_bits == receive_bits;
}

/* Offers */

static void the_offer_says_what_the_options_say(void)
{
    static const struct {
        eft_ws_deflate wanted;
        const char *header;
    } rows[] = {
        {{.off = false}, "permessage-deflate; client_max_window_bits"},
        {{.client_no_context_takeover = true},
         "permessage-deflate; client_no_context_takeover; "
         "client_max_window_bits"},
        {{.server_no_context_takeover = true},
         "permessage-deflate; server_no_context_takeover; "
         "client_max_window_bits"},
        {{.client_max_window_bits = 9},
         "permessage-deflate; client_max_window_bits=9"},
        {{.client_max_window_bits = 15, .server_max_window_bits = 15},
         "permessage-deflate; client_max_window_bits"},
        {{.server_max_window_bits = 10},
         "permessage-deflate; server_max_window_bits=10; "
         "client_max_window_bits"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char header[EFT__DEFLATE_HEADER];

        CU_ASSERT_TRUE(eft__deflate_offer(&rows[i].wanted, header));
        CU_ASSERT_STRING_EQUAL(header, rows[i].header);
    }
}

static void the_longest_offer_has_room(void)
{
    char header[EFT__DEFLATE_HEADER];

    CU_ASSERT_TRUE(eft__deflate_offer(&narrow, header));
    CU_ASSERT_STRING_EQUAL(
        header, "permessage-deflate; server_no_context_takeover; "
                "client_no_context_takeover; server_max_window_bits=12; "
                "client_max_window_bits=10");
}

static void off_offers_nothing(void)
{
    static const eft_ws_deflate off = {.off = true};
    char header[EFT__DEFLATE_HEADER];

    CU_ASSERT_FALSE(eft__deflate_offer(&off, header));
    CU_ASSERT_STRING_EQUAL(header, "");
}

/* Answers */

static void no_answer_is_no_compression(void)
{
    static const char *const answers[] = {NULL, "", " ", ", ,"};

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        eft__deflate_agreed agreed;

        CU_ASSERT_PTR_NULL(eft__deflate_accept(&defaults, answers[i], &agreed));
        CU_ASSERT_FALSE(agreed.on);
    }
}

static void an_answer_sets_windows_and_takeovers(void)
{
    static const struct {
        const char *answer;
        bool send_takeover;
        uint8_t send_bits;
        bool receive_takeover;
        uint8_t receive_bits;
    } rows[] = {
        {"permessage-deflate", true, 15, true, 15},
        {" permessage-deflate ,", true, 15, true, 15},
        {"permessage-deflate; server_no_context_takeover", true, 15, false, 15},
        {"permessage-deflate;client_no_context_takeover", false, 15, true, 15},
        {"permessage-deflate; server_max_window_bits=10", true, 15, true, 10},
        {"permessage-deflate; client_max_window_bits=8", true, 8, true, 15},
        {"permessage-deflate; client_max_window_bits = \"9\" ;\t"
         "server_max_window_bits=\"1\\5\"",
         true, 9, true, 15},
        {"permessage-deflate; server_max_window_bits=8; "
         "client_max_window_bits=15; client_no_context_takeover; "
         "server_no_context_takeover",
         false, 15, false, 8},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        eft__deflate_agreed agreed;

        CU_ASSERT_PTR_NULL(
            eft__deflate_accept(&defaults, rows[i].answer, &agreed));
        CU_ASSERT_TRUE(agreed_is(&agreed, rows[i].send_takeover,
                                 rows[i].send_bits, rows[i].receive_takeover,
                                 rows[i].receive_bits));
        CU_ASSERT(agreed.level == 6 && agreed.threshold == 64);
    }
}

static void a_client_keeps_what_it_has_said(void)
{
    eft__deflate_agreed agreed;

    CU_ASSERT_PTR_NULL(
        eft__deflate_accept(&narrow,
                            "permessage-deflate; server_no_context_takeover; "
                            "server_max_window_bits=11",
                            &agreed));
    CU_ASSERT_TRUE(agreed_is(&agreed, false, 10, false, 11));
    CU_ASSERT(agreed.level == 9 && agreed.threshold == 1000);
}

/* The server's side */

static void a_server_takes_the_first_offer_that_it_can_meet(void)
{
    static const struct {
        const char *offers;
        const char *answer; /* "": none */
    } rows[] = {
        {NULL, ""},
        {"", ""},
        {"permessage-bzip2", ""},
        {"permessage-deflate", "permessage-deflate"},
        {"permessage-deflate; client_max_window_bits", "permessage-deflate"},
        {"permessage-deflate; client_max_window_bits=15", "permessage-deflate"},
        {"permessage-deflate; client_max_window_bits=8",
         "permessage-deflate; client_max_window_bits=8"},
        {"permessage-deflate; server_max_window_bits=10",
         "permessage-deflate; server_max_window_bits=10"},
        {"permessage-deflate; server_max_window_bits=15",
         "permessage-deflate; server_max_window_bits=15"},
        {"permessage-deflate; server_no_context_takeover",
         "permessage-deflate; server_no_context_takeover"},
        {"permessage-deflate; client_no_context_takeover",
         "permessage-deflate; client_no_context_takeover"},
        {"x-first; a=\"\\b\\c\"; d, permessage-deflate", "permessage-deflate"},
        {"permessage-deflate; unknown, permessage-deflate; "
         "server_max_window_bits=16, permessage-deflate; "
         "server_max_window_bits=\"9\", permessage-deflate",
         "permessage-deflate; server_max_window_bits=9"},
        {"permessage-deflate; client_no_context_takeover=x", ""},
        {"permessage-deflate; server_max_window_bits", ""},
        {"permessage-deflate; client_max_window_bits=7", ""},
        {"permessage-deflate; server_max_window_bits=9; "
         "server_max_window_bits=9",
         ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char answer[EFT__DEFLATE_HEADER];
        eft__deflate_agreed agreed;

        CU_ASSERT_PTR_NULL(
            eft__deflate_choose(&defaults, rows[i].offers, &agreed, answer));
        CU_ASSERT_STRING_EQUAL(answer, rows[i].answer);
        CU_ASSERT_EQUAL(agreed.on, answer[0] != 0);
    }
}

static void a_servers_own_limits_go_into_its_answer(void)
{
    char answer[EFT__DEFLATE_HEADER];
    eft__deflate_agreed agreed;

    CU_ASSERT_PTR_NULL(eft__deflate_choose(
        &narrow, "permessage-deflate; client_max_window_bits", &agreed,
        answer));
    CU_ASSERT_STRING_EQUAL(
        answer, "permessage-deflate; server_no_context_takeover; "
                "client_no_context_takeover; client_max_window_bits=10");
    CU_ASSERT_TRUE(agreed_is(&agreed, false, 12, false, 10));
    CU_ASSERT_PTR_NULL(eft__deflate_choose(
        &narrow, "permessage-deflate; server_max_window_bits=14", &agreed,
        answer));
    CU_ASSERT_STRING_EQUAL(
        answer, "permessage-deflate; server_no_context_takeover; "
                "client_no_context_takeover; server_max_window_bits=12");
    CU_ASSERT_TRUE(agreed_is(&agreed, false, 12, false, 15));
}

static void a_server_without_compression_answers_nothing(void)
{
    static const eft_ws_deflate off = {.off = true};
    char answer[EFT__DEFLATE_HEADER];
    eft__deflate_agreed agreed;

    CU_ASSERT_PTR_NULL(
        eft__deflate_choose(&off, "permessage-deflate", &agreed, answer));
    CU_ASSERT_FALSE(agreed.on);
    CU_ASSERT_STRING_EQUAL(answer, "");
}

static eft_ws_deflate options_of(unsigned choice)
{
    static const uint8_t bits[] = {0, 9, 12, 15};

    return (eft_ws_deflate){.client_no_context_takeover = choice & 1,
                            .server_no_context_takeover = choice & 2,
                            .client_max_window_bits = bits[choice >> 2 & 3],
                            .server_max_window_bits = bits[choice >> 4 & 3]};
}

/* Each may inflate with what it has agreed on whatever the other compresses. */
static void both_ends_agree_whatever_their_options(void)
{
    unsigned wrong = 0;

    for (unsigned choice = 0; choice < 64 * 64; choice++) {
        eft_ws_deflate ours = options_of(choice & 63);
        eft_ws_deflate theirs = options_of(choice >> 6);
        char offer[EFT__DEFLATE_HEADER], answer[EFT__DEFLATE_HEADER];
        eft__deflate_agreed client, server;

        eft__deflate_offer(&ours, offer);
        wrong += eft__deflate_choose(&theirs, offer, &server, answer) != NULL;
        wrong += eft__deflate_accept(&ours, answer, &client) != NULL;
        wrong += !client.on || !server.on;
        wrong += client.send_bits > server.receive_bits;
        wrong += server.send_bits > client.receive_bits;
        wrong += client.send_takeover && !server.receive_takeover;
        wrong += server.send_takeover && !client.receive_takeover;
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

const test_case suite_deflate_offer[] = {
    {"the_offer_says_what_the_options_say",
     the_offer_says_what_the_options_say},
    {"the_longest_offer_has_room", the_longest_offer_has_room},
    {"off_offers_nothing", off_offers_nothing},
    {"no_answer_is_no_compression", no_answer_is_no_compression},
    {"an_answer_sets_windows_and_takeovers",
     an_answer_sets_windows_and_takeovers},
    {"a_client_keeps_what_it_has_said", a_client_keeps_what_it_has_said},
    {"a_server_takes_the_first_offer_that_it_can_meet",
     a_server_takes_the_first_offer_that_it_can_meet},
    {"a_servers_own_limits_go_into_its_answer",
     a_servers_own_limits_go_into_its_answer},
    {"a_server_without_compression_answers_nothing",
     a_server_without_compression_answers_nothing},
    {"both_ends_agree_whatever_their_options",
     both_ends_agree_whatever_their_options},
    {NULL, NULL},
};
