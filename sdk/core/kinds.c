/* SPDX-License-Identifier: MIT
 * Objects that are no futures, by their kinds, for debug mode. */
#include "kinds.h"

_Thread_local eft__kind *eft__kinds;

static void make_known(eft__kind *kind)
{
    kind->is_known = true;
    eft__list_init(&kind->objects);
    kind->next = eft__kinds;
    eft__kinds = kind;
}

void eft__kind_add(eft__kind *kind, eft__link *object)
{
    if (!kind->is_known)
        make_known(kind);
    kind->count++;
    eft__list_append(&kind->objects, object);
}
