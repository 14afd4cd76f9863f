/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <errno.h>
#include <inttypes.h>

#include "elf-case.h"
#include "elf-symbols.h"
#include "module-file.h"

/* elf_exports(), specification section 4.3. */

static int on_export(ElfName name, uint64_t crc, void *userdata) {
        Buffer *text = userdata;

        buffer_append(text, name.bytes, name.size);
        buffer_append_format(text, "=%" PRIx64 " ", crc);
        return name.size == 4 && memcmp(name.bytes, "stop", 4) == 0 ? -ECANCELED : 0;
}

static int exports_of(const Buffer *file, bool from_memory, Buffer *text) {
        _cleanup_elf_case_ ElfCase opened = {};

        assert_int_equal(elf_case_open(&opened, file, from_memory), 0);
        return elf_exports(opened.image, on_export, text);
}

static void assert_exports(const Buffer *file, int result, const char *expected) {
        for (int from_memory = 0; from_memory <= 1; from_memory++) {
                _cleanup_buffer_ Buffer text = {};

                assert_int_equal(exports_of(file, from_memory, &text), result);
                assert_text(&text, expected);
        }
}

/* The same for a module in every format. */
static void check(const char *script, int result, const char *expected) {
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                _cleanup_buffer_ Buffer file = {};

                module_file_render(&file, elf_formats[i], script);
                assert_exports(&file, result, expected);
        }
}

static void crc_symbols_are_exports_in_the_tables_order(void **state) {
        (void) state;
        check("export b 12345678\nneed x\nexport a ffffffff\n", 0, "b=12345678 a=ffffffff ");
}

static void symbol_that_only_contains_the_prefix_is_none(void **state) {
        (void) state;
        check("need x__crc_y\nneed __crc\nneed __crc_", 0, "=0 ");
        check("need x__crc_y\nneed __crc", -ENODATA, "");
}

/* Even an undefined one. */
static void binding_type_and_section_play_no_part(void **state) {
        static const struct {
                uint16_t section;
                uint8_t info;
        } cases[] = {
                { SHN_ABS, ELF64_ST_INFO(STB_LOCAL, STT_NOTYPE) },
                { SHN_ABS, ELF64_ST_INFO(STB_WEAK, STT_OBJECT) },
                { SHN_UNDEF, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC) },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
                _cleanup_buffer_ Buffer file = {};

                elf_writer_add_symbol(&writer, "__crc_a", 0xabc, cases[i].section, cases[i].info);
                elf_writer_render(&writer, &file);
                assert_exports(&file, 0, "a=abc ");
        }
}

static void crc_may_stand_in_a_section(void **state) {
        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[i] };
                _cleanup_buffer_ Buffer file = {}, crcs = {};
                uint16_t section;

                elf_format_append(elf_formats[i], &crcs, 0x11112222, 4);
                elf_format_append(elf_formats[i], &crcs, 0xdeadbeef, 4);
                section = elf_writer_add_section(&writer, "__kcrctab", crcs.data, crcs.size);
                elf_writer_add_symbol(&writer, "__crc_a", 4, section, 0);
                elf_writer_add_symbol(&writer, "__crc_b", 0, section, 0);
                elf_writer_render(&writer, &file);
                assert_exports(&file, 0, "a=deadbeef b=11112222 ");
        }
}

/* kmod is killed by the reserved section numbers; we are not. */
static void crc_outside_of_the_file_is_all_ones(void **state) {
        static const struct {
                uint16_t section;
                uint64_t value;
        } cases[] = { { 1, 1 },  { 1, 4 },          { 1, 0xffffffff },
                      { 77, 0 }, { SHN_COMMON, 0 }, { SHN_XINDEX, 0 } };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
                _cleanup_buffer_ Buffer file = {};

                (void) elf_writer_add_section(&writer, "__kcrctab", "\1\2\3\4", 4);
                elf_writer_add_symbol(&writer, "__crc_a", cases[i].value, cases[i].section, 0);
                elf_writer_render(&writer, &file);
                assert_exports(&file, 0, "a=ffffffffffffffff ");
        }
}

static void absolute_crc_may_have_64_bits(void **state) {
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        module_file_render(&file, elf_formats[0], "export a 1234567890abcdef\n");
        assert_exports(&file, 0, "a=1234567890abcdef ");
}

static void without_crc_symbols_the_list_of_names_counts(void **state) {
        (void) state;
        check("string b\nstring a\n", 0, "b=0 a=0 ");
        check("need x\nstring b\nstring a\n", 0, "b=0 a=0 ");
}

static void one_crc_symbol_disables_the_list(void **state) {
        (void) state;
        check("export x 1\nstring b\n", 0, "x=1 ");
}

static void without_either_there_is_no_data(void **state) {
        (void) state;
        check("", -ENODATA, "");
        check("need x\n", -ENODATA, "");
}

static void list_is_strings_between_nuls(void **state) {
        static const struct {
                const char *bytes;
                size_t size;
                int result;
                const char *exports;
        } cases[] = {
#define CASE(bytes, result, exports) { bytes, sizeof(bytes) - 1, result, exports }
                CASE("", 0, ""),
                CASE("\0", 0, ""),
                CASE("\0\0\0", 0, ""),
                CASE("a\0", 0, "a=0 "),
                CASE("\0\0a\0\0\0b\0\0", 0, "a=0 b=0 "),
                /* one byte is less than a name and its NUL */
                CASE("a", 0, ""),
                CASE("\0\0a", 0, ""),
                /* a list that does not end is no list */
                CASE("a\0bc", -EINVAL, ""),
                CASE("bc", -EINVAL, ""),
#undef CASE
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
                _cleanup_buffer_ Buffer file = {};

                (void) elf_writer_add_section(&writer, "__ksymtab_strings", cases[i].bytes,
                                              cases[i].size);
                elf_writer_render(&writer, &file);
                assert_exports(&file, cases[i].result, cases[i].exports);
        }
}

/* Each makes the symbol table unusable as a whole. */
static void unusable_symbol_table_leaves_the_list(void **state) {
        static const struct {
                const char *section;
                ElfField field;
                uint64_t value;
        } cases[] = {
                { ".symtab", ELF_FIELD_SECTION_SIZE, 47 },
                { ".symtab", ELF_FIELD_SECTION_OFFSET, 0 },
                { ".symtab", ELF_FIELD_SECTION_OFFSET, 1 << 20 },
                { ".strtab", ELF_FIELD_SECTION_OFFSET, 0 },
                { ".strtab", ELF_FIELD_SECTION_SIZE, 1 << 20 },
                { ".strtab", ELF_FIELD_SECTION_SIZE, 0 },
                { ".strtab", ELF_FIELD_SECTION_NAME, 1 << 20 },
                /* the last name now begins outside of the table */
                { ".strtab", ELF_FIELD_SECTION_SIZE, 9 },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_buffer_ Buffer file = {};

                module_file_render(&file, elf_formats[0], "export a 1\nneed x\nstring b\n");
                assert_exports(&file, 0, "a=1 ");
                elf_file_set(&file, cases[i].field, elf_file_find(&file, cases[i].section),
                             cases[i].value);
                assert_exports(&file, 0, "b=0 ");
        }
}

static void name_outside_of_the_strings_spoils_all_exports(void **state) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        elf_writer_add_symbol(&writer, "__crc_a", 1, SHN_ABS, 0);
        elf_writer_add_symbol_at(&writer, 9, 1, 5, 0);
        (void) elf_writer_add_section(&writer, "__ksymtab_strings", "b\0", 2);
        elf_writer_render(&writer, &file);
        assert_exports(&file, 0, "b=0 ");
}

static void symbol_0_is_never_an_export(void **state) {
        _cleanup_buffer_ Buffer file = {};
        uint64_t offset;

        (void) state;
        module_file_render(&file, elf_formats[0], "export a 1\n");
        offset = elf_file_get(&file, ELF_FIELD_SECTION_OFFSET, elf_file_find(&file, ".symtab"));
        memcpy(file.data + offset, file.data + offset + 24, 24);
        assert_exports(&file, 0, "a=1 ");
}

static void name_without_nul_ends_with_the_strings(void **state) {
        _cleanup_buffer_ Buffer file = {};
        unsigned strings;

        (void) state;
        module_file_render(&file, elf_formats[0], "export abc 1\n");
        strings = elf_file_find(&file, ".strtab");
        elf_file_set(&file, ELF_FIELD_SECTION_SIZE, strings,
                     elf_file_get(&file, ELF_FIELD_SECTION_SIZE, strings) - 2);
        assert_exports(&file, 0, "ab=1 ");
        elf_file_set(&file, ELF_FIELD_SECTION_SIZE, strings, 6);
        assert_exports(&file, -ENODATA, "");
}

static void negative_result_ends_the_reading(void **state) {
        (void) state;
        check("export a 1\nexport stop 2\nexport b 3\n", -ECANCELED, "a=1 stop=2 ");
        check("string a\nstring stop\nstring b\n", -ECANCELED, "a=0 stop=0 ");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(crc_symbols_are_exports_in_the_tables_order),
                cmocka_unit_test(symbol_that_only_contains_the_prefix_is_none),
                cmocka_unit_test(binding_type_and_section_play_no_part),
                cmocka_unit_test(crc_may_stand_in_a_section),
                cmocka_unit_test(crc_outside_of_the_file_is_all_ones),
                cmocka_unit_test(absolute_crc_may_have_64_bits),
                cmocka_unit_test(without_crc_symbols_the_list_of_names_counts),
                cmocka_unit_test(one_crc_symbol_disables_the_list),
                cmocka_unit_test(without_either_there_is_no_data),
                cmocka_unit_test(list_is_strings_between_nuls),
                cmocka_unit_test(unusable_symbol_table_leaves_the_list),
                cmocka_unit_test(name_outside_of_the_strings_spoils_all_exports),
                cmocka_unit_test(symbol_0_is_never_an_export),
                cmocka_unit_test(name_without_nul_ends_with_the_strings),
                cmocka_unit_test(negative_result_ends_the_reading),
        };

        return cmocka_run_group_tests_name("elf-exports", tests, NULL, NULL);
}
