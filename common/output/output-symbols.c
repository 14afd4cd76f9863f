/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "hash-order.h"
#include "output-parts.h"

#define KEY_PREFIX "symbol:"
#define KEY_PREFIX_SIZE (sizeof(KEY_PREFIX) - 1)

/* The symbols that a module provides, in the order of kmod's table; `item` is the symbol's number.
 */
typedef struct SymbolList {
        HashItem *items;
        size_t count;
        size_t names_size; /* of all names together */
} SymbolList;

static void symbol_list_done(SymbolList *list) {
        free(list->items);
}

static int symbol_list_collect(SymbolList *list, const Model *model) {
        const SymbolTable *symbols = &model->symbols;
        const Tree *tree = &model->tree;

        list->items = reallocarray(NULL, symbols->count + 1, sizeof(HashItem));
        if (!list->items)
                return -ENOMEM;

        for (size_t i = 0; i < symbols->count; i++) {
                const char *name = tree_string(tree, symbols->symbols[i].name);
                size_t size;

                if (symbols->symbols[i].provider >= SYMBOL_KERNEL)
                        continue;

                size = strlen(name);
                list->items[list->count++] =
                        (HashItem){ .name = name, .size = (uint32_t) size, .item = (uint32_t) i };
                list->names_size += size;
        }

        return hash_order_sort(list->items, list->count, HASH_BUCKETS_SYMBOLS);
}

static int render_text(const OutputJob *job, const SymbolList *list) {
        const Model *model = job->model;
        Buffer *text = &job->set->files[OUTPUT_SYMBOLS];

        buffer_append_string(text, "# Aliases for symbols, used by symbol_request().\n");
        for (size_t i = 0; i < list->count; i++) {
                uint32_t provider = model->symbols.symbols[list->items[i].item].provider;
                StringId module = model->tree.modules[provider].name;

                buffer_append(text, "alias symbol:", 13);
                buffer_append(text, list->items[i].name, list->items[i].size);
                buffer_append_byte(text, ' ');
                buffer_append(text, tree_string(&model->tree, module),
                              string_table_size(model->tree.strings, module));
                buffer_append_byte(text, '\n');
        }

        return buffer_error(text);
}

static int render_bin(const OutputJob *job, const SymbolList *list) {
        const Model *model = job->model;
        _cleanup_index_builder_ IndexBuilder builder = {};
        _cleanup_buffer_ Buffer keys = {};
        int r;

        /* Reserved at once, so that the keys stay where they are. */
        r = buffer_reserve(&keys, list->names_size + list->count * KEY_PREFIX_SIZE);
        if (r < 0)
                return r;

        for (size_t i = 0; i < list->count; i++) {
                const HashItem *item = &list->items[i];
                uint32_t provider = model->symbols.symbols[item->item].provider;
                StringId module = model->tree.modules[provider].name;
                size_t start = keys.size;

                buffer_append(&keys, KEY_PREFIX, KEY_PREFIX_SIZE);
                buffer_append(&keys, item->name, item->size);
                r = output_add_entry(job, OUTPUT_SYMBOLS_BIN, &builder,
                                     &(OutputEntry){ .key = keys.data + start,
                                                     .key_size = keys.size - start,
                                                     .value = tree_string(&model->tree, module),
                                                     .value_size = string_table_size(
                                                             model->tree.strings, module),
                                                     .priority = provider });
                if (r < 0)
                        return r;
        }

        return index_builder_render(&builder, job->options->layout,
                                    &job->set->files[OUTPUT_SYMBOLS_BIN]);
}

int output_symbols(const OutputJob *job, OutputKind *ret_failed) {
        _cleanup_(symbol_list_done) SymbolList list = {};
        int r;

        *ret_failed = OUTPUT_SYMBOLS;
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
