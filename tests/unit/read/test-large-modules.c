/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <zstd.h>

#include "module-file.h"
#include "module-reader.h"
#include "temp-tree.h"
#include "test-case.h"

#define _cleanup_reader_ _cleanup_(module_reader_freep)

#define MIB ((size_t) 1024 * 1024)

/* More than anybody has, and as much as is taken. */
#define ITEMS_MAX 262144

static int read_module(Module *module, bool with_large) {
        _cleanup_reader_ ModuleReader *reader = NULL;
        const char *reason;
        int r;

        *module = (Module){};
        assert_int_equal(module_reader_new(&reader), 0);
        if (with_large)
                assert_int_equal(module_reader_allow_large(reader), 0);
        r = module_reader_read(reader, AT_FDCWD, "m.ko", module, &reason);
        free(module->lists);
        module->lists = NULL;
        return r;
}

/* It is absurdly large, and nothing of it counts. */
static void assert_refused(void) {
        Module module;

        assert_int_equal(read_module(&module, true), 0);
        assert_int_equal(module.error, EFBIG);
        assert_int_equal(module.n_exports + module.n_imports + module.n_aliases, 0);
}

static void write_elf(ElfWriter *writer) {
        _cleanup_buffer_ Buffer file = {};

        elf_writer_render(writer, &file);
        temp_tree_write("m.ko", file.data, file.size);
}

static void tables_larger_than_memory_are_refused(void **state) {
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        module_file_render(&file, elf_formats[0], "export x 1\nneed y\n");
        elf_file_set(&file, ELF_FIELD_SECTION_OFFSET, elf_file_find(&file, ".strtab"), 4096);
        elf_file_set(&file, ELF_FIELD_SECTION_SIZE, elf_file_find(&file, ".strtab"),
                     (uint64_t) 1 << 39);
        temp_tree_write("m.ko", file.data, file.size);
        assert_int_equal(truncate("m.ko", (off_t) 1 << 40), 0);
        assert_refused();
}

/* Each a byte shorter than the last, and all with the same end. */
static void overlapping_names(unsigned n) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
        _cleanup_buffer_ Buffer name = {};

        while (name.size < MIB)
                buffer_append(&name, "name of sixteen ", 16);
        buffer_append_byte(&name, '\0');
        assert_int_equal(buffer_error(&name), 0);
        elf_writer_add_symbol(&writer, name.data, 0, SHN_UNDEF, ELF64_ST_INFO(STB_GLOBAL, 0));
        for (uint32_t i = 1; i < n; i++)
                elf_writer_add_symbol_at(&writer, 1 + i, 0, SHN_UNDEF,
                                         ELF64_ST_INFO(STB_GLOBAL, 0));
        write_elf(&writer);
}

static void names_that_overlap_are_refused_when_they_are_too_much(void **state) {
        Module module;

        (void) state;
        overlapping_names(20);
        assert_int_equal(read_module(&module, false), 0);
        assert_int_equal(module.error, 0);
        assert_int_equal(module.n_imports, 20);

        overlapping_names(70);
        assert_refused();
}

static void crcs_in_sections(unsigned n_sections) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
        _cleanup_buffer_ Buffer words = {};

        assert_int_equal(buffer_reserve(&words, MIB), 0);
        memset(words.data, 7, MIB);
        for (unsigned i = 0; i < n_sections; i++)
                (void) elf_writer_add_section(&writer, "__kcrctab", words.data, MIB);
        for (unsigned i = 0; i < 600; i++) {
                char name[32];

                (void) snprintf(name, sizeof(name), "__crc_%u", i);
                elf_writer_add_symbol(&writer, name, 0, (uint16_t) (1 + i % n_sections),
                                      ELF64_ST_INFO(STB_GLOBAL, 0));
        }
        write_elf(&writer);
}

static void crcs_in_turns_from_two_tables_are_read_once(void **state) {
        Module module;

        (void) state;
        crcs_in_sections(2);
        assert_int_equal(read_module(&module, false), 0);
        assert_int_equal(module.error, 0);
        assert_int_equal(module.n_exports, 600);

        crcs_in_sections(3);
        assert_refused();
}

static void aliases(unsigned n) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
        _cleanup_buffer_ Buffer modinfo = {};

        for (unsigned i = 0; i < n; i++) {
                buffer_append_format(&modinfo, "alias=%u", i);
                buffer_append_byte(&modinfo, '\0');
        }
        assert_int_equal(buffer_error(&modinfo), 0);
        (void) elf_writer_add_section(&writer, ".modinfo", modinfo.data, modinfo.size);
        write_elf(&writer);
}

static void too_many_items_are_refused(void **state) {
        Module module;

        (void) state;
        aliases(ITEMS_MAX);
        assert_int_equal(read_module(&module, false), 0);
        assert_int_equal(module.error, 0);
        assert_int_equal(module.n_aliases, ITEMS_MAX);

        aliases(ITEMS_MAX + 1);
        assert_refused();
}

/* A module with so much debug information, packed. */
static void pack(size_t size) {
        _cleanup_buffer_ Buffer file = {}, packed = {};
        size_t end;

        module_file_render(&file, elf_formats[0], "export x 1\n");
        end = file.size;
        assert_int_equal(buffer_reserve(&file, size), 0);
        memset(file.data + end, 1, size - end);
        assert_int_equal(buffer_reserve(&packed, ZSTD_compressBound(size)), 0);
        packed.size = ZSTD_compress(packed.data, packed.capacity, file.data, size, 1);
        assert_false(ZSTD_isError(packed.size));
        temp_tree_write("m.ko", packed.data, packed.size);
}

static void large_module_takes_a_reader_for_large_ones(void **state) {
        Module module;

        (void) state;
        pack(32 * MIB);
        assert_int_equal(read_module(&module, false), 0);
        assert_int_equal(module.n_exports, 1);

        pack(32 * MIB + 1);
        assert_int_equal(read_module(&module, false), MODULE_READER_LARGE);
        assert_int_equal(module.error, 0);
        assert_int_equal(read_module(&module, true), 0);
        assert_int_equal(module.error, 0);
        assert_int_equal(module.n_exports, 1);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(tables_larger_than_memory_are_refused),
                TREE_TEST(names_that_overlap_are_refused_when_they_are_too_much),
                TREE_TEST(crcs_in_turns_from_two_tables_are_read_once),
                TREE_TEST(too_many_items_are_refused),
                TREE_TEST(large_module_takes_a_reader_for_large_ones),
        };

        return cmocka_run_group_tests_name("large-modules", tests, NULL, NULL);
}
