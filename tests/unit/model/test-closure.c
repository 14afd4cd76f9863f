/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "closure.h"

#include <stdio.h>

#include "model-case.h"

#define _cleanup_closure_ _cleanup_(closure_done)

/* "module: members" for each module, in the tree's order. */
static void check(const char *script, const char *expected) {
        _cleanup_closure_ Closure closure = {};
        _cleanup_buffer_ Buffer text = {};
        _cleanup_model_ Model model = {};

        assert_int_equal(model_init(&model, "/m/1.0"), 0);
        model_script_add(&model.tree, script);
        assert_true(model_link(&model) >= 0);
        assert_int_equal(closure_init(&closure, &model.graph), 0);
        /* twice, because the scratch memory is used again */
        for (int i = 0; i < 2; i++) {
                buffer_clear(&text);
                for (uint32_t m = 0; m < model.tree.count; m++) {
                        buffer_append_format(&text, "%s:", tree_module_name(&model.tree, m));
                        closure_collect(&closure, m);
                        for (uint32_t k = 0; k < closure.count; k++)
                                buffer_append_format(
                                        &text, " %s",
                                        tree_module_name(&model.tree, closure.members[k]));
                        buffer_append_string(&text, "\n");
                }
                assert_text(&text, expected);
        }
}

static void module_that_needs_nothing_has_no_members(void **state) {
        (void) state;
        check("module a.ko\nmodule b.ko\n", "a:\nb:\n");
}

static void needs_of_needs_are_members_in_the_order_of_their_positions(void **state) {
        (void) state;
        check("module a.ko\nneed b\nmodule b.ko\nexport b\nneed c\nmodule c.ko\nexport c\n",
              "a: b c\nb: c\nc:\n");
        check("module a.ko\nneed x\nneed y\nmodule b.ko\nmodule x.ko\nexport x\n"
              "module y.ko\nexport y\n",
              "a: y x\nb:\nx:\ny:\n");
}

static void member_is_listed_once_and_before_all_that_it_needs(void **state) {
        (void) state;
        check("module top.ko\nneed low\nneed left\nneed right\n"
              "module left.ko\nexport left\nneed low\nmodule right.ko\nexport right\nneed low\n"
              "module low.ko\nexport low\n",
              "top: right left low\nleft: low\nright: low\nlow:\n");
}

/* In a chain a module's position is its number, and the words of the bit set are filled. */
static void closure_may_be_larger_than_a_word_of_bits(void **state) {
        _cleanup_closure_ Closure closure = {};
        _cleanup_buffer_ Buffer script = {};
        _cleanup_model_ Model model = {};

        (void) state;
        for (unsigned i = 0; i < 300; i++)
                buffer_append_format(&script, "module m%u.ko\nexport s%u\nneed s%u\n", i, i, i + 1);
        buffer_append_byte(&script, '\0');
        assert_int_equal(buffer_error(&script), 0);
        model_script_link(&model, script.data);

        assert_int_equal(closure_init(&closure, &model.graph), 0);
        for (uint32_t m = 300; m-- > 0;) {
                closure_collect(&closure, m);
                assert_int_equal(closure.count, 299 - m);
                for (uint32_t i = 0; i < closure.count; i++)
                        assert_int_equal(closure.members[i], m + 1 + i);
        }
}

static void on_a_cycle_only_what_has_a_position_is_a_member(void **state) {
        (void) state;
        check("module top.ko\nneed a\nneed c\nmodule a.ko\nexport a\nneed b\n"
              "module b.ko\nexport b\nneed a\nmodule c.ko\nexport c\nmodule s.ko\nexport s\n"
              "need s\n",
              "top: c\na:\nb:\nc:\ns:\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(module_that_needs_nothing_has_no_members),
                cmocka_unit_test(needs_of_needs_are_members_in_the_order_of_their_positions),
                cmocka_unit_test(member_is_listed_once_and_before_all_that_it_needs),
                cmocka_unit_test(closure_may_be_larger_than_a_word_of_bits),
                cmocka_unit_test(on_a_cycle_only_what_has_a_position_is_a_member),
        };

        return cmocka_run_group_tests_name("closure", tests, NULL, NULL);
}
