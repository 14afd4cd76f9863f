/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "soft-names.h"

#include <errno.h>
#include <string.h>

#include "lookup-parts.h"
#include "module-name.h"
#include "softdep.h"

static unsigned number_of(char first, char second) {
        uint8_t a = (uint8_t) (first == '-' ? '_' : first);
        uint8_t b = (uint8_t) (second == '-' ? '_' : second);

        return (unsigned) a << 8 | b;
}

static void add(SoftNames *names, const Lookup *lookup, const char *name, size_t size) {
        StringId id = string_table_find(lookup->model->tree.strings, name, size);
        unsigned number;
        uint32_t module;

        if (name_slots_find(&lookup->names, id, 0, &module) == 0 &&
            !lookup_is_builtin(lookup, module))
                return;

        names->is_empty = false;
        names->has_short |= size < 2;
        number = size < 2 ? 0 : number_of(name[0], name[1]);
        names->bits[number / 64] |= UINT64_C(1) << (number % 64);
}

static int add_text(SoftNames *names, const Lookup *lookup, Softdep softdep, Buffer *scratch) {
        while (softdep_next(&softdep)) {
                int r;

                buffer_clear(scratch);
                r = alias_normalize(softdep.name, softdep.name_size, scratch);
                if (r == -EINVAL)
                        continue;
                if (r < 0)
                        return r;
                add(names, lookup, scratch->data, scratch->size);
        }

        return 0;
}

int soft_names_gather(SoftNames *names, const Lookup *lookup) {
        const Tree *tree = &lookup->model->tree;
        _cleanup_buffer_ Buffer scratch = {};
        int r = 0;

        memset(names, 0, sizeof(*names)); /* padding, too: they are compared as bytes */
        names->is_empty = true;
        for (size_t m = 0; m < tree->count; m++) {
                const Module *module = &tree->modules[m];

                for (uint32_t i = 0; i < module->n_softdeps && r >= 0; i++)
                        r = add_text(names, lookup,
                                     softdep_of(tree_string(tree, module_softdeps(module)[i])),
                                     &scratch);
                for (uint32_t i = 0; i < module->n_weakdeps && r >= 0; i++)
                        r = add_text(names, lookup,
                                     weakdep_of(tree_string(tree, module_weakdeps(module)[i])),
                                     &scratch);
        }

        return r;
}

/* A wildcard, or what may not stand for itself. */
static bool is_special(char c) {
        return c == '\0' || c == '*' || c == '?' || c == '[' || c == '\\';
}

bool soft_names_may_match(const SoftNames *names, const char *alias) {
        unsigned number;

        if (names->is_empty)
                return false;
        if (names->has_short || is_special(alias[0]) || is_special(alias[1]))
                return true;

        number = number_of(alias[0], alias[1]);
        return names->bits[number / 64] >> (number % 64) & 1;
}
