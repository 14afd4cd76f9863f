/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "output-parts.h"

static int render_bin(const OutputJob *job) {
        const DepLines *lines = job->lines;
        const Tree *tree = &job->model->tree;
        int r;

        if (!output_begin_index(job, lines->count))
                return -ENOMEM;

        for (size_t i = 0; i < lines->count; i++) {
                const DepLine *line = &lines->items[i];
                StringId name = tree->modules[line->module].name;

                r = output_add_entry(
                        job, OUTPUT_DEP_BIN,
                        &(OutputEntry){ .key = tree_string(tree, name),
                                        .key_size = string_table_size(tree->strings, name),
                                        .value = lines->text.data + line->start,
                                        .value_size = line->size,
                                        .priority = line->module });
                if (r < 0)
                        return r;
        }

        return output_end_index(job, OUTPUT_DEP_BIN);
}

int output_dep(const OutputJob *job, OutputKind *ret_failed) {
        int r;

        *ret_failed = OUTPUT_DEP;
        if (output_is_wanted(job, OUTPUT_DEP)) {
                r = job->sink->take(OUTPUT_DEP, &job->lines->text, job->sink->userdata);
                if (r < 0)
                        return r;
        }

        *ret_failed = OUTPUT_DEP_BIN;
        return output_is_wanted(job, OUTPUT_DEP_BIN) ? render_bin(job) : 0;
}
