/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>

#include "array.h"
#include "output-parts.h"

static void append_aliases(Buffer *text, const Tree *tree, size_t index) {
        const Module *module = &tree->modules[index];
        size_t name_size;
        const char *name = string_table_view(tree->strings, module->name, &name_size);

        for (size_t i = 0; i < module->n_aliases; i++) {
                size_t size;
                const char *alias =
                        string_table_view(tree->strings, module_aliases(module)[i], &size);

                buffer_append(text, "alias ", 6);
                buffer_append(text, alias, size);
                buffer_append_byte(text, ' ');
                buffer_append(text, name, name_size);
                buffer_append_byte(text, '\n');
        }
}

int output_alias(const OutputJob *job, OutputKind *ret_failed) {
        const Tree *tree = &job->model->tree;
        Buffer *text;

        *ret_failed = OUTPUT_ALIAS;
        if (!output_is_wanted(job, OUTPUT_ALIAS))
                return 0;

        text = output_begin(job);
        buffer_append_string(text, "# Aliases extracted from modules themselves.\n");
        for (size_t i = 0; i < tree->count; i++)
                append_aliases(text, tree, i);

        return output_end(job, OUTPUT_ALIAS);
}

static int add_aliases(const OutputJob *job, size_t index) {
        const Tree *tree = &job->model->tree;
        const Module *module = &tree->modules[index];
        OutputEntry entry = { .priority = (uint32_t) index };
        int r;

        entry.value = string_table_view(tree->strings, module->name, &entry.value_size);
        for (size_t i = 0; i < module->n_aliases; i++) {
                r = output_add_alias(job, OUTPUT_ALIAS_BIN, module_aliases(module)[i], &entry);
                if (r < 0)
                        return r;
        }

        return 0;
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
        const Tree *tree = &job->model->tree;
        size_t n_aliases = 0;
        int r;

        *ret_failed = OUTPUT_ALIAS_BIN;
        if (!output_is_wanted(job, OUTPUT_ALIAS_BIN))
                return 0;

        for (size_t i = 0; i < tree->count; i++)
                n_aliases += tree->modules[i].n_aliases;
        if (!output_begin_index(job, n_aliases))
                return -ENOMEM;

        for (size_t i = 0; i < tree->count; i++) {
                r = add_aliases(job, i);
                if (r < 0)
                        return r;
        }

        r = output_end_index(job, OUTPUT_ALIAS_BIN);
        if (r < 0 || !job->options->report_duplicates)
                return r;
        return report_duplicates(job, &job->memory->builder);
}
