/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>

#include "array.h"
#include "output-parts.h"

int output_alias(const OutputJob *job, OutputKind *ret_failed) {
        const Tree *tree = &job->model->tree;
        Buffer *text = &job->set->files[OUTPUT_ALIAS];

        *ret_failed = OUTPUT_ALIAS;
        if (!output_is_wanted(job, OUTPUT_ALIAS))
                return 0;

        buffer_append_string(text, "# Aliases extracted from modules themselves.\n");
        for (size_t i = 0; i < tree->count; i++) {
                const Module *module = &tree->modules[i];
                const char *name = tree_module_name(tree, i);
                size_t name_size = string_table_size(tree->strings, module->name);

                for (size_t k = 0; k < module->n_aliases; k++) {
                        StringId alias = module_aliases(module)[k];

                        buffer_append(text, "alias ", 6);
                        buffer_append(text, tree_string(tree, alias),
                                      string_table_size(tree->strings, alias));
                        buffer_append_byte(text, ' ');
                        buffer_append(text, name, name_size);
                        buffer_append_byte(text, '\n');
                }
        }

        return buffer_error(text);
}

static int add_aliases(const OutputJob *job, IndexBuilder *builder, Buffer *keys) {
        const Tree *tree = &job->model->tree;
        int r;

        for (size_t i = 0; i < tree->count; i++) {
                const Module *module = &tree->modules[i];
                OutputEntry entry = {
                        .value = tree_string(tree, module->name),
                        .value_size = string_table_size(tree->strings, module->name),
                        .priority = (uint32_t) i,
                };

                for (size_t k = 0; k < module->n_aliases; k++) {
                        entry.key =
                                output_alias_key(job, OUTPUT_ALIAS_BIN, module_aliases(module)[k],
                                                 keys, &entry.key_size, &r);
                        if (entry.key)
                                r = output_add_entry(job, OUTPUT_ALIAS_BIN, builder, &entry);
                        if (r < 0)
                                return r;
                }
        }

        return 0;
}

/* Room for all normal forms and a byte, as alias_normalize() wants it: the keys stay where they
 * are. */
static int reserve_keys(const Tree *tree, Buffer *keys) {
        size_t size = 0;

        for (size_t i = 0; i < tree->count; i++) {
                for (size_t k = 0; k < tree->modules[i].n_aliases; k++)
                        size += string_table_size(tree->strings,
                                                  module_aliases(&tree->modules[i])[k]);
        }

        return buffer_reserve(keys, size + 1);
}

typedef struct Duplicates {
        const IndexEntry **entries;
        size_t count;
        size_t capacity;
} Duplicates;

static void duplicates_done(Duplicates *duplicates) {
        free(duplicates->entries);
}

static int on_duplicate(const IndexEntry *entry, void *userdata) {
        Duplicates *duplicates = userdata;

        if (ARRAY_RESERVE(duplicates->entries, duplicates->capacity, duplicates->count + 1) < 0)
                return -ENOMEM;
        duplicates->entries[duplicates->count++] = entry;
        return 0;
}

static int compare_sequences(const void *a, const void *b) {
        const IndexEntry *x = *(const IndexEntry *const *) a, *y = *(const IndexEntry *const *) b;

        return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

/* In the order of their insertion, as kmod meets them. */
static int report_duplicates(const OutputJob *job, const IndexBuilder *builder) {
        _cleanup_(duplicates_done) Duplicates duplicates = {};
        int r;

        r = index_builder_find_duplicates(builder, on_duplicate, &duplicates);
        if (r < 0)
                return r;
        if (duplicates.count == 0)
                return 0;
        qsort(duplicates.entries, duplicates.count, sizeof(IndexEntry *), compare_sequences);

        for (size_t i = 0; i < duplicates.count; i++) {
                const IndexEntry *entry = duplicates.entries[i];
                _cleanup_free_ char *detail = NULL;

                if (asprintf(&detail, "%.*s %.*s", (int) entry->key_size, entry->key,
                             (int) entry->value_size, entry->value) < 0) {
                        detail = NULL;
                        return -ENOMEM;
                }
                r = problem_list_add(&job->problems[OUTPUT_ALIAS_BIN],
                                     &(Problem){ .kind = PROBLEM_DUPLICATE_VALUE,
                                                 .subject = "alias",
                                                 .detail = detail });
                if (r < 0)
                        return r;
        }

        return 0;
}

int output_alias_bin(const OutputJob *job, OutputKind *ret_failed) {
        _cleanup_index_builder_ IndexBuilder builder = {};
        _cleanup_buffer_ Buffer keys = {};
        int r;

        *ret_failed = OUTPUT_ALIAS_BIN;
        if (!output_is_wanted(job, OUTPUT_ALIAS_BIN))
                return 0;

        r = reserve_keys(&job->model->tree, &keys);
        if (r < 0)
                return r;
        r = add_aliases(job, &builder, &keys);
        if (r < 0)
                return r;
        r = index_builder_render(&builder, job->options->layout,
                                 &job->set->files[OUTPUT_ALIAS_BIN]);
        if (r < 0 || !job->options->report_duplicates)
                return r;

        return report_duplicates(job, &builder);
}
