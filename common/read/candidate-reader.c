/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "candidate-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf-details.h"
#include "fd.h"
#include "file-bytes.h"
#include "imports.h"
#include "modinfo.h"
#include "module-signature.h"

struct CandidateReader {
        Inflater *inflater;
        Imports imports;
        Buffer file;
        Buffer inflated;
        Buffer *record; /* that is being written */
};

int candidate_reader_new(CandidateReader **ret_reader) {
        _cleanup_(candidate_reader_freep) CandidateReader *reader = calloc(1, sizeof(*reader));
        int r;

        if (!reader)
                return -ENOMEM;
        r = inflater_new(CANDIDATE_SIZE_MAX, &reader->inflater);
        if (r < 0)
                return r;

        *ret_reader = TAKE_PTR(reader);
        return 0;
}

CandidateReader *candidate_reader_free(CandidateReader *reader) {
        if (!reader)
                return NULL;

        inflater_free(reader->inflater);
        imports_done(&reader->imports);
        buffer_done(&reader->file);
        buffer_done(&reader->inflated);
        free(reader);
        return NULL;
}

static int on_undefined(ElfName name, bool is_weak, void *userdata) {
        size_t *n = userdata;

        (void) name;
        (void) is_weak;
        (*n)++;
        return 0;
}

/* Those without a symbol of their own come last. */
static int put_imports(CandidateReader *reader, ElfImage *image) {
        _cleanup_(string_table_unrefp) StringTable *strings = NULL;
        size_t n_undefined = 0;
        int r;

        r = string_table_new(&strings);
        if (r >= 0)
                r = elf_undefined(image, on_undefined, &n_undefined);
        if (r >= 0)
                r = imports_gather(&reader->imports, strings, image);
        if (r < 0)
                return r;

        for (size_t i = 0; i < reader->imports.count; i++) {
                Import import = reader->imports.items[i];

                candidate_put_symbol(reader->record,
                                     i >= n_undefined ? 'v'
                                     : import.is_weak ? 'w'
                                                      : 'i',
                                     import.has_crc && !import.is_crc_wide, import.crc,
                                     string_table_get(strings, import.name),
                                     string_table_size(strings, import.name));
        }

        return 0;
}

static int on_export(ElfName name, uint64_t crc, void *userdata) {
        CandidateReader *reader = userdata;

        if (name.size > 0)
                candidate_put_symbol(reader->record, 'x', crc != 0 && crc <= UINT32_MAX,
                                     (uint32_t) crc, name.bytes, name.size);
        return 0;
}

static int on_export_kind(ElfName name, const ElfExport *export, void *userdata) {
        CandidateReader *reader = userdata;

        if (export->kind == ELF_EXPORT_UNKNOWN)
                return 0;

        candidate_put(reader->record, export->kind == ELF_EXPORT_GPL ? 'g' : 'a', name.bytes,
                      name.size);
        if (export->namespace.size > 0)
                candidate_put(reader->record, 'n', export->namespace.bytes, export->namespace.size);
        return 0;
}

static int put_exports(CandidateReader *reader, ElfImage *image) {
        int r;

        r = elf_exports(image, on_export, reader);
        if (r == -ENODATA)
                return 0;
        return r < 0 ? r : elf_export_each(image, on_export_kind, reader);
}

static int on_field(const char *key, size_t key_size, const char *value, size_t value_size,
                    void *userdata) {
        static const struct {
                const char *key;
                char what;
        } fields[] = {
                { "vermagic", 'V' }, { "license", 'L' }, { "alias", 'A' }, { "import_ns", 'N' }
        };
        CandidateReader *reader = userdata;

        for (size_t i = 0; i < ELEMENTSOF(fields); i++) {
                if (strlen(fields[i].key) == key_size && memcmp(fields[i].key, key, key_size) == 0)
                        candidate_put(reader->record, fields[i].what, value, value_size);
        }

        return 0;
}

static int put_fields(CandidateReader *reader, ElfImage *image) {
        const char *bytes;
        size_t size;
        int r;

        r = elf_image_section(image, ELF_SECTION_MODINFO, &bytes, &size);
        if (r == -ENODATA)
                return 0;
        return r < 0 ? r : modinfo_parse(bytes, size, on_field, reader);
}

static void put_signature(CandidateReader *reader, const char *bytes, size_t size) {
        ModuleSignature signature;

        if (module_signature_find(bytes, size, &signature))
                candidate_put(reader->record, 'G', signature.signer.bytes, signature.signer.size);
}

static int put_image(CandidateReader *reader, char *bytes, size_t size) {
        _cleanup_(elf_image_freep) ElfImage *image = NULL;
        ElfMachine machine;
        int r;

        r = elf_image_open_bytes(&image, bytes, size);
        if (r < 0)
                return r;

        machine = elf_image_machine(image);
        candidate_put_machine(reader->record, machine.machine, machine.class, machine.byte_order);
        r = put_fields(reader, image);
        if (r >= 0)
                r = put_imports(reader, image);
        if (r >= 0)
                r = put_exports(reader, image);
        if (r >= 0)
                put_signature(reader, bytes, size);
        return r;
}

static int put_file(CandidateReader *reader, char *bytes, size_t size, const char **ret_reason) {
        static const char *const endings[] = { [INFLATE_NONE] = "",
                                               [INFLATE_GZIP] = "gz",
                                               [INFLATE_XZ] = "xz",
                                               [INFLATE_ZSTD] = "zst" };
        InflateKind kind;
        int r;

        if (size < INFLATE_MAGIC_SIZE)
                return -EINVAL;

        kind = inflate_kind(bytes, size);
        candidate_put(reader->record, 'k', endings[kind], strlen(endings[kind]));
        if (kind == INFLATE_NONE)
                return put_image(reader, bytes, size);

        r = inflate_bytes(reader->inflater, kind, bytes, size, &reader->inflated, ret_reason);
        return r < 0 ? r : put_image(reader, reader->inflated.data, reader->inflated.size);
}

/* `r` is why the file cannot be understood; what was written of it before is kept. */
static int end_candidate(Buffer *record, int r, const char *reason) {
        if (r == -ENOMEM || buffer_error(record) < 0)
                return -ENOMEM;
        if (r < 0)
                candidate_put_error(record, -r, reason);
        return buffer_error(record);
}

int candidate_read_bytes(CandidateReader *reader, char *bytes, size_t size, const char *path,
                         Buffer *record) {
        const char *reason = NULL;
        int r;

        reader->record = record;
        candidate_put(record, 'M', path, strlen(path));
        r = put_file(reader, bytes, size, &reason);
        return end_candidate(record, r, reason);
}

static int read_file(CandidateReader *reader, int fd) {
        struct stat st;

        if (fd < 0)
                return fd;
        if (fstat(fd, &st) < 0)
                return -errno;
        if (!S_ISREG(st.st_mode))
                return -EMEDIUMTYPE;
        if (st.st_size == 0)
                return -EINVAL;
        if ((uint64_t) st.st_size > CANDIDATE_SIZE_MAX)
                return -EFBIG;
        if (lseek(fd, 0, SEEK_SET) < 0)
                return -errno;

        return file_read_fd(fd, (size_t) st.st_size, CANDIDATE_SIZE_MAX, &reader->file);
}

int candidate_read_fd(CandidateReader *reader, int fd, const char *path, Buffer *record) {
        int r = read_file(reader, fd);

        if (r >= 0)
                return candidate_read_bytes(reader, reader->file.data, reader->file.size, path,
                                            record);

        candidate_put(record, 'M', path, strlen(path));
        return end_candidate(record, r, NULL);
}

int candidate_read_at(CandidateReader *reader, int directory_fd, const char *path, Buffer *record) {
        _cleanup_close_ int fd =
                openat(directory_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

        return candidate_read_fd(reader, fd < 0 ? -errno : fd, path, record);
}
