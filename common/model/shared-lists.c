/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shared-lists.h"

#include <errno.h>
#include <string.h>

#include "id-map.h"

static bool is_equal(const Module *a, const Module *b) {
        return a->n_exports == b->n_exports && a->n_imports == b->n_imports &&
               a->n_aliases == b->n_aliases && a->n_softdeps == b->n_softdeps &&
               a->n_weakdeps == b->n_weakdeps &&
               memcmp(module_words(a), module_words(b), module_n_words(a) * sizeof(uint32_t)) == 0;
}

static void share(Module *module, const Module *other) {
        ModuleLists *lists = module_lists_ref(other->lists);

        module_lists_unref(module->lists);
        module->lists = lists;
        module->lists_offset = other->lists_offset;
}

int tree_share_lists(Tree *tree, const Tree *other, bool all) {
        _cleanup_id_map_ IdMap paths = {};
        int r;

        for (size_t i = 0; i < other->count; i++) {
                uint32_t place;

                r = id_map_put(&paths, other->modules[i].path, &place);
                if (r < 0)
                        return r;
        }

        for (size_t i = 0; i < tree->count; i++) {
                Module *module = &tree->modules[i];
                uint32_t found;

                if (!module->lists || (module->is_known && !all))
                        continue;
                found = id_map_find(&paths, module->path);
                if (found == ID_MAP_NONE || !other->modules[found].lists ||
                    other->modules[found].lists == module->lists ||
                    !is_equal(module, &other->modules[found]))
                        continue;
                share(module, &other->modules[found]);
        }

        return 0;
}

int tree_settle_lists(Tree *tree) {
        int r = 0;

        for (size_t i = 0; i < tree->count && r >= 0; i++) {
                Module *module = &tree->modules[i];

                if (module->lists && (module_lists_have_one_user(module->lists) ||
                                      module->lists->n_words != module_n_words(module)))
                        r = module_own_lists(module);
        }

        return r;
}
