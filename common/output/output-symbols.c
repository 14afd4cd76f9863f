/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "hash-order.h"
#include "output-parts.h"

/* The symbols that a module provides, in the order of kmod's table; `item` is the symbol's number.
 */
typedef struct SymbolList {
        HashItem *items;
        size_t count;
} SymbolList;

static void symbol_list_done(SymbolList *list) {
        free(list->items);
}

static int symbol_list_collect(SymbolList *list, const Model *model) {
        const SymbolTable *symbols = &model->symbols;

        list->items = reallocarray(NULL, symbols->count + 1, sizeof(HashItem));
        if (!list->items)
                return -ENOMEM;

        for (size_t i = 0; i < symbols->count; i++) {
                const Symbol *symbol = &symbols->symbols[i];
                size_t size;

                if (symbol->provider >= SYMBOL_KERNEL)
                        continue;

                list->items[list->count] = (HashItem){
                        .name = string_table_view(model->tree.strings, symbol->name, &size),
                        .item = (uint32_t) i,
                };
                list->items[list->count++].size = (uint32_t) size;
        }

        return hash_order_sort(list->items, list->count, HASH_BUCKETS_SYMBOLS);
}

/* The name of the module that provides it. */
static const char *provider_of(const Model *model, const HashItem *item, uint32_t *ret_index,
                               size_t *ret_size) {
        *ret_index = model->symbols.symbols[item->item].provider;
        return string_table_view(model->tree.strings, model->tree.modules[*ret_index].name,
                                 ret_size);
}

static int render_text(const OutputJob *job, const SymbolList *list) {
        Buffer *text = output_begin(job);

        buffer_append_string(text, "# Aliases for symbols, used by symbol_request().\n");
        for (size_t i = 0; i < list->count; i++) {
                const HashItem *item = &list->items[i];
                uint32_t index;
                size_t size;
                const char *module = provider_of(job->model, item, &index, &size);

                buffer_append(text, "alias symbol:", 13);
                buffer_append(text, item->name, item->size);
                buffer_append_byte(text, ' ');
                buffer_append(text, module, size);
                buffer_append_byte(text, '\n');
        }

        return output_end(job, OUTPUT_SYMBOLS);
}

static int render_bin(const OutputJob *job, const SymbolList *list) {
        IndexBuilder *builder = output_begin_index(job, list->count);
        int r;

        if (!builder)
                return -ENOMEM;
        index_builder_set_prefix(builder, "symbol:");

        for (size_t i = 0; i < list->count; i++) {
                const HashItem *item = &list->items[i];
                OutputEntry entry = { .key = item->name, .key_size = item->size };

                entry.value = provider_of(job->model, item, &entry.priority, &entry.value_size);
                r = output_add_entry(job, OUTPUT_SYMBOLS_BIN, &entry);
                if (r < 0)
                        return r;
        }

        return output_end_index(job, OUTPUT_SYMBOLS_BIN);
}

int output_symbols(const OutputJob *job, OutputKind *ret_failed) {
        _cleanup_(symbol_list_done) SymbolList list = {};
        int r;

        *ret_failed = OUTPUT_SYMBOLS;
        if (!output_is_wanted(job, OUTPUT_SYMBOLS) && !output_is_wanted(job, OUTPUT_SYMBOLS_BIN))
                return 0;
        r = symbol_list_collect(&list, job->model);
        if (r < 0)
                return r;
        if (output_is_wanted(job, OUTPUT_SYMBOLS)) {
                r = render_text(job, &list);
                if (r < 0)
                        return r;
        }

        *ret_failed = OUTPUT_SYMBOLS_BIN;
        return output_is_wanted(job, OUTPUT_SYMBOLS_BIN) ? render_bin(job, &list) : 0;
}
