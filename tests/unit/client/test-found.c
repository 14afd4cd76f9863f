/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "found.h"

#include "test-case.h"

/* "a" has found two things, "b" nothing. */
static void make_answers(Value *answers) {
        static const char *const modules[] = { "x", "y" };
        Value found = { .kind = VALUE_LIST };

        for (size_t i = 0; i < ELEMENTSOF(modules); i++) {
                Value *thing = value_add(&found, NULL);

                assert_non_null(thing);
                assert_int_equal(value_add_text(thing, "module", modules[i]), 0);
                assert_int_equal(value_add_number(thing, "crc", i), 0);
                assert_int_equal(value_add_boolean(thing, "known", i == 1), 0);
        }
        for (size_t i = 0; i < 2; i++) {
                Value *answer = value_add(answers, NULL);

                assert_non_null(answer);
                assert_int_equal(value_add_text(answer, "alias", i == 0 ? "a" : "b"), 0);
                assert_int_equal(value_add_value(answer, "modules", &found), 0);
                found.kind = VALUE_LIST;
        }
}

static void there_is_a_row_for_each_thing(void **state) {
        _cleanup_value_ Value answers = {}, rows = {};

        (void) state;
        make_answers(&answers);
        assert_int_equal(found_flatten(&answers, "alias", "modules", &rows), 0);
        assert_int_equal(rows.count, 2);
        assert_string_equal(value_text(&rows.items[0], "alias"), "a");
        assert_string_equal(value_text(&rows.items[0], "module"), "x");
        assert_string_equal(value_text(&rows.items[1], "alias"), "a");
        assert_string_equal(value_text(&rows.items[1], "module"), "y");
        assert_int_equal(value_number(&rows.items[1], "crc"), 1);
        assert_true(value_boolean(&rows.items[1], "known"));
}

static void a_question_that_found_nothing_is_told(void **state) {
        _cleanup_value_ Value answers = {};

        (void) state;
        make_answers(&answers);
        assert_true(found_explain(&answers, "alias", "modules", "No module answers to"));
        value_done(&answers.items[1]);
        answers.count = 1;
        assert_false(found_explain(&answers, "alias", "modules", "No module answers to"));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(there_is_a_row_for_each_thing),
                cmocka_unit_test(a_question_that_found_nothing_is_told),
        };

        return cmocka_run_group_tests_name("found", tests, NULL, NULL);
}
