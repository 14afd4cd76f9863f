/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-reader.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <lzma.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "module-file.h"
#include "temp-tree.h"
#include "test-case.h"

#define _cleanup_reader_ _cleanup_(module_reader_freep)

#define SCRIPT                                                                                     \
        "export x 11112222\nexport y 0\nneed .a\nweak b\nversion .a 3333\nversion rest 4\n"        \
        "info license=GPL\ninfo alias=one\ninfo softdep=pre: s\ninfo alias=two\n"                  \
        "info weakdep=w\ninfo vermagic=1.0 SMP\ninfo depends=nothing\n"
#define TEXT                                                                                       \
        "exports x=11112222 y=0 imports .a=3333 b?=0 rest=4 aliases [one][two] softdeps [pre: s] " \
        "weakdeps [w] vermagic [1.0 SMP]"

static void append_ids(Buffer *text, const StringTable *strings, const char *title,
                       const StringId *ids, uint32_t n) {
        if (n > 0)
                buffer_append_format(text, "%s%s ", text->size > 0 ? " " : "", title);
        for (uint32_t i = 0; i < n; i++)
                buffer_append_format(text, "[%s]", string_table_get(strings, ids[i]));
}

static void describe(Buffer *text, const StringTable *strings, const Module *module) {
        if (module->n_exports > 0)
                buffer_append_string(text, "exports");
        for (uint32_t i = 0; i < module->n_exports; i++)
                buffer_append_format(text, " %s=%" PRIx32 "%s",
                                     string_table_get(strings, module_exports(module)[i].name),
                                     module_exports(module)[i].crc,
                                     module_exports(module)[i].is_crc_wide ? "wide" : "");
        if (module->n_imports > 0)
                buffer_append_format(text, "%simports", text->size > 0 ? " " : "");
        for (uint32_t i = 0; i < module->n_imports; i++)
                buffer_append_format(text, " %s%s%s=%" PRIx32,
                                     module_imports(module)[i].is_dotted ? "." : "",
                                     string_table_get(strings, module_imports(module)[i].name),
                                     module_imports(module)[i].is_weak ? "?" : "",
                                     module_imports(module)[i].crc);
        append_ids(text, strings, "aliases", module_aliases(module), module->n_aliases);
        append_ids(text, strings, "softdeps", module_softdeps(module), module->n_softdeps);
        append_ids(text, strings, "weakdeps", module_weakdeps(module), module->n_weakdeps);
        append_ids(text, strings, "vermagic", &module->vermagic, module->vermagic != STRING_NONE);
}

/* Reads a file of the working directory: its error, the decompressor's reason, what it says. */
static void check_with(ModuleReader *reader, const char *path, int error, const char *reason,
                       const char *expected) {
        Module module = { .vermagic = STRING_NONE };
        _cleanup_buffer_ Buffer text = {};
        const char *said = "untouched";

        assert_int_equal(module_reader_read(reader, AT_FDCWD, path, &module, &said), 0);
        assert_int_equal(module.error, error);
        if (reason)
                assert_string_equal(said, reason);
        else
                assert_null(said);
        describe(&text, module_reader_strings(reader), &module);
        assert_text(&text, expected);
        free(module.lists);
}

static void check(const char *path, int error, const char *reason, const char *expected) {
        _cleanup_reader_ ModuleReader *reader = NULL;

        assert_int_equal(module_reader_new(&reader), 0);
        check_with(reader, path, error, reason, expected);
}

static void check_script(const char *script, int error, const char *expected) {
        module_file_write("m.ko", script);
        check("m.ko", error, NULL, expected);
}

static void module_of_every_format_is_read(void **state) {
        (void) state;
        for (size_t i = 0; i < ELF_FORMATS; i++) {
                _cleanup_reader_ ModuleReader *reader = NULL;
                _cleanup_buffer_ Buffer file = {};
                Module module = {};
                const char *reason;

                module_file_render(&file, elf_formats[i], SCRIPT);
                temp_tree_write("m.ko", file.data, file.size);
                check("m.ko", 0, NULL, TEXT);

                assert_int_equal(module_reader_new(&reader), 0);
                assert_int_equal(module_reader_read(reader, AT_FDCWD, "m.ko", &module, &reason), 0);
                assert_int_equal(module.machine.machine, elf_formats[i].machine);
                assert_int_equal(module.machine.class, elf_formats[i].class);
                assert_int_equal(module.machine.byte_order, elf_formats[i].byte_order);
                free(module.lists);
        }
}

/* Of a large file only sections are read, of a small one all. */
static void large_module_is_read_like_a_small_one(void **state) {
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        module_file_render(&file, elf_formats[0], SCRIPT);
        while (file.size < 3 * 1024 * 1024)
                buffer_append(&file, "signature", 9);
        temp_tree_write("m.ko", file.data, file.size);
        check("m.ko", 0, NULL, TEXT);
}

static size_t pack_gzip(const Buffer *file, uint8_t *packed, size_t room) {
        z_stream stream = { .next_in = (Bytef *) file->data,
                            .avail_in = (uInt) file->size,
                            .next_out = packed,
                            .avail_out = (uInt) room };

        assert_int_equal(deflateInit2(&stream, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
        assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
        assert_int_equal(deflateEnd(&stream), Z_OK);
        return stream.total_out;
}

static size_t pack_xz(const Buffer *file, uint8_t *packed, size_t room) {
        size_t size = 0;

        assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL,
                                                 (const uint8_t *) file->data, file->size, packed,
                                                 &size, room),
                         LZMA_OK);
        return size;
}

static size_t pack_zstd(const Buffer *file, uint8_t *packed, size_t room) {
        size_t size = ZSTD_compress(packed, room, file->data, file->size, 1);

        assert_false(ZSTD_isError(size));
        return size;
}

static size_t (*const packers[])(const Buffer *file, uint8_t *packed, size_t room) = {
        pack_gzip,
        pack_xz,
        pack_zstd,
};

static void packed_module_is_told_by_its_bytes_whatever_its_name(void **state) {
        static const char *const names[] = { "m.ko", "m.ko.gz", "m.ko.xz", "m.ko.zst", "m" };
        static uint8_t packed[256 * 1024];

        (void) state;
        for (size_t i = 0; i < 2 * ELEMENTSOF(packers); i++) {
                _cleanup_buffer_ Buffer file = {};
                size_t size;

                /* the second time too large to be read in one go */
                module_file_render(&file, elf_formats[0], SCRIPT);
                for (uint64_t k = 1; i % 2 == 1 && file.size < 200 * 1024; k *= 6364136223846793005)
                        elf_format_append(elf_formats[0], &file, k, 8);
                size = packers[i / 2](&file, packed, sizeof(packed));
                assert_true(size > 128 * 1024 || i % 2 == 0);
                for (size_t k = 0; k < ELEMENTSOF(names); k++) {
                        temp_tree_write(names[k], packed, size);
                        check(names[k], 0, NULL, TEXT);
                }
        }
}

static void file_that_cannot_be_inflated_is_told_with_the_reason(void **state) {
        static uint8_t packed[64 * 1024];
        _cleanup_buffer_ Buffer file = {};
        size_t size;

        (void) state;
        module_file_render(&file, elf_formats[0], SCRIPT);
        size = pack_xz(&file, packed, sizeof(packed));
        temp_tree_write("m.ko.xz", packed, size - 10);
        check("m.ko.xz", EINVAL, "xz: Unexpected end of input", "");

        buffer_clear(&file);
        buffer_append_string(&file, "some text and no module at all");
        size = pack_zstd(&file, packed, sizeof(packed));
        temp_tree_write("m.ko.zst", packed, size);
        check("m.ko.zst", ENOEXEC, NULL, "");
}

static void file_that_is_no_module_is_told_by_an_errno(void **state) {
        static const struct {
                const char *bytes;
                int error;
        } cases[] = {
                { "", EINVAL },
                { "123", EINVAL },
                { "12345", EINVAL },
                { "123456", ENOEXEC },
                { "\x7f"
                  "ELF",
                  EINVAL },
                { "\x7f"
                  "ELF\2\1\1xxxxxxxxx",
                  ENOEXEC },
                { "\x7f"
                  "ELF\2\1\1xxxxxxxxxx",
                  EINVAL },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                temp_tree_write_text("m.ko", cases[i].bytes);
                check("m.ko", cases[i].error, NULL, "");
        }
}

static void what_is_no_file_is_told_by_an_errno(void **state) {
        (void) state;
        temp_tree_make_directory("d.ko");
        assert_int_equal(mkfifo("f.ko", 0644), 0);
        check("gone.ko", ENOENT, NULL, "");
        check("d.ko", EISDIR, NULL, "");
        check("f.ko", EINVAL, NULL, ""); /* and is not waited for */
}

/* On many file systems a directory is as large as its list of names. */
static void directory_of_any_size_is_told_by_an_errno(void **state) {
        (void) state;
        for (int i = 0; i < 1500; i++) {
                char path[256];

                (void) snprintf(path, sizeof(path), "d.ko/%0150d", i);
                temp_tree_write_text(path, "");
        }
        check("d.ko", EISDIR, NULL, "");
}

static void module_without_exports_is_no_problem(void **state) {
        (void) state;
        check_script("info license=GPL\n", 0, "");
        check_script("need a\ninfo alias=x\n", 0, "imports a=0 aliases [x]");
}

/* Of the three things that are read only the exports are told of. */
static void what_can_be_read_is_there_all_the_same(void **state) {
        _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
        _cleanup_buffer_ Buffer file = {}, bad = {};

        (void) state;
        (void) elf_writer_add_section(&writer, "__ksymtab_strings", "no end", 6);
        (void) elf_writer_add_section(&writer, ".modinfo", "alias=x", 8);
        elf_writer_add_symbol(&writer, "a", 0, SHN_UNDEF, 0x10);
        elf_writer_render(&writer, &file);
        temp_tree_write("m.ko", file.data, file.size);
        check("m.ko", EINVAL, NULL, "imports a=0 aliases [x]");

        module_file_render(&bad, elf_formats[0], "need a\nstring e\ninfo alias=x\n");
        elf_file_set(&bad, ELF_FIELD_SECTION_SIZE, elf_file_find(&bad, ".symtab"), 47);
        temp_tree_write("m.ko", bad.data, bad.size);
        check("m.ko", 0, NULL, "exports e=0 aliases [x]");
}

static void only_the_known_keys_of_modinfo_count(void **state) {
        (void) state;
        check_script("info aliases=x\ninfo alia=x\ninfo Alias=x\ninfo softdeps=x\ninfo weak=x\n"
                     "info xalias=x\ninfo vermagi=x\ninfo alias\ninfo alias=\ninfo alias=a=b\n"
                     "info alias=a=b\ninfo softdep= \n",
                     0, "aliases [][][a=b][a=b] softdeps [ ]");
        check_script("info vermagic=first\ninfo vermagic=second\n", 0, "vermagic [second]");
}

static void export_needs_a_name_and_its_crc_32_bits(void **state) {
        (void) state;
        check_script("export  1\nexport wide 100000000\nexport x ffffffff\nstring s\n", 0,
                     "exports wide=0wide x=ffffffff");
}

static void reader_forgets_one_module_before_the_next(void **state) {
        _cleanup_reader_ ModuleReader *reader = NULL;

        (void) state;
        module_file_write("full.ko", SCRIPT);
        module_file_write("empty.ko", "info license=GPL\n");
        temp_tree_write_text("bad.ko", "this is no module");
        assert_int_equal(module_reader_new(&reader), 0);
        for (int i = 0; i < 2; i++) {
                check_with(reader, "full.ko", 0, NULL, TEXT);
                check_with(reader, "empty.ko", 0, NULL, "");
                check_with(reader, "full.ko", 0, NULL, TEXT);
                check_with(reader, "bad.ko", ENOEXEC, NULL, "");
        }
}

static void path_is_taken_below_the_directory(void **state) {
        _cleanup_reader_ ModuleReader *reader = NULL;
        Module module = {};
        const char *reason;
        int dir_fd;

        (void) state;
        module_file_write("d/k/m.ko", SCRIPT);
        dir_fd = open("d", O_PATH | O_DIRECTORY | O_CLOEXEC);
        assert_int_equal(module_reader_new(&reader), 0);
        assert_int_equal(module_reader_read(reader, dir_fd, "k/m.ko", &module, &reason), 0);
        assert_int_equal(module.n_exports, 2);
        free(module.lists);
        assert_int_equal(close(dir_fd), 0);
}

/* Nothing is known of the file then, so it must not pass for an empty one. */
static void want_of_descriptors_is_not_the_files_problem(void **state) {
        _cleanup_reader_ ModuleReader *reader = NULL;
        struct rlimit limit, none;
        Module module = {};
        const char *reason;
        int r;

        (void) state;
        module_file_write("m.ko", SCRIPT);
        assert_int_equal(module_reader_new(&reader), 0);
        assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
        none = (struct rlimit){ .rlim_cur = 0, .rlim_max = limit.rlim_max };
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
        r = module_reader_read(reader, AT_FDCWD, "m.ko", &module, &reason);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
        assert_int_equal(r, -EMFILE);
        assert_int_equal(module.error, 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(module_of_every_format_is_read),
                TREE_TEST(large_module_is_read_like_a_small_one),
                TREE_TEST(packed_module_is_told_by_its_bytes_whatever_its_name),
                TREE_TEST(file_that_cannot_be_inflated_is_told_with_the_reason),
                TREE_TEST(file_that_is_no_module_is_told_by_an_errno),
                TREE_TEST(what_is_no_file_is_told_by_an_errno),
                TREE_TEST(directory_of_any_size_is_told_by_an_errno),
                TREE_TEST(module_without_exports_is_no_problem),
                TREE_TEST(what_can_be_read_is_there_all_the_same),
                TREE_TEST(only_the_known_keys_of_modinfo_count),
                TREE_TEST(export_needs_a_name_and_its_crc_32_bits),
                TREE_TEST(reader_forgets_one_module_before_the_next),
                TREE_TEST(path_is_taken_below_the_directory),
                TREE_TEST(want_of_descriptors_is_not_the_files_problem),
        };

        return cmocka_run_group_tests_name("module-reader", tests, NULL, NULL);
}
