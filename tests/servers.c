/* SPDX-License-Identifier: MIT
 * The servers' addresses, out of the program's arguments. */
#include "servers.h"

#include <stdio.h>
#include <string.h>

#include <eft/eft.h>

static int argument_count;
static char **arguments;

void test_servers_read(int argc, char **argv)
{
    argument_count = argc;
    arguments = argv;
}

const char *test_server(const char *name)
{
    size_t length = strlen(name);

    for (int i = 1; i < argument_count; i++) {
        const char *argument = arguments[i];

        if (!strncmp(argument, name, length) && argument[length] == '=')
            return argument + length + 1;
    }
    return NULL;
}

const char *test_server_at(const char *name, const char *suffix)
{
    static char url[1024];
    const char *base = test_server(name);

    if (!base)
        return NULL;
    snprintf(url, sizeof url, "%s%s", base, suffix);
    return url;
}

bool test_succeeded(int32_t error)
{
    if (error)
        printf("# %s: %s\n", eft_error_name(error), eft_error_detail());
    return error == 0;
}
