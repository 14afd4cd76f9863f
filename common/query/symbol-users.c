/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "symbol-users.h"

#include <errno.h>

#include "array.h"
#include "lookup-parts.h"

void providers_done(Providers *providers) {
        free(providers->items);
        *providers = (Providers){};
}

/* The id under which an export is found, as imports are: without the prefix of depmod -P. */
static StringId export_id(const Model *model, Export export) {
        const char *name;
        size_t prefix_size;

        if (model->symbols.prefix == '\0')
                return export.name;

        name = tree_string(&model->tree, export.name);
        prefix_size = symbol_table_prefix_size(&model->symbols, name);
        return prefix_size == 0 ? export.name
                                : string_table_find(model->tree.strings, name + prefix_size,
                                                    strlen(name + prefix_size));
}

static void note_crc(ImportedCrc *imported, Import import) {
        if (!import.has_crc || import.is_crc_wide)
                return;
        if (imported->is_known && imported->crc != import.crc)
                imported->is_disputed = true;

        imported->crc = import.crc;
        imported->is_known = true;
}

int imported_crcs_init(ImportedCrcs *imported) {
        return mutex_init(&imported->mutex);
}

void imported_crcs_done(ImportedCrcs *imported) {
        id_map_done(&imported->places);
        free(imported->items);
        mutex_done(&imported->mutex);
}

static int gather_import(ImportedCrcs *imported, const Model *model, Import import) {
        StringId id = symbol_table_import_id(&model->symbols, &model->tree, import);
        uint32_t n_known = imported->places.count, place;
        int r;

        if (id == STRING_NONE || symbol_table_get(&model->symbols, id).provider < SYMBOL_KERNEL)
                return 0;

        r = id_map_put(&imported->places, id, &place);
        if (r < 0)
                return r;
        if (ARRAY_RESERVE(imported->items, imported->capacity, imported->places.count) < 0)
                return -ENOMEM;

        if (place == n_known)
                imported->items[place] = (ImportedCrc){};
        note_crc(&imported->items[place], import);
        return 0;
}

static int gather(ImportedCrcs *imported, const Model *model) {
        for (size_t m = 0; m < model->tree.count; m++) {
                const Module *module = &model->tree.modules[m];

                for (uint32_t i = 0; i < module->n_imports; i++) {
                        int r = gather_import(imported, model, module_imports(module)[i]);

                        if (r < 0)
                                return r;
                }
        }

        return 0;
}

/* 0: nobody imports it, or a module exports it; 1; or -ENOMEM. */
static int find_imported(const Lookup *lookup, StringId id, ImportedCrc *ret_imported) {
        /* A lookup that says "const" may be asked by many at once, and this is what they share. */
        ImportedCrcs *imported = (ImportedCrcs *) &lookup->imported;
        uint32_t place;
        int r = 0;

        mutex_lock(&imported->mutex);
        if (!imported->is_gathered) {
                r = gather(imported, lookup->model);
                imported->is_gathered = r >= 0;
        }
        place = r < 0 ? ID_MAP_NONE : id_map_find(&imported->places, id);
        if (place != ID_MAP_NONE)
                *ret_imported = imported->items[place];
        mutex_unlock(&imported->mutex);

        if (r < 0)
                return r;
        return place != ID_MAP_NONE;
}

/* One vote of a module for a symbol's CRC; the first record counts. */
static bool vote_of(const Model *model, const Module *module, StringId id, uint32_t *ret_crc) {
        for (uint32_t i = 0; i < module->n_imports; i++) {
                Import import = module_imports(module)[i];

                if (!import.has_crc || import.is_crc_wide ||
                    symbol_table_import_id(&model->symbols, &model->tree, import) != id)
                        continue;
                *ret_crc = import.crc;
                return true;
        }

        return false;
}

/*
 * One odd module does not make the others wrong: by Boyer and Moore's vote, and a count of those
 * who agree. For few symbols only, since nearly always all modules do.
 */
static bool elect_crc(const Lookup *lookup, StringId id, uint32_t *ret_crc) {
        const Model *model = lookup->model;
        size_t lead = 0, n_voters = 0, n_agreed = 0;
        uint32_t elected = 0, crc;

        for (uint32_t m = 0; m < lookup->n_tree; m++) {
                if (!vote_of(model, &model->tree.modules[m], id, &crc))
                        continue;
                if (lead == 0)
                        elected = crc;
                if (crc == elected)
                        lead++;
                else
                        lead--;
                n_voters++;
        }
        for (uint32_t m = 0; lead > 0 && m < lookup->n_tree; m++)
                n_agreed += vote_of(model, &model->tree.modules[m], id, &crc) && crc == elected;

        *ret_crc = elected;
        return n_agreed > n_voters / 2;
}

static bool is_agreed(const Lookup *lookup, StringId id, ImportedCrc imported, uint32_t *ret_crc) {
        *ret_crc = imported.crc;
        return imported.is_known && (!imported.is_disputed || elect_crc(lookup, id, ret_crc));
}

static int add(Providers *providers, Provider provider) {
        if (ARRAY_RESERVE(providers->items, providers->capacity, providers->count + 1) < 0)
                return -ENOMEM;

        providers->items[providers->count++] = provider;
        return 0;
}

/* A module's last export of a symbol is the one that counts. */
static bool find_export(const Lookup *lookup, uint32_t module, StringId symbol,
                        Provider *ret_provider) {
        const Module *record = &lookup->model->tree.modules[module];
        bool is_found = false;

        for (uint32_t i = 0; i < record->n_exports; i++) {
                Export export = module_exports(record)[i];

                if (export_id(lookup->model, export) != symbol)
                        continue;
                *ret_provider =
                        (Provider){ .module = module,
                                    .name = lookup_name(lookup, module),
                                    .path = lookup_path(lookup, module),
                                    .crc = export.crc,
                                    .is_crc_known = export.crc != 0 && !export.is_crc_wide };
                is_found = true;
        }

        return is_found;
}

static int add_modules(Providers *providers, const Lookup *lookup, StringId symbol,
                       uint32_t first) {
        Provider provider;
        int r = 0;

        if (find_export(lookup, first, symbol, &provider))
                r = add(providers, provider);
        for (uint32_t m = 0; m < lookup->n_tree && r >= 0; m++) {
                if (m != first && find_export(lookup, m, symbol, &provider))
                        r = add(providers, provider);
        }

        return r;
}

static int add_kernel(Providers *providers, const Lookup *lookup, StringId id,
                      ImportedCrc imported) {
        Symbol symbol = symbol_table_get(&lookup->model->symbols, id);
        Provider kernel = { .module = PROVIDER_KERNEL, .name = "vmlinux", .path = "" };

        if (symbol.provider == SYMBOL_KERNEL && symbol.crc != 0) {
                kernel.crc = (uint32_t) symbol.crc;
                kernel.is_crc_known = symbol.crc <= UINT32_MAX;
        } else {
                kernel.is_crc_known = is_agreed(lookup, id, imported, &kernel.crc);
        }

        return add(providers, kernel);
}

static StringId find_symbol(const Lookup *lookup, const char *symbol) {
        symbol += symbol[0] == '.';
        return string_table_find(lookup->model->tree.strings, symbol, strlen(symbol));
}

/* A symbol that no module exports. */
static int find_kernels(Providers *providers, const Lookup *lookup, StringId id, Symbol symbol) {
        ImportedCrc imported = {};
        int r;

        r = find_imported(lookup, id, &imported);
        if (r < 0)
                return r;
        if (symbol.provider != SYMBOL_KERNEL && (r == 0 || lookup->is_kernel_known))
                return 0;

        return add_kernel(providers, lookup, id, imported);
}

int symbol_imported_crc(const Lookup *lookup, const char *symbol, uint32_t *ret_crc) {
        StringId id = find_symbol(lookup, symbol);
        ImportedCrc imported = {};
        int r = id == STRING_NONE ? 0 : find_imported(lookup, id, &imported);

        return r <= 0 ? r : is_agreed(lookup, id, imported, ret_crc);
}

int symbol_find_providers(const Lookup *lookup, const char *name, Providers *ret_providers) {
        _cleanup_providers_ Providers providers = {};
        StringId id = find_symbol(lookup, name);
        Symbol symbol = symbol_table_get(&lookup->model->symbols, id);
        int r = 0;

        if (symbol.provider < lookup->n_tree)
                r = add_modules(&providers, lookup, id, symbol.provider);
        else if (id != STRING_NONE)
                r = find_kernels(&providers, lookup, id, symbol);
        if (r < 0)
                return r;

        *ret_providers = providers;
        providers = (Providers){};
        return 0;
}

static bool imports(const Model *model, const Module *module, StringId symbol) {
        for (uint32_t i = 0; i < module->n_imports; i++) {
                if (symbol_table_import_id(&model->symbols, &model->tree,
                                           module_imports(module)[i]) == symbol)
                        return true;
        }

        return false;
}

static int compare_names(const void *x, const void *y) {
        const FoundModule *a = x, *b = y;

        return strcmp(a->name, b->name);
}

int symbol_find_users(const Lookup *lookup, const char *symbol, FoundModules *ret_users) {
        _cleanup_found_modules_ FoundModules users = {};
        StringId id = find_symbol(lookup, symbol);

        for (uint32_t m = 0; m < lookup->n_tree && id != STRING_NONE; m++) {
                if (imports(lookup->model, &lookup->model->tree.modules[m], id) &&
                    found_modules_add(&users, lookup, m, 0) < 0)
                        return -ENOMEM;
        }

        if (users.count > 1)
                qsort(users.items, users.count, sizeof(FoundModule), compare_names);
        *ret_users = users;
        users = (FoundModules){};
        return 0;
}
