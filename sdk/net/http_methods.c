/* SPDX-License-Identifier: MIT
 * Requests with a method by name. */
#include "eft/http.h"

eft_future *eft_http_get(eft_http_session *session, const char *url,
                         const eft_http_request *request)
{
    return eft_http_fetch(session, "GET", url, request);
}

eft_future *eft_http_head(eft_http_session *session, const char *url,
                          const eft_http_request *request)
{
    return eft_http_fetch(session, "HEAD", url, request);
}

eft_future *eft_http_post(eft_http_session *session, const char *url,
                          const eft_http_request *request)
{
    return eft_http_fetch(session, "POST", url, request);
}

eft_future *eft_http_put(eft_http_session *session, const char *url,
                         const eft_http_request *request)
{
    return eft_http_fetch(session, "PUT", url, request);
}

eft_future *eft_http_patch(eft_http_session *session, const char *url,
                           const eft_http_request *request)
{
    return eft_http_fetch(session, "PATCH", url, request);
}

eft_future *eft_http_delete(eft_http_session *session, const char *url,
                            const eft_http_request *request)
{
    return eft_http_fetch(session, "DELETE", url, request);
}

eft_future *eft_http_options(eft_http_session *session, const char *url,
                             const eft_http_request *request)
{
    return eft_http_fetch(session, "OPTIONS", url, request);
}
