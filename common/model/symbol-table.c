/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "symbol-table.h"

#include <errno.h>
#include <string.h>

#include "array.h"

void symbol_table_done(SymbolTable *table) {
        free(table->symbols);
        *table = (SymbolTable){};
}

static int put_id(SymbolTable *table, StringId id, uint32_t provider, uint64_t crc) {
        if (ARRAY_RESERVE(table->symbols, table->capacity, (size_t) id + 1) < 0)
                return -ENOMEM;

        while (table->count <= id)
                table->symbols[table->count++] = (Symbol){ .provider = SYMBOL_NO_PROVIDER };

        table->symbols[id] = (Symbol){ .provider = provider, .crc = crc };
        return 0;
}

int symbol_table_put(SymbolTable *table, Tree *tree, const char *name, size_t size,
                     uint32_t provider, uint64_t crc) {
        StringId id;
        int r;

        if (table->prefix != '\0' && size > 0 && name[0] == table->prefix) {
                name++;
                size--;
        }

        r = string_table_intern(tree->strings, name, size, &id);
        if (r < 0)
                return r;

        return put_id(table, id, provider, crc);
}

/* These names are entered as they are, without regard to the prefix: so does kmod. */
int symbol_table_put_kernel_defaults(SymbolTable *table, Tree *tree) {
        static const char *const names[] = { "__this_module", "_GLOBAL_OFFSET_TABLE_", "TOC." };
        int r;

        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                StringId id;

                r = string_table_intern(tree->strings, names[i], strlen(names[i]), &id);
                if (r < 0)
                        return r;

                /* Of the three only the last does not replace what the kernel says of it itself. */
                if (strcmp(names[i], "TOC.") == 0 &&
                    symbol_table_get(table, id).provider != SYMBOL_NO_PROVIDER)
                        continue;

                r = put_id(table, id, SYMBOL_KERNEL, 0);
                if (r < 0)
                        return r;
        }

        return 0;
}

int symbol_table_put_modules(SymbolTable *table, Tree *tree) {
        _cleanup_buffer_ Buffer name = {};
        int r;

        for (size_t i = 0; i < tree->count; i++) {
                const Module *module = &tree->modules[i];

                for (size_t k = 0; k < module->n_exports; k++) {
                        Export export = module->exports[k];
                        uint64_t crc = export.is_crc_wide ? SYMBOL_CRC_WIDE : export.crc;

                        if (table->prefix == '\0') {
                                r = put_id(table, export.name, (uint32_t) i, crc);
                                if (r < 0)
                                        return r;
                                continue;
                        }

                        /* A copy, because interning moves the strings. */
                        buffer_clear(&name);
                        buffer_append(&name, tree_string(tree, export.name),
                                      string_table_size(tree->strings, export.name));
                        if (buffer_error(&name) < 0)
                                return -ENOMEM;
                        r = symbol_table_put(table, tree, name.data, name.size, (uint32_t) i, crc);
                        if (r < 0)
                                return r;
                }
        }

        return 0;
}

void symbol_table_forget_modules(SymbolTable *table) {
        for (size_t i = 0; i < table->count; i++) {
                if (table->symbols[i].provider < SYMBOL_KERNEL)
                        table->symbols[i] = (Symbol){ .provider = SYMBOL_NO_PROVIDER };
        }
}

StringId symbol_table_import_id(const SymbolTable *table, const Tree *tree, Import import) {
        const char *name;

        if (table->prefix == '\0')
                return import.name;

        name = tree_string(tree, import.name);
        if (name[0] != table->prefix)
                return import.name;
        return string_table_find(tree->strings, name + 1, strlen(name + 1));
}

Symbol symbol_table_get(const SymbolTable *table, StringId id) {
        if (id >= table->count)
                return (Symbol){ .provider = SYMBOL_NO_PROVIDER };
        return table->symbols[id];
}
