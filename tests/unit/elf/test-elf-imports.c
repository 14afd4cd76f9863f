/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <errno.h>
#include <inttypes.h>

#include "elf-case.h"
#include "elf-symbols.h"
#include "module-file.h"

/* elf_undefined() and elf_versions(), specification section 4.4. */

static bool is_stop(ElfName name) {
        return name.size == 4 && memcmp(name.bytes, "stop", 4) == 0;
}

static int on_undefined(ElfName name, bool is_weak, void *userdata) {
        Buffer *text = userdata;

        buffer_append(text, name.bytes, name.size);
        buffer_append_string(text, is_weak ? "? " : " ");
        return is_stop(name) ? -ECANCELED : 0;
}

static int on_version(ElfName name, bool is_terminated, uint64_t crc, void *userdata) {
        Buffer *text = userdata;

        buffer_append(text, name.bytes, name.size);
        buffer_append_format(text, "%s=%" PRIx64 " ", is_terminated ? "" : "...", crc);
        return is_stop(name) ? -ECANCELED : 0;
}

static void assert_undefined(const Buffer *file, int result, const char *expected) {
        for (int from_memory = 0; from_memory <= 1; from_memory++) {
                _cleanup_elf_case_ ElfCase opened = {};
                _cleanup_buffer_ Buffer text = {};

                assert_int_equal(elf_case_open(&opened, file, from_memory), 0);
                assert_int_equal(elf_undefined(opened.image, on_undefined, &text), result);
                assert_text(&text, expected);
        }
}

static void assert_versions(const Buffer *file, int result, const char *expected) {
        for (int from_memory = 0; from_memory <= 1; from_memory++) {
                _cleanup_elf_case_ ElfCase opened = {};
                _cleanup_buffer_ Buffer text = {};

                assert_int_equal(elf_case_open(&opened, file, from_memory), 0);
                assert_int_equal(elf_versions(opened.image, on_version, &text), result);
                assert_text(&text, expected);
        }
}

static void undefined_symbols_come_in_the_tables_order(void **state) {
        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                _cleanup_buffer_ Buffer file = {};

                module_file_render(&file, elf_formats[i],
                                   "need b\nexport c 1\nweak w\nneed a\nneed b\n");
                assert_undefined(&file, 0, "b w? a b ");
        }
}

static void weak_is_one_binding_and_the_others_are_alike(void **state) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        elf_writer_add_symbol(&writer, "local", 0, SHN_UNDEF, ELF64_ST_INFO(STB_LOCAL, STT_FUNC));
        elf_writer_add_symbol(&writer, "global", 9, SHN_UNDEF, ELF64_ST_INFO(STB_GLOBAL, STT_TLS));
        elf_writer_add_symbol(&writer, "weak", 0, SHN_UNDEF, ELF64_ST_INFO(STB_WEAK, STT_OBJECT));
        elf_writer_add_symbol(&writer, "unique", 0, SHN_UNDEF, ELF64_ST_INFO(STB_GNU_UNIQUE, 0));
        elf_writer_add_symbol(&writer, "13", 0, SHN_UNDEF, ELF64_ST_INFO(STB_GLOBAL, 13));
        elf_writer_render(&writer, &file);
        assert_undefined(&file, 0, "local global weak? unique 13 ");
}

static void symbol_that_is_defined_anywhere_is_not_needed(void **state) {
        static const uint16_t sections[] = { 1, 2, 99, SHN_ABS, SHN_COMMON, SHN_XINDEX };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(sections); i++) {
                _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
                _cleanup_buffer_ Buffer file = {};

                elf_writer_add_symbol(&writer, "defined", 0, sections[i], 0x10);
                elf_writer_render(&writer, &file);
                assert_undefined(&file, 0, "");
        }
}

static void symbol_without_name_is_passed_over(void **state) {
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        module_file_render(&file, elf_formats[0], "need \nneed a\n");
        assert_undefined(&file, 0, "a ");
}

static void registers_of_sparc_are_no_symbols(void **state) {
        static const struct {
                uint8_t class;
                uint16_t machine;
                const char *expected;
        } cases[] = {
                { ELFCLASS32, EM_SPARC, "a " },
                { ELFCLASS64, EM_SPARCV9, "a " },
                { ELFCLASS32, EM_SPARC32PLUS, "reg a " },
                { ELFCLASS64, EM_X86_64, "reg a " },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_elf_writer_ ElfWriter writer = {
                        .format = { .class = cases[i].class,
                                    .byte_order = ELFDATA2MSB,
                                    .machine = cases[i].machine },
                };
                _cleanup_buffer_ Buffer file = {};

                elf_writer_add_symbol(&writer, "reg", 2, SHN_UNDEF,
                                      ELF64_ST_INFO(STB_GLOBAL, STT_SPARC_REGISTER));
                elf_writer_add_symbol(&writer, "a", 0, SHN_UNDEF, 0x10);
                elf_writer_render(&writer, &file);
                assert_undefined(&file, 0, cases[i].expected);
        }
}

static void undefined_name_outside_of_the_strings_is_wrong(void **state) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        elf_writer_add_symbol(&writer, "a", 0, SHN_UNDEF, 0x10);
        elf_writer_add_symbol_at(&writer, 3, 0, SHN_UNDEF, 0x10);
        elf_writer_render(&writer, &file);
        assert_undefined(&file, -EINVAL, "a ");
}

static void defined_name_outside_of_the_strings_is_not_looked_at(void **state) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        elf_writer_add_symbol_at(&writer, 99, 0, SHN_ABS, 0x10);
        elf_writer_add_symbol(&writer, "a", 0, SHN_UNDEF, 0x10);
        elf_writer_render(&writer, &file);
        assert_undefined(&file, 0, "a ");
}

static void without_either_table_nothing_is_known_to_be_undefined(void **state) {
        static const char *const sections[] = { ".symtab", ".strtab" };
        _cleanup_buffer_ Buffer none = {};

        (void) state;
        module_file_render(&none, elf_formats[0], "info license=GPL\n");
        assert_undefined(&none, -ENODATA, "");
        for (size_t i = 0; i < ELEMENTSOF(sections); i++) {
                _cleanup_buffer_ Buffer file = {};

                module_file_render(&file, elf_formats[0], "need a\n");
                elf_file_set(&file, ELF_FIELD_SECTION_OFFSET, elf_file_find(&file, sections[i]), 0);
                assert_undefined(&file, -ENODATA, "");
        }
}

static void symbol_table_of_a_wrong_size_is_wrong(void **state) {
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        module_file_render(&file, elf_formats[0], "need a\n");
        elf_file_set(&file, ELF_FIELD_SECTION_SIZE, elf_file_find(&file, ".symtab"), 47);
        assert_undefined(&file, -EINVAL, "");
}

static void versions_have_the_crc_that_the_class_has(void **state) {
        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                _cleanup_buffer_ Buffer file = {};

                module_file_render(&file, elf_formats[i],
                                   "version module_layout 89abcdef\nversion a 1\nversion a 2\n");
                assert_versions(&file, 0, "module_layout=89abcdef a=1 a=2 ");
        }
}

static void version_may_have_a_wide_crc_and_no_name(void **state) {
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        module_file_render(&file, elf_formats[1], "version a 123456789\nversion  7\n");
        assert_versions(&file, 0, "a=123456789 =7 ");
}

static void version_that_fills_its_field_is_not_terminated(void **state) {
        static const size_t field_sizes[] = { 56, 56, 60, 60 };

        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                char script[128] = "version ", expected[128] = {};
                _cleanup_buffer_ Buffer file = {}, longer = {};
                size_t size = field_sizes[i];

                memset(script + 8, 'x', size - 1);
                memset(expected, 'x', size - 1);
                (void) stpcpy(expected + size - 1, "=0 ");
                module_file_render(&file, elf_formats[i], script);
                assert_versions(&file, 0, expected);

                (void) stpcpy(script + 8 + size - 1, "x");
                (void) stpcpy(expected + size - 1, "x...=0 ");
                module_file_render(&longer, elf_formats[i], script);
                assert_versions(&longer, 0, expected);
        }
}

static void versions_that_are_no_whole_records_do_not_count(void **state) {
        static const uint64_t sizes[] = { 0, 1, 63, 65, 127 };
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        module_file_render(&file, elf_formats[0], "version a 1\nversion b 2\n");
        assert_versions(&file, 0, "a=1 b=2 ");
        for (size_t i = 0; i < ELEMENTSOF(sizes); i++) {
                elf_file_set(&file, ELF_FIELD_SECTION_SIZE, 1, sizes[i]);
                assert_versions(&file, 0, "");
        }
}

static void without_versions_there_are_none(void **state) {
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        module_file_render(&file, elf_formats[0], "need a\n");
        assert_versions(&file, 0, "");
}

static void negative_result_ends_the_reading(void **state) {
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        module_file_render(&file, elf_formats[0],
                           "need a\nneed stop\nneed b\nversion a 1\nversion stop 2\nversion b 3\n");
        assert_undefined(&file, -ECANCELED, "a stop ");
        assert_versions(&file, -ECANCELED, "a=1 stop=2 ");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(undefined_symbols_come_in_the_tables_order),
                cmocka_unit_test(weak_is_one_binding_and_the_others_are_alike),
                cmocka_unit_test(symbol_that_is_defined_anywhere_is_not_needed),
                cmocka_unit_test(symbol_without_name_is_passed_over),
                cmocka_unit_test(registers_of_sparc_are_no_symbols),
                cmocka_unit_test(undefined_name_outside_of_the_strings_is_wrong),
                cmocka_unit_test(defined_name_outside_of_the_strings_is_not_looked_at),
                cmocka_unit_test(without_either_table_nothing_is_known_to_be_undefined),
                cmocka_unit_test(symbol_table_of_a_wrong_size_is_wrong),
                cmocka_unit_test(versions_have_the_crc_that_the_class_has),
                cmocka_unit_test(version_may_have_a_wide_crc_and_no_name),
                cmocka_unit_test(version_that_fills_its_field_is_not_terminated),
                cmocka_unit_test(versions_that_are_no_whole_records_do_not_count),
                cmocka_unit_test(without_versions_there_are_none),
                cmocka_unit_test(negative_result_ends_the_reading),
        };

        return cmocka_run_group_tests_name("elf-imports", tests, NULL, NULL);
}
