/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shared-lists.h"

#include "model-case.h"

static const char script[] = "module k/a.ko\nexport one 1\nneed two 2\nalias pci:x\n"
                             "module k/b.ko\nexport two 2\n"
                             "module k/empty.ko\n";

/* Two trees with one table. */
static void trees_of(Tree *tree, const char *text, Tree *other, const char *other_text) {
        assert_int_equal(tree_init(other, "/m/1.0"), 0);
        model_script_add(other, other_text);
        assert_int_equal(tree_settle_lists(other), 0);
        assert_int_equal(tree_init(tree, "/m/1.1"), 0);
        tree_set_strings(tree, other->strings);
        model_script_add(tree, text);
}

static void equal_lists_are_in_memory_once(void **state) {
        _cleanup_tree_ Tree tree = {}, other = {};

        (void) state;
        trees_of(&tree,
                 "module k/new.ko\nalias usb:x\n"
                 "module k/b.ko\nexport two 2\n"
                 "module k/empty.ko\n"
                 "module k/a.ko\nexport one 1\nneed two 2\nalias pci:x\n",
                 &other, script);
        assert_int_equal(tree_share_lists(&tree, &other, false), 0);
        assert_ptr_equal(module_words(&tree.modules[1]), module_words(&other.modules[1]));
        assert_ptr_equal(module_words(&tree.modules[3]), module_words(&other.modules[0]));
        assert_true(module_lists_have_one_user(tree.modules[0].lists));

        tree_done(&other);
        assert_string_equal(tree_string(&tree, module_aliases(&tree.modules[3])[0]), "pci:x");
}

static void different_lists_stay(void **state) {
        static const char *const others[] = {
                "module k/a.ko\nexport one 2\nneed two 2\nalias pci:x\n",
                "module k/a.ko\nexport one 1\nweak two 2\nalias pci:x\n",
                "module k/a.ko\nexport one 1\nneed two 2\nsoftdep pci:x\n",
                "module k/a.ko\nexport one 1\nneed two 2\n",
                "module l/a.ko\nexport one 1\nneed two 2\nalias pci:x\n",
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(others); i++) {
                _cleanup_tree_ Tree tree = {}, other = {};

                trees_of(&tree, others[i], &other, script);
                assert_int_equal(tree_share_lists(&tree, &other, true), 0);
                assert_true(module_lists_have_one_user(tree.modules[0].lists));
        }
}

static void known_modules_are_left_alone(void **state) {
        _cleanup_tree_ Tree tree = {}, other = {};

        (void) state;
        trees_of(&tree, script, &other, script);
        tree.modules[0].is_known = true;
        assert_int_equal(tree_share_lists(&tree, &other, false), 0);
        assert_true(module_lists_have_one_user(tree.modules[0].lists));
        assert_ptr_equal(tree.modules[1].lists, other.modules[1].lists);
        assert_int_equal(tree_share_lists(&tree, &other, true), 0);
        assert_ptr_equal(tree.modules[0].lists, other.modules[0].lists);
}

static void block_of_many_is_left(void **state) {
        _cleanup_tree_ Tree tree = {};
        ModuleLists *block;
        StringId alias;

        (void) state;
        tree_of(&tree, "module k/a.ko\nmodule k/b.ko\n");
        assert_int_equal(string_table_intern(tree.strings, "pci:x", 5, &alias), 0);
        assert_int_equal(module_lists_new(&block, 2), 0);
        for (uint32_t i = 0; i < 2; i++) {
                block->words[i] = i == 0 ? 0 : alias;
                (void) module_lists_unref(tree.modules[i].lists);
                tree.modules[i].lists = i == 0 ? block : module_lists_ref(block);
                tree.modules[i].lists_offset = i;
                tree.modules[i].n_aliases = 1;
        }

        assert_int_equal(tree_settle_lists(&tree), 0);
        assert_ptr_not_equal(tree.modules[0].lists, tree.modules[1].lists);
        assert_int_equal(tree.modules[1].lists->n_words, 1);
        assert_int_equal(module_aliases(&tree.modules[1])[0], alias);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(equal_lists_are_in_memory_once),
                cmocka_unit_test(different_lists_stay),
                cmocka_unit_test(known_modules_are_left_alone),
                cmocka_unit_test(block_of_many_is_left),
        };

        return cmocka_run_group_tests_name("shared-lists", tests, NULL, NULL);
}
