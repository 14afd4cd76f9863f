/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stale-outputs.h"

#include "model-script.h"
#include "test-case.h"

#define _cleanup_tree_ _cleanup_(tree_done)

#define EDGES (OUTPUT_BIT(OUTPUT_DEP) | OUTPUT_BIT(OUTPUT_DEP_BIN))
#define ALIASES                                                                                    \
        (OUTPUT_BIT(OUTPUT_ALIAS) | OUTPUT_BIT(OUTPUT_ALIAS_BIN) | OUTPUT_BIT(OUTPUT_DEVNAME))
#define EXPORTS (OUTPUT_BIT(OUTPUT_SYMBOLS) | OUTPUT_BIT(OUTPUT_SYMBOLS_BIN) | EDGES)

#define OTHER "module a.ko\nexport x 1\nalias pci:a\n"
#define MODULE "module b.ko\nexport y 2\nneed x 1\nweak z\nalias pci:b\nsoftdep pre: a\nweakdep c\n"

/* Between trees of these modules, whose records have nothing in common but the strings. */
static unsigned stale(const char *old, const char *now) {
        _cleanup_tree_ Tree before = {}, after = {};

        assert_int_equal(tree_init(&before, "/m/1.0"), 0);
        assert_int_equal(tree_init(&after, "/m/1.0"), 0);
        tree_set_strings(&after, before.strings);
        model_script_add(&before, old);
        model_script_add(&after, now);
        return stale_outputs_of_trees(&before, &after);
}

/* What a module that is built anew in place brings. */
static unsigned stale_of(const char *now) {
        return stale(OTHER MODULE, now);
}

static void same_records_make_the_same(void **state) {
        (void) state;
        assert_int_equal(stale_of(OTHER MODULE), 0);
}

/* It is in no output, and neither is a version or a machine. */
static void crc_is_no_matter(void **state) {
        (void) state;
        assert_int_equal(stale_of(OTHER "module b.ko\nexport y 3\nneed x 4\nweak z 5\nalias pci:b\n"
                                        "softdep pre: a\nweakdep c\nvermagic new\nmachine 3\n"),
                         0);
}

static void each_list_has_its_outputs(void **state) {
        (void) state;
        assert_int_equal(stale_of(OTHER "module b.ko\nexport y 2\nneed x 1\nneed w\nweak z\n"
                                        "alias pci:b\nsoftdep pre: a\nweakdep c\n"),
                         EDGES);
        assert_int_equal(stale_of(OTHER "module b.ko\nexport y 2\nneed x 1\nneed z\n"
                                        "alias pci:b\nsoftdep pre: a\nweakdep c\n"),
                         EDGES);
        assert_int_equal(stale_of(OTHER "module b.ko\nexport y 2\nneed x 1\nweak .z\n"
                                        "alias pci:b\nsoftdep pre: a\nweakdep c\n"),
                         EDGES);
        assert_int_equal(stale_of(OTHER "module b.ko\nexport w 2\nneed x 1\nweak z\n"
                                        "alias pci:b\nsoftdep pre: a\nweakdep c\n"),
                         EXPORTS);
        assert_int_equal(stale_of(OTHER "module b.ko\nneed x 1\nweak z\n"
                                        "alias pci:b\nsoftdep pre: a\nweakdep c\n"),
                         EXPORTS);
        assert_int_equal(stale_of(OTHER "module b.ko\nexport y 2\nneed x 1\nweak z\n"
                                        "alias pci:c\nsoftdep pre: a\nweakdep c\n"),
                         ALIASES);
        assert_int_equal(stale_of(OTHER "module b.ko\nexport y 2\nneed x 1\nweak z\n"
                                        "alias pci:b\nsoftdep pre: b\nweakdep c\n"),
                         OUTPUT_BIT(OUTPUT_SOFTDEP));
        assert_int_equal(stale_of(OTHER "module b.ko\nexport y 2\nneed x 1\nweak z\n"
                                        "alias pci:b\nsoftdep pre: a\n"),
                         OUTPUT_BIT(OUTPUT_WEAKDEP));
        assert_int_equal(stale_of("module a.ko\nexport x 1\nalias pci:z\nmodule b.ko\n"),
                         EXPORTS | ALIASES | OUTPUT_BIT(OUTPUT_SOFTDEP) |
                                 OUTPUT_BIT(OUTPUT_WEAKDEP));
}

static void order_and_place_of_modules_matter_to_all(void **state) {
        (void) state;
        assert_int_equal(stale_of(MODULE OTHER), OUTPUT_ALL);
        assert_int_equal(stale_of(OTHER), OUTPUT_ALL);
        assert_int_equal(stale_of(OTHER MODULE "module c.ko\n"), OUTPUT_ALL);
        assert_int_equal(stale("module k/a.ko\n", "module u/a.ko\n"), OUTPUT_ALL);
        assert_int_equal(stale("module /k/a.ko\n", "module k/a.ko\n"), OUTPUT_ALL);
}

/* Ids of different tables mean nothing to each other. */
static void other_strings_prove_nothing(void **state) {
        _cleanup_tree_ Tree before = {}, after = {};

        (void) state;
        assert_int_equal(tree_init(&before, "/m/1.0"), 0);
        assert_int_equal(tree_init(&after, "/m/1.0"), 0);
        model_script_add(&before, OTHER);
        model_script_add(&after, OTHER);
        assert_int_equal(stale_outputs_of_trees(&before, &after), OUTPUT_ALL);
}

static void source_tells_lists_layouts_and_prefixes_apart(void **state) {
        Model model = { .builtin = { .source = 1 } }, other = { .builtin = { .source = 2 } };
        Model prefixed = { .builtin = { .source = 1 }, .symbols = { .prefix = '_' } };
        Model unread = {};
        uint64_t source = stale_outputs_source(&model, INDEX_PREORDER);

        (void) state;
        assert_true(source != 0);
        assert_true(source == stale_outputs_source(&model, INDEX_PREORDER));
        assert_true(source != stale_outputs_source(&model, INDEX_POSTORDER));
        assert_true(source != stale_outputs_source(&other, INDEX_PREORDER));
        assert_true(source != stale_outputs_source(&prefixed, INDEX_PREORDER));
        assert_true(stale_outputs_source(&unread, INDEX_PREORDER) == 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(same_records_make_the_same),
                cmocka_unit_test(crc_is_no_matter),
                cmocka_unit_test(each_list_has_its_outputs),
                cmocka_unit_test(order_and_place_of_modules_matter_to_all),
                cmocka_unit_test(other_strings_prove_nothing),
                cmocka_unit_test(source_tells_lists_layouts_and_prefixes_apart),
        };

        return cmocka_run_group_tests_name("stale-outputs", tests, NULL, NULL);
}
