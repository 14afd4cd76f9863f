/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "hash-order.h"
#include "output-parts.h"

/* The symbols that modules provide; `item` is the module. */
typedef struct SymbolList {
        HashItem *items;
        size_t count;
        OutputEntry *modules; /* what their entries have in common, by module */
        bool is_sorted;
} SymbolList;

static void symbol_list_done(SymbolList *list) {
        free(list->items);
        free(list->modules);
}

/* In the order of modules. */
static int symbol_list_collect(SymbolList *list, const Model *model) {
        const SymbolTable *symbols = &model->symbols;
        const Tree *tree = &model->tree;

        list->items = reallocarray(NULL, symbols->count + 1, sizeof(HashItem));
        list->modules = reallocarray(NULL, tree->count + 1, sizeof(OutputEntry));
        if (!list->items || !list->modules)
                return -ENOMEM;

        for (size_t i = 0; i < tree->count; i++) {
                OutputEntry *module = &list->modules[i];

                *module = (OutputEntry){ .priority = (uint32_t) i };
                module->value = string_table_view(tree->strings, tree->modules[i].name,
                                                  &module->value_size);
        }
        for (size_t i = 0; i < symbols->count; i++) {
                const Symbol *symbol = &symbols->symbols[i];
                size_t size;

                if (symbol->provider >= SYMBOL_KERNEL)
                        continue;

                list->items[list->count] = (HashItem){
                        .name = string_table_view(tree->strings, symbol->name, &size),
                        .item = symbol->provider,
                };
                list->items[list->count++].size = (uint32_t) size;
        }

        return 0;
}

/* In the order of kmod's table. */
static int symbol_list_sort(SymbolList *list) {
        list->is_sorted = true;
        return hash_order_sort(list->items, list->count, HASH_BUCKETS_SYMBOLS);
}

static int render_text(const OutputJob *job, const SymbolList *list) {
        Buffer *text = output_begin(job);

        buffer_append_string(text, "# Aliases for symbols, used by symbol_request().\n");
        for (size_t i = 0; i < list->count; i++) {
                const HashItem *item = &list->items[i];
                const OutputEntry *module = &list->modules[item->item];

                buffer_append(text, "alias symbol:", 13);
                buffer_append(text, item->name, item->size);
                buffer_append_byte(text, ' ');
                buffer_append(text, module->value, module->value_size);
                buffer_append_byte(text, '\n');
        }

        return output_end(job, OUTPUT_SYMBOLS);
}

static int add_entry(const OutputJob *job, const SymbolList *list, const OutputEntry *entry) {
        if (list->is_sorted)
                return output_add_entry(job, OUTPUT_SYMBOLS_BIN, entry);

        return index_builder_add(&job->memory->builder, entry->key, entry->key_size, entry->value,
                                 entry->value_size, entry->priority);
}

/*
 * In which order entries are added shows in problems only, and that of modules is much the fastest:
 * what an entry is made of lies beside that of the one before. 0; HAS_BAD_ENTRY if the list is not
 * sorted, and must be because there are problems; or a negative errno.
 */
enum { HAS_BAD_ENTRY = 1 };

static int render_bin(const OutputJob *job, const SymbolList *list) {
        IndexBuilder *builder = output_begin_index(job, list->count);

        if (!builder)
                return -ENOMEM;
        index_builder_set_prefix(builder, "symbol:");

        for (size_t i = 0; i < list->count; i++) {
                const HashItem *item = &list->items[i];
                OutputEntry entry = list->modules[item->item];
                int r;

                entry.key = item->name;
                entry.key_size = item->size;
                r = add_entry(job, list, &entry);
                if (r == -EILSEQ)
                        return HAS_BAD_ENTRY;
                if (r < 0)
                        return r;
        }

        return output_end_index(job, OUTPUT_SYMBOLS_BIN);
}

int output_symbols(const OutputJob *job, OutputKind *ret_failed) {
        bool wants_text = output_is_wanted(job, OUTPUT_SYMBOLS);
        bool wants_bin = output_is_wanted(job, OUTPUT_SYMBOLS_BIN);
        _cleanup_(symbol_list_done) SymbolList list = {};
        int r;

        *ret_failed = wants_bin ? OUTPUT_SYMBOLS_BIN : OUTPUT_SYMBOLS;
        if (!wants_text && !wants_bin)
                return 0;
        r = symbol_list_collect(&list, job->model);
        if (r >= 0 && wants_bin)
                r = render_bin(job, &list);
        if (r < 0)
                return r;

        wants_bin = r == HAS_BAD_ENTRY;
        if (wants_text || wants_bin) {
                r = symbol_list_sort(&list);
                if (r < 0)
                        return r;
        }
        if (wants_text) {
                *ret_failed = OUTPUT_SYMBOLS;
                r = render_text(job, &list);
                if (r < 0)
                        return r;
        }

        *ret_failed = OUTPUT_SYMBOLS_BIN;
        return wants_bin ? render_bin(job, &list) : 0;
}
