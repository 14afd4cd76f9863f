/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "softdep.h"

#include <errno.h>

#include "resolve.h"

#define BLANKS " \t\n\v\f\r"

static bool is_word(const char *text, size_t size, const char *word) {
        return strlen(word) == size && memcmp(text, word, size) == 0;
}

Softdep softdep_of(const char *text) {
        Softdep softdep = { .next = text, .part = SOFTDEP_NONE };

        if (strspn(text, BLANKS) == 1)
                softdep.next += 1 + strcspn(text + 1, BLANKS);
        return softdep;
}

bool softdep_next(Softdep *softdep) {
        for (;;) {
                softdep->name = softdep->next + strspn(softdep->next, BLANKS);
                softdep->name_size = strcspn(softdep->name, BLANKS);
                softdep->next = softdep->name + softdep->name_size;
                if (softdep->name_size == 0)
                        return false;
                if (softdep->part == SOFTDEP_WEAK)
                        return true;

                if (is_word(softdep->name, softdep->name_size, "pre:"))
                        softdep->part = SOFTDEP_PRE;
                else if (is_word(softdep->name, softdep->name_size, "post:"))
                        softdep->part = SOFTDEP_POST;
                else if (softdep->part != SOFTDEP_NONE)
                        return true;
        }
}

static int report_name(const Lookup *lookup, uint32_t module, const char *name,
                       ProblemList *problems) {
        _cleanup_resolutions_ Resolutions resolutions = {};
        _cleanup_buffer_ Buffer path = {};
        int r;

        r = resolve_softdep(lookup, name, &resolutions);
        if (r < 0 && r != -EINVAL)
                return r;
        if (resolutions.count > 0)
                return 0;

        tree_absolute_path(&lookup_model(lookup)->tree, module, &path);
        if (buffer_error(&path) < 0)
                return buffer_error(&path);
        return problem_list_add(
                problems,
                &(Problem){ .kind = PROBLEM_SOFTDEP_UNKNOWN, .path = path.data, .subject = name });
}

int softdep_report_unknown(const Lookup *lookup, ProblemList *problems) {
        const Tree *tree = &lookup_model(lookup)->tree;
        int r;

        for (uint32_t m = 0; m < tree->count; m++) {
                for (uint32_t i = 0; i < tree->modules[m].n_softdeps; i++) {
                        Softdep softdep = softdep_of(
                                tree_string(tree, module_softdeps(&tree->modules[m])[i]));

                        while (softdep_next(&softdep)) {
                                _cleanup_free_ char *name =
                                        strndup(softdep.name, softdep.name_size);

                                if (!name)
                                        return -ENOMEM;
                                r = report_name(lookup, m, name, problems);
                                if (r < 0)
                                        return r;
                        }
                }
        }

        return 0;
}
