/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <errno.h>

#include "elf-case.h"

/* What elf_image_ gives out beyond sections: symbols, words, integers. */

static void render_symbols(Buffer *file, ElfFormat format) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = format };

        buffer_clear(file);
        elf_writer_add_symbol(&writer, "one", 0x12345678, 0xfff1, 0x12);
        elf_writer_add_symbol(&writer, "two", 0xfedcba98, 3, 0x20);
        elf_writer_render(&writer, file);
}

static void symbols_have_the_same_form_whatever_the_file(void **state) {
        (void) state;
        for (size_t i = 0; i < 2 * ELF_FORMATS; i++) {
                _cleanup_buffer_ Buffer file = {};
                _cleanup_elf_case_ ElfCase opened = {};
                const void *table;
                ElfSymbol symbol;
                size_t count;

                render_symbols(&file, elf_formats[i / 2]);
                assert_int_equal(elf_case_open(&opened, &file, i % 2), 0);
                assert_int_equal(elf_image_symbols(opened.image, &table, &count), 0);
                assert_int_equal(count, 3);

                symbol = elf_image_symbol(opened.image, table, 1);
                assert_int_equal(symbol.name, 1);
                assert_int_equal(symbol.value, 0x12345678);
                assert_int_equal(symbol.section, 0xfff1);
                assert_int_equal(symbol.info, 0x12);
                symbol = elf_image_symbol(opened.image, table, 2);
                assert_int_equal(symbol.name, 5);
                assert_int_equal(symbol.value, 0xfedcba98);
                assert_int_equal(symbol.section, 3);
                assert_int_equal(symbol.info, 0x20);
        }
}

static void value_has_64_bits_where_the_file_has(void **state) {
        (void) state;
        for (size_t i = 0; i < 2; i++) {
                _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[i] };
                _cleanup_buffer_ Buffer file = {};
                _cleanup_elf_case_ ElfCase opened = {};
                const void *table;
                size_t count;

                elf_writer_add_symbol(&writer, "x", 0x0123456789abcdef, 1, 0);
                elf_writer_render(&writer, &file);
                assert_int_equal(elf_case_open(&opened, &file, true), 0);
                assert_int_equal(elf_image_symbols(opened.image, &table, &count), 0);
                assert_int_equal(elf_image_symbol(opened.image, table, 1).value,
                                 0x0123456789abcdef);
        }
}

static int symbols_of(const Buffer *file, size_t *ret_count) {
        _cleanup_elf_case_ ElfCase opened = {};
        const void *table;

        assert_int_equal(elf_case_open(&opened, file, true), 0);
        return elf_image_symbols(opened.image, &table, ret_count);
}

static void size_of_the_table_must_be_that_of_whole_symbols(void **state) {
        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                _cleanup_buffer_ Buffer file = {};
                unsigned section;
                size_t count, symbol_size = elf_formats[i].class == ELFCLASS64 ? 24 : 16;

                render_symbols(&file, elf_formats[i]);
                section = elf_file_find(&file, ".symtab");
                for (size_t size = 0; size <= 3 * symbol_size; size++) {
                        elf_file_set(&file, ELF_FIELD_SECTION_SIZE, section, size);
                        if (size % symbol_size != 0) {
                                assert_int_equal(symbols_of(&file, &count), -EINVAL);
                                continue;
                        }
                        assert_int_equal(symbols_of(&file, &count), 0);
                        assert_int_equal(count, size / symbol_size);
                }
        }
}

static void file_without_symbol_table_has_none(void **state) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
        _cleanup_buffer_ Buffer file = {};
        size_t count;

        (void) state;
        elf_writer_render(&writer, &file);
        assert_int_equal(symbols_of(&file, &count), -ENODATA);

        buffer_clear(&file);
        render_symbols(&file, elf_formats[0]);
        elf_file_set(&file, ELF_FIELD_SECTION_OFFSET, elf_file_find(&file, ".symtab"), 0);
        assert_int_equal(symbols_of(&file, &count), -ENODATA);
}

static void symbol_table_may_lie_at_any_offset(void **state) {
        (void) state;
        for (size_t i = 0; i < 2 * ELF_FORMATS; i++) {
                _cleanup_buffer_ Buffer file = {};
                _cleanup_elf_case_ ElfCase opened = {};
                const void *table;
                unsigned section;
                uint64_t offset, size;
                size_t count;

                render_symbols(&file, elf_formats[i / 2]);
                section = elf_file_find(&file, ".symtab");
                offset = elf_file_get(&file, ELF_FIELD_SECTION_OFFSET, section);
                size = elf_file_get(&file, ELF_FIELD_SECTION_SIZE, section);
                elf_file_set(&file, ELF_FIELD_SECTION_OFFSET, section, file.size + 3);
                for (int k = 0; k < 3; k++)
                        buffer_append_byte(&file, 0xff);
                assert_int_equal(buffer_reserve(&file, size), 0);
                buffer_append(&file, file.data + offset, size);

                assert_int_equal(elf_case_open(&opened, &file, i % 2), 0);
                assert_int_equal(elf_image_symbols(opened.image, &table, &count), 0);
                assert_int_equal(count, 3);
                assert_int_equal(elf_image_symbol(opened.image, table, 1).value, 0x12345678);
                assert_int_equal(elf_image_symbol(opened.image, table, 2).section, 3);
        }
}

static void word_is_read_in_the_files_byte_order(void **state) {
        static const uint8_t bytes[] = { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 };

        (void) state;
        for (size_t i = 0; i < 2 * ELF_FORMATS; i++) {
                _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[i / 2] };
                bool is_little = writer.format.byte_order == ELFDATA2LSB;
                _cleanup_buffer_ Buffer file = {};
                _cleanup_elf_case_ ElfCase opened = {};
                uint32_t word;

                (void) elf_writer_add_section(&writer, "other", "\1\1\1\1\1\1\1\1", 8);
                assert_int_equal(elf_writer_add_section(&writer, "words", bytes, 8), 2);
                elf_writer_render(&writer, &file);
                assert_int_equal(elf_case_open(&opened, &file, i % 2), 0);

                assert_int_equal(elf_image_word(opened.image, 2, 0, &word), 0);
                assert_int_equal(word, is_little ? 0x44332211 : 0x11223344);
                assert_int_equal(elf_image_word(opened.image, 2, 3, &word), 0);
                assert_int_equal(word, is_little ? 0x77665544 : 0x44556677);
                assert_int_equal(elf_image_word(opened.image, 1, 4, &word), 0);
                assert_int_equal(word, 0x01010101);
                assert_int_equal(elf_image_word(opened.image, 2, 4, &word), 0);
                assert_int_equal(word, is_little ? 0x88776655 : 0x55667788);
        }
}

static void word_outside_of_its_section_is_none(void **state) {
        static const struct {
                uint16_t section;
                uint64_t offset;
        } cases[] = { { 1, 1 }, { 1, 4 },  { 1, UINT64_MAX }, { 1, UINT64_MAX - 3 }, { 0, 0 },
                      { 3, 0 }, { 99, 0 }, { SHN_COMMON, 0 }, { SHN_XINDEX, 0 } };
        _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
        _cleanup_buffer_ Buffer file = {};
        _cleanup_elf_case_ ElfCase opened = {};
        uint32_t word = 7;

        (void) state;
        (void) elf_writer_add_section(&writer, "words", "abcd", 4);
        elf_writer_render(&writer, &file);
        assert_int_equal(elf_case_open(&opened, &file, true), 0);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                assert_int_equal(
                        elf_image_word(opened.image, cases[i].section, cases[i].offset, &word),
                        -ENODATA);
        assert_int_equal(word, 7);
        assert_int_equal(elf_image_word(opened.image, 1, 0, &word), 0);
}

static void word_of_a_section_beyond_the_file_is_none(void **state) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
        _cleanup_buffer_ Buffer file = {};
        _cleanup_elf_case_ ElfCase opened = {};
        uint32_t word;

        (void) state;
        (void) elf_writer_add_section(&writer, "words", "abcd", 4);
        elf_writer_render(&writer, &file);
        elf_file_set(&file, ELF_FIELD_SECTION_SIZE, 1, 1 << 20);
        assert_int_equal(elf_case_open(&opened, &file, true), 0);
        assert_int_equal(elf_image_word(opened.image, 1, 0, &word), -ENODATA);
}

static void integers_are_read_in_the_files_byte_order(void **state) {
        static const char bytes[] = "\x99\x01\x02\x03\x04\x05\x06\x07\x08";

        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[i] };
                bool is_little = writer.format.byte_order == ELFDATA2LSB;
                _cleanup_buffer_ Buffer file = {};
                _cleanup_elf_case_ ElfCase opened = {};

                elf_writer_render(&writer, &file);
                assert_int_equal(elf_case_open(&opened, &file, true), 0);
                assert_int_equal(elf_image_integer(opened.image, bytes + 1, 4),
                                 is_little ? 0x04030201 : 0x01020304);
                assert_int_equal(elf_image_integer(opened.image, bytes + 1, 8),
                                 is_little ? 0x0807060504030201 : 0x0102030405060708);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(symbols_have_the_same_form_whatever_the_file),
                cmocka_unit_test(value_has_64_bits_where_the_file_has),
                cmocka_unit_test(size_of_the_table_must_be_that_of_whole_symbols),
                cmocka_unit_test(file_without_symbol_table_has_none),
                cmocka_unit_test(symbol_table_may_lie_at_any_offset),
                cmocka_unit_test(word_is_read_in_the_files_byte_order),
                cmocka_unit_test(word_outside_of_its_section_is_none),
                cmocka_unit_test(word_of_a_section_beyond_the_file_is_none),
                cmocka_unit_test(integers_are_read_in_the_files_byte_order),
        };

        return cmocka_run_group_tests_name("elf-image-symbols", tests, NULL, NULL);
}
