/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model-difference.h"

#include "query-case.h"

static void append_names(Buffer *text, char sign, const char **names, size_t count) {
        for (size_t i = 0; i < count; i++)
                buffer_append_format(text, "%c%s ", sign, names[i]);
}

/* "+added *changed -removed " */
static void check(const char *old, const char *new, const char *expected) {
        _cleanup_query_case_ QueryCase before = {}, after = {};
        _cleanup_difference_ Difference difference = {};
        _cleanup_buffer_ Buffer text = {};

        query_case_init(&before, old);
        query_case_init(&after, new);
        assert_int_equal(difference_find(before.lookup, after.lookup, &difference), 0);
        append_names(&text, '+', difference.added, difference.n_added);
        append_names(&text, '*', difference.changed, difference.n_changed);
        append_names(&text, '-', difference.removed, difference.n_removed);
        assert_text(&text, expected);
        assert_false(difference.is_truncated);
}

static const char module[] = "module a.ko\nexport e 1\nneed n 2\nalias al\nsoftdep s\nweakdep w\n"
                             "vermagic v\nmachine 62\n";

static void same_modules_do_not_differ_whatever_their_order(void **state) {
        (void) state;
        check("", "", "");
        check(module, module, "");
        check("module b.ko\nneed x\nmodule a.ko\nexport x\n",
              "module a.ko\nexport x\nmodule b.ko\nneed x\n", "");
}

static void modules_come_and_go(void **state) {
        (void) state;
        check("module a.ko\nmodule b.ko\n", "module c.ko\nmodule b.ko\nmodule d.ko\n", "+c +d -a ");
        check("", module, "+a ");
        check(module, "", "-a ");
}

static void each_part_of_a_record_counts(void **state) {
        static const char *const changed[] = {
                "module b/a.ko\nexport e 1\nneed n 2\nalias al\nsoftdep s\nweakdep w\nvermagic "
                "v\nmachine 62\n",
                "module a.ko\nexport f 1\nneed n 2\nalias al\nsoftdep s\nweakdep w\nvermagic "
                "v\nmachine 62\n",
                "module a.ko\nexport e 3\nneed n 2\nalias al\nsoftdep s\nweakdep w\nvermagic "
                "v\nmachine 62\n",
                "module a.ko\nexport e 1\nneed o 2\nalias al\nsoftdep s\nweakdep w\nvermagic "
                "v\nmachine 62\n",
                "module a.ko\nexport e 1\nneed n 3\nalias al\nsoftdep s\nweakdep w\nvermagic "
                "v\nmachine 62\n",
                "module a.ko\nexport e 1\nneed n\nalias al\nsoftdep s\nweakdep w\nvermagic "
                "v\nmachine 62\n",
                "module a.ko\nexport e 1\nweak n 2\nalias al\nsoftdep s\nweakdep w\nvermagic "
                "v\nmachine 62\n",
                "module a.ko\nexport e 1\nneed n 2\nalias ax\nsoftdep s\nweakdep w\nvermagic "
                "v\nmachine 62\n",
                "module a.ko\nexport e 1\nneed n 2\nalias al\nsoftdep x\nweakdep w\nvermagic "
                "v\nmachine 62\n",
                "module a.ko\nexport e 1\nneed n 2\nalias al\nsoftdep s\nweakdep x\nvermagic "
                "v\nmachine 62\n",
                "module a.ko\nexport e 1\nneed n 2\nalias al\nsoftdep s\nweakdep w\nvermagic "
                "x\nmachine 62\n",
                "module a.ko\nexport e 1\nneed n 2\nalias al\nsoftdep s\nweakdep w\nvermagic "
                "v\nmachine 3\n",
                "module a.ko\nexport e 1\nneed n 2\nalias al\nalias b\nsoftdep s\nweakdep "
                "w\nvermagic v\nmachine 62\n",
                "module a.ko\n",
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(changed); i++) {
                check(module, changed[i], "*a ");
                check(changed[i], module, "*a ");
        }
}

static void set_key(QueryCase *query, StatKey key) {
        query_case_init(query, module);
        query->model.tree.modules[0].key = key;
}

static void file_of_another_time_or_size_is_a_change(void **state) {
        static const StatKey before = { .device = 1, .inode = 2, .size = 3, .mtime_ns = 4 };
        static const struct {
                StatKey key;
                size_t n_changed;
        } cases[] = {
                { { .device = 1, .inode = 2, .size = 3, .mtime_ns = 4 }, 0 },
                { { .device = 1, .inode = 2, .size = 9, .mtime_ns = 4 }, 1 },
                { { .device = 1, .inode = 2, .size = 3, .mtime_ns = 9 }, 1 },
                { { .device = 1, .inode = 9, .size = 3, .mtime_ns = 4, .ctime_ns = 9 }, 0 },
                { {}, 0 },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_query_case_ QueryCase old = {}, new = {};
                _cleanup_difference_ Difference difference = {};

                set_key(&old, before);
                set_key(&new, cases[i].key);
                assert_int_equal(difference_find(old.lookup, new.lookup, &difference), 0);
                assert_int_equal(difference.n_changed, cases[i].n_changed);
        }
}

static void builtin_module_is_no_counterpart(void **state) {
        _cleanup_query_case_ QueryCase before = {}, after = {};
        _cleanup_difference_ Difference difference = {};

        (void) state;
        model_script_link(&before.model, "");
        add_builtin_names(&before.model, "k/a.ko\n");
        query_case_start(&before);
        query_case_init(&after, "module a.ko\n");
        assert_int_equal(difference_find(before.lookup, after.lookup, &difference), 0);
        assert_int_equal(difference.n_added, 1);
}

static void long_lists_are_truncated(void **state) {
        _cleanup_query_case_ QueryCase before = {}, after = {};
        _cleanup_difference_ Difference difference = {};
        _cleanup_buffer_ Buffer script = {};

        (void) state;
        for (unsigned i = 0; i < DIFFERENCE_MAX; i++)
                buffer_append_format(&script, "module m%u.ko\n", i);
        buffer_append_byte(&script, '\0');
        assert_int_equal(buffer_error(&script), 0);
        query_case_init(&after, script.data);
        query_case_init(&before, "module gone.ko\n");

        assert_int_equal(difference_find(before.lookup, after.lookup, &difference), 0);
        assert_int_equal(difference.n_added, DIFFERENCE_MAX);
        assert_int_equal(difference.n_removed, 0);
        assert_true(difference.is_truncated);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(same_modules_do_not_differ_whatever_their_order),
                cmocka_unit_test(modules_come_and_go),
                cmocka_unit_test(each_part_of_a_record_counts),
                cmocka_unit_test(file_of_another_time_or_size_is_a_change),
                cmocka_unit_test(builtin_module_is_no_counterpart),
                cmocka_unit_test(long_lists_are_truncated),
        };

        return cmocka_run_group_tests_name("model-difference", tests, NULL, NULL);
}
