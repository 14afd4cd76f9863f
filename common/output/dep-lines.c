/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dep-lines.h"

#include <errno.h>
#include <string.h>

#include "array.h"
#include "closure.h"

void dep_lines_done(DepLines *lines) {
        buffer_done(&lines->text);
        free(lines->items);
        *lines = (DepLines){};
}

static void append_path(DepLines *lines, const Tree *tree, uint32_t module) {
        StringId path = tree->modules[module].path;

        buffer_append(&lines->text, tree_string(tree, path),
                      string_table_size(tree->strings, path));
}

/* Ends the line that begins at `start`. */
static int add_line(DepLines *lines, size_t start, uint32_t module) {
        size_t size = lines->text.size - start;

        buffer_append_byte(&lines->text, '\n');
        if (buffer_error(&lines->text) < 0 ||
            ARRAY_RESERVE(lines->items, lines->capacity, lines->count + 1) < 0)
                return -ENOMEM;
        if (size > UINT32_MAX)
                return -EFBIG;

        lines->items[lines->count++] =
                (DepLine){ .start = start, .size = (uint32_t) size, .module = module };
        return 0;
}

static int render_module(DepLines *lines, const Tree *tree, Closure *closure, uint32_t module) {
        size_t start = lines->text.size;

        append_path(lines, tree, module);
        buffer_append_byte(&lines->text, ':');

        closure_collect(closure, module);
        for (uint32_t i = 0; i < closure->count; i++) {
                buffer_append_byte(&lines->text, ' ');
                append_path(lines, tree, closure->members[i]);
        }

        return add_line(lines, start, module);
}

/* Those modules that are not among the lines already. */
static int render_missing(DepLines *lines, const Model *model, const bool *has_line) {
        _cleanup_(closure_done) Closure closure = {};
        int r;

        r = closure_init(&closure, &model->graph);
        if (r < 0)
                return r;

        for (uint32_t m = 0; m < model->tree.count; m++) {
                if (has_line && has_line[m])
                        continue;
                r = render_module(lines, &model->tree, &closure, m);
                if (r < 0)
                        return r;
        }

        return 0;
}

int dep_lines_render(DepLines *ret_lines, const Model *model) {
        _cleanup_dep_lines_ DepLines lines = {};
        int r;

        r = render_missing(&lines, model, NULL);
        if (r < 0)
                return r;

        *ret_lines = lines;
        lines = (DepLines){};
        return 0;
}

/* module_of[id of a path] is the module's index, or UINT32_MAX for other strings. */
static uint32_t *index_paths(const Tree *tree) {
        size_t n = (size_t) string_table_count(tree->strings) + 1;
        uint32_t *module_of = reallocarray(NULL, n, sizeof(uint32_t));

        if (!module_of)
                return NULL;

        memset(module_of, 0xff, n * sizeof(uint32_t));
        for (size_t i = 0; i < tree->count; i++)
                module_of[tree->modules[i].path] = (uint32_t) i;
        return module_of;
}

static int report_dropped(const char *line, size_t size, ProblemList *problems) {
        _cleanup_free_ char *path = strndup(line, size);

        if (!path)
                return -ENOMEM;
        return problem_list_add(problems, &(Problem){ .kind = PROBLEM_LINE_DROPPED, .path = path });
}

static int keep_lines(DepLines *lines, const Tree *tree, const char *old, size_t old_size,
                      bool *has_line, ProblemList *problems) {
        _cleanup_free_ uint32_t *module_of = index_paths(tree);
        const char *end = old + old_size;
        int r;

        if (!module_of)
                return -ENOMEM;

        while (old < end) {
                const char *newline = memchr(old, '\n', (size_t) (end - old));
                size_t size = newline ? (size_t) (newline - old) : (size_t) (end - old);
                const char *colon = memchr(old, ':', size);
                size_t path_size = colon ? (size_t) (colon - old) : size;
                StringId id = string_table_find(tree->strings, old, path_size);
                uint32_t module = id != STRING_NONE && colon ? module_of[id] : UINT32_MAX;

                if (module == UINT32_MAX || has_line[module]) {
                        r = size > 0 ? report_dropped(old, path_size, problems) : 0;
                } else {
                        size_t start = lines->text.size;

                        has_line[module] = true;
                        buffer_append(&lines->text, old, size);
                        r = add_line(lines, start, module);
                }
                if (r < 0)
                        return r;

                old += size + 1;
        }

        return 0;
}

int dep_lines_append(DepLines *ret_lines, const Model *model, const char *old, size_t old_size,
                     ProblemList *problems) {
        _cleanup_dep_lines_ DepLines lines = {};
        _cleanup_free_ bool *has_line = calloc(model->tree.count + 1, sizeof(bool));
        int r;

        if (!has_line)
                return -ENOMEM;

        r = keep_lines(&lines, &model->tree, old, old_size, has_line, problems);
        if (r < 0)
                return r;
        r = render_missing(&lines, model, has_line);
        if (r < 0)
                return r;

        *ret_lines = lines;
        lines = (DepLines){};
        return 0;
}
