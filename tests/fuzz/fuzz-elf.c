/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "buffer.h"
#include "fd.h"
#include "imports.h"
#include "plain-symbols.h"

/*
 * What a module says, written down line by line, once as our reader has it from bytes, once as it
 * has it from a file, and once as the plain reader has it: all three must be equal.
 */
static void note_name(Buffer *notes, const char *what, ElfName name) {
        buffer_append_format(notes, "%s %zu ", what, name.size);
        buffer_append(notes, name.bytes, name.size);
}

static void note_machine(Buffer *notes, ElfMachine machine) {
        buffer_append_format(notes, "machine %u %u %u\n", machine.machine, machine.class,
                             machine.byte_order);
}

static void note_bytes(Buffer *notes, int r, const char *bytes, size_t size) {
        buffer_append_format(notes, "modinfo %d\n", r);
        if (r == 0)
                note_name(notes, "bytes", (ElfName){ bytes, size });
}

static void note_export(ElfName name, uint64_t crc, void *userdata) {
        note_name(userdata, "export", name);
        buffer_append_format(userdata, " %llx\n", (unsigned long long) crc);
}

static int on_export(ElfName name, uint64_t crc, void *userdata) {
        note_export(name, crc, userdata);
        return 0;
}

static void note_import(PlainImport import, void *userdata) {
        bool is_dotted = import.name.size > 0 && import.name.bytes[0] == '.';
        bool is_wide = import.crc > UINT32_MAX;

        note_name(userdata, "import",
                  (ElfName){ import.name.bytes + is_dotted, import.name.size - is_dotted });
        buffer_append_format(userdata, " %d %d %d %d %x\n", import.is_weak, is_dotted,
                             import.has_crc, is_wide, is_wide ? 0 : (unsigned) import.crc);
}

static void note_imports(Buffer *notes, ElfImage *image, Imports *imports, StringTable *strings) {
        int r = imports_gather(imports, strings, image);

        fuzz_check(r == 0 || imports->count == 0);
        buffer_append_format(notes, "imports %d\n", r);
        for (size_t i = 0; i < imports->count; i++) {
                Import import = imports->items[i];

                note_name(notes, "import",
                          (ElfName){ string_table_get(strings, import.name),
                                     string_table_size(strings, import.name) });
                buffer_append_format(notes, " %d %d %d %d %x\n", import.is_weak, import.is_dotted,
                                     import.has_crc, import.is_crc_wide, import.crc);
        }
}

static void note_image(Buffer *notes, int r, ElfImage *image, Imports *imports,
                       StringTable *strings) {
        const char *bytes = NULL;
        size_t size = 0;

        buffer_append_format(notes, "open %d\n", r);
        if (r < 0)
                return;

        note_machine(notes, elf_image_machine(image));
        r = elf_exports(image, on_export, notes);
        buffer_append_format(notes, "exports %d\n", r);
        note_imports(notes, image, imports, strings);
        r = elf_image_section(image, ELF_SECTION_MODINFO, &bytes, &size);
        note_bytes(notes, r, bytes, size);
}

/* The result stands before the imports, of which there are none on failure. */
static void note_plain_imports(Buffer *notes, const PlainElf *elf) {
        _cleanup_buffer_ Buffer imports = {};
        int r = plain_imports(elf, note_import, &imports);

        fuzz_check(buffer_error(&imports) == 0);
        buffer_append_format(notes, "imports %d\n", r);
        if (r == 0)
                buffer_append(notes, imports.data, imports.size);
}

static void note_plain(Buffer *notes, const uint8_t *bytes, size_t size) {
        PlainSection section = {};
        PlainElf elf;
        int r;

        r = plain_elf_open(&elf, bytes, size);
        buffer_append_format(notes, "open %d\n", r);
        if (r < 0)
                return;

        note_machine(notes, elf.machine);
        r = plain_exports(&elf, note_export, notes);
        buffer_append_format(notes, "exports %d\n", r);
        note_plain_imports(notes, &elf);
        r = plain_elf_find_section(&elf, ".modinfo", &section);
        note_bytes(notes, r, r == 0 ? plain_elf_bytes(&elf, section) : NULL, section.size);
}

static int open_file(const void *bytes, size_t size, ElfImage **ret_image, int *ret_fd) {
        int fd = memfd_create("module", MFD_CLOEXEC);

        fuzz_check(fd >= 0);
        fuzz_check(fd_write_all(fd, bytes, size) == 0);
        *ret_fd = fd;
        return elf_image_open_fd(ret_image, fd, size);
}

static void check_same(const Buffer *a, const Buffer *b, const char *what) {
        fuzz_check(buffer_error(a) == 0 && buffer_error(b) == 0);
        if (a->size == b->size && memcmp(a->data, b->data, a->size) == 0)
                return;

        (void) fprintf(stderr, "%.*s--- %s ---\n%.*s", (int) a->size, a->data, what, (int) b->size,
                       b->data);
        fuzz_fail("the readers agree", __FILE__, __LINE__);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        _cleanup_free_ char *copy = malloc(size);
        _cleanup_(string_table_unrefp) StringTable *strings = NULL;
        _cleanup_(imports_done) Imports imports = {};
        _cleanup_buffer_ Buffer from_bytes = {}, from_file = {}, plain = {};
        _cleanup_close_ int fd = -1;
        _cleanup_(elf_image_freep) ElfImage *image = NULL, *file_image = NULL;
        int r;

        fuzz_check(copy && string_table_new(&strings) == 0);
        memcpy(copy, bytes, size);

        r = elf_image_open_bytes(&image, copy, size);
        note_image(&from_bytes, r, image, &imports, strings);
        fuzz_check(memcmp(copy, bytes, size) == 0);

        r = open_file(bytes, size, &file_image, &fd);
        note_image(&from_file, r, file_image, &imports, strings);
        check_same(&from_bytes, &from_file, "from a file");

        note_plain(&plain, bytes, size);
        check_same(&from_bytes, &plain, "plain");
        return 0;
}
