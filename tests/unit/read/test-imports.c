/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "imports.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "module-file.h"
#include "test-case.h"

typedef struct Gathering {
        StringTable *strings;
        Imports imports;
} Gathering;

static void gathering_begin(Gathering *gathering) {
        *gathering = (Gathering){};
        assert_int_equal(string_table_new(&gathering->strings), 0);
}

static void gathering_done(Gathering *gathering) {
        imports_done(&gathering->imports);
        string_table_unref(gathering->strings);
}

#define _cleanup_gathering_ _cleanup_(gathering_done)

static int gather(Gathering *gathering, const Buffer *file) {
        _cleanup_(elf_image_freep) ElfImage *image = NULL;

        assert_int_equal(elf_image_open_bytes(&image, file->data, file->size), 0);
        return imports_gather(&gathering->imports, gathering->strings, image);
}

/* "name" with '.' before a dotted one, '?' behind a weak one, and "=crc" if there is one. */
static void assert_imports(const Gathering *gathering, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        for (size_t i = 0; i < gathering->imports.count; i++) {
                Import import = gathering->imports.items[i];

                buffer_append_format(&text, "%s%s%s", import.is_dotted ? "." : "",
                                     string_table_get(gathering->strings, import.name),
                                     import.is_weak ? "?" : "");
                if (import.has_crc)
                        buffer_append_format(&text, "=%" PRIx32, import.crc);
                if (import.is_crc_wide)
                        buffer_append_string(&text, "wide");
                buffer_append_byte(&text, ' ');
        }
        assert_text(&text, expected);
}

/* The same for a module in every format. */
static void check(const char *script, int result, const char *expected) {
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                _cleanup_gathering_ Gathering gathering = {};
                _cleanup_buffer_ Buffer file = {};

                gathering_begin(&gathering);
                module_file_render(&file, elf_formats[i], script);
                assert_int_equal(gather(&gathering, &file), result);
                assert_imports(&gathering, expected);
        }
}

static void undefined_symbols_are_imports(void **state) {
        (void) state;
        check("need b\nexport x 1\nweak w\nneed a\nneed b\n", 0, "b w? a b ");
        check("export x 1\n", 0, "");
}

static void first_record_of_a_name_tells_its_crc(void **state) {
        (void) state;
        check("need b\nneed a\nweak w\nneed none\nversion a 11111111\nversion w 33333333\n"
              "version b ffffffff\n",
              0, "b=ffffffff a=11111111 w?=33333333 none ");
        check("need a\nneed a\nversion a 0\n", 0, "a=0 a=0 ");
}

static void records_that_belong_to_no_symbol_are_imports_too(void **state) {
        (void) state;
        check("need a\nversion module_layout 5\nversion a 1\nversion other 2\n", 0,
              "a=1 module_layout=5 other=2 ");
}

/* Also a second record of a name that is needed: only the first belongs to the symbol. */
static void record_of_a_name_that_has_one_is_an_import_of_its_own(void **state) {
        (void) state;
        check("weak a\nversion a 1\nversion b 2\nversion a 3\n", 0, "a?=1 b=2 a=3 ");
}

static void leading_dot_is_taken_off_once(void **state) {
        (void) state;
        check("need .a\nneed ..b\nneed .TOC.\nweak .\nversion .a 1\nversion .left 2\n", 0,
              ".a=1 ..b .TOC. .? .left=2 ");
}

static void symbol_and_record_are_compared_with_their_dots(void **state) {
        (void) state;
        check("need .a\nversion a 1\n", 0, ".a a=1 ");
}

static void crc_beyond_32_bits_is_wide(void **state) {
        _cleanup_gathering_ Gathering gathering = {};
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        gathering_begin(&gathering);
        module_file_render(&file, elf_formats[0],
                           "need a\nneed b\nversion a 100000000\nversion b ffffffff\n");
        assert_int_equal(gather(&gathering, &file), 0);
        assert_imports(&gathering, "a=0wide b=ffffffff ");
}

static void without_symbol_table_nothing_is_imported(void **state) {
        (void) state;
        check("version a 1\n", -ENODATA, "");
        check("info license=GPL\n", -ENODATA, "");
}

/* A name of 60 bytes fills its field on any class; it is no symbol's, or is not compared. */
#define LONG "123456789012345678901234567890123456789012345678901234567890"

static void leftover_without_end_spoils_all_imports(void **state) {
        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                size_t size = elf_formats[i].class == ELFCLASS64 ? 56 : 60;
                _cleanup_gathering_ Gathering gathering = {};
                _cleanup_buffer_ Buffer file = {}, script = {};

                buffer_append_string(&script, "need a\nneed b\nversion a 1\nversion ");
                buffer_append(&script, LONG, size);
                buffer_append(&script, " 2\n", 4);
                gathering_begin(&gathering);
                module_file_render(&file, elf_formats[i], script.data);
                assert_int_equal(gather(&gathering, &file), -EINVAL);
                assert_imports(&gathering, "");
        }
}

static void longest_name_with_an_end_is_an_import(void **state) {
        static const char script[] = "need a\nversion 1234567890123456789012345678901234567890"
                                     "123456789012345 1\n";

        (void) state;
        check(script, 0, "a 1234567890123456789012345678901234567890123456789012345=1 ");
}

static void name_outside_of_the_strings_spoils_all_imports(void **state) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
        _cleanup_gathering_ Gathering gathering = {};
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        gathering_begin(&gathering);
        elf_writer_add_symbol(&writer, "a", 0, SHN_UNDEF, 0x10);
        elf_writer_add_symbol_at(&writer, 99, 0, SHN_UNDEF, 0x10);
        elf_writer_render(&writer, &file);
        assert_int_equal(gather(&gathering, &file), -EINVAL);
        assert_imports(&gathering, "");
}

/* What is remembered of records of one module must not be taken for those of the next. */
static void modules_are_read_one_after_the_other(void **state) {
        static const struct {
                const char *script;
                const char *expected;
        } modules[] = {
                { "need a\nneed b\nversion a 1\nversion left 2\n", "a=1 b left=2 " },
                { "need b\nneed a\nneed left\n", "b a left " },
                { "need a\nversion b 3\nversion a 4\n", "a=4 b=3 " },
                { "info license=GPL\n", "" },
                { "need a\n", "a " },
        };
        _cleanup_gathering_ Gathering gathering = {};

        (void) state;
        gathering_begin(&gathering);
        for (size_t i = 0; i < ELEMENTSOF(modules); i++) {
                _cleanup_buffer_ Buffer file = {};

                module_file_render(&file, elf_formats[0], modules[i].script);
                (void) gather(&gathering, &file);
                assert_imports(&gathering, modules[i].expected);
        }
}

static void many_imports_are_gathered(void **state) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
        _cleanup_gathering_ Gathering gathering = {};
        _cleanup_buffer_ Buffer file = {}, versions = {};

        (void) state;
        gathering_begin(&gathering);
        for (uint64_t i = 0; i < 3000; i++) {
                char record[64] = {};

                (void) snprintf(record, 56, "symbol_%" PRIu64, i);
                if (i % 2 == 0)
                        elf_writer_add_symbol(&writer, record, 0, SHN_UNDEF, 0x10);
                elf_format_append(elf_formats[0], &versions, i, 8);
                buffer_append(&versions, record, 56);
        }
        (void) elf_writer_add_section(&writer, "__versions", versions.data, versions.size);
        elf_writer_render(&writer, &file);
        assert_int_equal(gather(&gathering, &file), 0);

        assert_int_equal(gathering.imports.count, 3000);
        for (uint32_t i = 0; i < 3000; i++) {
                Import import = gathering.imports.items[i];
                char name[64];

                assert_int_equal(import.crc, i < 1500 ? 2 * i : 2 * (i - 1500) + 1);
                (void) snprintf(name, sizeof(name), "symbol_%" PRIu32, import.crc);
                assert_string_equal(string_table_get(gathering.strings, import.name), name);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(undefined_symbols_are_imports),
                cmocka_unit_test(first_record_of_a_name_tells_its_crc),
                cmocka_unit_test(records_that_belong_to_no_symbol_are_imports_too),
                cmocka_unit_test(record_of_a_name_that_has_one_is_an_import_of_its_own),
                cmocka_unit_test(leading_dot_is_taken_off_once),
                cmocka_unit_test(symbol_and_record_are_compared_with_their_dots),
                cmocka_unit_test(crc_beyond_32_bits_is_wide),
                cmocka_unit_test(without_symbol_table_nothing_is_imported),
                cmocka_unit_test(leftover_without_end_spoils_all_imports),
                cmocka_unit_test(longest_name_with_an_end_is_an_import),
                cmocka_unit_test(name_outside_of_the_strings_spoils_all_imports),
                cmocka_unit_test(modules_are_read_one_after_the_other),
                cmocka_unit_test(many_imports_are_gathered),
        };

        return cmocka_run_group_tests_name("imports", tests, NULL, NULL);
}
