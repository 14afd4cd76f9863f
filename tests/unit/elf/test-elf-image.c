/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <errno.h>

#include "elf-case.h"

#define MODINFO ELF_SECTION_MODINFO

/* A file of three sections: .modinfo, __versions, .modinfo again. */
static void render(Buffer *file, ElfFormat format) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = format };

        buffer_clear(file);
        (void) elf_writer_add_section(&writer, ".modinfo", "first", 5);
        (void) elf_writer_add_section(&writer, "__versions", "versions", 8);
        (void) elf_writer_add_section(&writer, ".modinfo", "second", 6);
        elf_writer_render(&writer, file);
}

/* NULL: there is no such section. */
static void assert_section(const Buffer *file, ElfSectionName name, const char *expected) {
        for (int from_memory = 0; from_memory <= 1; from_memory++) {
                _cleanup_elf_case_ ElfCase opened = {};
                const char *bytes;
                size_t size;
                int r;

                assert_int_equal(elf_case_open(&opened, file, from_memory), 0);
                r = elf_image_section(opened.image, name, &bytes, &size);
                assert_int_equal(r, expected ? 0 : -ENODATA);
                if (expected) {
                        assert_int_equal(size, strlen(expected));
                        assert_memory_equal(bytes, expected, size);
                }
        }
}

static void every_class_and_byte_order_is_read(void **state) {
        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                _cleanup_buffer_ Buffer file = {};
                _cleanup_elf_case_ ElfCase opened = {};
                ElfMachine machine;

                render(&file, elf_formats[i]);
                assert_section(&file, MODINFO, "first");
                assert_section(&file, ELF_SECTION_VERSIONS, "versions");
                assert_section(&file, ELF_SECTION_SYMTAB, NULL);
                assert_section(&file, ELF_SECTION_STRTAB, NULL);
                assert_section(&file, ELF_SECTION_KSYMTAB_STRINGS, NULL);

                assert_int_equal(elf_case_open(&opened, &file, true), 0);
                machine = elf_image_machine(opened.image);
                assert_int_equal(machine.machine, elf_formats[i].machine);
                assert_int_equal(machine.class, elf_formats[i].class);
                assert_int_equal(machine.byte_order, elf_formats[i].byte_order);
        }
}

static void what_does_not_begin_like_elf_is_none(void **state) {
        static const struct {
                const char *bytes;
                size_t size;
        } cases[] = {
                { "", 0 },
                { "\x7f", 1 },
                { "\x7f"
                  "ELF",
                  4 },
                { "\x7f"
                  "ELF\2\1\1\0\0\0\0\0\0\0\0\0",
                  16 },
                { "this is some text and no module", 31 },
                { "\x7f"
                  "elf\2\1\1\0\0\0\0\0\0\0\0\0\1\0\1\0",
                  20 },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_buffer_ Buffer file = {};

                buffer_append(&file, cases[i].bytes, cases[i].size);
                assert_opens(&file, -ENOEXEC);
        }
}

static void other_classes_and_byte_orders_are_wrong(void **state) {
        static const struct {
                size_t at;
                char value;
        } cases[] = { { EI_CLASS, 0 }, { EI_CLASS, 3 }, { EI_DATA, 0 }, { EI_DATA, 3 } };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_buffer_ Buffer file = {};

                render(&file, elf_formats[0]);
                file.data[cases[i].at] = cases[i].value;
                assert_opens(&file, -EINVAL);
        }
}

static void lies_of_the_header_are_wrong(void **state) {
        static const struct {
                ElfField field;
                uint64_t value;
        } cases[] = {
                { ELF_FIELD_SHENTSIZE, 0 },      { ELF_FIELD_SHENTSIZE, 48 },
                { ELF_FIELD_SHENTSIZE, 65 },     { ELF_FIELD_SHSTRNDX, 0 },
                { ELF_FIELD_SHSTRNDX, 5 },       { ELF_FIELD_SHSTRNDX, 99 },
                { ELF_FIELD_SHSTRNDX, 0xffff },  { ELF_FIELD_SHNUM, 0 },
                { ELF_FIELD_SHNUM, 4 },          { ELF_FIELD_SHNUM, 6 },
                { ELF_FIELD_SHNUM, 0xffff },     { ELF_FIELD_SHOFF, 1 << 20 },
                { ELF_FIELD_SHOFF, 0xfffffff0 },
        };

        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                for (size_t k = 0; k < ELEMENTSOF(cases); k++) {
                        _cleanup_buffer_ Buffer file = {};

                        render(&file, elf_formats[i]);
                        elf_file_set(&file, cases[k].field, 0, cases[k].value);
                        assert_opens(&file, -EINVAL);
                }
        }
}

static void section_table_may_not_wrap_around(void **state) {
        static const uint64_t offsets[] = { UINT64_MAX, UINT64_MAX - 63, INT64_MAX, 1ULL << 63 };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(offsets); i++) {
                _cleanup_buffer_ Buffer file = {};

                render(&file, elf_formats[0]);
                elf_file_set(&file, ELF_FIELD_SHOFF, 0, offsets[i]);
                assert_opens(&file, -EINVAL);
        }
}

static void section_names_must_be_inside_and_end(void **state) {
        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                _cleanup_buffer_ Buffer file = {};
                unsigned names;

                render(&file, elf_formats[i]);
                names = elf_file_find(&file, ".shstrtab");
                elf_file_set(&file, ELF_FIELD_SECTION_SIZE, names,
                             elf_file_get(&file, ELF_FIELD_SECTION_SIZE, names) - 1);
                assert_opens(&file, -EINVAL);
                elf_file_set(&file, ELF_FIELD_SECTION_SIZE, names, 0);
                assert_opens(&file, -EINVAL);
                elf_file_set(&file, ELF_FIELD_SECTION_SIZE, names, file.size);
                assert_opens(&file, -EINVAL);
                elf_file_set(&file, ELF_FIELD_SECTION_SIZE, names, 0xfffffff0);
                assert_opens(&file, -EINVAL);
        }
}

/* The section table is the last part, so every cut is felt. */
static void file_cut_anywhere_is_wrong(void **state) {
        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                _cleanup_buffer_ Buffer file = {};

                render(&file, elf_formats[i]);
                while (--file.size > 0)
                        assert_opens(&file, file.size > EI_NIDENT ? -EINVAL : -ENOEXEC);
        }
}

static void what_follows_the_image_is_ignored(void **state) {
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        render(&file, elf_formats[0]);
        buffer_append_string(&file, "signature~Module signature appended~\n");
        assert_section(&file, MODINFO, "first");
}

static void first_section_that_is_inside_of_the_file_counts(void **state) {
        static const struct {
                ElfField field;
                uint64_t value;
        } cases[] = {
                { ELF_FIELD_SECTION_SIZE, 1 << 20 },
                { ELF_FIELD_SECTION_OFFSET, 1 << 20 },
                { ELF_FIELD_SECTION_OFFSET, 0xfffffffe },
                { ELF_FIELD_SECTION_NAME, 1 << 20 },
        };

        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                for (size_t k = 0; k < ELEMENTSOF(cases); k++) {
                        _cleanup_buffer_ Buffer file = {};

                        render(&file, elf_formats[i]);
                        elf_file_set(&file, cases[k].field, 1, cases[k].value);
                        assert_section(&file, MODINFO, "second");
                }
        }
}

static void type_of_a_section_plays_no_part(void **state) {
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        render(&file, elf_formats[0]);
        elf_file_set(&file, ELF_FIELD_SECTION_TYPE, 1, SHT_NOBITS);
        assert_section(&file, MODINFO, "first");
}

static void section_at_the_files_beginning_is_none(void **state) {
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        render(&file, elf_formats[0]);
        elf_file_set(&file, ELF_FIELD_SECTION_OFFSET, 1, 0);
        assert_section(&file, MODINFO, NULL);
}

static void section_number_0_is_never_meant(void **state) {
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        render(&file, elf_formats[0]);
        elf_file_set(&file, ELF_FIELD_SECTION_NAME, 0,
                     elf_file_get(&file, ELF_FIELD_SECTION_NAME, 1));
        elf_file_set(&file, ELF_FIELD_SECTION_OFFSET, 0, 4);
        elf_file_set(&file, ELF_FIELD_SECTION_SIZE, 0, 1);
        assert_section(&file, MODINFO, "first");
}

static void section_may_be_empty_and_at_the_files_very_end(void **state) {
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        render(&file, elf_formats[0]);
        elf_file_set(&file, ELF_FIELD_SECTION_SIZE, 1, 0);
        assert_section(&file, MODINFO, "");
        elf_file_set(&file, ELF_FIELD_SECTION_OFFSET, 1, file.size);
        assert_section(&file, MODINFO, "");
}

static void section_name_is_compared_whole(void **state) {
        static const char *const names[] = { ".modinfo2", "modinfo", ".modinf", ".MODINFO", "" };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
                _cleanup_buffer_ Buffer file = {};

                (void) elf_writer_add_section(&writer, names[i], "x", 1);
                elf_writer_render(&writer, &file);
                assert_section(&file, MODINFO, NULL);
        }
}

/* Moves the section table up by a byte: nothing is where a processor would like it. */
static void section_table_may_lie_at_any_offset(void **state) {
        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                _cleanup_buffer_ Buffer file = {};
                uint64_t offset;

                render(&file, elf_formats[i]);
                offset = elf_file_get(&file, ELF_FIELD_SHOFF, 0);
                buffer_append_byte(&file, 0);
                memmove(file.data + offset + 1, file.data + offset, file.size - offset - 1);
                elf_file_set(&file, ELF_FIELD_SHOFF, 0, offset + 1);
                assert_section(&file, MODINFO, "first");
                assert_section(&file, ELF_SECTION_VERSIONS, "versions");
        }
}

static void no_image_may_be_freed(void **state) {
        (void) state;
        assert_null(elf_image_free(NULL));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_class_and_byte_order_is_read),
                cmocka_unit_test(what_does_not_begin_like_elf_is_none),
                cmocka_unit_test(other_classes_and_byte_orders_are_wrong),
                cmocka_unit_test(lies_of_the_header_are_wrong),
                cmocka_unit_test(section_table_may_not_wrap_around),
                cmocka_unit_test(section_names_must_be_inside_and_end),
                cmocka_unit_test(file_cut_anywhere_is_wrong),
                cmocka_unit_test(what_follows_the_image_is_ignored),
                cmocka_unit_test(first_section_that_is_inside_of_the_file_counts),
                cmocka_unit_test(type_of_a_section_plays_no_part),
                cmocka_unit_test(section_at_the_files_beginning_is_none),
                cmocka_unit_test(section_number_0_is_never_meant),
                cmocka_unit_test(section_may_be_empty_and_at_the_files_very_end),
                cmocka_unit_test(section_name_is_compared_whole),
                cmocka_unit_test(section_table_may_lie_at_any_offset),
                cmocka_unit_test(no_image_may_be_freed),
        };

        return cmocka_run_group_tests_name("elf-image", tests, NULL, NULL);
}
