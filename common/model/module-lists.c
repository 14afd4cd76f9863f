/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-lists.h"

#include <errno.h>
#include <stdlib.h>

int module_lists_new(ModuleLists **ret_lists, size_t n_words) {
        ModuleLists *lists;

        if (n_words > UINT32_MAX)
                return -ENOMEM;
        lists = malloc(sizeof(*lists) + n_words * sizeof(uint32_t));
        if (!lists)
                return -ENOMEM;

        lists->n_refs = 1;
        lists->n_words = (uint32_t) n_words;
        *ret_lists = lists;
        return 0;
}

ModuleLists *module_lists_ref(ModuleLists *lists) {
        if (lists)
                atomic_fetch_add_explicit(&lists->n_refs, 1, memory_order_relaxed);
        return lists;
}

ModuleLists *module_lists_unref(ModuleLists *lists) {
        if (lists && atomic_fetch_sub_explicit(&lists->n_refs, 1, memory_order_acq_rel) == 1)
                free(lists);
        return NULL;
}
