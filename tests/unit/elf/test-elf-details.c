/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "elf-details.h"

#include <elf.h>
#include <errno.h>

#include "elf-case.h"

static void add_note(ElfFormat format, Buffer *notes, const char *name, uint64_t type,
                     const char *content) {
        size_t name_size = strlen(name) + 1, size = strlen(content);

        elf_format_append(format, notes, name_size, 4);
        elf_format_append(format, notes, size, 4);
        elf_format_append(format, notes, type, 4);
        buffer_append(notes, name, name_size);
        while (notes->size % 4 != 0)
                buffer_append_byte(notes, 0);
        buffer_append(notes, content, size);
        while (notes->size % 4 != 0)
                buffer_append_byte(notes, 0);
}

static int read_build_id(ElfFormat format, const Buffer *notes, char *id, size_t id_size) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = format };
        _cleanup_elf_case_ ElfCase opened = {};
        _cleanup_buffer_ Buffer file = {};
        const char *bytes;
        size_t size;
        int r;

        (void) elf_writer_add_section(&writer, ".note.gnu.build-id", notes->data, notes->size);
        elf_writer_render(&writer, &file);
        assert_int_equal(elf_case_open(&opened, &file, true), 0);
        r = elf_build_id(opened.image, &bytes, &size);
        if (r < 0)
                return r;

        assert_true(size < id_size);
        memcpy(id, bytes, size);
        id[size] = '\0';
        return 0;
}

static void build_id_is_found_among_other_notes(void **state) {
        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                _cleanup_buffer_ Buffer notes = {};
                char id[32];

                add_note(elf_formats[i], &notes, "Linux", NT_GNU_BUILD_ID, "other name");
                add_note(elf_formats[i], &notes, "GNU", 1, "other type");
                add_note(elf_formats[i], &notes, "GNU", NT_GNU_BUILD_ID, "0123456789");
                assert_int_equal(read_build_id(elf_formats[i], &notes, id, sizeof(id)), 0);
                assert_string_equal(id, "0123456789");
        }
}

static void note_that_does_not_fit_is_none(void **state) {
        _cleanup_buffer_ Buffer notes = {};
        char id[32];

        (void) state;
        add_note(elf_formats[0], &notes, "Linux", 1, "first");
        add_note(elf_formats[0], &notes, "GNU", NT_GNU_BUILD_ID, "12345678");
        for (size_t size = notes.size - 1; size > 0; size--) {
                const Buffer part = { .data = notes.data, .size = size };

                assert_int_equal(read_build_id(elf_formats[0], &part, id, sizeof(id)), -ENODATA);
        }

        memset(notes.data, 0xff, 8); /* sizes that overflow when they are added */
        assert_int_equal(read_build_id(elf_formats[0], &notes, id, sizeof(id)), -ENODATA);
}

static void image_without_the_section_has_no_build_id(void **state) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
        _cleanup_elf_case_ ElfCase opened = {};
        _cleanup_buffer_ Buffer file = {};
        const char *bytes;
        size_t size;

        (void) state;
        (void) elf_writer_add_section(&writer, ".text", "1234", 4);
        elf_writer_render(&writer, &file);
        assert_int_equal(elf_case_open(&opened, &file, true), 0);
        assert_int_equal(elf_build_id(opened.image, &bytes, &size), -ENODATA);
        assert_int_equal(elf_image_find_section(opened.image, ".text"), 1);
        assert_string_equal(elf_image_section_name(opened.image, 1), ".text");
        assert_null(elf_image_section_name(opened.image, 0));
        assert_null(elf_image_section_name(opened.image, SHN_ABS));
        assert_int_equal(elf_image_section_bytes(opened.image, SHN_ABS, &bytes, &size), -ENODATA);
}

/* Exports of each kind, with strings at these places. */
static const char strings[] = "\0NAMESPACE\0cut";

static void open_exports(ElfCase *opened, ElfFormat format) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = format };
        _cleanup_buffer_ Buffer file = {};
        const uint8_t local = ELF64_ST_INFO(STB_LOCAL, STT_NOTYPE);
        uint16_t any = elf_writer_add_section(&writer, "__ksymtab", "12345678", 8);
        uint16_t gpl = elf_writer_add_section(&writer, "__ksymtab_gpl", "12345678", 8);
        uint16_t single = elf_writer_add_section(&writer, "___ksymtab_gpl+own", "12345678", 8);
        uint16_t names =
                elf_writer_add_section(&writer, "__ksymtab_strings", strings, sizeof(strings) - 1);

        elf_writer_add_symbol(&writer, "__ksymtab_any", 0, any, local);
        elf_writer_add_symbol(&writer, "__kstrtabns_any", 0, names, local);
        elf_writer_add_symbol(&writer, "__ksymtab_gpl", 0, gpl, local);
        elf_writer_add_symbol(&writer, "__kstrtabns_gpl", 1, names, local);
        elf_writer_add_symbol(&writer, "__ksymtab_own", 0, single, local);
        elf_writer_add_symbol(&writer, "__kstrtabns_own", 11, names, local);
        elf_writer_add_symbol(&writer, "__ksymtab_odd", 0, names, local);
        elf_writer_add_symbol(&writer, "__kstrtabns_odd", 1000, names, local);
        elf_writer_add_symbol(&writer, "__ksymtab_lost", 0, 999, local);
        elf_writer_add_symbol(&writer, "__kstrtabns_lost", 0, SHN_ABS, local);
        elf_writer_add_symbol_at(&writer, 100000, 0, any, local);
        elf_writer_render(&writer, &file);
        assert_int_equal(elf_case_open(opened, &file, true), 0);
}

static void kind_and_namespace_of_an_export_are_told(void **state) {
        static const struct {
                const char *name;
                ElfExportKind kind;
                const char *namespace;
        } cases[] = {
                { "any", ELF_EXPORT_ANY, "" },      { "gpl", ELF_EXPORT_GPL, "NAMESPACE" },
                { "own", ELF_EXPORT_GPL, "" },      { "odd", ELF_EXPORT_UNKNOWN, "" },
                { "lost", ELF_EXPORT_UNKNOWN, "" }, { "none", ELF_EXPORT_UNKNOWN, "" },
                { "an", ELF_EXPORT_UNKNOWN, "" },   { "", ELF_EXPORT_UNKNOWN, "" },
        };

        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                _cleanup_elf_case_ ElfCase opened = {};

                open_exports(&opened, elf_formats[i]);
                for (size_t k = 0; k < ELEMENTSOF(cases); k++) {
                        ElfExport export;

                        assert_int_equal(elf_export_find(opened.image, cases[k].name, &export), 0);
                        assert_int_equal(export.kind, cases[k].kind);
                        assert_int_equal(export.namespace.size, strlen(cases[k].namespace));
                        assert_memory_equal(export.namespace.bytes, cases[k].namespace,
                                            export.namespace.size);
                }
        }
}

static int append_export(ElfName name, const ElfExport *export, void *userdata) {
        static const char *const kinds[] = { "?", "any", "gpl" };

        buffer_append_format(userdata, "%.*s %s %.*s\n", (int) name.size, name.bytes,
                             kinds[export->kind], (int) export->namespace.size,
                             export->namespace.bytes);
        return 0;
}

static int refuse(ElfName name, const ElfExport *export, void *userdata) {
        (void) name;
        (void) export;
        (void) userdata;
        return -E2BIG;
}

static void all_exports_are_handed_out(void **state) {
        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                _cleanup_elf_case_ ElfCase opened = {};
                _cleanup_buffer_ Buffer text = {};

                open_exports(&opened, elf_formats[i]);
                assert_int_equal(elf_export_each(opened.image, append_export, &text), 0);
                assert_text(&text, "any any \ngpl gpl NAMESPACE\nown gpl \nodd ? \nlost ? \n");
                assert_int_equal(elf_export_each(opened.image, refuse, NULL), -E2BIG);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(build_id_is_found_among_other_notes),
                cmocka_unit_test(note_that_does_not_fit_is_none),
                cmocka_unit_test(image_without_the_section_has_no_build_id),
                cmocka_unit_test(kind_and_namespace_of_an_export_are_told),
                cmocka_unit_test(all_exports_are_handed_out),
        };

        return cmocka_run_group_tests_name("elf-details", tests, NULL, NULL);
}
