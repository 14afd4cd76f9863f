/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "model-script.h"
#include "problem-text.h"
#include "test-case.h"

#define _cleanup_tree_ _cleanup_(tree_done)

/* A tree of the kernel directory "/m/1.0", with the modules of a script. */
static inline void tree_of(Tree *tree, const char *script) {
        assert_int_equal(tree_init(tree, "/m/1.0"), 0);
        model_script_add(tree, script);
}

/* The modules' names in their order, separated by blanks. */
static inline void assert_order(const Tree *tree, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        for (size_t i = 0; i < tree->count; i++)
                buffer_append_format(&text, "%s%s", i > 0 ? " " : "", tree_module_name(tree, i));
        assert_text(&text, expected);
}

/* The number of a module; fails if there is none of the name. */
static inline uint32_t module_of(const Tree *tree, const char *name) {
        for (uint32_t i = 0; i < tree->count; i++) {
                if (strcmp(tree_module_name(tree, i), name) == 0)
                        return i;
        }

        fail_msg("no module %s", name);
        return 0;
}
