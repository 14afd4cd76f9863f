/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-file.h"

#include <elf.h>

#include "script.h"
#include "temp-tree.h"
#include "test-case.h"

typedef struct Sections {
        Buffer strings;
        Buffer versions;
        Buffer modinfo;
} Sections;

static void sections_done(Sections *sections) {
        buffer_done(&sections->strings);
        buffer_done(&sections->versions);
        buffer_done(&sections->modinfo);
}

static void add_export(ElfWriter *writer, ScriptLine *line) {
        char name[sizeof(line->text) + 6] = "__crc_";
        uint64_t crc = 0;

        (void) script_take_number(line, &crc);
        (void) stpcpy(name + 6, line->text);
        elf_writer_add_symbol(writer, name, crc, SHN_ABS, ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE));
}

static void add_version(ElfFormat format, Buffer *versions, ScriptLine *line) {
        size_t end = versions->size + 64, name_size;
        uint64_t crc = 0;

        (void) script_take_number(line, &crc);
        elf_format_append(format, versions, crc, format.class == ELFCLASS64 ? 8 : 4);
        name_size = strlen(line->text);
        assert_true(versions->size + name_size <= end);
        buffer_append(versions, line->text, name_size);
        while (versions->size < end)
                buffer_append_byte(versions, 0);
}

static void add_line(ElfWriter *writer, Sections *sections, ScriptLine *line) {
        if (script_is(line, "export"))
                add_export(writer, line);
        else if (script_is(line, "need"))
                elf_writer_add_symbol(writer, line->text, 0, SHN_UNDEF,
                                      ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE));
        else if (script_is(line, "weak"))
                elf_writer_add_symbol(writer, line->text, 0, SHN_UNDEF,
                                      ELF64_ST_INFO(STB_WEAK, STT_NOTYPE));
        else if (script_is(line, "string"))
                buffer_append(&sections->strings, line->text, strlen(line->text) + 1);
        else if (script_is(line, "version"))
                add_version(writer->format, &sections->versions, line);
        else if (script_is(line, "info"))
                buffer_append(&sections->modinfo, line->text, strlen(line->text) + 1);
        else
                fail_msg("no keyword of a module: %s", line->keyword);
}

static void add_section(ElfWriter *writer, const char *name, const Buffer *bytes) {
        assert_int_equal(buffer_error(bytes), 0);
        if (bytes->size > 0)
                (void) elf_writer_add_section(writer, name, bytes->data, bytes->size);
}

void module_file_render(Buffer *file, ElfFormat format, const char *script) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = format };
        _cleanup_(sections_done) Sections sections = {};
        ScriptLine line;

        while (script_next(&script, &line))
                add_line(&writer, &sections, &line);

        add_section(&writer, "__ksymtab_strings", &sections.strings);
        add_section(&writer, "__versions", &sections.versions);
        add_section(&writer, ".modinfo", &sections.modinfo);
        elf_writer_render(&writer, file);
}

void module_file_write(const char *path, const char *script) {
        _cleanup_buffer_ Buffer file = {};

        module_file_render(&file, elf_formats[0], script);
        temp_tree_write(path, file.data, file.size);
}
