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

static int compare_names(const void *x, const void *y, void *userdata) {
        const Tree *tree = userdata;

        return strcmp(tree_module_name(tree, *(const uint32_t *) x),
                      tree_module_name(tree, *(const uint32_t *) y));
}

static uint32_t *modules_by_name(const Tree *tree) {
        uint32_t *modules = calloc(tree->count + 1, sizeof(uint32_t));

        if (!modules)
                return NULL;
        for (uint32_t m = 0; m < tree->count; m++)
                modules[m] = m;
        qsort_r(modules, tree->count, sizeof(uint32_t), compare_names, (void *) tree);
        return modules;
}

static void each_export(Lookup *lookup, void (*put)(IdLists *lists, StringId id, uint32_t module)) {
        const Tree *tree = &lookup->model->tree;

        for (uint32_t m = 0; m < tree->count; m++) {
                for (uint32_t i = 0; i < tree->modules[m].n_exports; i++) {
                        StringId id = export_id(lookup->model, tree->modules[m].exports[i]);

                        if (id != STRING_NONE)
                                put(&lookup->exporters, id, m);
                }
        }
}

static void each_import(Lookup *lookup, const uint32_t *modules,
                        void (*put)(IdLists *lists, StringId id, uint32_t module)) {
        const Model *model = lookup->model;

        for (size_t k = 0; k < model->tree.count; k++) {
                const Module *module = &model->tree.modules[modules[k]];

                for (uint32_t i = 0; i < module->n_imports; i++) {
                        StringId id = symbol_table_import_id(&model->symbols, &model->tree,
                                                             module->imports[i]);

                        if (id == STRING_NONE)
                                continue;
                        put(&lookup->importers, id, modules[k]);
                        note_crc(&lookup->imported_crcs[id], module->imports[i]);
                }
        }
}

static void count_one(IdLists *lists, StringId id, uint32_t module) {
        (void) module;
        id_lists_count(lists, id);
}

int symbol_users_build(Lookup *lookup) {
        _cleanup_free_ uint32_t *modules = modules_by_name(&lookup->model->tree);
        uint32_t n = lookup_n_strings(lookup);
        int r;

        lookup->imported_crcs = calloc((size_t) n + 1, sizeof(ImportedCrc));
        if (!modules || !lookup->imported_crcs)
                return -ENOMEM;

        r = id_lists_init(&lookup->exporters, n);
        if (r < 0)
                return r;
        r = id_lists_init(&lookup->importers, n);
        if (r < 0)
                return r;

        each_export(lookup, count_one);
        each_import(lookup, modules, count_one);
        r = id_lists_allocate(&lookup->exporters);
        if (r < 0)
                return r;
        r = id_lists_allocate(&lookup->importers);
        if (r < 0)
                return r;
        each_export(lookup, id_lists_put);
        each_import(lookup, modules, id_lists_put);
        return 0;
}

static int add(Providers *providers, Provider provider) {
        if (ARRAY_RESERVE(providers->items, providers->capacity, providers->count + 1) < 0)
                return -ENOMEM;

        providers->items[providers->count++] = provider;
        return 0;
}

/* A module's last export of a symbol is the one that counts. */
static Provider provider_of(const Lookup *lookup, uint32_t module, StringId symbol) {
        const Module *record = &lookup->model->tree.modules[module];
        Provider provider = { .module = module,
                              .name = lookup_name(lookup, module),
                              .path = lookup_path(lookup, module) };

        for (uint32_t i = 0; i < record->n_exports; i++) {
                if (export_id(lookup->model, record->exports[i]) != symbol)
                        continue;
                provider.crc = record->exports[i].crc;
                provider.is_crc_known = provider.crc != 0 && !record->exports[i].is_crc_wide;
        }

        return provider;
}

static int add_modules(Providers *providers, const Lookup *lookup, StringId symbol,
                       uint32_t first) {
        const uint32_t *exporters;
        uint32_t last = first;
        size_t n_exporters;
        int r;

        r = add(providers, provider_of(lookup, first, symbol));
        if (r < 0)
                return r;

        exporters = id_lists_get(&lookup->exporters, symbol, &n_exporters);
        for (size_t i = 0; i < n_exporters; i++) {
                if (exporters[i] == first || exporters[i] == last)
                        continue;
                r = add(providers, provider_of(lookup, exporters[i], symbol));
                if (r < 0)
                        return r;
                last = exporters[i];
        }

        return 0;
}

/* One vote of a module for a symbol's CRC; the first record counts. */
static bool vote_of(const Lookup *lookup, uint32_t module, StringId id, uint32_t *ret_crc) {
        const Model *model = lookup->model;
        const Module *record = &model->tree.modules[module];

        for (uint32_t i = 0; i < record->n_imports; i++) {
                Import import = record->imports[i];

                if (!import.has_crc || import.is_crc_wide ||
                    symbol_table_import_id(&model->symbols, &model->tree, import) != id)
                        continue;
                *ret_crc = import.crc;
                return true;
        }

        return false;
}

/* Boyer and Moore's vote, and a count of those who agree. */
static bool elect_crc(const Lookup *lookup, StringId id, uint32_t *ret_crc) {
        size_t n_importers, lead = 0, n_voters = 0, n_agreed = 0;
        const uint32_t *importers = id_lists_get(&lookup->importers, id, &n_importers);
        uint32_t elected = 0, crc;

        for (size_t i = 0; i < n_importers; i++) {
                if (!vote_of(lookup, importers[i], id, &crc))
                        continue;
                if (lead == 0)
                        elected = crc;
                if (crc == elected)
                        lead++;
                else
                        lead--;
                n_voters++;
        }
        for (size_t i = 0; lead > 0 && i < n_importers; i++)
                n_agreed += vote_of(lookup, importers[i], id, &crc) && crc == elected;

        *ret_crc = elected;
        return n_agreed > n_voters / 2;
}

/* Nearly always all agree, which has been noted. */
static bool imported_crc(const Lookup *lookup, StringId id, uint32_t *ret_crc) {
        ImportedCrc imported = lookup->imported_crcs[id];

        *ret_crc = imported.crc;
        return imported.is_known && (!imported.is_disputed || elect_crc(lookup, id, ret_crc));
}

static int add_kernel(Providers *providers, const Lookup *lookup, StringId id, Symbol symbol) {
        Provider kernel = { .module = PROVIDER_KERNEL, .name = "vmlinux", .path = "" };

        if (symbol.provider == SYMBOL_KERNEL && symbol.crc != 0) {
                kernel.crc = (uint32_t) symbol.crc;
                kernel.is_crc_known = symbol.crc <= UINT32_MAX;
        } else {
                kernel.is_crc_known = imported_crc(lookup, id, &kernel.crc);
        }

        return add(providers, kernel);
}

static StringId find_symbol(const Lookup *lookup, const char *symbol) {
        symbol += symbol[0] == '.';
        return string_table_find(lookup->model->tree.strings, symbol, strlen(symbol));
}

static bool is_kernels(const Lookup *lookup, StringId id, Symbol symbol) {
        size_t n_importers;

        if (symbol.provider == SYMBOL_KERNEL)
                return true;
        (void) id_lists_get(&lookup->importers, id, &n_importers);
        return n_importers > 0 && !lookup->is_kernel_known;
}

int symbol_find_providers(const Lookup *lookup, const char *name, Providers *ret_providers) {
        _cleanup_providers_ Providers providers = {};
        StringId id = find_symbol(lookup, name);
        Symbol symbol = symbol_table_get(&lookup->model->symbols, id);
        int r = 0;

        if (symbol.provider < lookup->n_tree)
                r = add_modules(&providers, lookup, id, symbol.provider);
        else if (id != STRING_NONE && is_kernels(lookup, id, symbol))
                r = add_kernel(&providers, lookup, id, symbol);
        if (r < 0)
                return r;

        *ret_providers = providers;
        providers = (Providers){};
        return 0;
}

bool symbol_imported_crc(const Lookup *lookup, const char *symbol, uint32_t *ret_crc) {
        StringId id = find_symbol(lookup, symbol);

        return id != STRING_NONE && imported_crc(lookup, id, ret_crc);
}

int symbol_find_users(const Lookup *lookup, const char *symbol, FoundModules *ret_users) {
        _cleanup_found_modules_ FoundModules users = {};
        const uint32_t *importers;
        size_t n_importers;
        int r;

        importers = id_lists_get(&lookup->importers, find_symbol(lookup, symbol), &n_importers);
        for (size_t i = 0; i < n_importers; i++) {
                if (i > 0 && importers[i] == importers[i - 1])
                        continue;
                r = found_modules_add(&users, lookup, importers[i], 0);
                if (r < 0)
                        return r;
        }

        *ret_users = users;
        users = (FoundModules){};
        return 0;
}
