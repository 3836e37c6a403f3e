/* SPDX-License-Identifier: MIT
 * JSON: limits are checked before cJSON recurses. */
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <eft/eft.h>

#include "sdk/net/json.h"
#include "suite.h"

enum { DEEP = 100000 };

static cJSON *nested(int levels)
{
    cJSON *json = cJSON_CreateArray();

    for (int i = 1; i < levels; i++) {
        cJSON *outer = cJSON_CreateArray();

        cJSON_AddItemToArray(outer, json);
        json = outer;
    }
    return json;
}

static char *nested_text(size_t levels)
{
    char *text = malloc(2 * levels + 1);

    memset(text, '[', levels);
    memset(text + levels, ']', levels);
    text[2 * levels] = 0;
    return text;
}

static int32_t parse_text(const char *text)
{
    eft_result result = eft_json_parse(text, strlen(text));
    int32_t error = result.error;

    eft_result_free(result);
    return error;
}

static void parse_gives_a_value_with_its_kind(void)
{
    eft_result result = eft_json_parse("{\"a\": [1, 2]} ", 14);

    REQUIRE(result.error == 0);
    CHECK(result.kind == EFT_KIND_JSON);
    CHECK(cJSON_GetArraySize(cJSON_GetObjectItem(result.json, "a")) == 2);
    eft_result_free(result);
}

static void malformed_text_is_refused(void)
{
    CHECK(parse_text("") == EFT_EJSON);
    CHECK(parse_text("{") == EFT_EJSON);
    CHECK(parse_text("[1,]") == EFT_EJSON);
    CHECK(parse_text("1 2") == EFT_EJSON);
    CHECK(parse_text("nul") == EFT_EJSON);
}

static void the_length_counts_not_the_nul(void)
{
    eft_result result = eft_json_parse("[1]garbage", 3);

    CHECK(result.error == 0);
    eft_result_free(result);
}

static void parse_takes_the_deepest_that_is_allowed(void)
{
    char *text = nested_text(EFT_JSON_DEPTH);

    CHECK(parse_text(text) == 0);
    free(text);
}

static void parse_refuses_one_level_more(void)
{
    char *text = nested_text(EFT_JSON_DEPTH + 1);

    CHECK(parse_text(text) == EFT_EDEPTH);
    free(text);
}

static void parse_refuses_a_hundred_thousand_levels(void)
{
    char *text = nested_text(DEEP);

    CHECK(parse_text(text) == EFT_EDEPTH);
    free(text);
}

static void brackets_in_strings_are_no_depth(void)
{
    char text[2100] = "\"";

    memset(text + 1, '[', 2000);
    strcat(text, "\\\"[\"");
    CHECK(parse_text(text) == 0);
}

static void print_takes_the_deepest_that_is_allowed(void)
{
    cJSON *json = nested(EFT_JSON_DEPTH);
    char *text = NULL;

    CHECK(eft__json_print(json, &text) == 0);
    CHECK(text && strlen(text) == 2 * (size_t)EFT_JSON_DEPTH);
    cJSON_free(text);
    eft_json_free(json);
}

static void print_refuses_one_level_more(void)
{
    cJSON *json = nested(EFT_JSON_DEPTH + 1);
    char *text = NULL;

    CHECK(eft__json_print(json, &text) == EFT_EDEPTH);
    eft_json_free(json);
}

static void free_takes_a_hundred_thousand_levels(void)
{
    eft_json_free(nested(DEEP));
}

static void send_refuses_and_frees_a_hundred_thousand_levels(void)
{
    eft_handler *handler = eft_handler_new();

    CHECK(eft_await(eft_handler_send_json(handler, nested(DEEP))).error ==
          EFT_ECLOSED);
    eft_handler_free(handler);
}

const test_case suite_json[] = {
    {"parse_gives_a_value_with_its_kind", parse_gives_a_value_with_its_kind},
    {"malformed_text_is_refused", malformed_text_is_refused},
    {"the_length_counts_not_the_nul", the_length_counts_not_the_nul},
    {"parse_takes_the_deepest_that_is_allowed",
     parse_takes_the_deepest_that_is_allowed},
    {"parse_refuses_one_level_more", parse_refuses_one_level_more},
    {"parse_refuses_a_hundred_thousand_levels",
     parse_refuses_a_hundred_thousand_levels},
    {"brackets_in_strings_are_no_depth", brackets_in_strings_are_no_depth},
    {"print_takes_the_deepest_that_is_allowed",
     print_takes_the_deepest_that_is_allowed},
    {"print_refuses_one_level_more", print_refuses_one_level_more},
    {"free_takes_a_hundred_thousand_levels",
     free_takes_a_hundred_thousand_levels},
    {"send_refuses_and_frees_a_hundred_thousand_levels",
     send_refuses_and_frees_a_hundred_thousand_levels},
    {NULL, NULL},
};
