/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "known-symbols.h"

#include <errno.h>
#include <string.h>

#include "analysis.h"

static void note_exports(KnownSymbols *known) {
        const Tree *tree = &known->model->tree;

        for (uint32_t m = 0; m < tree->count; m++) {
                const Module *module = &tree->modules[m];

                for (uint32_t i = 0; i < module->n_exports; i++) {
                        Export export = module_exports(module)[i];
                        KnownSymbol *symbol = &known->items[export.name];

                        /* A later module's export replaces an earlier one's. */
                        *symbol = (KnownSymbol){ .provider = m,
                                                 .crc = export.crc,
                                                 .is_crc_known =
                                                         export.crc != 0 && !export.is_crc_wide };
                }
        }
}

static void note_import(KnownSymbols *known, Import import, bool is_kernel_known) {
        const Model *model = known->model;
        StringId id = symbol_table_import_id(&model->symbols, &model->tree, import);
        KnownSymbol *symbol;

        if (id >= known->count || known->items[id].provider < model->tree.count)
                return;

        symbol = &known->items[id];
        if (symbol_table_get(&model->symbols, id).provider == SYMBOL_KERNEL ||
            (!is_kernel_known && !import.is_weak))
                symbol->provider = SYMBOL_KERNEL;
        if (!import.has_crc || import.is_crc_wide || symbol->is_disputed)
                return;

        symbol->is_disputed = symbol->is_crc_known && symbol->crc != import.crc;
        symbol->is_crc_known = !symbol->is_disputed;
        symbol->crc = symbol->is_disputed ? 0 : import.crc;
}

/* What has been read of the kernel's exports goes before what modules say. */
static void note_kernel(KnownSymbols *known) {
        const SymbolTable *symbols = &known->model->symbols;

        for (size_t i = 0; i < symbols->count; i++) {
                Symbol symbol = symbols->symbols[i];

                if (symbol.provider != SYMBOL_KERNEL || symbol.name >= known->count)
                        continue;
                known->items[symbol.name].provider = SYMBOL_KERNEL;
                if (symbol.crc != 0 && symbol.crc <= UINT32_MAX)
                        known->items[symbol.name] = (KnownSymbol){ .provider = SYMBOL_KERNEL,
                                                                   .crc = (uint32_t) symbol.crc,
                                                                   .is_crc_known = true };
        }
}

int known_symbols_init(KnownSymbols *known, const Model *model) {
        bool is_kernel_known = analysis_knows_kernel(model);

        *known = (KnownSymbols){ .model = model, .count = string_table_count(model->tree.strings) };
        known->items = malloc(((size_t) known->count + 1) * sizeof(KnownSymbol));
        if (!known->items)
                return -ENOMEM;

        for (uint32_t id = 0; id < known->count; id++)
                known->items[id] = (KnownSymbol){ .provider = SYMBOL_NO_PROVIDER };
        note_exports(known);
        for (size_t m = 0; m < model->tree.count; m++) {
                const Module *module = &model->tree.modules[m];

                for (uint32_t i = 0; i < module->n_imports; i++)
                        note_import(known, module_imports(module)[i], is_kernel_known);
        }
        note_kernel(known);
        return 0;
}

void known_symbols_done(KnownSymbols *known) {
        free(known->items);
        *known = (KnownSymbols){};
}

KnownSymbol known_symbols_find(const KnownSymbols *known, const char *name) {
        StringId id = string_table_find(known->model->tree.strings, name, strlen(name));

        return id >= known->count ? (KnownSymbol){ .provider = SYMBOL_NO_PROVIDER }
                                  : known->items[id];
}

const char *known_symbol_provider(const KnownSymbols *known, KnownSymbol symbol) {
        if (symbol.provider == SYMBOL_NO_PROVIDER)
                return "";
        return symbol.provider == SYMBOL_KERNEL
                       ? "vmlinux"
                       : tree_module_name(&known->model->tree, symbol.provider);
}
