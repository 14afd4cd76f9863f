/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module.h"

#include <string.h>

/* Where the lists of `other` lie in a copy of its block. */
static void *moved(const Module *module, const Module *other, const void *list) {
        return list ? (char *) module->lists + ((const char *) list - (const char *) other->lists)
                    : NULL;
}

/* The three lists of ids lie behind each other. */
static size_t n_ids_of(const Module *module) {
        return (size_t) module->n_aliases + module->n_softdeps + module->n_weakdeps;
}

size_t module_lists_size(const Module *module) {
        return module->n_exports * sizeof(Export) + module->n_imports * sizeof(Import) +
               n_ids_of(module) * sizeof(StringId);
}

void module_copy_record(Module *module, const Module *other, void *lists) {
        Module copy = *other;

        copy.name = module->name;
        copy.path = module->path;
        copy.is_external = module->is_external;
        copy.is_known = true;
        if (other->lists) {
                copy.lists = lists;
                memcpy(copy.lists, other->lists, module_lists_size(other));
                copy.exports = moved(&copy, other, other->exports);
                copy.imports = moved(&copy, other, other->imports);
                copy.aliases = moved(&copy, other, other->aliases);
                copy.softdeps = moved(&copy, other, other->softdeps);
                copy.weakdeps = moved(&copy, other, other->weakdeps);
        }

        *module = copy;
}

void module_translate(Module *module, const StringId *map) {
        for (size_t i = 0; i < module->n_exports; i++)
                module->exports[i].name = map[module->exports[i].name] & STRING_ID_MASK;
        for (size_t i = 0; i < module->n_imports; i++)
                module->imports[i].name = map[module->imports[i].name] & STRING_ID_MASK;
        for (size_t i = 0; i < n_ids_of(module); i++)
                module->aliases[i] = map[module->aliases[i]];
        if (module->vermagic != STRING_NONE)
                module->vermagic = map[module->vermagic];
}

int module_each_string(const Module *module, int (*on_string)(StringId id, void *userdata),
                       void *userdata) {
        int r = module->vermagic != STRING_NONE ? on_string(module->vermagic, userdata) : 0;

        for (size_t i = 0; i < module->n_exports && r >= 0; i++)
                r = on_string(module->exports[i].name, userdata);
        for (size_t i = 0; i < module->n_imports && r >= 0; i++)
                r = on_string(module->imports[i].name, userdata);
        for (size_t i = 0; i < n_ids_of(module) && r >= 0; i++)
                r = on_string(module->aliases[i], userdata);

        return r < 0 ? r : 0;
}
