/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "elf-symbols.h"
#include "fd.h"
#include "file-bytes.h"
#include "imports.h"
#include "inflate.h"
#include "modinfo.h"
#include "outage.h"

#define WHOLE_FILE_MAX (128 * 1024)

/* Of files, packed and inflated, that any number of readers may have in memory at once. */
#define SMALL_SIZE_MAX ((size_t) 32 * 1024 * 1024)

/*
 * Exports, imports, aliases and the rest together: ten times what a whole kernel has in all its
 * modules. One module must not make the index of all others too large to be written.
 */
#define ITEMS_MAX ((size_t) 1 << 18)

typedef struct IdList {
        StringId *ids;
        size_t count;
        size_t capacity;
} IdList;

struct ModuleReader {
        StringTable *strings;
        bool is_for_large;
        Inflater *inflater;
        Buffer packed;
        Buffer inflated;

        /* what is being gathered of the present module */
        Export *exports;
        size_t n_exports;
        size_t exports_capacity;
        Imports imports;
        IdList aliases;
        IdList softdeps;
        IdList weakdeps;
        StringId vermagic;
};

int module_reader_new(ModuleReader **ret_reader) {
        _cleanup_(module_reader_freep) ModuleReader *reader = NULL;
        int r;

        reader = calloc(1, sizeof(*reader));
        if (!reader)
                return -ENOMEM;
        r = string_table_new(&reader->strings);
        if (r < 0)
                return r;
        r = inflater_new(SMALL_SIZE_MAX, &reader->inflater);
        if (r < 0)
                return r;

        *ret_reader = TAKE_PTR(reader);
        return 0;
}

int module_reader_allow_large(ModuleReader *reader) {
        reader->is_for_large = true;
        reader->inflater = inflater_free(reader->inflater);
        return inflater_new(INFLATE_LIMIT, &reader->inflater);
}

ModuleReader *module_reader_free(ModuleReader *reader) {
        if (!reader)
                return NULL;

        string_table_unref(reader->strings);
        inflater_free(reader->inflater);
        buffer_done(&reader->packed);
        buffer_done(&reader->inflated);
        free(reader->exports);
        imports_done(&reader->imports);
        free(reader->aliases.ids);
        free(reader->softdeps.ids);
        free(reader->weakdeps.ids);
        free(reader);
        return NULL;
}

const StringTable *module_reader_strings(const ModuleReader *reader) {
        return reader->strings;
}

/* Errors that are about us or the disk and not about the file. */
static bool is_fatal(int r) {
        return is_outage(r) || r == -EOVERFLOW;
}

static int on_export(ElfName name, uint64_t crc, void *userdata) {
        ModuleReader *reader = userdata;
        StringId id;
        int r;

        /* "__crc_" alone exports nothing. */
        if (name.size == 0)
                return 0;

        r = string_table_intern(reader->strings, name.bytes, name.size, &id);
        if (r < 0)
                return r;
        if (ARRAY_RESERVE(reader->exports, reader->exports_capacity, reader->n_exports + 1) < 0)
                return -ENOMEM;

        reader->exports[reader->n_exports++] =
                (Export){ .name = id & STRING_ID_MASK,
                          .is_crc_wide = crc > UINT32_MAX,
                          .crc = crc > UINT32_MAX ? 0 : (uint32_t) crc };
        return 0;
}

static int on_field(const char *key, size_t key_size, const char *value, size_t value_size,
                    void *userdata) {
        ModuleReader *reader = userdata;
        IdList *list;
        int r;

        if (key_size == 5 && memcmp(key, "alias", 5) == 0)
                list = &reader->aliases;
        else if (key_size == 7 && memcmp(key, "softdep", 7) == 0)
                list = &reader->softdeps;
        else if (key_size == 7 && memcmp(key, "weakdep", 7) == 0)
                list = &reader->weakdeps;
        else if (key_size == 8 && memcmp(key, "vermagic", 8) == 0)
                return string_table_intern(reader->strings, value, value_size, &reader->vermagic);
        else
                return 0;

        if (ARRAY_RESERVE(list->ids, list->capacity, list->count + 1) < 0)
                return -ENOMEM;
        r = string_table_intern(reader->strings, value, value_size, &list->ids[list->count]);
        if (r < 0)
                return r;

        list->count++;
        return 0;
}

/* Of the three things that are read, kmod tells only of the exports when they cannot be. */
static int gather(ModuleReader *reader, ElfImage *image, int *ret_error) {
        const char *bytes;
        size_t size;
        int r;

        r = elf_exports(image, on_export, reader);
        if (is_fatal(r))
                return r;
        *ret_error = r < 0 && r != -ENODATA ? -r : 0;

        r = imports_gather(&reader->imports, reader->strings, image);
        if (is_fatal(r))
                return r;
        if (r == -EFBIG)
                *ret_error = EFBIG;

        r = elf_image_section(image, ELF_SECTION_MODINFO, &bytes, &size);
        if (is_fatal(r))
                return r;
        if (r == -EFBIG)
                *ret_error = EFBIG;
        if (r < 0)
                return 0;

        return modinfo_parse(bytes, size, on_field, reader);
}

static void forget_items(ModuleReader *reader) {
        reader->n_exports = reader->imports.count = 0;
        reader->aliases.count = reader->softdeps.count = reader->weakdeps.count = 0;
}

static size_t count_items(const ModuleReader *reader) {
        return reader->n_exports + reader->imports.count + reader->aliases.count +
               reader->softdeps.count + reader->weakdeps.count;
}

static void *append(void *end, const void *items, size_t n, size_t item_size) {
        if (n > 0)
                memcpy(end, items, n * item_size);
        return (char *) end + n * item_size;
}

/* Copies what was gathered into one block of its exact size. */
static int store(const ModuleReader *reader, Module *module) {
        size_t n_ids = reader->aliases.count + reader->softdeps.count + reader->weakdeps.count;
        size_t size = reader->n_exports * sizeof(Export) + reader->imports.count * sizeof(Import) +
                      n_ids * sizeof(StringId);
        void *end;
        int r;

        module->vermagic = reader->vermagic;
        if (size == 0)
                return 0;

        r = module_lists_new(&module->lists, size / sizeof(uint32_t));
        if (r < 0)
                return r;

        end = module->lists->words;
        module->n_exports = (uint32_t) reader->n_exports;
        end = append(end, reader->exports, reader->n_exports, sizeof(Export));
        module->n_imports = (uint32_t) reader->imports.count;
        end = append(end, reader->imports.items, reader->imports.count, sizeof(Import));
        module->n_aliases = (uint32_t) reader->aliases.count;
        end = append(end, reader->aliases.ids, reader->aliases.count, sizeof(StringId));
        module->n_softdeps = (uint32_t) reader->softdeps.count;
        end = append(end, reader->softdeps.ids, reader->softdeps.count, sizeof(StringId));
        module->n_weakdeps = (uint32_t) reader->weakdeps.count;
        (void) append(end, reader->weakdeps.ids, reader->weakdeps.count, sizeof(StringId));
        return 0;
}

/*
 * A module of usual size is read in one go, which costs less than asking the kernel for each of its
 * sections; of a large one only the sections are read that are needed. Measured: the two cost the
 * same at about this size.
 */
static int open_plain(ModuleReader *reader, int fd, size_t size, bool is_in_memory,
                      ElfImage **ret_image) {
        if (!is_in_memory)
                return elf_image_open_fd(ret_image, fd, size);

        return elf_image_open_bytes(ret_image, reader->packed.data, reader->packed.size);
}

/* Reads the first bytes, and of a small file all the others with them. */
static int read_magic(ModuleReader *reader, int fd, size_t size, char *ret_magic) {
        ssize_t n;
        int r;

        if (size > WHOLE_FILE_MAX) {
                n = pread(fd, ret_magic, INFLATE_MAGIC_SIZE, 0);
                if (n < 0)
                        return -errno;
                return n < INFLATE_MAGIC_SIZE ? -EINVAL : 0;
        }

        r = file_read_fd(fd, size, SMALL_SIZE_MAX, &reader->packed);
        if (r < 0)
                return r;
        if (reader->packed.size < INFLATE_MAGIC_SIZE)
                return -EINVAL;

        memcpy(ret_magic, reader->packed.data, INFLATE_MAGIC_SIZE);
        return 0;
}

static int open_image(ModuleReader *reader, int fd, size_t size, ElfImage **ret_image,
                      const char **ret_reason) {
        size_t packed_max = reader->is_for_large ? INFLATE_PACKED_MAX : SMALL_SIZE_MAX;
        bool is_small = size <= WHOLE_FILE_MAX;
        char magic[INFLATE_MAGIC_SIZE];
        InflateKind kind;
        int r;

        r = read_magic(reader, fd, size, magic);
        if (r < 0)
                return r;

        kind = inflate_kind(magic, sizeof(magic));
        if (kind == INFLATE_NONE)
                return open_plain(reader, fd, size, is_small, ret_image);

        if (!is_small) {
                r = file_read_fd(fd, size, packed_max, &reader->packed);
                if (r < 0)
                        return r;
        }
        r = inflate_bytes(reader->inflater, kind, reader->packed.data, reader->packed.size,
                          &reader->inflated, ret_reason);
        if (r < 0)
                return r;

        return elf_image_open_bytes(ret_image, reader->inflated.data, reader->inflated.size);
}

/* What was read is that of the key if the file did not change meanwhile. */
static void set_key(Module *module, int fd, const struct stat *before, int64_t looked_at_ns) {
        struct stat after;
        StatKey key;

        module->key = stat_key_of(before);
        module->is_racy = stat_key_is_racy(&module->key, looked_at_ns) || fstat(fd, &after) < 0;
        if (!module->is_racy) {
                key = stat_key_of(&after);
                module->is_racy = !stat_key_is_equal(&module->key, &key);
        }
}

/* 0, with module->error set if the file cannot be understood; MODULE_READER_LARGE. */
static int read_record(ModuleReader *reader, int fd, size_t size, Module *module,
                       const char **ret_reason) {
        _cleanup_(elf_image_freep) ElfImage *image = NULL;
        int r;

        r = open_image(reader, fd, size, &image, ret_reason);
        if (is_fatal(r))
                return r;
        if (r == -EFBIG && !reader->is_for_large) {
                *ret_reason = NULL;
                return MODULE_READER_LARGE;
        }
        if (r < 0) {
                module->error = -r;
                return 0;
        }

        module->machine = (ModuleMachine){ .machine = elf_image_machine(image).machine,
                                           .class = elf_image_machine(image).class,
                                           .byte_order = elf_image_machine(image).byte_order };
        r = gather(reader, image, &module->error);
        if (r < 0)
                return r;
        if (module->error == EFBIG || count_items(reader) > ITEMS_MAX) {
                forget_items(reader);
                module->error = EFBIG;
        }

        return store(reader, module);
}

int module_reader_read(ModuleReader *reader, int dir_fd, const char *path, Module *module,
                       const char **ret_reason) {
        int64_t looked_at_ns = stat_key_clock_ns();
        _cleanup_close_ int fd = -1;
        struct stat st;
        int r;

        forget_items(reader);
        reader->vermagic = STRING_NONE;
        *ret_reason = NULL;

        fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (fd < 0 || fstat(fd, &st) < 0) {
                if (is_fatal(-errno))
                        return -errno;
                module->error = errno;
                return 0;
        }

        r = read_record(reader, fd, (size_t) st.st_size, module, ret_reason);
        if (r == 0)
                set_key(module, fd, &st, looked_at_ns);
        return r;
}
