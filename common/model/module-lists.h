/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The lists of one module, or of many that were read from a cache at once, in one block of memory.
 * A record that is taken over into another tree shares its lists, so once others may hold them they
 * never change. They are counted, and the last module frees them.
 */
typedef struct ModuleLists {
        atomic_uint n_refs; /* modules */
        uint32_t n_words;
        uint32_t words[];
} ModuleLists;

/* With one reference. 0 or -ENOMEM. */
int module_lists_new(ModuleLists **ret_lists, size_t n_words);
ModuleLists *module_lists_ref(ModuleLists *lists);
ModuleLists *module_lists_unref(ModuleLists *lists);

static inline bool module_lists_have_one_user(const ModuleLists *lists) {
        return atomic_load_explicit(&lists->n_refs, memory_order_relaxed) == 1;
}
