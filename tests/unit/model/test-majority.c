/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "majority.h"

#include "model-case.h"

/* "name: expectation" for each module that differs. */
static void check_all(const char *script, const char *version, const char *machines,
                      const char *vermagics) {
        _cleanup_buffer_ Buffer by_machine = {}, by_vermagic = {};
        _cleanup_tree_ Tree tree = {};
        Majority majority;

        tree_of(&tree, script);
        majority_find(&majority, &tree, version);
        for (size_t i = 0; i < tree.count; i++) {
                const char *name = tree_module_name(&tree, i);
                const Module *module = &tree.modules[i];
                char expected[64];

                if (majority_differs_in_machine(&majority, module, expected, sizeof(expected)))
                        buffer_append_format(&by_machine, "%s: %s\n", name, expected);
                if (majority_differs_in_vermagic(&majority, module, expected, sizeof(expected)))
                        buffer_append_format(&by_vermagic, "%s: %s\n", name, expected);
        }
        assert_text(&by_machine, machines);
        assert_text(&by_vermagic, vermagics);
}

static void check(const char *script, const char *machines, const char *vermagics) {
        check_all(script, "1.0", machines, vermagics);
}

static void check_version(const char *script, const char *version, const char *vermagics) {
        check_all(script, version, "", vermagics);
}

static void modules_alike_do_not_differ(void **state) {
        (void) state;
        check("", "", "");
        check("module a.ko\nmachine 62\nvermagic 1.0 SMP\nmodule b.ko\nmachine 62\nvermagic 1.0 "
              "SMP\n",
              "", "");
        check("module a.ko\nmachine 62\nvermagic 1.0\n", "", "");
}

static void module_that_could_not_be_read_does_not_differ(void **state) {
        (void) state;
        check("module a.ko\nmachine 62\nvermagic 1.0 SMP\nmodule b.ko\n", "", "");
}

static void odd_machine_is_told_what_the_others_are(void **state) {
        (void) state;
        check("module x.ko\nmachine 183\nmodule a.ko\nmachine 62\nmodule b.ko\nmachine 62\n",
              "x: x86-64 (64 bit, little-endian)\n", "");
        check("module a.ko\nmachine 62\nmodule b.ko\nmachine 62\nmodule x.ko\nmachine 183\n",
              "x: x86-64 (64 bit, little-endian)\n", "");
}

/* More than half must agree: being the largest of several groups proves nothing. */
static void without_a_majority_no_machine_differs(void **state) {
        (void) state;
        check("module a.ko\nmachine 62\nmodule b.ko\nmachine 183\n", "", "");
        check("module a.ko\nmachine 62\nmodule b.ko\nmachine 62\nmodule c.ko\nmachine 183\n"
              "module d.ko\nmachine 183\nmodule e.ko\nmachine 40\n",
              "", "");
        check("module a.ko\nmachine 62\nmodule b.ko\nmachine 183\nmodule c.ko\nmachine 40\n", "",
              "");
}

static void machine_without_a_name_is_a_number(void **state) {
        char words[64];

        (void) state;
        majority_format_machine((ModuleMachine){ 4711, 2, 1 }, words, sizeof(words));
        assert_string_equal(words, "machine 4711 (64 bit, little-endian)");
}

static void machine_is_more_than_its_number(void **state) {
        static const struct {
                uint8_t class, byte_order;
                const char *words;
        } cases[] = { { 1, 1, "mips (32 bit, little-endian)" },
                      { 1, 2, "mips (32 bit, big-endian)" },
                      { 2, 1, "mips (64 bit, little-endian)" },
                      { 2, 2, "mips (64 bit, big-endian)" } };
        Majority majority = { .machine = { 8, 2, 2 } };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                ModuleMachine machine = { 8, cases[i].class, cases[i].byte_order };
                Module module = { .machine = machine };
                char words[64];

                majority_format_machine(machine, words, sizeof(words));
                assert_string_equal(words, cases[i].words);
                assert_int_equal(
                        majority_differs_in_machine(&majority, &module, words, sizeof(words)),
                        i != 3);
        }
}

static void first_word_of_vermagic_is_the_version(void **state) {
        (void) state;
        check("module a.ko\nvermagic 1.0 SMP\nmodule b.ko\nvermagic 1.0 SMP\n"
              "module x.ko\nvermagic 1.0.1 SMP\nmodule y.ko\nvermagic 1 SMP\n"
              "module z.ko\nvermagic 1.1 SMP\n",
              "", "x: 1.0 SMP\ny: 1.0 SMP\nz: 1.0 SMP\n");
        check("module x.ko\nvermagic 1.0.1 SMP\n", "", "x: 1.0\n");
}

static void flags_behind_it_are_those_of_most_modules(void **state) {
        (void) state;
        check("module x.ko\nvermagic 1.0 SMP preempt\nmodule a.ko\nvermagic 1.0 SMP\n"
              "module b.ko\nvermagic 1.0 SMP\nmodule y.ko\nvermagic 1.0\n"
              "module c.ko\nvermagic 1.0 SMP\n",
              "", "x: 1.0 SMP\ny: 1.0 SMP\n");
}

static void without_a_majority_only_the_version_counts(void **state) {
        (void) state;
        check("module a.ko\nvermagic 1.0 SMP\nmodule b.ko\nvermagic 1.0 preempt\n"
              "module x.ko\nvermagic 2.0 preempt\n",
              "", "x: 1.0\n");
}

/* Many old modules that were left lying around do not tell how this kernel is built. */
static void flags_of_modules_for_other_versions_do_not_count(void **state) {
        (void) state;
        check("module a.ko\nvermagic 1.0 SMP\nmodule x.ko\nvermagic 2.0 preempt\n"
              "module y.ko\nvermagic 2.0 preempt\n",
              "", "x: 1.0 SMP\ny: 1.0 SMP\n");
}

static void all_modules_may_be_for_another_version(void **state) {
        (void) state;
        check("module a.ko\nvermagic 2.0 SMP\n", "", "a: 1.0\n");
}

static void version_that_is_not_known_is_that_of_most_modules(void **state) {
        (void) state;
        check_version("module a.ko\nvermagic 3.0 SMP\nmodule b.ko\nvermagic 3.0 SMP\n"
                      "module x.ko\nvermagic 3.0.1 SMP\n",
                      NULL, "x: 3.0 SMP\n");
        check_version("module a.ko\nvermagic 3.0 SMP\nmodule b.ko\nvermagic 2.0 SMP\n", NULL, "");
        check_version("", NULL, "");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(modules_alike_do_not_differ),
                cmocka_unit_test(module_that_could_not_be_read_does_not_differ),
                cmocka_unit_test(odd_machine_is_told_what_the_others_are),
                cmocka_unit_test(without_a_majority_no_machine_differs),
                cmocka_unit_test(machine_is_more_than_its_number),
                cmocka_unit_test(machine_without_a_name_is_a_number),
                cmocka_unit_test(first_word_of_vermagic_is_the_version),
                cmocka_unit_test(flags_behind_it_are_those_of_most_modules),
                cmocka_unit_test(without_a_majority_only_the_version_counts),
                cmocka_unit_test(flags_of_modules_for_other_versions_do_not_count),
                cmocka_unit_test(all_modules_may_be_for_another_version),
                cmocka_unit_test(version_that_is_not_known_is_that_of_most_modules),
        };

        return cmocka_run_group_tests_name("majority", tests, NULL, NULL);
}
