/* SPDX-License-Identifier: MIT
 * A struct of options as a table: what is set, lacked, to be copied. */
#ifndef EFT_NET_OPTION_H
#define EFT_NET_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "targets/world.h"

/* A member of a struct of options.  A table of them ends with a NULL name. */
typedef struct eft__option {
    const char *name;
    size_t offset;
    size_t size;
    bool is_text; /* a string, which is copied with its struct */
} eft__option;

#define EFT__OPTION(type, name)                                                \
    {                                                                          \
#name, offsetof(type, name), sizeof(((type *)NULL)->name), false       \
    }
#define EFT__OPTION_TEXT(type, name)                                           \
    {                                                                          \
#name, offsetof(type, name), sizeof(char *), true                      \
    }

/* Why a world lacks this, or NULL: it does not. */
const char *eft__option_why_not(const eft_target_lack *lacks, const char *name);

/* The same for whoever asks by name: of a group such as "tls" it can be had if
 * anything in it can, and what no table has is no option.  The list of tables
 * ends with a NULL. */
const char *eft__option_unsupported(const eft_target_lack *lacks,
                                    const eft__option *const *tables,
                                    const char *name);

/* Is it anything but zero? */
bool eft__option_is_set(const void *options, const eft__option *option);

/* The strings of a struct: how many bytes their copies take, and the copies,
 * which take the place of the originals.  Returns what is behind them. */
size_t eft__option_texts_size(const void *options, const eft__option *table);
char *eft__option_texts_copy(void *options, const eft__option *table, char *to);

/* One string likewise; NULL has no size, and stays. */
size_t eft__option_text_size(const char *text);
const char *eft__option_text_copy(char **to, const char *text);

#endif
