/* SPDX-License-Identifier: MIT
 * Objects that are no futures, by their kinds, for debug mode. */
#include "kinds.h"

_Thread_local eft__kind *eft__kinds;

void eft__kind_add(eft__kind *kind)
{
    kind->count++;
    if (kind->is_known)
        return;
    kind->is_known = true;
    kind->next = eft__kinds;
    eft__kinds = kind;
}
