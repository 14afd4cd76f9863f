/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

#include "module-name.h"
#include "module-order.h"

#define UNLISTED UINT32_MAX
#define PIECE_SIZE 4096

/* A few modules, and by which name modules.order would list each. */
static const struct {
        const char *path;
        const char *listed; /* NULL: it never is */
} modules[] = {
        { "kernel/a.ko", "kernel/a.ko" },
        { "kernel/b-c.ko.xz", "kernel/b-c.ko" },
        { "kernel/b_d.ko", "kernel/b_d.ko" },
        { "kernel/net/e.ko.zst", "kernel/net/e.ko" },
        { "kernel/foo.bar.ko", "kernel/foo.ba" },
        { "updates/f.ko.gz", "updates/f.ko" },
        { "top.ko", "top.ko" },
        { "/ext/g.ko", NULL },
};

enum {
        N_MODULES = ELEMENTSOF(modules),
};

static void add_module(Tree *tree, const char *path) {
        _cleanup_buffer_ Buffer name = {};
        StringId name_id, path_id;

        fuzz_check(module_name_from_path(path, strlen(path), &name) == 0);
        fuzz_check(string_table_intern(tree->strings, name.data, name.size, &name_id) == 0);
        fuzz_check(string_table_intern(tree->strings, path, strlen(path), &path_id) == 0);
        fuzz_check(tree_add(tree, name_id, path_id, path[0] == '/') == 0);
}

static void tree_init_with_modules(Tree *tree) {
        fuzz_check(tree_init(tree, "/lib/modules/1") == 0);
        for (size_t i = 0; i < N_MODULES; i++)
                add_module(tree, modules[i].path);
        fuzz_check(module_order_by_hash(tree) == 0);
}

/* The line that lists each of the modules, and the line that makes the file void, or 0. */
typedef struct Listing {
        uint32_t lines[N_MODULES];
        uint32_t void_line;
} Listing;

static void list_line(Listing *listing, const char *line, uint32_t number,
                      ModuleOrderRepeat repeat) {
        for (size_t i = 0; i < N_MODULES; i++) {
                if (modules[i].listed && strcmp(line, modules[i].listed) == 0 &&
                    (repeat == MODULE_ORDER_LAST || listing->lines[i] == UNLISTED))
                        listing->lines[i] = number;
        }
}

static void clear_lines(Listing *listing) {
        for (size_t i = 0; i < N_MODULES; i++)
                listing->lines[i] = UNLISTED;
}

/* As kmod reads the file: with fgets(3). A void file lists nothing. */
static void read_lines(Listing *listing, const uint8_t *bytes, size_t size,
                       ModuleOrderRepeat repeat) {
        FILE *file = fmemopen((void *) bytes, size, "rb");
        char piece[PIECE_SIZE];

        fuzz_check(file);
        listing->void_line = 0;
        clear_lines(listing);
        for (uint32_t number = 1; fgets(piece, sizeof(piece), file); number++) {
                size_t length = strlen(piece);

                if (length == 0)
                        continue;
                if (piece[length - 1] != '\n') {
                        listing->void_line = number;
                        clear_lines(listing);
                        break;
                }
                piece[length - 1] = '\0';
                list_line(listing, piece, number, repeat);
        }

        (void) fclose(file);
}

static uint32_t line_of(const Listing *listing, const char *path) {
        for (size_t i = 0; i < N_MODULES; i++) {
                if (strcmp(modules[i].path, path) == 0)
                        return listing->lines[i];
        }

        fuzz_fail("each path was in the tree before", __FILE__, __LINE__);
}

static size_t position_of(const Tree *tree, StringId path) {
        for (size_t i = 0; i < tree->count; i++) {
                if (tree->modules[i].path == path)
                        return i;
        }

        fuzz_fail("each module is still there", __FILE__, __LINE__);
}

static void check_problems(const ProblemList *problems, uint32_t void_line) {
        fuzz_check(problems->count == (void_line > 0 ? 1 : 0));
        if (void_line == 0)
                return;

        fuzz_check(problems->items[0].kind == PROBLEM_ORDER_CORRUPT);
        fuzz_check(problems->items[0].line == void_line);
        fuzz_check(strcmp(problems->items[0].path, "/lib/modules/1/modules.order") == 0);
}

/* What is listed comes first, by line; the rest follows as it stood. */
static void check_order(const uint8_t *bytes, size_t size, ModuleOrderRepeat repeat) {
        Tree before, tree;
        _cleanup_problem_list_ ProblemList problems = {};
        uint32_t last_line = 0;
        size_t last_position = 0;
        Listing listing;

        tree_init_with_modules(&before);
        tree_init_with_modules(&tree);
        fuzz_check(module_order_apply(&tree, (const char *) bytes, size, repeat, &problems) == 0);
        fuzz_check(tree.count == N_MODULES);
        read_lines(&listing, bytes, size, repeat);

        for (size_t i = 0; i < tree.count; i++) {
                const Module *module = &tree.modules[i];
                size_t position = position_of(&before, module->path);
                uint32_t line = line_of(&listing, tree_module_path(&tree, i));

                fuzz_check(memcmp(module, &before.modules[position], sizeof(*module)) == 0);
                fuzz_check(position_of(&tree, before.modules[i].path) < tree.count);
                fuzz_check(i == 0 || line > last_line ||
                           (line == UNLISTED && position > last_position));
                last_line = line;
                last_position = position;
        }

        check_problems(&problems, listing.void_line);
        tree_done(&tree);
        tree_done(&before);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        check_order(bytes, size, MODULE_ORDER_FIRST);
        check_order(bytes, size, MODULE_ORDER_LAST);
        return 0;
}
