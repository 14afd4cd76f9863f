/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "index.h"

static void add(IndexBuilder *builder, const char *key, const char *value, uint32_t priority) {
        assert_int_equal(
                index_builder_add(builder, key, strlen(key), value, strlen(value), priority), 0);
}

static int on_duplicate(const IndexEntry *entry, void *userdata) {
        buffer_append_format(userdata, "%s=%s#%u ", entry->key, entry->value, entry->sequence);
        return 0;
}

static int on_duplicate_fail(const IndexEntry *entry, void *userdata) {
        (void) on_duplicate(entry, userdata);
        return -ENOSPC;
}

static void assert_duplicates(IndexBuilder *builder, const char *expected) {
        _cleanup_buffer_ Buffer output = {}, text = {};

        assert_int_equal(index_builder_render(builder, INDEX_PREORDER, &output), 0);
        assert_int_equal(index_builder_find_duplicates(builder, on_duplicate, &text), 0);
        buffer_append_byte(&text, '\0');
        assert_string_equal(text.data, expected);
}

static void nothing_is_reported_when_keys_or_values_differ(void **state) {
        _cleanup_index_builder_ IndexBuilder builder = {};

        (void) state;
        assert_duplicates(&builder, "");
        add(&builder, "a", "v", 0);
        add(&builder, "a", "w", 0);
        add(&builder, "a", "", 0);
        add(&builder, "ab", "v", 0);
        add(&builder, "", "v", 0);
        add(&builder, "a", "vv", 0);
        assert_duplicates(&builder, "");
}

static void each_repetition_is_reported_in_key_order(void **state) {
        _cleanup_index_builder_ IndexBuilder builder = {};

        (void) state;
        add(&builder, "z", "v", 0);
        add(&builder, "k", "v", 0);
        add(&builder, "k", "w", 0);
        add(&builder, "z", "v", 0);
        add(&builder, "k", "v", 0);
        add(&builder, "k", "v", 0);
        assert_duplicates(&builder, "k=v#4 k=v#5 z=v#3 ");
}

static void equal_values_of_different_priority_are_duplicates(void **state) {
        _cleanup_index_builder_ IndexBuilder builder = {};

        (void) state;
        add(&builder, "k", "v", 9);
        add(&builder, "k", "w", 5);
        add(&builder, "k", "v", 1);
        assert_duplicates(&builder, "k=v#2 ");
}

static void empty_keys_and_values_can_be_duplicates(void **state) {
        _cleanup_index_builder_ IndexBuilder builder = {};

        (void) state;
        add(&builder, "", "", 0);
        add(&builder, "", "", 0);
        assert_duplicates(&builder, "=#1 ");
}

static void failure_of_the_callback_ends_the_search(void **state) {
        _cleanup_index_builder_ IndexBuilder builder = {};
        _cleanup_buffer_ Buffer output = {}, text = {};

        (void) state;
        add(&builder, "a", "v", 0);
        add(&builder, "a", "v", 0);
        add(&builder, "b", "v", 0);
        add(&builder, "b", "v", 0);
        assert_int_equal(index_builder_render(&builder, INDEX_PREORDER, &output), 0);
        assert_int_equal(index_builder_find_duplicates(&builder, on_duplicate_fail, &text),
                         -ENOSPC);
        buffer_append_byte(&text, '\0');
        assert_string_equal(text.data, "a=v#1 ");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(nothing_is_reported_when_keys_or_values_differ),
                cmocka_unit_test(each_repetition_is_reported_in_key_order),
                cmocka_unit_test(equal_values_of_different_priority_are_duplicates),
                cmocka_unit_test(empty_keys_and_values_can_be_duplicates),
                cmocka_unit_test(failure_of_the_callback_ends_the_search),
        };

        return cmocka_run_group_tests_name("index-duplicates", tests, NULL, NULL);
}
