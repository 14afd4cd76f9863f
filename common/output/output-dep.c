/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output-parts.h"

static int render_bin(const OutputJob *job) {
        const DepLines *lines = job->lines;
        const Tree *tree = &job->model->tree;
        _cleanup_index_builder_ IndexBuilder builder = {};
        int r;

        for (size_t i = 0; i < lines->count; i++) {
                const DepLine *line = &lines->items[i];
                StringId name = tree->modules[line->module].name;

                r = output_add_entry(
                        job, OUTPUT_DEP_BIN, &builder,
                        &(OutputEntry){ .key = tree_string(tree, name),
                                        .key_size = string_table_size(tree->strings, name),
                                        .value = lines->text.data + line->start,
                                        .value_size = line->size,
                                        .priority = line->module });
                if (r < 0)
                        return r;
        }

        return index_builder_render(&builder, job->options->layout,
                                    &job->set->files[OUTPUT_DEP_BIN]);
}

int output_dep(const OutputJob *job, OutputKind *ret_failed) {
        Buffer *text = &job->set->files[OUTPUT_DEP];

        *ret_failed = OUTPUT_DEP;
        if (output_is_wanted(job, OUTPUT_DEP)) {
                buffer_append(text, job->lines->text.data, job->lines->text.size);
                if (buffer_error(text) < 0)
                        return buffer_error(text);
        }

        *ret_failed = OUTPUT_DEP_BIN;
        return output_is_wanted(job, OUTPUT_DEP_BIN) ? render_bin(job) : 0;
}
