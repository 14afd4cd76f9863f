/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chain.h"

#include "dependencies.h"
#include "modprobe-case.h"

#define ALL (DEPENDENCY_HARD | DEPENDENCY_SOFT_PRE | DEPENDENCY_SOFT_POST | DEPENDENCY_WEAK)

static const char script[] = "module top.ko\nneed m1\nneed k\nneed m2\nsoftdep post: soft\n"
                             "module middle.ko\nexport m1\nexport m2\nneed low\n"
                             "module low.ko\nexport low\nweakdep weak\n"
                             "module soft.ko\nneed low\nmodule weak.ko\n";

static void check_chain(const char *config, const char *from, const char *to, unsigned kinds,
                        const char *expected) {
        _cleanup_modprobe_case_ ModprobeCase modprobe = {};
        _cleanup_chain_ Chain chain = {};
        _cleanup_buffer_ Buffer text = {};

        modprobe_case_init(&modprobe, script, config);
        assert_int_equal(chain_find(modprobe.lookup, &modprobe.pulls,
                                    modprobe_case_find(&modprobe, from),
                                    modprobe_case_find(&modprobe, to), kinds, &chain),
                         0);
        for (size_t i = 0; i < chain.count; i++) {
                const ChainLink *link = &chain.links[i];

                buffer_append_format(&text, "%s>%s %u:", prober_name(modprobe.prober, link->from),
                                     prober_name(modprobe.prober, link->to), link->bits);
                for (size_t j = 0; j < link->n_symbols; j++)
                        buffer_append_format(&text, "%s,",
                                             tree_string(&modprobe.model.tree, link->symbols[j]));
                buffer_append_string(&text, " ");
        }
        assert_text(&text, expected);
}

static void each_step_has_its_symbols(void **state) {
        (void) state;
        check_chain("", "top", "middle", ALL, "top>middle 1:m1,m2, ");
        check_chain("", "top", "low", DEPENDENCY_HARD, "top>middle 1:m1,m2, middle>low 1:low, ");
        check_chain("", "low", "top", ALL, "");
        check_chain("", "top", "top", ALL, "");
}

static void softdeps_and_weakdeps_are_steps_if_they_are_wanted(void **state) {
        (void) state;
        check_chain("", "top", "soft", ALL, "top>soft 4: ");
        check_chain("", "top", "soft", DEPENDENCY_HARD, "");
        check_chain("", "soft", "weak", ALL, "soft>low 1:low, low>weak 8: ");
        check_chain("softdep weak pre: bj\nsoftdep bj pre: top\n", "weak", "middle", ALL,
                    "weak>bj 2: bj>top 2: top>middle 1:m1,m2, ");
}

static void pullers_come_with_the_nearest_first(void **state) {
        _cleanup_modprobe_case_ ModprobeCase modprobe = {};
        _cleanup_pullers_ Pullers pullers = {};
        _cleanup_buffer_ Buffer text = {};

        (void) state;
        modprobe_case_init(&modprobe, script, "softdep none pre: top\ninstall none x\n");
        assert_int_equal(
                pullers_find(&modprobe.pulls, modprobe_case_find(&modprobe, "low"), ALL, &pullers),
                0);
        for (size_t i = 0; i < pullers.count; i++)
                buffer_append_format(&text, "%s>%s %u %u ",
                                     prober_name(modprobe.prober, pullers.items[i].module),
                                     prober_name(modprobe.prober, pullers.items[i].next),
                                     pullers.items[i].bits, pullers.items[i].distance);
        assert_text(&text, "middle>low 1 1 soft>low 1 1 top>middle 1 2 none>top 2 3 ");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(each_step_has_its_symbols),
                cmocka_unit_test(softdeps_and_weakdeps_are_steps_if_they_are_wanted),
                cmocka_unit_test(pullers_come_with_the_nearest_first),
        };

        return cmocka_run_group_tests_name("chain", tests, NULL, NULL);
}
