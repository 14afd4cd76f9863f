/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-names.h"

#define NAMES_MAX 10

void kernel_names_explain(const Value *kernels, const char *release, Buffer *sentence) {
        if (kernels->count == 0 && !release) {
                buffer_append_string(sentence, "There are no kernels");
                return;
        }

        if (release)
                buffer_append_format(sentence, "There is no kernel '%s', %s", release,
                                     kernels->count > 0 ? "but " : "and no other");
        else
                buffer_append_string(sentence, "The running kernel has no modules there, choose "
                                               "another with -k: ");
        for (size_t i = 0; i < kernels->count && i < NAMES_MAX; i++)
                buffer_append_format(sentence, "%s%s", i > 0 ? ", " : "",
                                     value_text(&kernels->items[i], "release"));
        if (kernels->count > NAMES_MAX)
                buffer_append_format(sentence, " and %zu more", kernels->count - NAMES_MAX);
}
