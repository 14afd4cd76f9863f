/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module.h"

#include <string.h>

/* The three lists of ids lie behind each other. */
static size_t n_ids_of(const Module *module) {
        return (size_t) module->n_aliases + module->n_softdeps + module->n_weakdeps;
}

size_t module_n_words(const Module *module) {
        return 2 * ((size_t) module->n_exports + module->n_imports) + n_ids_of(module);
}

void module_share_record(Module *module, const Module *other) {
        Module copy = *other;

        copy.name = module->name;
        copy.path = module->path;
        copy.is_external = module->is_external;
        copy.is_known = true;
        (void) module_lists_ref(copy.lists);
        *module = copy;
}

int module_own_lists(Module *module) {
        size_t n_words = module_n_words(module);
        ModuleLists *lists;
        int r;

        if (!module->lists)
                return 0;

        r = module_lists_new(&lists, n_words);
        if (r < 0)
                return r;

        memcpy(lists->words, module_words(module), n_words * sizeof(uint32_t));
        module_lists_unref(module->lists);
        module->lists = lists;
        module->lists_offset = 0;
        return 0;
}

void module_translate(Module *module, const StringId *map) {
        Export *exports = module_exports(module);
        Import *imports = module_imports(module);
        StringId *ids = module_aliases(module);

        for (size_t i = 0; i < module->n_exports; i++)
                exports[i].name = map[exports[i].name] & STRING_ID_MASK;
        for (size_t i = 0; i < module->n_imports; i++)
                imports[i].name = map[imports[i].name] & STRING_ID_MASK;
        for (size_t i = 0; i < n_ids_of(module); i++)
                ids[i] = map[ids[i]];
        if (module->vermagic != STRING_NONE)
                module->vermagic = map[module->vermagic];
}

int module_each_string(const Module *module, int (*on_string)(StringId id, void *userdata),
                       void *userdata) {
        int r = module->vermagic != STRING_NONE ? on_string(module->vermagic, userdata) : 0;
        const Export *exports = module_exports(module);
        const Import *imports = module_imports(module);
        const StringId *ids = module_aliases(module);

        for (size_t i = 0; i < module->n_exports && r >= 0; i++)
                r = on_string(exports[i].name, userdata);
        for (size_t i = 0; i < module->n_imports && r >= 0; i++)
                r = on_string(imports[i].name, userdata);
        for (size_t i = 0; i < n_ids_of(module) && r >= 0; i++)
                r = on_string(ids[i], userdata);

        return r < 0 ? r : 0;
}
