/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "option-values.h"

#include <errno.h>

#include "test-case.h"

static void jobs_are_a_number_up_to_the_limit(void **state) {
        static const struct {
                const char *text;
                unsigned jobs;
        } cases[] = { { "1", 1 }, { "8", 8 }, { "010", 10 }, { "1024", OPTION_JOBS_MAX } };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                unsigned jobs = 0;

                assert_int_equal(option_values_parse_jobs(cases[i].text, &jobs), 0);
                assert_int_equal(jobs, cases[i].jobs);
        }
}

static void jobs_that_are_none_are_refused(void **state) {
        static const char *const texts[] = {
                "",   "0", "1025", "-1",  "+1",  " 1",
                "1 ", "x", "4x",   "0x4", "4.5", "18446744073709551617"
        };
        unsigned jobs = 7;

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(texts); i++)
                assert_int_equal(option_values_parse_jobs(texts[i], &jobs), -EINVAL);
        assert_int_equal(jobs, 7);
}

static void values_make_a_list_that_ends_with_null(void **state) {
        size_t count = 0, capacity = 0;
        const char **values = NULL;

        (void) state;
        for (size_t i = 0; i < 100; i++) {
                assert_int_equal(option_values_add(&values, &count, &capacity, i % 2 ? "b" : "a"),
                                 0);
                assert_int_equal(count, i + 1);
                assert_null(values[count]);
        }
        for (size_t i = 0; i < 100; i++)
                assert_string_equal(values[i], i % 2 ? "b" : "a");
        free(values);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(jobs_are_a_number_up_to_the_limit),
                cmocka_unit_test(jobs_that_are_none_are_refused),
                cmocka_unit_test(values_make_a_list_that_ends_with_null),
        };

        return cmocka_run_group_tests_name("option-values", tests, NULL, NULL);
}
