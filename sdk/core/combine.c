/* SPDX-License-Identifier: MIT
 * What the combinators share. */
#include "combine.h"

const char *eft__refusal(const eft_future *future)
{
    if (!future)
        return "there is no future: it is NULL";
    return eft__future_is_foreign(future) ? eft__foreign : NULL;
}

eft_future *eft__let_go(eft_future *const *futures, size_t count,
                        eft_future *instead)
{
    for (size_t i = 0; i < count; i++) {
        eft_future *future = futures[i];

        if (future && future->references == 1 && !future->complete)
            eft_cancel(future);
        eft_future_free(future);
    }
    return instead;
}
