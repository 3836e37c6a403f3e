/* SPDX-License-Identifier: MIT
 * A struct of options as a table: what is set, lacked, to be copied. */
#include "option.h"

#include <stdint.h>
#include <string.h>

/* Is name group itself, or group.something? */
static bool is_in(const char *name, const char *group)
{
    size_t length = strlen(group);

    return !strncmp(name, group, length) &&
           (name[length] == 0 || name[length] == '.');
}

const char *eft__option_why_not(const eft_target_lack *lacks, const char *name)
{
    for (; lacks->option; lacks++)
        if (is_in(name, lacks->option))
            return lacks->why;
    return NULL;
}

const char *eft__option_unsupported(const eft_target_lack *lacks,
                                    const eft__option *const *tables,
                                    const char *name)
{
    const char *why = name ? eft__option_why_not(lacks, name) : NULL;
    bool known = false;

    if (why)
        return why;
    for (; name && *tables; tables++)
        for (const eft__option *one = *tables; one->name; one++)
            if (is_in(one->name, name)) {
                const char *this_one = eft__option_why_not(lacks, one->name);

                if (!this_one)
                    return NULL;
                why = known ? why : this_one;
                known = true;
            }
    return why ? why : "there is no such option";
}

bool eft__option_is_set(const void *options, const eft__option *option)
{
    static const char zeros[sizeof(int64_t)];

    return memcmp((const char *)options + option->offset, zeros,
                  option->size) != 0;
}

size_t eft__option_text_size(const char *text)
{
    return text ? strlen(text) + 1 : 0;
}

const char *eft__option_text_copy(char **to, const char *text)
{
    size_t size = eft__option_text_size(text);
    char *copy = *to;

    if (!text)
        return NULL;
    memcpy(copy, text, size);
    *to += size;
    return copy;
}

static const char *text_in(const void *options, const eft__option *option)
{
    const char *text;

    memcpy(&text, (const char *)options + option->offset, sizeof text);
    return text;
}

size_t eft__option_texts_size(const void *options, const eft__option *table)
{
    size_t size = 0;

    for (; table->name; table++)
        if (table->is_text)
            size += eft__option_text_size(text_in(options, table));
    return size;
}

char *eft__option_texts_copy(void *options, const eft__option *table, char *to)
{
    for (; table->name; table++)
        if (table->is_text) {
            const char *text =
                eft__option_text_copy(&to, text_in(options, table));

            memcpy((char *)options + table->offset, &text, sizeof text);
        }
    return to;
}
