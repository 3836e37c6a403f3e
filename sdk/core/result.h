/* SPDX-License-Identifier: MIT
 * How owned results are made inside the library. */
#ifndef EFT_CORE_RESULT_H
#define EFT_CORE_RESULT_H

#include "eft/result.h"

/* A result of one of the kinds in eft/result.h.  The free function is noted
 * when the first such value is made, so that the core links nothing of what
 * a program does not use. */
eft_result eft__result_of_kind(eft_kind kind, void *value,
                               void (*free_value)(void *value));

/* count items, all eft_ok(); or NULL.  bare: of undefined content. */
eft_results *eft__results_new(size_t count);
eft_results *eft__results_bare(size_t count);
eft_result eft__results_result(eft_results *results);

#endif
