/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

#include "dep-lines.h"

/* A few modules: what one exports the next ones import. */
static const struct {
        const char *name;
        const char *path;
        const char *exports; /* one symbol, or NULL */
        const char *imports;
} modules[] = {
        { "a", "kernel/a.ko", "symbol_a", NULL },
        { "b", "kernel/b.ko.xz", "symbol_b", "symbol_a" },
        { "c", "kernel/net/c.ko", NULL, "symbol_b" },
        { "d", "/ext/d.ko", NULL, "symbol_a" },
        { "e", "e.ko", NULL, NULL },
};

enum {
        N_MODULES = ELEMENTSOF(modules),
};

static StringId intern(Tree *tree, const char *string) {
        StringId id;

        fuzz_check(string_table_intern(tree->strings, string, strlen(string), &id) == 0);
        return id;
}

static void add_symbols(Tree *tree, Module *module, const char *exports, const char *imports) {
        fuzz_check(module_lists_new(&module->lists, 4) == 0);

        if (exports)
                module_exports(module)[module->n_exports++].name =
                        intern(tree, exports) & STRING_ID_MASK;
        if (imports)
                module_imports(module)[module->n_imports++].name =
                        intern(tree, imports) & STRING_ID_MASK;
}

static void init_model(Model *model) {
        Tree *tree = &model->tree;

        fuzz_check(model_init(model, "/lib/modules/1") == 0);
        for (size_t i = 0; i < N_MODULES; i++) {
                const char *path = modules[i].path;

                fuzz_check(tree_add(tree, intern(tree, modules[i].name), intern(tree, path),
                                    path[0] == '/') == 0);
                add_symbols(tree, &tree->modules[i], modules[i].exports, modules[i].imports);
        }
        fuzz_check(model_link(model) == 0);
}

static const char *line_at(const DepLines *lines, size_t number) {
        return lines->text.data + lines->items[number].start;
}

static bool same_lines(const DepLines *a, size_t number_a, const DepLines *b, size_t number_b) {
        const DepLine *x = &a->items[number_a], *y = &b->items[number_b];

        return x->module == y->module && x->size == y->size &&
               memcmp(line_at(a, number_a), line_at(b, number_b), x->size) == 0;
}

/* The lines fill the text, and each module has exactly one. */
static void check_lines(const DepLines *lines, const Tree *tree) {
        bool has_line[N_MODULES] = {};
        size_t start = 0;

        fuzz_check(lines->count == N_MODULES);
        for (size_t i = 0; i < lines->count; i++) {
                const DepLine *line = &lines->items[i];
                const char *path = tree_module_path(tree, line->module);
                size_t path_size = strlen(path);

                fuzz_check(line->start == start);
                start += line->size + 1;
                fuzz_check(start <= lines->text.size);
                fuzz_check(line_at(lines, i)[line->size] == '\n');
                fuzz_check(!memchr(line_at(lines, i), '\n', line->size));

                fuzz_check(!has_line[line->module]);
                has_line[line->module] = true;
                fuzz_check(line->size > path_size && line_at(lines, i)[path_size] == ':');
                fuzz_check(memcmp(line_at(lines, i), path, path_size) == 0);
        }

        fuzz_check(start == lines->text.size);
}

/* The first lines are those of the old file, in its order; the others are as in a new file. */
static void check_origins(const DepLines *lines, const DepLines *fresh, const char *old,
                          size_t old_size, size_t n_kept) {
        const char *end = old + old_size;
        size_t i = 0;

        while (i < lines->count && old < end) {
                const char *newline = memchr(old, '\n', (size_t) (end - old));
                size_t size = newline ? (size_t) (newline - old) : (size_t) (end - old);

                if (lines->items[i].size == size && memcmp(line_at(lines, i), old, size) == 0)
                        i++;
                old += size + (newline ? 1 : 0);
        }

        fuzz_check(i == n_kept);
        for (size_t k = 0; i < lines->count; i++, k++) {
                while (k < fresh->count && !same_lines(lines, i, fresh, k))
                        k++;
                fuzz_check(k < fresh->count);
        }
}

static size_t count_lines(const char *bytes, size_t size) {
        size_t n = 0;

        for (size_t i = 0; i < size; i++)
                n += bytes[i] != '\n' && (i + 1 == size || bytes[i + 1] == '\n');
        return n;
}

static void check_problems(const ProblemList *problems) {
        for (size_t i = 0; i < problems->count; i++)
                fuzz_check(problems->items[i].kind == PROBLEM_LINE_DROPPED &&
                           problems->items[i].path);
}

static void check_append(const Model *model, const char *old, size_t old_size) {
        _cleanup_dep_lines_ DepLines fresh = {}, lines = {}, again = {};
        _cleanup_problem_list_ ProblemList problems = {}, none = {};
        size_t n_old = count_lines(old, old_size);

        fuzz_check(dep_lines_render(&fresh, model) == 0);
        fuzz_check(dep_lines_append(&lines, model, old, old_size, &problems) == 0);
        check_lines(&lines, &model->tree);
        check_problems(&problems);
        fuzz_check(problems.count <= n_old);
        check_origins(&lines, &fresh, old, old_size, n_old - problems.count);

        /* On top of its own result nothing is missing and nothing is gone. */
        fuzz_check(dep_lines_append(&again, model, lines.text.data, lines.text.size, &none) == 0);
        fuzz_check(none.count == 0);
        fuzz_check(again.count == lines.count);
        for (size_t i = 0; i < lines.count; i++)
                fuzz_check(same_lines(&again, i, &lines, i));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        static Model model;

        if (model.tree.count == 0)
                init_model(&model);

        check_append(&model, (const char *) bytes, size);
        return 0;
}
