/* SPDX-License-Identifier: MIT
 * TLS: each option, and a sentence for each failure. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log_lines.h"
#include "servers.h"
#include "suite.h"
#include "ws_attempt.h"

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

static bool fails(const char *url, eft_tls_options tls, const char *words)
{
    return attempt_fails(url, &(eft_ws_options){.tls = tls}, EFT_ETLS, words);
}

static bool echoes(const char *url, eft_tls_options tls)
{
    return attempt_echoes(url, &(eft_ws_options){.tls = tls});
}

static void an_authority_from_a_file(void)
{
    CHECK(echoes(test_server("wss"),
                 (eft_tls_options){.ca_file = test_server("ca")}));
}

static void an_authority_from_memory(void)
{
    char *text = read_file(test_server("ca"));
    char *other = read_file(test_server("bad-crt"));

    CHECK(echoes(test_server("wss"), (eft_tls_options){.ca_text = text}));
    CHECK(fails(test_server("wss"), (eft_tls_options){.ca_text = other},
                "not trusted"));
    /* Both are trusted. */
    CHECK(echoes(
        test_server("wss"),
        (eft_tls_options){.ca_file = test_server("bad-crt"), .ca_text = text}));
    CHECK(echoes(
        test_server("wss"),
        (eft_tls_options){.ca_file = test_server("ca"), .ca_text = other}));
    free(text);
    free(other);
}

static void authorities_that_cannot_be_loaded(void)
{
    CHECK(fails(test_server("wss"),
                (eft_tls_options){.ca_file = "/nonexistent/ca.pem"},
                "tls.ca_file /nonexistent/ca.pem: no such file"));
    CHECK(fails(test_server("wss"), (eft_tls_options){.ca_file = "/"},
                "tls.ca_file /: illegal operation on a directory"));
    CHECK(fails(test_server("wss"),
                (eft_tls_options){.ca_file = test_server("client-key")},
                "no certificate in PEM"));
    CHECK(fails(test_server("wss"), (eft_tls_options){.ca_text = "what?"},
                "tls.ca_text: no certificate in PEM"));
    CHECK(fails(test_server("wss"), (eft_tls_options){.ca_text = ""},
                "tls.ca_text: no certificate in PEM"));
}

static void an_unknown_authority(void)
{
    CHECK(fails(test_server("wss"), (eft_tls_options){0},
                "signed by an authority that is not trusted, "
                "\"eft test authority\""));
}

static void a_certificate_that_signs_itself(void)
{
    CHECK(fails(test_server("wss-bad"),
                (eft_tls_options){.ca_file = test_server("ca")},
                "self-signed"));
}

static void a_certificate_that_has_expired(void)
{
    CHECK(fails(test_server("wss-expired"),
                (eft_tls_options){.ca_file = test_server("ca")},
                "expired, on 2020-02-01"));
}

static void a_certificate_of_another_host(void)
{
    CHECK(fails(test_server("wss-wrong-host"),
                (eft_tls_options){.ca_file = test_server("ca")},
                "for elsewhere.test, not for 127.0.0.1"));
}

static void a_name_of_ones_own(void)
{
    eft_tls_options tls = {.ca_file = test_server("ca"),
                           .server_name = "elsewhere.test"};

    CHECK(echoes(test_server("wss-wrong-host"), tls));
    CHECK(fails(test_server("wss"), tls,
                "for 127.0.0.1, localhost, not for elsewhere.test"));
    tls.server_name = "127.0.0.1";
    CHECK(echoes(test_server("wss"), tls));
    tls.server_name = "127.0.0.2";
    CHECK(fails(test_server("wss"), tls, "not for 127.0.0.2"));
}

/* RFC 6066 section 3: an address is none. */
static void the_name_that_the_server_is_called_by(void)
{
    eft_ws_options options = {.tls = {.ca_file = test_server("ca")}};

    CHECK(strstr(attempt_reads(attempt_at("wss", "/request"), &options),
                 "server name: false\n") != NULL);
    options.tls.server_name = "localhost";
    CHECK(strstr(attempt_reads(attempt_at("wss", "/request"), &options),
                 "server name: localhost\n") != NULL);
}

static void insecure_trusts_whoever_answers_and_says_so(void)
{
    eft_tls_options tls = {.insecure = true};
    const char *lines;

    log_lines_begin();
    CHECK(echoes(test_server("wss-bad"), tls));
    lines = log_lines_end();
    CHECK(strstr(lines, "insecure") && strstr(lines, "127.0.0.1:"));
    CHECK(strchr(lines, '\n') == strrchr(lines, '\n'));
    log_lines_begin();
    CHECK(echoes(test_server("wss-expired"), tls));
    CHECK(echoes(test_server("wss-wrong-host"), tls));
    log_lines_end();
    /* The next one does not inherit it. */
    CHECK(fails(test_server("wss-bad"), (eft_tls_options){0}, "self-signed"));
}

static eft_tls_options with_certificate(void)
{
    return (eft_tls_options){.ca_file = test_server("ca"),
                             .certificate_file = test_server("client-crt"),
                             .key_file = test_server("client-key")};
}

static void a_server_that_wants_a_certificate(void)
{
    static const char *const servers[] = {"wss-client-cert",
                                          "wss-client-cert-1.2"};

    for (size_t i = 0; i < 2; i++) {
        eft_tls_options tls = {.ca_file = test_server("ca")};

        CHECK(fails(test_server(servers[i]), tls, "tls.certificate_file"));
        CHECK(echoes(test_server(servers[i]), with_certificate()));
    }
}

static void a_certificate_that_the_server_does_not_trust(void)
{
    eft_tls_options tls = with_certificate();
    eft_result result;

    tls.certificate_file = test_server("bad-crt");
    tls.key_file = test_server("bad-key");
    result = eft_await(eft_ws_connect(test_server("wss-client-cert"),
                                      &(eft_ws_options){.tls = tls}));
    CHECK(result.error == EFT_ETLS || result.error == EFT_EHANDSHAKE);
    eft_result_free(result);
}

static void a_key_behind_a_password(void)
{
    eft_tls_options tls = with_certificate();
    const char *url = test_server("wss-client-cert");

    tls.key_file = test_server("locked-key");
    CHECK(fails(url, tls, "needs tls.key_password"));
    tls.key_password = "open barley";
    CHECK(fails(url, tls, "tls.key_password is not the key's"));
    CHECK(!strstr(eft_error_detail(), "barley"));
    tls.key_password = "open sesame";
    CHECK(echoes(url, tls));
}

static void keys_and_certificates_that_do_not_fit(void)
{
    eft_tls_options tls = with_certificate();
    const char *url = test_server("wss-client-cert");

    tls.key_file = test_server("bad-key");
    CHECK(fails(url, tls, "does not belong to the certificate"));
    tls.key_file = test_server("client-crt");
    CHECK(fails(url, tls, "no private key in PEM"));
    tls.key_file = "/nonexistent/key.pem";
    CHECK(fails(url, tls, "tls.key_file /nonexistent/key.pem: no such file"));
    tls.key_file = NULL;
    CHECK(fails(url, tls, "no private key in PEM"));
    tls.certificate_file = test_server("client-key");
    CHECK(fails(url, tls, "no certificate in PEM"));
    tls.certificate_file = "/nonexistent/own.pem";
    CHECK(
        fails(url, tls, "tls.certificate_file /nonexistent/own.pem: no such"));
    tls.certificate_file = NULL;
    tls.key_file = test_server("client-key");
    CHECK(attempt_fails(url, &(eft_ws_options){.tls = tls}, EFT_EINVAL,
                        "there is no tls.certificate_file"));
}

static void a_server_that_speaks_no_tls(void)
{
    char url[1000];

    snprintf(url, sizeof url, "wss%s", test_server("echo") + 2);
    CHECK(fails(url, (eft_tls_options){0}, "speaks no TLS"));
}

static void a_server_that_speaks_old_tls_only(void)
{
    CHECK(fails(test_server("wss-old"),
                (eft_tls_options){.ca_file = test_server("ca")},
                "no TLS version from 1.2 on"));
}

static void a_client_without_tls_at_a_server_with_it(void)
{
    char url[1000];

    snprintf(url, sizeof url, "ws%s", test_server("wss") + 3);
    CHECK(attempt_fails(url, NULL, EFT_EHANDSHAKE, "127.0.0.1"));
}

static void a_server_that_never_shakes_hands(void)
{
    char url[1000];

    snprintf(url, sizeof url, "wss%s", test_server("silent") + 2);
    CHECK(attempt_fails(url, &(eft_ws_options){.open_timeout_ms = 100},
                        EFT_ETIMEDOUT, "timed out"));
}

static void frames_behind_the_answer(void)
{
    eft_ws_options options = {.tls = {.ca_file = test_server("ca")}};

    CHECK(!strcmp(
        attempt_reads(attempt_at("wss", "/together/81026869"), &options),
        "hi"));
    CHECK(!strcmp(
        attempt_reads(attempt_at("wss", "/pieces/81026869"), &options), "hi"));
}

static bool resumes(const eft_ws_options *options)
{
    return strstr(attempt_reads(attempt_at("wss", "/request"), options),
                  "session: resumed\n") != NULL;
}

/* A session is its options' and its name's own; Node gives two at a time, and
 * none for a session that is resumed. */
static void a_session_is_resumed(void)
{
    char *text = read_file(test_server("ca"));
    eft_ws_options options = {.tls = {.ca_text = text}};

    strcat(text, "# for this test\n");
    CHECK(!resumes(&options));
    CHECK(resumes(&options));
    CHECK(resumes(&options));
    options.tls.server_name = "localhost";
    CHECK(!resumes(&options));
    CHECK(resumes(&options));
    strcat(text, "# other options\n");
    CHECK(!resumes(&options));
    options.tls.server_name = "elsewhere.test";
    CHECK(attempt_fails(attempt_at("wss", "/request"), &options, EFT_ETLS,
                        "not for elsewhere.test"));
    free(text);
}

/* Does a connection that trusts whom this text names, after so many empty
 * lines, do as it should? */
static bool trusts(const char *name, size_t lines, bool right)
{
    char *text = read_file(test_server(name));
    eft_tls_options tls = {.ca_text = text};
    size_t length = strlen(text);
    bool well;

    memset(text + length, '\n', lines);
    text[length + lines] = 0;
    well = right ? echoes(test_server("wss"), tls)
                 : fails(test_server("wss"), tls, "not trusted");
    free(text);
    return well;
}

/* Each is kept, the least recently used one goes: none is mixed up. */
static void many_different_options(void)
{
    for (size_t i = 0; i < 40; i++) {
        CHECK(trusts("ca", i % 20 + 1, true));
        CHECK(trusts("bad-crt", i % 20 + 1, false));
    }
}

/* What stands in the file now counts. */
static void a_file_that_changes(void)
{
    char name[] = "/tmp/eft-ca-XXXXXX";
    eft_tls_options tls = {.ca_file = name};
    static const char *const contents[] = {"ca", "bad-crt", "ca"};

    int fd = mkstemp(name);

    REQUIRE(fd >= 0);
    close(fd);
    for (size_t i = 0; i < 3; i++) {
        char *text = read_file(test_server(contents[i]));
        FILE *file = fopen(name, "wb");

        REQUIRE(file && text);
        fprintf(file, "%s%.*s", text, (int)i, "\n\n");
        fclose(file);
        free(text);
        if (i == 1)
            CHECK(fails(test_server("wss"), tls, "not trusted"));
        else
            CHECK(echoes(test_server("wss"), tls));
    }
    remove(name);
}

const test_case suite_ws_tls[] = {
    {"an_authority_from_a_file", an_authority_from_a_file},
    {"an_authority_from_memory", an_authority_from_memory},
    {"authorities_that_cannot_be_loaded", authorities_that_cannot_be_loaded},
    {"an_unknown_authority", an_unknown_authority},
    {"a_certificate_that_signs_itself", a_certificate_that_signs_itself},
    {"a_certificate_that_has_expired", a_certificate_that_has_expired},
    {"a_certificate_of_another_host", a_certificate_of_another_host},
    {"a_name_of_ones_own", a_name_of_ones_own},
    {"the_name_that_the_server_is_called_by",
     the_name_that_the_server_is_called_by},
    {"insecure_trusts_whoever_answers_and_says_so",
     insecure_trusts_whoever_answers_and_says_so},
    {"a_server_that_wants_a_certificate", a_server_that_wants_a_certificate},
    {"a_certificate_that_the_server_does_not_trust",
     a_certificate_that_the_server_does_not_trust},
    {"a_key_behind_a_password", a_key_behind_a_password},
    {"keys_and_certificates_that_do_not_fit",
     keys_and_certificates_that_do_not_fit},
    {"a_server_that_speaks_no_tls", a_server_that_speaks_no_tls},
    {"a_server_that_speaks_old_tls_only", a_server_that_speaks_old_tls_only},
    {"a_client_without_tls_at_a_server_with_it",
     a_client_without_tls_at_a_server_with_it},
    {"a_server_that_never_shakes_hands", a_server_that_never_shakes_hands},
    {"frames_behind_the_answer", frames_behind_the_answer},
    {"a_session_is_resumed", a_session_is_resumed},
    {"many_different_options", many_different_options},
    {"a_file_that_changes", a_file_that_changes},
    {NULL, NULL},
};
