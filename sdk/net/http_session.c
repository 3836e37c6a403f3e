/* SPDX-License-Identifier: MIT
 * HTTP sessions: what requests share. */
#include "http.h"

#include <string.h>

#include "../core/kinds.h"
#include "../core/loop.h"
#include "../core/memory.h"
#include "targets/world.h"

/* Of this thread; 0 is none. */
static _Thread_local uint32_t last_id;

/* One that nothing is under way in may be used by the next loop. */
static size_t outlives(const eft__link *object)
{
    const eft_http_session *session =
        EFT__OWNER(object, eft_http_session, known);

    if (session->freed || session->count)
        return 0;
    return 2 + (session->line.hosts != NULL) +
           eft__http_pool_blocks(session->pool);
}

static _Thread_local eft__kind sessions = {.name = "http_session",
                                           .outlives = outlives};

eft_http_session *eft_http_session_new(const eft_http_session_options *options)
{
    static const eft_http_session_options defaults;
    eft_http_session *session = eft__alloc_zero(sizeof *session);

    if (!session)
        return NULL;
    session->options = eft__http_options_new(options ? options : &defaults);
    if (!session->options) {
        eft__free(session);
        return NULL;
    }
    eft__kind_add(&sessions, &session->known);
    session->keepers = 1;
    eft__list_init(&session->live);
    eft__http_line_init(&session->line);
    return session;
}

/* Its world has it open? */
static bool is_open(const eft_http_session *session)
{
    return session->loop && eft__loop_here &&
           session->loop == eft__loop_here->number;
}

void eft__http_session_open(eft_http_session *session)
{
    if (is_open(session))
        return;
    last_id = last_id == UINT32_MAX ? 1 : last_id + 1;
    session->id = last_id;
    session->loop = eft__loop_here->number;
    eft_target_http_open(session->id, &session->options->options);
}

eft__http_pool *eft__http_session_pool(eft_http_session *session)
{
    if (!session->pool)
        session->pool = eft__http_pool_new();
    return session->pool;
}

void eft__http_session_unkeep(eft_http_session *session)
{
    if (--session->keepers)
        return;
    if (is_open(session))
        eft_target_http_close(session->id);
    eft__http_pool_free(session->pool);
    eft__http_line_fini(&session->line);
    eft__free(session->options);
    eft__kind_remove(&sessions, &session->known);
    eft__free(session);
}

void eft_http_session_free(eft_http_session *session)
{
    if (!session)
        return;
    session->freed = true;
    /* Those that are cut stay in the list until they have ended. */
    for (size_t left = session->count; left; left--) {
        eft_http_response *self =
            EFT__OWNER(session->live.next, eft_http_response, link);

        eft__list_remove(&self->link);
        eft__list_append(&session->live, &self->link);
        eft__http_cut(self, EFT_ECLOSED, "the session was freed");
    }
    eft__http_session_unkeep(session);
}

/* Cookies */

static eft_result say(int32_t error, const char *detail)
{
    eft__detail said = {0};

    eft__detail_copy(&said, error, detail);
    eft__detail_say(said);
    return eft_failed(error);
}

/* Is there a jar?  Then the world knows the session. */
static eft_result open_jar(eft_http_session *session)
{
    const char *why = eft__http_why_not("cookies");

    if (!session)
        return say(EFT_EINVAL, "there is no session: NULL");
    if (session->options->error)
        return say(session->options->error, session->options->why.text);
    if (why)
        return say(EFT_ENOTSUP, why);
    if (session->options->options.no_cookies)
        return say(EFT_EINVAL, "the session has the option no_cookies");
    if (!eft__loop_here)
        return say(EFT_EINVAL, "no loop runs on this thread");
    eft__http_session_open(session);
    return eft_ok();
}

static void free_cookies(void *cookies)
{
    eft__free(cookies);
}

eft_result eft_http_session_cookies(eft_http_session *session)
{
    eft_http_cookies *cookies = NULL;

    EFT_TRY(open_jar(session));
    int32_t error = eft_target_http_cookies(session->id, &cookies);
    return error ? say(error, NULL) : eft_owned(cookies, free_cookies);
}

/* Is it what a header can have, and has it a name? */
static bool is_cookie(const char *cookie)
{
    if (!cookie || *cookie == '=' || !strchr(cookie, '='))
        return false;
    for (; *cookie; cookie++)
        if ((unsigned char)*cookie < ' ' || *cookie == 0x7f)
            return false;
    return true;
}

eft_result eft_http_session_set_cookie(eft_http_session *session,
                                       const char *url, const char *cookie)
{
    static const char strange[] =
        "this URL cannot set that cookie: its Domain is another one, it is "
        "Secure and the URL http:, it is not what its name promises "
        "(__Secure-, __Host-), or it is malformed";
    eft__http_words words;
    int32_t error = 0;

    EFT_TRY(open_jar(session));
    if (!is_cookie(cookie))
        return say(EFT_EINVAL,
                   "a cookie is NAME=VALUE, maybe with attributes, and without "
                   "controls");
    eft__http_request *to = eft__http_request_new(session->options, "GET", url,
                                                  NULL, &error, &words);
    if (!to)
        return say(error, error == EFT_ENOMEM ? NULL : words.text);
    error = eft_target_http_set_cookie(session->id, to->target.url, cookie);
    eft__http_request_free(to);
    if (error == EFT_EINVAL)
        return say(error, strange);
    return error ? say(error, NULL) : eft_ok();
}

eft_result eft_http_session_clear_cookies(eft_http_session *session)
{
    EFT_TRY(open_jar(session));
    int32_t error = eft_target_http_set_cookie(session->id, NULL, NULL);
    return error ? say(error, NULL) : eft_ok();
}
