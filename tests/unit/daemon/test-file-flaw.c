/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <unistd.h>

#include "kernel-repairs.h"

static void check(const char *found, const char *wanted, bool is_binary, FileFlaw expected) {
        Buffer a = { .data = (char *) found, .size = strlen(found) };
        Buffer b = { .data = (char *) wanted, .size = strlen(wanted) };

        assert_int_equal(file_flaw_of(&a, &b, is_binary), expected);
}

static void text_is_whole_if_it_ends_with_a_newline(void **state) {
        (void) state;
        check("", "a\n", false, FLAW_EMPTY);
        check("a\n", "a\nb\n", false, FLAW_DIFFERENT);
        check("a\nb", "a\nb\n", false, FLAW_CUT_SHORT);
        check("x", "a\nb\n", false, FLAW_CUT_SHORT);
        check("a\nb\nc\n", "a\nb\n", false, FLAW_DIFFERENT);
}

static void index_begins_as_one(void **state) {
        (void) state;
        check("", "index", true, FLAW_EMPTY);
        check("ind", "index", true, FLAW_CUT_SHORT);
        check("garbage", "index", true, FLAW_NO_INDEX);
}

static void only_what_no_index_looks_like_is_damage(void **state) {
        (void) state;
        assert_false(file_flaw_is_damage(FLAW_NONE));
        assert_false(file_flaw_is_damage(FLAW_MISSING));
        assert_true(file_flaw_is_damage(FLAW_EMPTY));
        assert_true(file_flaw_is_damage(FLAW_UNREADABLE));
        assert_false(file_flaw_is_damage(FLAW_DIFFERENT));
}

static void words_tell_since_when_where_it_is_known(void **state) {
        _cleanup_buffer_ Buffer text = {};

        (void) state;
        file_flaw_append(FLAW_EMPTY, &(struct timespec){ .tv_sec = 1000000000 }, &text);
        assert_string_equal(text.data, "empty since 2001-09-09 01:46:40 UTC");
        text.size = 0;
        file_flaw_append(FLAW_MISSING, &(struct timespec){}, &text);
        assert_string_equal(text.data, "missing");
}

/*
 * What is not right at the start may be that of other modules, but no index of whatever modules is
 * empty or a link.
 */
static void damage_at_the_start_is_reported(void **state) {
        _cleanup_kernel_case_ KernelCase test = {};

        (void) state;
        make_modules();
        temp_tree_write_text(PATH_OF("modules.dep"), "");
        temp_tree_write_text(PATH_OF("modules.dep.bin"), "garbage");
        assert_int_equal(symlink("modules.dep", PATH_OF("modules.alias")), 0);
        temp_tree_write_text(PATH_OF("modules.symbols"), "# half a li");
        kernel_case_init(&test);
        test.kernel->is_starting = true;
        settle(&test);
        assert_repaired(&test, 4, 0, PROBLEM_INDEX_FOREIGN, "empty since 20");
        assert_repaired(&test, 4, 1, PROBLEM_INDEX_FOREIGN, "damaged since 20");
        assert_repaired(&test, 4, 2, PROBLEM_INDEX_FOREIGN, "no regular file since 20");
        assert_repaired(&test, 4, 3, PROBLEM_INDEX_FOREIGN, "cut short since 20");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(text_is_whole_if_it_ends_with_a_newline),
                cmocka_unit_test(index_begins_as_one),
                cmocka_unit_test(only_what_no_index_looks_like_is_damage),
                cmocka_unit_test(words_tell_since_when_where_it_is_known),
                TREE_TEST(damage_at_the_start_is_reported),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
