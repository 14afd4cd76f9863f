/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-details.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "array.h"
#include "elf-details.h"
#include "fd.h"
#include "file-bytes.h"
#include "inflate.h"
#include "modinfo.h"
#include "module-signature.h"

static const char *const compressions[] = {
        [INFLATE_NONE] = "",
        [INFLATE_GZIP] = "gz",
        [INFLATE_XZ] = "xz",
        [INFLATE_ZSTD] = "zst",
};

/* A module's bytes, made plain if need be, and the image of them. */
typedef struct PlainModule {
        InflateKind kind;
        Buffer bytes;
        ElfImage *image;
} PlainModule;

static void plain_module_done(PlainModule *module) {
        elf_image_free(module->image);
        buffer_done(&module->bytes);
}

static int inflate(InflateKind kind, const char *bytes, size_t size, Buffer *output) {
        _cleanup_(inflater_freep) Inflater *inflater = NULL;
        const char *reason;
        int r;

        r = inflater_new(INFLATE_LIMIT, &inflater);
        if (r < 0)
                return r;

        return inflate_bytes(inflater, kind, bytes, size, output, &reason);
}

static int open_plain(PlainModule *module, const char *bytes, size_t size) {
        int r;

        if (size < INFLATE_MAGIC_SIZE)
                return -EINVAL;

        module->kind = inflate_kind(bytes, size);
        if (module->kind == INFLATE_NONE) {
                buffer_append(&module->bytes, bytes, size);
                r = buffer_error(&module->bytes);
        } else {
                r = inflate(module->kind, bytes, size, &module->bytes);
        }
        if (r < 0)
                return r;

        return elf_image_open_bytes(&module->image, module->bytes.data, module->bytes.size);
}

/*
 * The strings stand in one buffer, which has room for all from the beginning so that none moves: of
 * a field no more than its bytes and two NULs are kept, of other bytes up to three letters each.
 */
static int reserve_text(Buffer *text, size_t modinfo_size, size_t build_id_size,
                        const ModuleSignature *signature) {
        size_t n_bytes = build_id_size + signature->signer.size + signature->key.size +
                         signature->signature.size;

        return buffer_reserve(text, 2 * modinfo_size + 3 * n_bytes + 16);
}

/* Up to a NUL, if there is one. */
static const char *add_text(Buffer *text, const char *bytes, size_t size) {
        size_t start = text->size;

        buffer_append(text, bytes, strnlen(bytes, size));
        buffer_append_byte(text, '\0');
        return text->data + start;
}

static const char *add_hex(Buffer *text, const char *digits, SignaturePart part, bool has_colons) {
        size_t start = text->size;

        for (size_t i = 0; i < part.size; i++) {
                uint8_t byte = (uint8_t) part.bytes[i];

                if (i > 0 && has_colons)
                        buffer_append_byte(text, ':');
                buffer_append_byte(text, (uint8_t) digits[byte / 16]);
                buffer_append_byte(text, (uint8_t) digits[byte % 16]);
        }
        buffer_append_byte(text, '\0');
        return text->data + start;
}

static int on_field(const char *key, size_t key_size, const char *value, size_t value_size,
                    void *userdata) {
        ModuleDetails *details = userdata;

        if (ARRAY_RESERVE(details->fields, details->fields_capacity, details->n_fields + 1) < 0)
                return -ENOMEM;

        details->fields[details->n_fields++] =
                (ModuleField){ .key = add_text(&details->text, key, key_size),
                               .value = add_text(&details->text, value, value_size) };
        return 0;
}

static void add_signature(ModuleDetails *details, const ModuleSignature *signature) {
        static const char digits[] = "0123456789ABCDEF";

        details->sig_id = signature->id;
        details->sig_hashalgo = signature->hash_algorithm;
        details->signer = add_text(&details->text, signature->signer.bytes, signature->signer.size);
        details->sig_key = add_hex(&details->text, digits, signature->key, true);
        details->signature = add_hex(&details->text, digits, signature->signature, true);
}

/* A section that is not there says nothing; one that cannot be read is a damaged file. */
static int section_result(int r, const char **bytes, size_t *size) {
        if (r != -ENODATA)
                return r;

        *bytes = "";
        *size = 0;
        return 0;
}

static int gather(ModuleDetails *details, const PlainModule *module) {
        const SignaturePart nothing = { .bytes = "" };
        ModuleSignature signature = { .id = "",
                                      .hash_algorithm = "",
                                      .signer = nothing,
                                      .key = nothing,
                                      .signature = nothing };
        const char *modinfo, *build_id;
        size_t modinfo_size, build_id_size;
        int r;

        r = elf_image_section(module->image, ELF_SECTION_MODINFO, &modinfo, &modinfo_size);
        r = section_result(r, &modinfo, &modinfo_size);
        if (r < 0)
                return r;
        r = elf_build_id(module->image, &build_id, &build_id_size);
        r = section_result(r, &build_id, &build_id_size);
        if (r < 0)
                return r;

        (void) module_signature_find(module->bytes.data, module->bytes.size, &signature);
        r = reserve_text(&details->text, modinfo_size, build_id_size, &signature);
        if (r < 0)
                return r;

        r = modinfo_parse(modinfo, modinfo_size, on_field, details);
        if (r < 0)
                return r;
        details->build_id =
                add_hex(&details->text, "0123456789abcdef",
                        (SignaturePart){ .bytes = build_id, .size = build_id_size }, false);
        add_signature(details, &signature);
        return 0;
}

void module_details_done(ModuleDetails *details) {
        free(details->fields);
        buffer_done(&details->text);
        *details = (ModuleDetails){};
}

int module_details_parse(const char *bytes, size_t size, ModuleDetails *ret_details) {
        _cleanup_module_details_ ModuleDetails details = { .size = size };
        _cleanup_(plain_module_done) PlainModule module = {};
        int r;

        r = open_plain(&module, bytes, size);
        if (r < 0)
                return r;

        details.compression = compressions[module.kind];
        r = gather(&details, &module);
        if (r < 0)
                return r;

        *ret_details = details;
        details = (ModuleDetails){};
        return 0;
}

static int read_file(int dir_fd, const char *path, Buffer *bytes, struct stat *ret_st) {
        _cleanup_close_ int fd = -1;

        fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (fd < 0)
                return -errno;
        if (fstat(fd, ret_st) < 0)
                return -errno;
        if (!S_ISREG(ret_st->st_mode))
                return -EINVAL;

        return file_read_fd(fd, (size_t) ret_st->st_size, INFLATE_LIMIT, bytes);
}

int module_details_read(int dir_fd, const char *path, ModuleDetails *ret_details) {
        _cleanup_buffer_ Buffer bytes = {};
        struct stat st;
        int r;

        r = read_file(dir_fd, path, &bytes, &st);
        if (r < 0)
                return r;
        r = module_details_parse(bytes.data, bytes.size, ret_details);
        if (r < 0)
                return r;

        ret_details->mtime_usec =
                (uint64_t) st.st_mtim.tv_sec * 1000000 + (uint64_t) st.st_mtim.tv_nsec / 1000;
        ret_details->inode = st.st_ino;
        return 0;
}

void module_export_done(ModuleExport *export) {
        free(export->namespace);
        *export = (ModuleExport){};
}

int module_export_parse(const char *bytes, size_t size, const char *symbol,
                        ModuleExport *ret_export) {
        static const char *const kinds[] = {
                [ELF_EXPORT_UNKNOWN] = "",
                [ELF_EXPORT_ANY] = "EXPORT_SYMBOL",
                [ELF_EXPORT_GPL] = "EXPORT_SYMBOL_GPL",
        };
        _cleanup_(plain_module_done) PlainModule module = {};
        ElfExport export = { .namespace = { .bytes = "" } };
        char *namespace;
        int r;

        r = open_plain(&module, bytes, size);
        if (r < 0)
                return r;
        r = elf_export_find(module.image, symbol, &export);
        if (r < 0 && r != -ENODATA)
                return r;

        namespace = strndup(export.namespace.bytes, export.namespace.size);
        if (!namespace)
                return -ENOMEM;
        *ret_export = (ModuleExport){ .kind = kinds[export.kind], .namespace = namespace };
        return 0;
}

int module_export_read(int dir_fd, const char *path, const char *symbol, ModuleExport *ret_export) {
        _cleanup_buffer_ Buffer bytes = {};
        struct stat st;
        int r;

        r = read_file(dir_fd, path, &bytes, &st);
        if (r < 0)
                return r;

        return module_export_parse(bytes.data, bytes.size, symbol, ret_export);
}
