/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree.h"

#include <errno.h>
#include <string.h>

#include "array.h"

int tree_init(Tree *tree, const char *directory) {
        *tree = (Tree){ .directory = strdup(directory) };
        if (!tree->directory)
                return -ENOMEM;

        return string_table_new(&tree->strings);
}

void tree_done(Tree *tree) {
        for (size_t i = 0; i < tree->count; i++)
                tree_release_module(&tree->modules[i]);
        free(tree->modules);
        string_table_unref(tree->strings);
        free(tree->directory);
        *tree = (Tree){};
}

void tree_set_strings(Tree *tree, StringTable *strings) {
        StringTable *old = tree->strings;

        tree->strings = string_table_ref(strings);
        string_table_unref(old);
}

int tree_add(Tree *tree, StringId name, StringId path, bool is_external) {
        if (ARRAY_RESERVE(tree->modules, tree->capacity, tree->count + 1) < 0)
                return -ENOMEM;

        tree->modules[tree->count++] = (Module){
                .name = name, .path = path, .vermagic = STRING_NONE, .is_external = is_external
        };
        return 0;
}

void tree_absolute_path(const Tree *tree, size_t index, Buffer *path) {
        const char *relative = tree_module_path(tree, index);

        buffer_clear(path);
        if (!tree->modules[index].is_external) {
                buffer_append_string(path, tree->directory);
                buffer_append_byte(path, '/');
        }
        buffer_append(path, relative, strlen(relative) + 1);
}
