/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output-parts.h"

/* modules.softdep and modules.weakdep: the dependencies that modules only recommend. */

static void append_lines(Buffer *text, const char *keyword, const Tree *tree, size_t index,
                         const StringId *values, size_t n_values) {
        for (size_t i = 0; i < n_values; i++) {
                buffer_append_string(text, keyword);
                buffer_append_string(text, tree_module_name(tree, index));
                buffer_append_byte(text, ' ');
                buffer_append_string(text, tree_string(tree, values[i]));
                buffer_append_byte(text, '\n');
        }
}

int output_moddep(const OutputJob *job, OutputKind *ret_failed) {
        const Tree *tree = &job->model->tree;
        Buffer *text;
        int r;

        *ret_failed = OUTPUT_SOFTDEP;
        if (output_is_wanted(job, OUTPUT_SOFTDEP)) {
                text = output_begin(job);
                buffer_append_string(text,
                                     "# Soft dependencies extracted from modules themselves.\n");
                for (size_t i = 0; i < tree->count; i++)
                        append_lines(text, "softdep ", tree, i, module_softdeps(&tree->modules[i]),
                                     tree->modules[i].n_softdeps);
                r = output_end(job, OUTPUT_SOFTDEP);
                if (r < 0)
                        return r;
        }

        *ret_failed = OUTPUT_WEAKDEP;
        if (output_is_wanted(job, OUTPUT_WEAKDEP)) {
                text = output_begin(job);
                buffer_append_string(text,
                                     "# Weak dependencies extracted from modules themselves.\n");
                for (size_t i = 0; i < tree->count; i++)
                        append_lines(text, "weakdep ", tree, i, module_weakdeps(&tree->modules[i]),
                                     tree->modules[i].n_weakdeps);
                return output_end(job, OUTPUT_WEAKDEP);
        }

        return 0;
}
