/* SPDX-License-Identifier: MIT
 * What the tests against other people's servers share. */
#ifndef EFT_TESTS_SERVERS_CASE_H
#define EFT_TESTS_SERVERS_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eft/eft.h>

enum { MEBIBYTE = 1 << 20 };

/* Who speaks, with permessage-deflate and without, directly and behind nginx;
 * ends with NULL. */
extern const char *const everyone[];

/* What no compression makes shorter, once it is filled. */
extern uint8_t noise[MEBIBYTE];
void fill_noise(void);

bool is_native(void);

/* Connects to a path of a server, and trusts its authority. */
eft_result connect_to(const char *server, const char *path,
                      eft_ws_options options);

/* Likewise, for messages of up to two MEBIBYTE; NULL: it could not, and that is
 * said. */
eft_ws *open_server(const char *server, const char *path);

/* Closes with 1000, and frees it; was that answered with 1000? */
bool closes(eft_ws *ws);

/* Receives one message; is it this one? */
bool receives(eft_ws *ws, eft_message_type type, const void *data,
              size_t length);

/* Sends one, and receives the same? */
bool comes_back(eft_ws *ws, eft_message_type type, const void *data,
                size_t length);

/* Does a connection to path end by itself, in this way? */
bool ends_with(const char *server, const char *path, int32_t error,
               uint16_t code, const char *reason);

/* CHECK of one of several servers, which names it. */
#define CHECK_OF(server, condition)                                            \
    do {                                                                       \
        bool check_holds = (condition);                                        \
        if (!check_holds)                                                      \
            test_explain("# by %s\n", server);                                 \
        CHECK(check_holds);                                                    \
    } while (0)

#endif
