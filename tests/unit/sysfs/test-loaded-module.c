/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "loaded-module.h"

#include <elf.h>

#include "temp-tree.h"
#include "test-case.h"

static void check(const char *name, bool is_loaded, const char *build_id, const char *srcversion) {
        LoadedModule module;

        loaded_module_read(&module, "sys", name);
        assert_int_equal(module.is_loaded, is_loaded);
        assert_string_equal(module.build_id, build_id);
        assert_string_equal(module.srcversion, srcversion);
}

/* The file that the kernel makes of the section of a module. */
static void write_note(uint32_t type, uint32_t name_size, uint32_t size, size_t written) {
        const Elf32_Nhdr note = { .n_namesz = name_size, .n_descsz = size, .n_type = type };
        unsigned char bytes[sizeof(note) + 4 + 20];

        memcpy(bytes, &note, sizeof(note));
        memcpy(bytes + sizeof(note), "GNU", 4);
        for (size_t i = 0; i < 20; i++)
                bytes[sizeof(note) + 4 + i] = (unsigned char) (0xf0 + i % 16);
        temp_tree_write("sys/module/a/notes/.note.gnu.build-id", bytes, written);
}

static void module_that_lives_is_loaded(void **state) {
        (void) state;
        check("a", false, "", "");
        temp_tree_write_text("sys/module/a/initstate", "live\n");
        check("a", true, "", "");
        temp_tree_write_text("sys/module/a/initstate", "coming\n");
        check("a", true, "", "");
        temp_tree_write_text("sys/module/a/initstate", "going\n");
        check("a", false, "", "");
}

static void builtin_module_is_not_loaded(void **state) {
        (void) state;
        temp_tree_write_text("sys/module/a/parameters/debug", "0\n");
        temp_tree_write_text("sys/module/a/srcversion", "ABC\n");
        check("a", false, "", "");
}

static void build_id_and_srcversion_are_told(void **state) {
        (void) state;
        temp_tree_write_text("sys/module/a/initstate", "live\n");
        temp_tree_write_text("sys/module/a/srcversion", "533BB7E5866E52F63B9ACCB\n");
        write_note(NT_GNU_BUILD_ID, 4, 20, sizeof(Elf32_Nhdr) + 24);
        check("a", true, "f0f1f2f3f4f5f6f7f8f9fafbfcfdfefff0f1f2f3", "533BB7E5866E52F63B9ACCB");
}

static void damaged_note_is_no_build_id(void **state) {
        (void) state;
        temp_tree_write_text("sys/module/a/initstate", "live\n");
        write_note(NT_GNU_BUILD_ID, 4, 20, sizeof(Elf32_Nhdr) + 23);
        check("a", true, "", "");
        write_note(NT_GNU_BUILD_ID, 4, UINT32_MAX, sizeof(Elf32_Nhdr) + 24);
        check("a", true, "", "");
        write_note(NT_GNU_BUILD_ID, UINT32_MAX, 20, sizeof(Elf32_Nhdr) + 24);
        check("a", true, "", "");
        write_note(NT_GNU_BUILD_ID + 1, 4, 20, sizeof(Elf32_Nhdr) + 24);
        check("a", true, "", "");
        write_note(NT_GNU_BUILD_ID, 4, 20, 5);
        check("a", true, "", "");
}

static void name_leads_nowhere_else(void **state) {
        (void) state;
        temp_tree_write_text("sys/initstate", "live\n");
        temp_tree_write_text("sys/module/initstate", "live\n");
        temp_tree_write_text("sys/module/a/b/initstate", "live\n");
        check("..", false, "", "");
        check(".", false, "", "");
        check("a/b", false, "", "");
        check("", false, "", "");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(module_that_lives_is_loaded),
                TREE_TEST(builtin_module_is_not_loaded),
                TREE_TEST(build_id_and_srcversion_are_told),
                TREE_TEST(damaged_note_is_no_build_id),
                TREE_TEST(name_leads_nowhere_else),
        };

        return cmocka_run_group_tests_name("loaded-module", tests, NULL, NULL);
}
