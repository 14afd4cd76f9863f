/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "change-list.h"

#include <stdio.h>

#include "test-case.h"

/* Of "+a -a *b" each is added; then the list is to be as expected. */
static void check(const char *changes, const char *expected) {
        _cleanup_change_list_ ChangeList list = {};
        _cleanup_buffer_ Buffer text = {};

        for (const char *c = changes; c[0] != '\0'; c += c[2] == ' ' ? 3 : 2) {
                char name[] = { c[1], '\0' };

                assert_int_equal(change_list_add(&list, (ChangeSign) c[0], name), 0);
        }
        for (size_t i = 0; i < list.count; i++)
                buffer_append_format(&text, "%s%c%s", i > 0 ? " " : "", (char) list.items[i].sign,
                                     list.items[i].name);
        assert_text(&text, expected);
        assert_false(list.is_truncated);
}

static void changes_of_different_modules_stand_side_by_side(void **state) {
        (void) state;
        check("", "");
        check("+a -b *c", "+a -b *c");
}

static void changes_of_one_module_come_to_one(void **state) {
        (void) state;
        check("+a *a", "+a");
        check("*a *a", "*a");
        check("*a -a", "-a");
        check("-a +a", "*a");
        check("-a +a -a", "-a");
}

static void what_came_and_went_is_nothing(void **state) {
        (void) state;
        check("+x +a -a -y", "+x -y");
        check("+a -a +a", "+a");
}

static void there_is_an_end_to_it(void **state) {
        _cleanup_change_list_ ChangeList list = {};
        char name[16];

        (void) state;
        for (int i = 0; i < CHANGES_MAX + 3; i++) {
                (void) snprintf(name, sizeof(name), "m%d", i);
                assert_int_equal(change_list_add(&list, CHANGE_ADDED, name), 0);
        }
        assert_int_equal(list.count, CHANGES_MAX);
        assert_true(list.is_truncated);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(changes_of_different_modules_stand_side_by_side),
                cmocka_unit_test(changes_of_one_module_come_to_one),
                cmocka_unit_test(what_came_and_went_is_nothing),
                cmocka_unit_test(there_is_an_end_to_it),
        };

        return cmocka_run_group_tests_name("change-list", tests, NULL, NULL);
}
