/* SPDX-License-Identifier: MIT
 * What stands for no_memory_native.c on the web, where eft_run() does not
 * return and a program can be run but once. */
#include "no_memory.h"

bool no_memory_has_programs(void)
{
    return false;
}

bool no_memory_try_program(const scenario *program)
{
    (void)program;
    return false;
}
