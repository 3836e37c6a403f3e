/* SPDX-License-Identifier: MIT
 * Where the servers of tests/servers/ listen. */
#ifndef EFT_TESTS_SERVERS_H
#define EFT_TESTS_SERVERS_H

#include <stdbool.h>
#include <stdint.h>

/* test_server gives what the program's arguments said of name ("name=url"), or
 * NULL where they did not.  tests/servers/README.md lists the names; "ca" is
 * the file of the authority that signed the good certificate. */
const char *test_server(const char *name);

/* test_server_at gives the same with suffix behind it, such as "/4001/bye".
 * The string is valid until the next call. */
const char *test_server_at(const char *name, const char *suffix);

/* test_succeeded answers whether error is 0, and prints the current task's
 * eft_error_detail() where it is not. */
bool test_succeeded(int32_t error);

/* test_servers_read keeps the arguments that have a '=' in them. */
void test_servers_read(int argc, char **argv);

#endif
