/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-tree.h"

#include <errno.h>

#include "test-case.h"
#include "wire.h"

/* "a: b c" as an edge each; what is in capitals is builtin. */
typedef struct Graph {
        const char *const *lines;
        unsigned n_asked;
} Graph;

static void add_edge(Value *edges, const char *name) {
        bool is_builtin = name[0] >= 'A' && name[0] <= 'Z';
        Value *edge = value_add(edges, NULL);

        assert_non_null(edge);
        assert_int_equal(value_add_text(edge, "name", name), 0);
        assert_int_equal(value_add_text(edge, "path", is_builtin ? "" : "kernel/x.ko"), 0);
        assert_int_equal(value_add_number(edge, "edges",
                                          is_builtin ? DEPMOD1_EDGE_BUILTIN : DEPMOD1_EDGE_HARD),
                         0);
}

static int ask(void *userdata, const char *name, Value *ret_edges) {
        Graph *graph = userdata;

        graph->n_asked++;
        ret_edges->kind = VALUE_LIST;
        for (const char *const *line = graph->lines; *line; line++) {
                if ((*line)[0] != name[0])
                        continue;
                for (const char *edge = *line + 2; *edge; edge++) {
                        if (*edge != ' ')
                                add_edge(ret_edges, (char[]){ *edge, '\0' });
                }
                return 0;
        }

        return -ENOENT;
}

/* One line a row: two blanks for each level, the name, and a mark for what is repeated. */
static void draw(const Value *rows, Buffer *text) {
        for (size_t i = 0; i < rows->count; i++) {
                const Value *row = &rows->items[i];

                for (const Value *above = row; value_find(above, "parent");
                     above = &rows->items[value_number(above, "parent")])
                        buffer_append_string(text, "  ");
                buffer_append_format(text, "%s%s\n", value_text(row, "name"),
                                     value_boolean(row, "repeated") ? "*" : "");
        }
}

static void expect(const char *const *lines, unsigned n_asked, const char *tree) {
        _cleanup_value_ Value rows = {};
        _cleanup_buffer_ Buffer text = {};
        Graph graph = { .lines = lines };

        assert_int_equal(module_tree_unfold("a", ask, &graph, &rows), 0);
        draw(&rows, &text);
        assert_text(&text, tree);
        assert_int_equal(graph.n_asked, n_asked);
}

static void a_module_alone_is_a_tree(void **state) {
        (void) state;
        expect((const char *const[]){ "a:", NULL }, 1, "a\n");
}

static void levels_are_unfolded_depth_first(void **state) {
        (void) state;
        expect((const char *const[]){ "a: b e", "b: c d", "c:", "d:", "e:", NULL }, 5,
               "a\n"
               "  b\n"
               "    c\n"
               "    d\n"
               "  e\n");
}

static void a_common_provider_is_unfolded_once(void **state) {
        (void) state;
        expect((const char *const[]){ "a: b c", "b: d", "c: d", "d: e", "e:", NULL }, 5,
               "a\n"
               "  b\n"
               "    d\n"
               "      e\n"
               "  c\n"
               "    d*\n");
}

static void cycles_end(void **state) {
        (void) state;
        expect((const char *const[]){ "a: b", "b: c", "c: a c", NULL }, 3,
               "a\n"
               "  b\n"
               "    c\n"
               "      a*\n"
               "      c*\n");
}

static void what_is_builtin_is_not_asked(void **state) {
        (void) state;
        expect((const char *const[]){ "a: B c", "c: B", NULL }, 2,
               "a\n"
               "  B\n"
               "  c\n"
               "    B\n");
}

static void a_failed_question_is_passed_on(void **state) {
        Graph graph = { .lines = (const char *const[]){ "a: b", NULL } };
        _cleanup_value_ Value rows = {};

        (void) state;
        assert_int_equal(module_tree_unfold("a", ask, &graph, &rows), -ENOENT);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_module_alone_is_a_tree),
                cmocka_unit_test(levels_are_unfolded_depth_first),
                cmocka_unit_test(a_common_provider_is_unfolded_once),
                cmocka_unit_test(cycles_end),
                cmocka_unit_test(what_is_builtin_is_not_asked),
                cmocka_unit_test(a_failed_question_is_passed_on),
        };

        return cmocka_run_group_tests_name("module-tree", tests, NULL, NULL);
}
