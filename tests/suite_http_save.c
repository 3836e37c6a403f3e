/* SPDX-License-Identifier: MIT
 * What a real head tells of a body that is to be saved. */
#include <string.h>

#include "http_case.h"

/* A body to be saved, with these headers. */
static bool suggests(eft_http_session *session, const char *disposition,
                     const char *name)
{
    eft_result got =
        eft_await(eft_http_get(session,
                               http_at("http",
                                       "/give?type=Image/PNG;x=y&header="
                                       "Content-Disposition:%s",
                                       disposition),
                               NULL));
    const char *told =
        got.error ? NULL : eft_http_response_filename(got.response);
    bool well =
        test_succeeded(got.error) && told && !strcmp(told, name) &&
        eft_http_response_ok(got.response) &&
        !strcmp(eft_http_response_content_type(got.response), "image/png");

    if (!well)
        test_explain("# %s: %s\n", disposition, told ? told : "none");
    eft_result_free(got);
    return well;
}

static void a_head_suggests_a_name_for_a_file(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});

    CHECK(suggests(session, "attachment;filename=a.png", "a.png"));
    CHECK(suggests(session, "a;filename=b;filename*=UTF-8''%25e2%2582%25ac.png",
                   "\xe2\x82\xac.png"));
    CHECK(suggests(session, "a;filename=../../b.png", "b.png"));
    /* A byte of Latin-1, as headers were once. */
    CHECK(suggests(session, "a;filename=%C3%BC.png", "\xc3\xbc.png"));
    eft_http_session_free(session);
}

const test_case suite_http_save[] = {
    {"a_head_suggests_a_name_for_a_file", a_head_suggests_a_name_for_a_file},
    {NULL, NULL},
};
