/* SPDX-License-Identifier: MIT
 * Echoes every message with its type until the server closes: what a fuzzing
 * server drives, one connection per process.
 *
 *   natively:  build/native/demos/ws-echo [OPTION...] URL
 *   Node:      node web/run.mjs build/web-asyncify/demos/ws-echo.mjs URL
 *
 *   --deflate          offer permessage-deflate
 *   --max-size N       bytes of a received message; 64 MiB
 *   --ca FILE          trust the authorities in this PEM file
 *   --subprotocol P    ask for P; up to eight times, the best first
 *   --help             print how to call it
 *
 * Prints nothing while all is well.  The exit code is 0 when the connection was
 * open and has ended, whichever way; 1 when it could not be opened, and the
 * last line says why; 2 when the arguments are wrong. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include <eft/eft.h>

enum { SUBPROTOCOLS = 8, DEFAULT_MAX = 64 << 20 };

typedef struct settings {
    const char *url;
    bool deflate;
    eft_ws_options options;
    const char *subprotocols[SUBPROTOCOLS];
} settings;

static const char usage[] =
    "usage: ws-echo [--deflate] [--max-size N] [--ca FILE]"
    " [--subprotocol P]... URL\n";

/* Sends one message back as what it came. */
static eft_result send_back(eft_ws *ws, const eft_message *message)
{
    if (message->type == EFT_MESSAGE_TEXT)
        return eft_await(
            eft_ws_send_text(ws, (const char *)message->data, message->length));
    return eft_await(eft_ws_send_binary(ws, message->data, message->length));
}

static eft_result echo_all(eft_ws *ws)
{
    for (;;) {
        eft_result result = eft_await(eft_ws_receive(ws));

        if (result.error)
            return result;
        eft_message *message = result.message;
        result = send_back(ws, message);
        eft_message_free(message);
        EFT_TRY(result);
    }
}

static eft_result app(void *arg)
{
    const settings *wanted = arg;
    eft_result result =
        eft_await(eft_ws_connect(wanted->url, &wanted->options));

    if (result.error)
        return result;
    eft_ws *ws = result.ws;
    result = echo_all(ws);
    if (result.error != EFT_ECLOSED && result.error != EFT_ECANCELED)
        eft_log(EFT_LOG_INFO, "%s", eft_error_detail());
    eft_ws_free(ws);
    return result.error == EFT_ECANCELED ? result : eft_ok();
}

static bool read_size(const char *text, size_t *size)
{
    char *end;
    unsigned long long value = strtoull(text, &end, 10);

    *size = (size_t)value;
    return *text >= '0' && *text <= '9' && !*end && value > 0 &&
           value < SIZE_MAX;
}

/* One option of the command line; false where it makes no sense. */
static bool take_option(settings *wanted, int option)
{
    eft_ws_options *options = &wanted->options;

    switch (option) {
    case 'd':
        wanted->deflate = true;
        return true;
    case 'm':
        return read_size(optarg, &options->max_message);
    case 'c':
        options->tls.ca_file = optarg;
        return true;
    case 's':
        if (options->subprotocol_count == SUBPROTOCOLS)
            return false;
        options->subprotocols = wanted->subprotocols;
        wanted->subprotocols[options->subprotocol_count++] = optarg;
        return true;
    case 'h':
        fputs(usage, stdout);
        exit(0);
    default:
        return false;
    }
}

static bool read_arguments(settings *wanted, int argc, char **argv)
{
    static const struct option known[] = {
        {"deflate", no_argument, NULL, 'd'},
        {"max-size", required_argument, NULL, 'm'},
        {"ca", required_argument, NULL, 'c'},
        {"subprotocol", required_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1)
        if (!take_option(wanted, option))
            return false;
    wanted->url = argv[optind];
    return optind + 1 == argc;
}

int main(int argc, char **argv)
{
    static settings wanted = {.options = {.max_message = DEFAULT_MAX}};

    if (!read_arguments(&wanted, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    /* In a page compression is the browser's affair. */
    wanted.options.deflate.off =
        !wanted.deflate && !eft_ws_unsupported("deflate.off");
    return eft_run(app, &wanted);
}
