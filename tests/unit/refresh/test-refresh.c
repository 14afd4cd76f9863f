/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "refresh.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "depmod-config.h"
#include "module-file.h"
#include "problem-text.h"
#include "temp-tree.h"
#include "test-case.h"

#define DIRECTORY "m/1.0"

/* A refresh of "m/1.0" and what came of it. */
typedef struct RefreshCase {
        Model model;
        ProblemList problems;
        RefreshFailure failure;
} RefreshCase;

static void refresh_case_done(RefreshCase *run) {
        model_done(&run->model);
        problem_list_done(&run->problems);
        refresh_failure_done(&run->failure);
}

#define _cleanup_run_ _cleanup_(refresh_case_done)

static int refresh(RefreshCase *run, RefreshOptions options) {
        static const char *const no_paths[] = { NULL };

        options.directory = DIRECTORY;
        options.version = "1.0";
        options.n_workers = 2;
        if (!options.config_paths)
                options.config_paths = no_paths;
        assert_int_equal(model_init(&run->model, DIRECTORY), 0);
        return refresh_model(&run->model, &options, &run->problems, &run->failure);
}

static void assert_modules(const RefreshCase *run, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        for (size_t i = 0; i < run->model.tree.count; i++)
                buffer_append_format(&text, "%s ", tree_module_path(&run->model.tree, i));
        assert_text(&text, expected);
}

static void assert_failure(const RefreshCase *run, RefreshStep step, const char *subject,
                           const char *other) {
        assert_int_equal(run->failure.step, step);
        if (subject)
                assert_string_equal(run->failure.subject, subject);
        else
                assert_null(run->failure.subject);
        if (other)
                assert_string_equal(run->failure.other, other);
        else
                assert_null(run->failure.other);
}

#define NO_ORDER "input-missing m/1.0 'modules.order' ENOENT\n"

static void model_is_made_of_all_that_the_directory_holds(void **state) {
        _cleanup_run_ RefreshCase run = {};
        const Model *model = &run.model;

        (void) state;
        module_file_write(DIRECTORY "/kernel/a-b.ko", "need x\ninfo alias=q\n");
        module_file_write(DIRECTORY "/x.ko.xz", "export x 1\n");
        temp_tree_write_text(DIRECTORY "/modules.order", "x.ko\nkernel/a-b.ko\n");
        temp_tree_write_text(DIRECTORY "/modules.builtin", "kernel/e.ko\n");
        temp_tree_write(DIRECTORY "/modules.builtin.modinfo", "e.alias=f", 10);
        assert_int_equal(refresh(&run, (RefreshOptions){ .read_builtin = true }), 0);

        assert_modules(&run, "x.ko.xz kernel/a-b.ko ");
        assert_int_equal(graph_n_edges(&model->graph, 1), 1);
        assert_string_equal(tree_string(&model->tree, module_aliases(&model->tree.modules[1])[0]),
                            "q");
        assert_true(model->builtin.has_names && model->builtin.has_modinfo);
        assert_string_equal(tree_string(&model->tree, model->builtin.names[0]), "e");
        assert_string_equal(tree_string(&model->tree, model->builtin.aliases[0].alias), "f");
        assert_problems(&run.problems, "");
}

/* Buckets: xfs 217, ext4 278, a 386. */
static void without_modules_order_the_order_is_that_of_the_hash_table(void **state) {
        _cleanup_run_ RefreshCase run = {};

        (void) state;
        module_file_write(DIRECTORY "/a.ko", "");
        module_file_write(DIRECTORY "/xfs.ko", "");
        module_file_write(DIRECTORY "/ext4.ko", "");
        assert_int_equal(refresh(&run, (RefreshOptions){}), 0);
        assert_modules(&run, "xfs.ko ext4.ko a.ko ");
        assert_problems(&run.problems, NO_ORDER);
}

static void repeated_line_of_modules_order_counts_as_it_is_told(void **state) {
        _cleanup_run_ RefreshCase first = {}, last = {};

        (void) state;
        module_file_write(DIRECTORY "/a.ko", "");
        module_file_write(DIRECTORY "/b.ko", "");
        temp_tree_write_text(DIRECTORY "/modules.order", "a.ko\nb.ko\na.ko\n");
        assert_int_equal(refresh(&first, (RefreshOptions){ .order_repeat = MODULE_ORDER_FIRST }),
                         0);
        assert_modules(&first, "a.ko b.ko ");
        assert_int_equal(refresh(&last, (RefreshOptions){ .order_repeat = MODULE_ORDER_LAST }), 0);
        assert_modules(&last, "b.ko a.ko ");
}

static void builtin_files_that_are_missing_are_told_with_their_outputs(void **state) {
        _cleanup_run_ RefreshCase run = {}, unread = {};

        (void) state;
        temp_tree_write_text(DIRECTORY "/modules.order", "");
        assert_int_equal(refresh(&run, (RefreshOptions){ .read_builtin = true }), 0);
        assert_problems(&run.problems, "");
        assert_false(run.model.builtin.has_names || run.model.builtin.has_modinfo);
        assert_problems(&run.model.builtin.names_problems,
                        "input-missing m/1.0 'modules.builtin' ENOENT\n");
        assert_problems(&run.model.builtin.modinfo_problems,
                        "input-missing m/1.0 'modules.builtin.modinfo' ENOENT\n");

        assert_int_equal(refresh(&unread, (RefreshOptions){}), 0);
        assert_problems(&unread.model.builtin.names_problems, "");
}

static void input_that_is_no_file_is_missing(void **state) {
        _cleanup_run_ RefreshCase run = {};

        (void) state;
        temp_tree_make_directory(DIRECTORY "/modules.order");
        temp_tree_make_directory(DIRECTORY "/modules.builtin");
        temp_tree_make_directory(DIRECTORY "/modules.builtin.modinfo");
        assert_int_equal(refresh(&run, (RefreshOptions){ .read_builtin = true }), 0);
        assert_problems(&run.problems, "input-missing m/1.0 'modules.order' EISDIR\n");
        assert_false(run.model.builtin.has_names);
}

static void configuration_decides_which_modules_there_are(void **state) {
        static const char *const paths[] = { "depmod.d", NULL };
        _cleanup_run_ RefreshCase run = {};

        (void) state;
        module_file_write(DIRECTORY "/kernel/a.ko", "");
        module_file_write(DIRECTORY "/mine/a.ko", "");
        module_file_write(DIRECTORY "/updates/a.ko", "");
        module_file_write(DIRECTORY "/not/b.ko", "");
        temp_tree_write_text("depmod.d/x.conf", "search mine built-in\nexclude not\nnonsense\n"
                                                "override a 2.0 updates\n");
        assert_int_equal(refresh(&run, (RefreshOptions){ .config_paths = paths }), 0);
        assert_modules(&run, "mine/a.ko ");
        assert_problems(&run.problems,
                        "config-bad-line depmod.d/x.conf:3 'nonsense'\n"
                        "config-no-match depmod.d/x.conf:4 'override kernel' (2.0)\n"
                        "duplicate-module kernel/a.ko 'mine/a.ko' (search mine)\n"
                        "duplicate-module updates/a.ko 'mine/a.ko' (search mine)\n" NO_ORDER);
}

/* Section 1.7: symbols, configuration, walk, order, files, and the graph at last. */
static void problems_come_in_the_order_of_kmods_steps(void **state) {
        static const char *const paths[] = { "depmod.d", NULL };
        _cleanup_run_ RefreshCase run = {};

        (void) state;
        temp_tree_write_text(DIRECTORY "/text.ko", "this is no module");
        temp_tree_link("gone", DIRECTORY "/link.ko");
        temp_tree_write_text("depmod.d/x.conf", "nonsense\n");
        temp_tree_write_text("map", "nonsense\n");
        assert_int_equal(
                refresh(&run, (RefreshOptions){ .config_paths = paths, .system_map = "map" }), 0);
        assert_problems(&run.problems, "system-map-line map:1 'nonsense\n'\n"
                                       "config-bad-line depmod.d/x.conf:1 'nonsense'\n"
                                       "entry-stat m/1.0/link.ko ENOENT\n" NO_ORDER
                                       "unreadable m/1.0/text.ko ENOEXEC\n");
}

static uint32_t provider_of(const RefreshCase *run, const char *name) {
        return symbol_table_get(&run->model.symbols,
                                string_table_find(run->model.tree.strings, name, strlen(name)))
                .provider;
}

static void kernel_symbols_are_those_of_symvers_or_else_of_the_map(void **state) {
        _cleanup_run_ RefreshCase none = {}, map = {}, both = {};

        (void) state;
        module_file_write(DIRECTORY "/a.ko", "export module_wins 1\nneed in_map\n");
        temp_tree_write_text("symvers", "1 in_symvers vmlinux x\n2 module_wins vmlinux x\n");
        temp_tree_write_text("map", "0 r __ksymtab_in_map\n");

        assert_int_equal(refresh(&none, (RefreshOptions){}), 0);
        assert_int_equal(provider_of(&none, "__this_module"), SYMBOL_NO_PROVIDER);
        assert_int_equal(refresh(&map, (RefreshOptions){ .system_map = "map" }), 0);
        assert_int_equal(provider_of(&map, "in_map"), SYMBOL_KERNEL);
        assert_int_equal(provider_of(&map, "__this_module"), SYMBOL_KERNEL);
        assert_int_equal(
                refresh(&both, (RefreshOptions){ .system_map = "map", .symvers = "symvers" }), 0);
        assert_int_equal(provider_of(&both, "in_map"), SYMBOL_NO_PROVIDER);
        assert_int_equal(provider_of(&both, "in_symvers"), SYMBOL_KERNEL);
        assert_int_equal(provider_of(&both, "TOC."), SYMBOL_KERNEL);
        assert_int_equal(provider_of(&both, "module_wins"), 0);
}

static void symbol_prefix_is_stripped(void **state) {
        _cleanup_run_ RefreshCase run = {};

        (void) state;
        module_file_write(DIRECTORY "/a.ko", "need _x\n");
        module_file_write(DIRECTORY "/b.ko", "export x 1\n");
        assert_int_equal(refresh(&run, (RefreshOptions){ .symbol_prefix = '_' }), 0);
        assert_int_equal(run.model.graph.starts[2], 1);
}

static void cycle_is_an_outcome(void **state) {
        _cleanup_run_ RefreshCase run = {};

        (void) state;
        module_file_write(DIRECTORY "/a.ko", "need b\nexport a 1\n");
        module_file_write(DIRECTORY "/b.ko", "need a\nexport b 1\n");
        assert_int_equal(refresh(&run, (RefreshOptions){}), GRAPH_HAS_CYCLE);
        assert_modules(&run, "b.ko a.ko ");
}

static void named_files_are_taken_instead_of_the_directory(void **state) {
        static const char *const paths[] = { "depmod.d", NULL };
        _cleanup_free_ char *one = temp_tree_path("elsewhere/a"),
                            *two = temp_tree_path("elsewhere/b.ko");
        char *files[] = { one, two };
        _cleanup_run_ RefreshCase run = {};

        (void) state;
        module_file_write("elsewhere/a", "need b\n");
        module_file_write("elsewhere/b.ko", "export b 1\n");
        module_file_write(DIRECTORY "/c.ko", "export c 1\n");
        temp_tree_write_text("depmod.d/x.conf", "nonsense\n");
        assert_int_equal(
                refresh(&run,
                        (RefreshOptions){ .files = files, .n_files = 2, .config_paths = paths }),
                0);
        assert_int_equal(run.model.tree.count, 2);
        assert_int_equal(run.model.graph.starts[2], 1);
        assert_problems(&run.problems, NO_ORDER);
}

static void named_files_that_cannot_be_taken_are_failures(void **state) {
        _cleanup_free_ char *one = temp_tree_path("a.ko"), *gone = temp_tree_path("gone.ko"),
                            *two = temp_tree_path("d/a.ko.xz");
        char *relative[] = { one, (char *) "a.ko" }, *missing[] = { one, gone },
             *twice[] = { one, two };
        _cleanup_run_ RefreshCase run1 = {}, run2 = {}, run3 = {};

        (void) state;
        temp_tree_make_directory(DIRECTORY);
        module_file_write("a.ko", "");
        module_file_write("d/a.ko.xz", "");
        assert_int_equal(refresh(&run1, (RefreshOptions){ .files = relative, .n_files = 2 }),
                         -EINVAL);
        assert_failure(&run1, REFRESH_STEP_FILE_PATH, "a.ko", NULL);
        assert_int_equal(refresh(&run2, (RefreshOptions){ .files = missing, .n_files = 2 }),
                         -ENOENT);
        assert_failure(&run2, REFRESH_STEP_FILE, gone, NULL);
        assert_int_equal(refresh(&run3, (RefreshOptions){ .files = twice, .n_files = 2 }), -EEXIST);
        assert_failure(&run3, REFRESH_STEP_FILE_NAME, two, one);
}

static void directory_that_is_missing_fails_the_scan(void **state) {
        _cleanup_run_ RefreshCase run = {};

        (void) state;
        assert_int_equal(refresh(&run, (RefreshOptions){}), -ENOENT);
        assert_failure(&run, REFRESH_STEP_SCAN, NULL, NULL);
        assert_problems(&run.problems, "directory-unreadable m/1.0 ENOENT\n");
}

static void file_of_symbols_that_is_missing_is_a_failure(void **state) {
        _cleanup_run_ RefreshCase symvers = {}, map = {};

        (void) state;
        temp_tree_make_directory(DIRECTORY);
        assert_int_equal(
                refresh(&symvers, (RefreshOptions){ .symvers = "gone", .system_map = "x" }),
                -ENOENT);
        assert_failure(&symvers, REFRESH_STEP_SYMBOLS, "gone", NULL);
        assert_int_equal(refresh(&map, (RefreshOptions){ .system_map = "x" }), -ENOENT);
        assert_failure(&map, REFRESH_STEP_SYMBOLS, "x", NULL);
}

static void more_modules_than_an_index_can_number_are_a_failure(void **state) {
        _cleanup_run_ RefreshCase run = {};

        (void) state;
        temp_tree_write_text(DIRECTORY "/0.ko", "");
        for (unsigned i = 1; i <= TREE_MODULES_MAX; i++) {
                char path[32];

                (void) snprintf(path, sizeof(path), DIRECTORY "/%u.ko", i);
                /* A file system may limit the number of links. */
                if (link(DIRECTORY "/0.ko", path) < 0)
                        temp_tree_write_text(path, "");
        }
        assert_int_equal(refresh(&run, (RefreshOptions){}), -ERANGE);
        assert_failure(&run, REFRESH_STEP_COUNT, NULL, NULL);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(model_is_made_of_all_that_the_directory_holds),
                TREE_TEST(without_modules_order_the_order_is_that_of_the_hash_table),
                TREE_TEST(repeated_line_of_modules_order_counts_as_it_is_told),
                TREE_TEST(builtin_files_that_are_missing_are_told_with_their_outputs),
                TREE_TEST(input_that_is_no_file_is_missing),
                TREE_TEST(configuration_decides_which_modules_there_are),
                TREE_TEST(problems_come_in_the_order_of_kmods_steps),
                TREE_TEST(kernel_symbols_are_those_of_symvers_or_else_of_the_map),
                TREE_TEST(symbol_prefix_is_stripped),
                TREE_TEST(cycle_is_an_outcome),
                TREE_TEST(named_files_are_taken_instead_of_the_directory),
                TREE_TEST(named_files_that_cannot_be_taken_are_failures),
                TREE_TEST(directory_that_is_missing_fails_the_scan),
                TREE_TEST(file_of_symbols_that_is_missing_is_a_failure),
                TREE_TEST(more_modules_than_an_index_can_number_are_a_failure),
        };

        return cmocka_run_group_tests_name("refresh", tests, NULL, NULL);
}
