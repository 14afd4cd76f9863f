/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "symbol-table.h"

#include <errno.h>
#include <string.h>

#include "array.h"

#define SLOTS_MIN 64
#define SLOT_EMPTY UINT32_MAX

void symbol_table_done(SymbolTable *table) {
        free(table->symbols);
        free(table->slots);
        *table = (SymbolTable){};
}

/* The slot with the number of a symbol, or the empty one where that belongs. */
static uint32_t *find_slot(const SymbolTable *table, StringId name) {
        for (uint32_t i = (name * UINT32_C(0x9e3779b1)) >> 7;; i++) {
                uint32_t *slot = &table->slots[i & table->mask];

                if (*slot == SLOT_EMPTY || table->symbols[*slot].name == name)
                        return slot;
        }
}

static int grow_slots(SymbolTable *table) {
        size_t n = table->slots ? 2 * ((size_t) table->mask + 1) : SLOTS_MIN;
        uint32_t *grown = n <= UINT32_MAX ? reallocarray(NULL, n, sizeof(uint32_t)) : NULL;

        if (!grown)
                return -ENOMEM;

        free(table->slots);
        table->slots = grown;
        table->mask = (uint32_t) (n - 1);
        memset(grown, 0xff, n * sizeof(uint32_t));
        for (size_t i = 0; i < table->count; i++)
                *find_slot(table, table->symbols[i].name) = (uint32_t) i;
        return 0;
}

static int put_id(SymbolTable *table, StringId id, uint32_t provider, uint64_t crc) {
        uint32_t *slot;
        int r;

        if (ARRAY_RESERVE(table->symbols, table->capacity, table->count + 1) < 0)
                return -ENOMEM;
        if (!table->slots || table->count > table->mask - table->mask / 4) {
                r = grow_slots(table);
                if (r < 0)
                        return r;
        }

        slot = find_slot(table, id);
        if (*slot == SLOT_EMPTY)
                *slot = (uint32_t) table->count++;
        table->symbols[*slot] = (Symbol){ .name = id, .provider = provider, .crc = crc };
        return 0;
}

size_t symbol_table_prefix_size(const SymbolTable *table, const char *name) {
        return table->prefix != '\0' && name[0] == table->prefix;
}

int symbol_table_put(SymbolTable *table, Tree *tree, const char *name, size_t size,
                     uint32_t provider, uint64_t crc) {
        StringId id;
        int r;

        r = string_table_intern(tree->strings, name, size, &id);
        if (r < 0)
                return r;

        return put_id(table, id, provider, crc);
}

int symbol_table_put_kernel_defaults(SymbolTable *table, Tree *tree) {
        static const char *const names[] = { "__this_module", "_GLOBAL_OFFSET_TABLE_" };
        int r;

        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                r = symbol_table_put(table, tree, names[i], strlen(names[i]), SYMBOL_KERNEL, 0);
                if (r < 0)
                        return r;
        }

        if (symbol_table_get(table, string_table_find(tree->strings, "TOC.", 4)).provider !=
            SYMBOL_NO_PROVIDER)
                return 0;
        return symbol_table_put(table, tree, "TOC.", 4, SYMBOL_KERNEL, 0);
}

int symbol_table_put_modules(SymbolTable *table, Tree *tree) {
        _cleanup_buffer_ Buffer name = {};
        int r;

        for (size_t i = 0; i < tree->count; i++) {
                const Module *module = &tree->modules[i];

                for (size_t k = 0; k < module->n_exports; k++) {
                        Export export = module_exports(module)[k];
                        uint64_t crc = export.is_crc_wide ? SYMBOL_CRC_WIDE : export.crc;

                        size_t prefix_size =
                                symbol_table_prefix_size(table, tree_string(tree, export.name));

                        if (prefix_size == 0) {
                                r = put_id(table, export.name, (uint32_t) i, crc);
                                if (r < 0)
                                        return r;
                                continue;
                        }

                        /* A copy, because interning moves the strings. */
                        buffer_clear(&name);
                        buffer_append_string(&name, tree_string(tree, export.name) + prefix_size);
                        buffer_append_byte(&name, '\0'); /* so that there is a pointer */
                        if (buffer_error(&name) < 0)
                                return -ENOMEM;
                        r = symbol_table_put(table, tree, name.data, name.size - 1, (uint32_t) i,
                                             crc);
                        if (r < 0)
                                return r;
                }
        }

        return 0;
}

void symbol_table_forget_modules(SymbolTable *table) {
        for (size_t i = 0; i < table->count; i++) {
                if (table->symbols[i].provider < SYMBOL_KERNEL) {
                        table->symbols[i].provider = SYMBOL_NO_PROVIDER;
                        table->symbols[i].crc = 0;
                }
        }
}

StringId symbol_table_import_id(const SymbolTable *table, const Tree *tree, Import import) {
        const char *name;
        size_t prefix_size;

        if (table->prefix == '\0')
                return import.name;

        name = tree_string(tree, import.name);
        prefix_size = symbol_table_prefix_size(table, name);
        if (prefix_size == 0)
                return import.name;
        return string_table_find(tree->strings, name + prefix_size, strlen(name + prefix_size));
}

Symbol symbol_table_get(const SymbolTable *table, StringId id) {
        uint32_t number = table->slots ? *find_slot(table, id) : SLOT_EMPTY;

        if (number == SLOT_EMPTY)
                return (Symbol){ .name = id, .provider = SYMBOL_NO_PROVIDER };
        return table->symbols[number];
}

uint32_t *symbol_table_numbers(const SymbolTable *table, const Tree *tree, uint32_t *ret_count) {
        uint32_t n_ids = string_table_count(tree->strings);
        uint32_t *numbers = reallocarray(NULL, (size_t) n_ids + 1, sizeof(uint32_t));

        if (!numbers)
                return NULL;

        memset(numbers, 0xff, n_ids * sizeof(uint32_t));
        for (size_t i = 0; i < table->count; i++)
                numbers[table->symbols[i].name] = (uint32_t) i;
        *ret_count = n_ids;
        return numbers;
}
