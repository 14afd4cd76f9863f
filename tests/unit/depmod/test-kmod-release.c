/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kmod-release.h"

#include <errno.h>

#include "test-case.h"

/* Specification section 9. */
static const struct {
        const char *text;
        KmodRelease release;
} releases[] = {
        { "30", { 30, INDEX_POSTORDER, MODULE_ORDER_LAST, false } },
        { "31", { 31, INDEX_POSTORDER, MODULE_ORDER_LAST, false } },
        { "32", { 32, INDEX_POSTORDER, MODULE_ORDER_LAST, false } },
        { "33", { 33, INDEX_POSTORDER, MODULE_ORDER_LAST, true } },
        { "34", { 34, INDEX_PREORDER, MODULE_ORDER_FIRST, true } },
};

static void assert_release(KmodRelease actual, KmodRelease expected) {
        assert_int_equal(actual.number, expected.number);
        assert_int_equal(actual.layout, expected.layout);
        assert_int_equal(actual.order_repeat, expected.order_repeat);
        assert_int_equal(actual.has_weakdep, expected.has_weakdep);
}

static void each_release_has_its_differences(void **state) {
        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(releases); i++) {
                KmodRelease release;

                assert_int_equal(kmod_release_parse(releases[i].text, &release), 0);
                assert_release(release, releases[i].release);
        }
}

static void newest_is_the_last(void **state) {
        (void) state;
        assert_release(kmod_release_newest(), releases[ELEMENTSOF(releases) - 1].release);
}

static void what_is_no_known_release_is_refused(void **state) {
        static const char *const texts[] = { "",
                                             "29",
                                             "35",
                                             "0",
                                             "-34",
                                             "+34",
                                             " 34",
                                             "34 ",
                                             "34.2",
                                             "x",
                                             "34x",
                                             "0x22",
                                             "18446744073709551650" };
        KmodRelease release = { .number = 7 };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(texts); i++)
                assert_int_equal(kmod_release_parse(texts[i], &release), -EINVAL);
        assert_int_equal(release.number, 7);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(each_release_has_its_differences),
                cmocka_unit_test(newest_is_the_last),
                cmocka_unit_test(what_is_no_known_release_is_refused),
        };

        return cmocka_run_group_tests_name("kmod-release", tests, NULL, NULL);
}
