/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-names.h"

#include "test-case.h"

static void expect(size_t n_kernels, const char *release, const char *sentence) {
        _cleanup_value_ Value kernels = { .kind = VALUE_LIST };
        _cleanup_buffer_ Buffer text = {};

        for (size_t i = 0; i < n_kernels; i++) {
                char name[] = { '6', '.', (char) ('a' + i), '\0' };
                Value *kernel = value_add(&kernels, NULL);

                assert_non_null(kernel);
                assert_int_equal(value_add_text(kernel, "release", name), 0);
        }
        kernel_names_explain(&kernels, release, &text);
        assert_text(&text, sentence);
}

static void there_may_be_none(void **state) {
        (void) state;
        expect(0, "6.1", "There is no kernel '6.1', and no other");
        expect(0, NULL, "There are no kernels");
}

static void the_others_are_named(void **state) {
        (void) state;
        expect(1, "6.1", "There is no kernel '6.1', but 6.a");
        expect(2, "6.1", "There is no kernel '6.1', but 6.a, 6.b");
        expect(2, NULL,
               "The running kernel has no modules there, choose another with -k: 6.a, 6.b");
}

static void of_many_some_are_named(void **state) {
        (void) state;
        expect(12, "6.1",
               "There is no kernel '6.1', but 6.a, 6.b, 6.c, 6.d, 6.e, 6.f, 6.g, 6.h, 6.i, 6.j and "
               "2 more");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(there_may_be_none),
                cmocka_unit_test(the_others_are_named),
                cmocka_unit_test(of_many_some_are_named),
        };

        return cmocka_run_group_tests_name("kernel-names", tests, NULL, NULL);
}
