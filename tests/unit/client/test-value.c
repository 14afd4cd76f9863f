/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "value.h"

#include <fcntl.h>
#include <unistd.h>

#include "test-case.h"

static void members_are_found_by_their_key(void **state) {
        _cleanup_value_ Value record = {};

        (void) state;
        assert_int_equal(value_add_text(&record, "name", "ext4"), 0);
        assert_int_equal(value_add_number(&record, "size", 7), 0);
        assert_int_equal(value_add_boolean(&record, "writable", true), 0);

        assert_int_equal(record.kind, VALUE_RECORD);
        assert_string_equal(value_text(&record, "name"), "ext4");
        assert_int_equal(value_number(&record, "size"), 7);
        assert_true(value_boolean(&record, "writable"));
}

static void what_is_absent_or_of_another_kind_is_empty(void **state) {
        _cleanup_value_ Value record = {}, list = {};

        (void) state;
        assert_int_equal(value_add_text(&record, "name", "ext4"), 0);
        assert_int_equal(value_add_text(&list, NULL, "ext4"), 0);

        assert_int_equal(value_number(&record, "name"), 0);
        assert_false(value_boolean(&record, "name"));
        assert_int_equal(value_list(&record, "name")->count, 0);
        assert_string_equal(value_text(&record, "path"), "");
        assert_null(value_find(&record, "path"));
        assert_null(value_find(&list, "ext4"));
        assert_null(value_find(NULL, "name"));
}

static void what_is_moved_leaves_nothing_and_gets_a_new_key(void **state) {
        _cleanup_value_ Value from = {}, to = {};

        (void) state;
        assert_int_equal(value_add_text(&from, "old", "text"), 0);
        assert_int_equal(value_add_value(&to, "new", &from.items[0]), 0);

        assert_string_equal(value_text(&to, "new"), "text");
        assert_null(value_find(&to, "old"));
        assert_int_equal(from.items[0].kind, VALUE_NOTHING);
        assert_null(value_find(&from, "old"));
}

static void what_is_taken_leaves_nothing_behind(void **state) {
        _cleanup_value_ Value record = {}, taken = {}, absent = {};
        Value *list;

        (void) state;
        list = value_add(&record, "list");
        assert_non_null(list);
        assert_int_equal(value_add_text(list, NULL, "a"), 0);

        taken = value_take(&record, "list");
        assert_int_equal(taken.count, 1);
        assert_null(taken.key);
        assert_null(value_find(&record, "list"));
        absent = value_take(&record, "list");
        assert_int_equal(absent.kind, VALUE_LIST);
        assert_int_equal(absent.count, 0);
}

static void descriptors_are_closed_with_the_value(void **state) {
        int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        Value list = {};
        Value *member;

        (void) state;
        assert_true(fd >= 0);
        member = value_add(&list, NULL);
        assert_non_null(member);
        member->kind = VALUE_FD;
        member->fd = fd;

        value_done(&list);
        assert_int_equal(fcntl(fd, F_GETFD), -1);
        value_done(&list);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(members_are_found_by_their_key),
                cmocka_unit_test(what_is_absent_or_of_another_kind_is_empty),
                cmocka_unit_test(what_is_moved_leaves_nothing_and_gets_a_new_key),
                cmocka_unit_test(what_is_taken_leaves_nothing_behind),
                cmocka_unit_test(descriptors_are_closed_with_the_value),
        };

        return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
