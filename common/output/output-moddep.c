/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output-parts.h"

/* modules.softdep and modules.weakdep: the dependencies that modules only recommend. */

static void append_line(Buffer *text, const Tree *tree, const char *keyword, const char *name,
                        StringId value) {
        buffer_append_string(text, keyword);
        buffer_append_byte(text, ' ');
        buffer_append_string(text, name);
        buffer_append_byte(text, ' ');
        buffer_append(text, tree_string(tree, value), string_table_size(tree->strings, value));
        buffer_append_byte(text, '\n');
}

int output_moddep(const OutputJob *job, OutputKind *ret_failed) {
        const Tree *tree = &job->model->tree;
        Buffer *softdep = &job->set->files[OUTPUT_SOFTDEP];
        Buffer *weakdep = &job->set->files[OUTPUT_WEAKDEP];

        *ret_failed = OUTPUT_SOFTDEP;
        if (output_is_wanted(job, OUTPUT_SOFTDEP)) {
                buffer_append_string(softdep,
                                     "# Soft dependencies extracted from modules themselves.\n");
                for (size_t i = 0; i < tree->count; i++) {
                        for (size_t k = 0; k < tree->modules[i].n_softdeps; k++)
                                append_line(softdep, tree, "softdep", tree_module_name(tree, i),
                                            module_softdeps(&tree->modules[i])[k]);
                }
        }

        if (output_is_wanted(job, OUTPUT_WEAKDEP)) {
                buffer_append_string(weakdep,
                                     "# Weak dependencies extracted from modules themselves.\n");
                for (size_t i = 0; i < tree->count; i++) {
                        for (size_t k = 0; k < tree->modules[i].n_weakdeps; k++)
                                append_line(weakdep, tree, "weakdep", tree_module_name(tree, i),
                                            module_weakdeps(&tree->modules[i])[k]);
                }
        }

        return buffer_error(softdep) < 0 ? buffer_error(softdep) : buffer_error(weakdep);
}
