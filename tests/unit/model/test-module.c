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
                                     string_table_get(strings, module->exports[i].name),
                                     module->exports[i].crc);
        for (size_t i = 0; i < module->n_imports; i++)
                buffer_append_format(&text, "-%s%s %x ", module->imports[i].is_weak ? "weak " : "",
                                     string_table_get(strings, module->imports[i].name),
                                     module->imports[i].crc);
        for (size_t i = 0; i < module->n_aliases; i++)
                buffer_append_format(&text, "a:%s ", string_table_get(strings, module->aliases[i]));
        for (size_t i = 0; i < module->n_softdeps; i++)
                buffer_append_format(&text, "s:%s ",
                                     string_table_get(strings, module->softdeps[i]));
        for (size_t i = 0; i < module->n_weakdeps; i++)
                buffer_append_format(&text, "w:%s ",
                                     string_table_get(strings, module->weakdeps[i]));
        if (module->vermagic != STRING_NONE)
                buffer_append_format(&text, "v:%s", string_table_get(strings, module->vermagic));
        assert_text(&text, expected);
}

#define RECORD "+one 1 +two 2 -three 3 -weak four 0 a:pci:x a:usb:x s:pre: b w:c v:1.0"

static void copy_says_the_same_under_its_own_name(void **state) {
        _cleanup_tree_ Tree tree = {};
        uint32_t lists[64];
        Module copy = { .name = 1, .path = 2, .is_external = true };

        (void) state;
        tree_of(&tree, script);
        tree.modules[0].is_read = true;
        tree.modules[0].error = ENOEXEC;
        tree.modules[0].key = (StatKey){ .inode = 7 };
        assert_true(module_lists_size(&tree.modules[0]) <= sizeof(lists));
        module_copy_record(&copy, &tree.modules[0], lists);
        assert_int_equal(copy.name, 1);
        assert_int_equal(copy.path, 2);
        assert_true(copy.is_external);
        assert_true(copy.is_known);
        assert_true(copy.is_read);
        assert_int_equal(copy.error, ENOEXEC);
        assert_int_equal(copy.key.inode, 7);
        assert_record(tree.strings, &copy, RECORD);
}

static void copy_has_lists_of_its_own(void **state) {
        _cleanup_tree_ Tree tree = {};
        uint32_t lists[64];
        Module copy = {};

        (void) state;
        tree_of(&tree, script);
        module_copy_record(&copy, &tree.modules[0], lists);
        copy.exports[0].crc = 9;
        copy.imports[0].crc = 9;
        copy.aliases[0] = copy.softdeps[0] = copy.weakdeps[0] = 0;
        assert_record(tree.strings, &tree.modules[0], RECORD);
}

static void copy_of_an_empty_record_is_empty(void **state) {
        _cleanup_tree_ Tree tree = {};
        Module copy = {};
        uint32_t lists[1];

        (void) state;
        tree_of(&tree, script);
        assert_int_equal(module_lists_size(&tree.modules[1]), 0);
        module_copy_record(&copy, &tree.modules[1], lists);
        assert_true(copy.is_known);
        assert_record(tree.strings, &copy, "");
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
        assert_int_equal(counts[tree.modules[0].weakdeps[0]], 1);
        assert_int_equal(module_each_string(&tree.modules[1], note, counts), 0);

        assert_int_equal(module_each_string(&tree.modules[0], stop, &n_calls), -ENOMEM);
        assert_int_equal(n_calls, 3);
}

/* Into a table in which all strings have other ids. */
static void translated_record_says_the_same_in_another_table(void **state) {
        _cleanup_(string_table_freep) StringTable *other = NULL;
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
                cmocka_unit_test(copy_says_the_same_under_its_own_name),
                cmocka_unit_test(copy_has_lists_of_its_own),
                cmocka_unit_test(copy_of_an_empty_record_is_empty),
                cmocka_unit_test(each_string_of_a_record_is_met_but_not_its_name_and_path),
                cmocka_unit_test(translated_record_says_the_same_in_another_table),
        };

        return cmocka_run_group_tests_name("module", tests, NULL, NULL);
}
