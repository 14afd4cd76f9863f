/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module.h"

#include <errno.h>

#include "model-case.h"

static const char script[] = "module k/a.ko\n"
                             "export one 1\nexport two 2\n"
                             "need three 3\nweak four\n"
                             "alias pci:x\nalias usb:x\nsoftdep pre: b\nweakdep c\n"
                             "vermagic 1.0\n"
                             "module k/b.ko\n";

/* What the record says, in words. */
static void assert_record(const StringTable *strings, const Module *module, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        for (size_t i = 0; i < module->n_exports; i++)
                buffer_append_format(&text, "+%s %x ",
                                     string_table_get(strings, module_exports(module)[i].name),
                                     module_exports(module)[i].crc);
        for (size_t i = 0; i < module->n_imports; i++)
                buffer_append_format(&text, "-%s%s %x ",
                                     module_imports(module)[i].is_weak ? "weak " : "",
                                     string_table_get(strings, module_imports(module)[i].name),
                                     module_imports(module)[i].crc);
        for (size_t i = 0; i < module->n_aliases; i++)
                buffer_append_format(&text, "a:%s ",
                                     string_table_get(strings, module_aliases(module)[i]));
        for (size_t i = 0; i < module->n_softdeps; i++)
                buffer_append_format(&text, "s:%s ",
                                     string_table_get(strings, module_softdeps(module)[i]));
        for (size_t i = 0; i < module->n_weakdeps; i++)
                buffer_append_format(&text, "w:%s ",
                                     string_table_get(strings, module_weakdeps(module)[i]));
        if (module->vermagic != STRING_NONE)
                buffer_append_format(&text, "v:%s", string_table_get(strings, module->vermagic));
        assert_text(&text, expected);
}

#define RECORD "+one 1 +two 2 -three 3 -weak four 0 a:pci:x a:usb:x s:pre: b w:c v:1.0"

static void shared_record_says_the_same_under_its_own_name(void **state) {
        _cleanup_tree_ Tree tree = {};
        Module copy = { .name = 1, .path = 2, .is_external = true };

        (void) state;
        tree_of(&tree, script);
        tree.modules[0].is_read = true;
        tree.modules[0].error = ENOEXEC;
        tree.modules[0].key = (StatKey){ .inode = 7 };
        module_share_record(&copy, &tree.modules[0]);
        assert_int_equal(copy.name, 1);
        assert_int_equal(copy.path, 2);
        assert_true(copy.is_external);
        assert_true(copy.is_known);
        assert_true(copy.is_read);
        assert_int_equal(copy.error, ENOEXEC);
        assert_int_equal(copy.key.inode, 7);
        assert_ptr_equal(module_exports(&copy), module_exports(&tree.modules[0]));
        assert_record(tree.strings, &copy, RECORD);
        tree_release_module(&copy);
        assert_record(tree.strings, &tree.modules[0], RECORD);
}

static void lists_of_its_own_may_change(void **state) {
        _cleanup_tree_ Tree tree = {};
        Module copy = {};

        (void) state;
        tree_of(&tree, script);
        module_share_record(&copy, &tree.modules[0]);
        assert_int_equal(module_own_lists(&copy), 0);
        assert_record(tree.strings, &copy, RECORD);
        module_exports(&copy)[0].crc = 9;
        module_imports(&copy)[0].crc = 9;
        module_aliases(&copy)[0] = module_softdeps(&copy)[0] = module_weakdeps(&copy)[0] = 0;
        assert_record(tree.strings, &tree.modules[0], RECORD);
        tree_release_module(&copy);
}

static void copy_of_an_empty_record_is_empty(void **state) {
        _cleanup_tree_ Tree tree = {};
        Module copy = {};

        (void) state;
        tree_of(&tree, script);
        assert_int_equal(module_n_words(&tree.modules[1]), 0);
        module_share_record(&copy, &tree.modules[1]);
        assert_int_equal(module_own_lists(&copy), 0);
        assert_true(copy.is_known);
        assert_record(tree.strings, &copy, "");
        tree_release_module(&copy);
}

static int note(StringId id, void *userdata) {
        unsigned *counts = userdata;

        counts[id]++;
        return 0;
}

static int stop(StringId id, void *userdata) {
        unsigned *n_calls = userdata;

        (void) id;
        return ++*n_calls == 3 ? -ENOMEM : 0;
}

static void each_string_of_a_record_is_met_but_not_its_name_and_path(void **state) {
        unsigned counts[64] = {}, n_calls = 0, n = 0;
        _cleanup_tree_ Tree tree = {};

        (void) state;
        tree_of(&tree, script);
        assert_int_equal(module_each_string(&tree.modules[0], note, counts), 0);
        for (size_t i = 0; i < ELEMENTSOF(counts); i++)
                n += counts[i];
        assert_int_equal(n, 9);
        assert_int_equal(counts[tree.modules[0].name] + counts[tree.modules[0].path], 0);
        assert_int_equal(counts[tree.modules[0].vermagic], 1);
        assert_int_equal(counts[module_weakdeps(&tree.modules[0])[0]], 1);
        assert_int_equal(module_each_string(&tree.modules[1], note, counts), 0);

        assert_int_equal(module_each_string(&tree.modules[0], stop, &n_calls), -ENOMEM);
        assert_int_equal(n_calls, 3);
}

/* Into a table in which all strings have other ids. */
static void translated_record_says_the_same_in_another_table(void **state) {
        _cleanup_(string_table_unrefp) StringTable *other = NULL;
        _cleanup_free_ StringId *map = NULL;
        _cleanup_tree_ Tree tree = {};
        StringId id, name, path;
        Module *module;

        (void) state;
        tree_of(&tree, script);
        module = &tree.modules[0];
        name = module->name;
        path = module->path;
        assert_int_equal(string_table_new(&other), 0);
        assert_int_equal(string_table_intern(other, "in the way", 10, &id), 0);
        assert_int_equal(string_table_merge(other, tree.strings, &map), 0);
        module_translate(module, map);
        assert_record(other, module, RECORD);
        assert_int_equal(module->name, name);
        assert_int_equal(module->path, path);
        module_translate(&tree.modules[1], map);
        assert_int_equal(tree.modules[1].vermagic, STRING_NONE);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(shared_record_says_the_same_under_its_own_name),
                cmocka_unit_test(lists_of_its_own_may_change),
                cmocka_unit_test(copy_of_an_empty_record_is_empty),
                cmocka_unit_test(each_string_of_a_record_is_met_but_not_its_name_and_path),
                cmocka_unit_test(translated_record_says_the_same_in_another_table),
        };

        return cmocka_run_group_tests_name("module", tests, NULL, NULL);
}
