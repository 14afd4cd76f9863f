/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree-fold.h"

#include <stdio.h>

#include "test-case.h"

static void add(Value *rows, const char *name, int parent) {
        Value *row = value_add(rows, NULL);

        assert_int_equal(value_add_text(row, "name", name), 0);
        if (parent >= 0)
                assert_int_equal(value_add_number(row, "parent", (uint64_t) parent), 0);
}

/* Appends leaves 0, 1, ... below a row. */
static void add_leaves(Value *rows, unsigned count, int parent) {
        char name[16];

        for (unsigned i = 0; i < count; i++) {
                (void) snprintf(name, sizeof(name), "%u", i);
                add(rows, name, parent);
        }
}

/* "name<parent" of each row */
static void check(Value *rows, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        assert_int_equal(tree_fold(rows), 0);
        for (size_t i = 0; i < rows->count; i++) {
                const Value *parent = value_find(&rows->items[i], "parent");

                buffer_append_format(&text, "%s%s%s", i > 0 ? " " : "",
                                     value_text(&rows->items[i], "name"), parent ? "<" : "");
                if (parent)
                        buffer_append_string(&text,
                                             value_text(&rows->items[parent->number], "name"));
        }
        assert_text(&text, expected);
}

static void few_leaves_are_all_shown(void **state) {
        _cleanup_value_ Value rows = { .kind = VALUE_LIST };

        (void) state;
        add(&rows, "root", -1);
        add_leaves(&rows, 9, 0);
        check(&rows, "root 0<root 1<root 2<root 3<root 4<root 5<root 6<root 7<root 8<root");
}

static void of_many_leaves_the_first_are_shown(void **state) {
        _cleanup_value_ Value rows = { .kind = VALUE_LIST };

        (void) state;
        add(&rows, "root", -1);
        add_leaves(&rows, 10, 0);
        check(&rows, "root 0<root 1<root 2<root 3<root 4<root 5<root 6<root 7<root "
                     "and 2 more<root");
}

static void what_leads_further_stays_and_finds_its_place(void **state) {
        _cleanup_value_ Value rows = { .kind = VALUE_LIST };

        (void) state;
        add(&rows, "root", -1);
        add_leaves(&rows, 20, 0);
        add(&rows, "sub", 0);
        add(&rows, "leaf", 21);
        check(&rows, "root 0<root 1<root 2<root 3<root 4<root 5<root 6<root 7<root sub<root "
                     "leaf<sub and 12 more<root");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(few_leaves_are_all_shown),
                cmocka_unit_test(of_many_leaves_the_first_are_shown),
                cmocka_unit_test(what_leads_further_stays_and_finds_its_place),
        };

        return cmocka_run_group_tests_name("tree-fold", tests, NULL, NULL);
}
