/* SPDX-License-Identifier: MIT
 * The soak's memory, where glibc and Linux tell it. */
#include "soak.h"

#include <malloc.h>
#include <stdio.h>

size_t soak_heap(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

size_t soak_resident(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    unsigned long size = 0;
    char line[128];

    if (!file)
        return 0;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "VmRSS: %lu", &size) == 1)
            break;
    fclose(file);
    return (size_t)size * 1024;
}
