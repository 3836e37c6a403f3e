/* SPDX-License-Identifier: MIT
 * Fuzzes a server's reading of a request: cut anywhere, it says the same.
 *
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -I. -Isdk
 * \
 *         -Isdk/include tests/fuzz_request.c \
 *         native/{http_request,ws_answer,ws_upgrade}.c \
 *         sdk/net/{bytes,deflate_offer}.c sdk/core/{memory,blocks,result}.c \
 *         -lcrypto -o fuzz_request &&
 *         ./fuzz_request -max_len=4096 -max_total_time=120 */
#include <stdlib.h>
#include <string.h>

#include "native/ws_upgrade.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

/* What memory.c asks for, of a loop that is not linked. */
struct eft__loop;
extern _Thread_local struct eft__loop *eft__loop_here;
_Thread_local struct eft__loop *eft__loop_here;

enum { LIMIT = 2048 };

/* What a request came to. */
typedef struct verdict {
    int status;
    size_t used;
    size_t headers;
    eft__bytes answer;
} verdict;

static void must(bool condition)
{
    if (!condition)
        abort();
}

/* What the program is shown can be put into a log or a header. */
static void look(const eft_ws_request *request)
{
    must(request->target[0] == '/' && request->host[0]);
    must(eft__http_is_value(request->target));
    must(eft__http_is_value(request->host));
    for (size_t i = 0; i < request->header_count; i++) {
        must(eft__http_is_token(request->headers[i].name));
        must(eft__http_is_value(request->headers[i].value));
    }
    for (size_t i = 0; i < request->subprotocol_count; i++)
        must(eft__http_is_token(request->subprotocols[i]));
}

static verdict answer(eft__http_request *head, size_t used)
{
    static const char *const ours[] = {"chat", "b"};
    const eft_ws_server_options options = {.subprotocols = ours,
                                           .subprotocol_count = 2};
    eft__upgrade upgrade = {.status = 0};
    eft_ws_answer said = {.upgrade = &upgrade};
    verdict made = {.used = used, .headers = head->header_count};

    if (head->state == EFT__HTTP_READING)
        return made;
    made.status = head->status;
    if (head->state == EFT__HTTP_WHOLE) {
        bool good = eft__upgrade_check(&upgrade, head, &options);

        must(good == !upgrade.status);
        made.status = good ? 101 : upgrade.status;
        if (good)
            look(&upgrade.request);
        if (good)
            must(eft__answer_agree(&said, &made.answer));
    } else {
        must(made.status >= 400 && made.status <= 505 && head->why);
    }
    eft__upgrade_fini(&upgrade);
    return made;
}

/* Reads input in pieces of at most piece bytes. */
static verdict read_in(const uint8_t *input, size_t size, size_t piece)
{
    eft__http_request head;
    size_t used = 0;
    verdict made;

    eft__http_request_init(&head, LIMIT);
    while (used < size && head.state == EFT__HTTP_READING) {
        size_t length = size - used < piece ? size - used : piece;

        used += eft__http_request_read(&head, input + used, length);
        must(eft__bytes_length(&head.text) <= LIMIT);
    }
    made = answer(&head, head.state == EFT__HTTP_WHOLE ? used : 0);
    eft__http_request_fini(&head);
    return made;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    static const size_t pieces[] = {1, 2, 7, 64};
    verdict whole = read_in(input, size, size + 1);

    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        verdict cut = read_in(input, size, pieces[i]);

        must(cut.used == whole.used && cut.headers == whole.headers);
        /* Which of the two limits is met first may depend on the cut. */
        must(cut.status == whole.status);
        must(eft__bytes_length(&cut.answer) ==
             eft__bytes_length(&whole.answer));
        eft__bytes_fini(&cut.answer);
    }
    eft__bytes_fini(&whole.answer);
    return 0;
}
