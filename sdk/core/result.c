/* SPDX-License-Identifier: MIT
 * Results: who frees which kind. */
#include "result.h"

#include <stdatomic.h>

#include "memory.h"

typedef void free_function(void *value);

/* By kind. Entries are only ever added, and each is written once. */
enum { KINDS = 64 };
static _Atomic(free_function *) free_of_kind[KINDS];

eft_result eft__result_of_kind(eft_kind kind, void *value,
                               void (*free_value)(void *value))
{
    eft_result result = eft_ok();

    atomic_store_explicit(&free_of_kind[kind], free_value,
                          memory_order_relaxed);
    result.kind = (uint32_t)kind;
    result.ptr = value;
    return result;
}

/* The kind that stands for free_value, taken into the list if it is new. */
static uint32_t kind_of(free_function *free_value)
{
    for (uint32_t kind = EFT_KIND_OWNED; kind < KINDS; kind++) {
        free_function *expected = NULL;

        if (atomic_compare_exchange_strong(&free_of_kind[kind], &expected,
                                           free_value) ||
            expected == free_value)
            return kind;
    }
    return EFT_KIND_PLAIN;
}

eft_result eft_owned(void *value, void (*free_value)(void *value))
{
    eft_result result = eft_ok();

    if (!free_value)
        return eft_ok_ptr(value);
    result.kind = kind_of(free_value);
    if (result.kind == EFT_KIND_PLAIN) {
        free_value(value);
        return eft_failed(EFT_ELIMIT);
    }
    result.ptr = value;
    return result;
}

void eft_result_free(eft_result result)
{
    if (result.error || result.kind == EFT_KIND_PLAIN || result.kind >= KINDS)
        return;
    free_function *free_value =
        atomic_load_explicit(&free_of_kind[result.kind], memory_order_relaxed);
    if (free_value && result.ptr)
        free_value(result.ptr);
}

/* Results may hold results, as deep as gathers were nested: those to be freed
 * are linked through their items, which lie behind each anyway. */
static void results_free(void *value)
{
    eft_results *last = value;

    last->items = NULL;
    while (last) {
        eft_results *results = last;
        eft_result *items = (eft_result *)(void *)(results + 1);

        last = (eft_results *)(void *)results->items;
        for (size_t i = 0; i < results->count; i++) {
            if (items[i].error || items[i].kind != EFT_KIND_RESULTS) {
                eft_result_free(items[i]);
                continue;
            }
            items[i].results->items = (eft_result *)(void *)last;
            last = items[i].results;
        }
        eft__free(results);
    }
}

eft_results *eft__results_bare(size_t count)
{
    eft_results *results = NULL;

    if (count <= (SIZE_MAX - sizeof *results) / sizeof(eft_result))
        results = eft__alloc(sizeof *results + count * sizeof(eft_result));
    if (!results)
        return NULL;
    results->count = count;
    results->items = (eft_result *)(void *)(results + 1);
    return results;
}

eft_results *eft__results_new(size_t count)
{
    eft_results *results = eft__results_bare(count);

    for (size_t i = 0; results && i < count; i++)
        results->items[i] = eft_ok();
    return results;
}

eft_result eft__results_result(eft_results *results)
{
    return eft__result_of_kind(EFT_KIND_RESULTS, results, results_free);
}
