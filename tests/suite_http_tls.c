/* SPDX-License-Identifier: MIT
 * TLS of HTTP: each option, and a sentence for each failure. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_case.h"
#include "log_lines.h"

/* The test authority's, as text; the caller frees it. */
static char *read_file(const char *name)
{
    FILE *file = fopen(name, "rb");
    char *text = calloc(1, 100000);

    if (file && text)
        text[fread(text, 1, 99999, file)] = 0;
    if (file)
        fclose(file);
    return text;
}

static eft_http_session *session_with(eft_tls_options tls)
{
    return eft_http_session_new(&(eft_http_session_options){
        .tls = tls, .total_timeout_ms = 30000, .proxy = ""});
}

static bool echoes(const char *server, eft_tls_options tls)
{
    eft_http_session *session = session_with(tls);
    cJSON *echo = http_get_json(session, http_at(server, "/echo"));
    bool right = !strcmp(json_text(echo, "url"), "/echo");

    cJSON_Delete(echo);
    eft_http_session_free(session);
    return right;
}

static bool ends(const char *server, eft_tls_options tls, int32_t error,
                 const char *words)
{
    eft_http_session *session = session_with(tls);
    int32_t ended =
        http_ends(eft_http_get(session, http_at(server, "/echo"), NULL));

    eft_http_session_free(session);
    return ended == error && http_detail_has(words);
}

static bool fails(const char *server, eft_tls_options tls, const char *words)
{
    return ends(server, tls, EFT_ETLS, words);
}

static void an_authority_from_memory(void)
{
    char *text = read_file(test_server("ca"));
    char *other = read_file(test_server("bad-crt"));

    CHECK(echoes("https", (eft_tls_options){.ca_text = text}));
    CHECK(fails("https", (eft_tls_options){.ca_text = other}, "not trusted"));
    /* Both are trusted. */
    CHECK(echoes("https", (eft_tls_options){.ca_file = test_server("bad-crt"),
                                            .ca_text = text}));
    CHECK(echoes("https", (eft_tls_options){.ca_file = test_server("ca"),
                                            .ca_text = other}));
    free(text);
    free(other);
}

static void authorities_that_cannot_be_loaded(void)
{
    CHECK(fails("https", (eft_tls_options){.ca_file = "/nonexistent/ca.pem"},
                "tls.ca_file /nonexistent/ca.pem: no such file"));
    CHECK(fails("https", (eft_tls_options){.ca_file = "/"},
                "tls.ca_file /: illegal operation on a directory"));
    CHECK(fails("https", (eft_tls_options){.ca_text = "what?"},
                "tls.ca_text: no certificate in PEM"));
}

/* Nobody has been asked: the port would refuse. */
static void the_options_are_looked_at_first(void)
{
    eft_http_session *session =
        session_with((eft_tls_options){.ca_file = "/nonexistent/ca.pem"});
    char url[200];

    snprintf(url, sizeof url, "https%s", http_at("http-refused", "/") + 4);
    CHECK(http_ends(eft_http_get(session, url, NULL)) == EFT_ETLS);
    CHECK(http_detail_has("tls.ca_file"));
    /* Without TLS they do not matter. */
    CHECK(http_status(
              eft_http_get(session, http_at("http", "/bytes/1"), NULL)) == 200);
    eft_http_session_free(session);
}

static void certificates_that_are_not_to_be_trusted(void)
{
    eft_tls_options tls = {.ca_file = test_server("ca")};

    CHECK(fails("https", (eft_tls_options){0}, "\"eft test authority\""));
    CHECK(fails("https-bad", tls, "self-signed"));
    CHECK(fails("https-expired", tls, "expired, on 2020-02-01"));
    CHECK(fails("https-wrong-host", tls,
                "for elsewhere.test, not for 127.0.0.1"));
}

static void a_name_of_ones_own(void)
{
    eft_tls_options tls = {.ca_file = test_server("ca"),
                           .server_name = "elsewhere.test"};

    CHECK(echoes("https-wrong-host", tls));
    CHECK(fails("https", tls,
                "for 127.0.0.1, localhost, not for elsewhere.test"));
    tls.server_name = "127.0.0.1";
    CHECK(echoes("https", tls));
    tls.server_name = "127.0.0.2";
    CHECK(fails("https", tls, "not for 127.0.0.2"));
}

/* What the server was asked for: RFC 6066 section 3, an address is no name. */
static bool is_called(const char *url, const char *name, const char *called)
{
    eft_http_session *session = session_with(
        (eft_tls_options){.ca_file = test_server("ca"), .server_name = name});
    cJSON *echo = http_get_json(session, url);
    bool right = !strcmp(json_text(echo, "serverName"), called);

    cJSON_Delete(echo);
    eft_http_session_free(session);
    return right;
}

static void the_name_that_the_server_is_called_by(void)
{
    char local[200];

    snprintf(local, sizeof local, "https://localhost%s",
             strrchr(http_at("https", "/echo"), ':'));
    CHECK(is_called(http_at("https", "/echo"), NULL, ""));
    CHECK(is_called(local, NULL, "localhost"));
    CHECK(is_called(http_at("https", "/echo"), "localhost", "localhost"));
    CHECK(is_called(local, "127.0.0.1", ""));
}

static void insecure_trusts_whoever_answers_and_says_so_once(void)
{
    eft_http_session *session =
        session_with((eft_tls_options){.insecure = true});
    const char *lines;

    log_lines_begin();
    CHECK(http_status(eft_http_get(session, http_at("https-bad", "/bytes/1"),
                                   NULL)) == 200);
    CHECK(http_status(eft_http_get(
              session, http_at("https-expired", "/bytes/1"), NULL)) == 200);
    CHECK(http_status(eft_http_get(
              session, http_at("https-wrong-host", "/bytes/1"), NULL)) == 200);
    lines = log_lines_end();
    CHECK(strstr(lines, "insecure") && strstr(lines, "127.0.0.1:"));
    CHECK(strchr(lines, '\n') == strrchr(lines, '\n'));
    eft_http_session_free(session);
    /* The next one does not inherit it. */
    CHECK(fails("https-bad", (eft_tls_options){0}, "self-signed"));
}

static eft_tls_options with_certificate(void)
{
    return (eft_tls_options){.ca_file = test_server("ca"),
                             .certificate_file = test_server("client-crt"),
                             .key_file = test_server("client-key")};
}

static void a_server_that_wants_a_certificate(void)
{
    static const char *const servers[] = {"https-client-cert",
                                          "https-client-cert-1.2"};

    for (size_t i = 0; i < 2; i++) {
        CHECK(fails(servers[i], (eft_tls_options){.ca_file = test_server("ca")},
                    "tls.certificate_file"));
        CHECK(echoes(servers[i], with_certificate()));
        /* That we trust whoever it is is not why. */
        CHECK(fails(servers[i], (eft_tls_options){.insecure = true},
                    "tls.certificate_file"));
    }
}

/* Where a plain server sends us, on its word alone. */
static const char *by_way_of_another(const char *url)
{
    return http_at("http", "/redirect/302?to=%s", url);
}

/* In both orders, so that neither is served by the other's connection, or by
 * what TLS keeps of it. */
static void a_certificate_stays_with_its_origin(void)
{
    static const char *const servers[] = {"https-client-cert",
                                          "https-client-cert-1.2"};

    for (int i = 0; i < 4; i++) {
        eft_http_session *session = session_with(with_certificate());
        const char *url = http_at(servers[i / 2], "/bytes/1");

        for (int j = i % 2; j < 4; j++) {
            const char *start = j % 2 ? by_way_of_another(url) : url;
            eft_future *get = eft_http_get(session, start, NULL);

            CHECK(http_ends(get) == (j % 2 ? EFT_ETLS : 0));
            CHECK(j % 2 == 0 || http_detail_has("where a redirect leads"));
        }
        eft_http_session_free(session);
    }
}

static void a_server_name_stays_with_its_origin(void)
{
    for (int i = 0; i < 2; i++) {
        eft_http_session *session = session_with((eft_tls_options){
            .ca_file = test_server("ca"), .server_name = "localhost"});
        const char *url = http_at(i ? "http2" : "https", "/echo");

        for (int j = 0; j < 4; j++) {
            cJSON *echo =
                http_get_json(session, j % 2 ? url : by_way_of_another(url));

            CHECK(!strcmp(json_text(echo, "serverName"),
                          j % 2 ? "localhost" : ""));
            cJSON_Delete(echo);
        }
        /* Nor does it come back with the next redirect. */
        url = http_at(i ? "http2" : "https", "/redirect/302?to=/echo");
        cJSON *echo = http_get_json(session, by_way_of_another(url));
        CHECK(!strcmp(json_text(echo, "serverName"), ""));
        cJSON_Delete(echo);
        eft_http_session_free(session);
    }
}

static void a_certificate_that_the_server_does_not_trust(void)
{
    eft_tls_options tls = with_certificate();

    tls.certificate_file = test_server("bad-crt");
    tls.key_file = test_server("bad-key");
    CHECK(fails("https-client-cert-1.2", tls, "TLS with 127.0.0.1:"));
}

static void a_key_behind_a_password(void)
{
    eft_tls_options tls = with_certificate();

    tls.key_file = test_server("locked-key");
    CHECK(fails("https-client-cert", tls, "needs tls.key_password"));
    tls.key_password = "open barley";
    CHECK(fails("https-client-cert", tls, "tls.key_password is not the key's"));
    CHECK(!strstr(eft_error_detail(), "barley"));
    tls.key_password = "open sesame";
    CHECK(echoes("https-client-cert", tls));
}

static void keys_and_certificates_that_do_not_fit(void)
{
    eft_tls_options tls = with_certificate();

    tls.key_file = test_server("bad-key");
    CHECK(fails("https", tls, "does not belong to the certificate"));
    tls.key_file = "/nonexistent/key.pem";
    CHECK(
        fails("https", tls, "tls.key_file /nonexistent/key.pem: no such file"));
    tls.certificate_file = NULL;
    CHECK(ends("https", tls, EFT_EINVAL, "there is no tls.certificate_file"));
}

static void servers_that_speak_no_tls_or_old_one(void)
{
    eft_http_session *session =
        session_with((eft_tls_options){.ca_file = test_server("ca")});
    char url[200];

    snprintf(url, sizeof url, "https%s", http_at("http", "/echo") + 4);
    CHECK(http_ends(eft_http_get(session, url, NULL)) == EFT_ETLS);
    CHECK(http_detail_has("speaks no TLS"));
    CHECK(http_ends(eft_http_get(session, http_at("https-old", "/echo"),
                                 NULL)) == EFT_ETLS);
    CHECK(http_detail_has("no TLS version from 1.2 on"));
    snprintf(url, sizeof url, "http%s", http_at("https", "/echo") + 5);
    CHECK(http_ends(eft_http_get(session, url, NULL)) == EFT_EABNORMAL);
    eft_http_session_free(session);
}

static void a_server_that_never_shakes_hands(void)
{
    eft_http_session *session = eft_http_session_new(
        &(eft_http_session_options){.connect_timeout_ms = 100, .proxy = ""});
    char url[200];

    snprintf(url, sizeof url, "https%s", http_at("http-silent", "/") + 4);
    CHECK(http_ends(eft_http_get(session, url, NULL)) == EFT_ETIMEDOUT);
    CHECK(http_detail_has("connect_timeout_ms, 100 ms"));
    eft_http_session_free(session);
}

const test_case suite_http_tls[] = {
    {"an_authority_from_memory", an_authority_from_memory},
    {"authorities_that_cannot_be_loaded", authorities_that_cannot_be_loaded},
    {"the_options_are_looked_at_first", the_options_are_looked_at_first},
    {"certificates_that_are_not_to_be_trusted",
     certificates_that_are_not_to_be_trusted},
    {"a_name_of_ones_own", a_name_of_ones_own},
    {"the_name_that_the_server_is_called_by",
     the_name_that_the_server_is_called_by},
    {"insecure_trusts_whoever_answers_and_says_so_once",
     insecure_trusts_whoever_answers_and_says_so_once},
    {"a_server_that_wants_a_certificate", a_server_that_wants_a_certificate},
    {"a_certificate_stays_with_its_origin",
     a_certificate_stays_with_its_origin},
    {"a_server_name_stays_with_its_origin",
     a_server_name_stays_with_its_origin},
    {"a_certificate_that_the_server_does_not_trust",
     a_certificate_that_the_server_does_not_trust},
    {"a_key_behind_a_password", a_key_behind_a_password},
    {"keys_and_certificates_that_do_not_fit",
     keys_and_certificates_that_do_not_fit},
    {"servers_that_speak_no_tls_or_old_one",
     servers_that_speak_no_tls_or_old_one},
    {"a_server_that_never_shakes_hands", a_server_that_never_shakes_hands},
    {NULL, NULL},
};
