/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-details.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <zlib.h>

#include "module-file.h"
#include "temp-tree.h"
#include "test-case.h"

#define SCRIPT                                                                                     \
        "export x 11112222\ninfo license=GPL\ninfo alias=one\ninfo parm=a:b=c\ninfo alias=two\n"   \
        "info empty=\ninfo bare\n"
#define FIELDS "license=GPL\nalias=one\nparm=a:b=c\nalias=two\nempty=\nbare=\n"

static void assert_fields(const ModuleDetails *details, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        for (size_t i = 0; i < details->n_fields; i++)
                buffer_append_format(&text, "%s=%s\n", details->fields[i].key,
                                     details->fields[i].value);
        assert_text(&text, expected);
}

static void render(Buffer *file) {
        module_file_render(file, elf_formats[0], SCRIPT);
        assert_int_equal(buffer_error(file), 0);
}

static void fields_come_in_the_order_of_the_file(void **state) {
        _cleanup_module_details_ ModuleDetails details = {};
        struct stat st;

        (void) state;
        module_file_write("k/a.ko", SCRIPT);
        assert_int_equal(stat("k/a.ko", &st), 0);
        assert_int_equal(module_details_read(AT_FDCWD, "k/a.ko", &details), 0);
        assert_fields(&details, FIELDS);
        assert_string_equal(details.compression, "");
        assert_string_equal(details.build_id, "");
        assert_string_equal(details.sig_id, "");
        assert_string_equal(details.signer, "");
        assert_string_equal(details.signature, "");
        assert_int_equal(details.size, st.st_size);
        assert_int_equal(details.inode, st.st_ino);
        assert_int_equal(details.mtime_usec,
                         st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000);
}

static void compressed_file_says_the_same(void **state) {
        _cleanup_module_details_ ModuleDetails details = {};
        _cleanup_buffer_ Buffer file = {};
        struct stat st;
        gzFile packed;

        (void) state;
        render(&file);
        temp_tree_make_directory("k");
        packed = gzopen("k/a.ko.gz", "wb");
        assert_non_null(packed);
        assert_int_equal(gzwrite(packed, file.data, (unsigned) file.size), file.size);
        assert_int_equal(gzclose(packed), Z_OK);

        assert_int_equal(stat("k/a.ko.gz", &st), 0);
        assert_int_equal(module_details_read(AT_FDCWD, "k/a.ko.gz", &details), 0);
        assert_fields(&details, FIELDS);
        assert_string_equal(details.compression, "gz");
        assert_int_equal(details.size, st.st_size);
}

static void signature_is_told_in_hexadecimal_with_colons(void **state) {
        _cleanup_module_details_ ModuleDetails details = {};
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        render(&file);
        buffer_append_string(&file, "Name\x01\xaf\xff\x10");
        buffer_append(&file, "\x01\x04\x01\x04\x02\0\0\0\0\0\0\x02", 12);
        buffer_append_string(&file, "~Module signature appended~\n");
        assert_int_equal(module_details_parse(file.data, file.size, &details), 0);
        assert_fields(&details, FIELDS);
        assert_string_equal(details.sig_id, "X509");
        assert_string_equal(details.signer, "Name");
        assert_string_equal(details.sig_key, "01:AF");
        assert_string_equal(details.sig_hashalgo, "sha256");
        assert_string_equal(details.signature, "FF:10");
}

static void build_id_is_told_in_hexadecimal(void **state) {
        static const char note[] = "\4\0\0\0\3\0\0\0\3\0\0\0GNU\0\x0a\xbc\xff";
        _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
        _cleanup_module_details_ ModuleDetails details = {};
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        (void) elf_writer_add_section(&writer, ".note.gnu.build-id", note, sizeof(note));
        elf_writer_render(&writer, &file);
        assert_int_equal(module_details_parse(file.data, file.size, &details), 0);
        assert_string_equal(details.build_id, "0abcff");
        assert_int_equal(details.n_fields, 0);
}

static void what_is_no_module_is_an_error(void **state) {
        _cleanup_module_details_ ModuleDetails details = {};

        (void) state;
        temp_tree_write_text("text.ko", "this is no module at all");
        temp_tree_write_text("short.ko", "ELF");
        temp_tree_write_text("empty.ko", "");
        temp_tree_write("bad.ko.gz", "\x1f\x8b\x08garbage garbage", 18);
        temp_tree_make_directory("folder.ko");
        assert_int_equal(module_details_read(AT_FDCWD, "text.ko", &details), -ENOEXEC);
        assert_int_equal(module_details_read(AT_FDCWD, "short.ko", &details), -EINVAL);
        assert_int_equal(module_details_read(AT_FDCWD, "empty.ko", &details), -EINVAL);
        assert_int_equal(module_details_read(AT_FDCWD, "bad.ko.gz", &details), -EINVAL);
        assert_int_equal(module_details_read(AT_FDCWD, "folder.ko", &details), -EINVAL);
        assert_int_equal(module_details_read(AT_FDCWD, "none.ko", &details), -ENOENT);
}

static void export_is_told_by_its_section(void **state) {
        _cleanup_module_export_ ModuleExport export = {}, other = {};
        _cleanup_elf_writer_ ElfWriter writer = { .format = elf_formats[0] };
        _cleanup_buffer_ Buffer file = {};
        uint16_t gpl = elf_writer_add_section(&writer, "__ksymtab_gpl", "12345678", 8);
        uint16_t names = elf_writer_add_section(&writer, "__ksymtab_strings", "NET", 4);

        (void) state;
        elf_writer_add_symbol(&writer, "__ksymtab_x", 0, gpl, 0);
        elf_writer_add_symbol(&writer, "__kstrtabns_x", 0, names, 0);
        elf_writer_render(&writer, &file);
        temp_tree_write("x.ko", file.data, file.size);

        assert_int_equal(module_export_read(AT_FDCWD, "x.ko", "x", &export), 0);
        assert_string_equal(export.kind, "EXPORT_SYMBOL_GPL");
        assert_string_equal(export.namespace, "NET");
        assert_int_equal(module_export_read(AT_FDCWD, "x.ko", "y", &other), 0);
        assert_string_equal(other.kind, "");
        assert_string_equal(other.namespace, "");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(fields_come_in_the_order_of_the_file),
                TREE_TEST(compressed_file_says_the_same),
                cmocka_unit_test(signature_is_told_in_hexadecimal_with_colons),
                cmocka_unit_test(build_id_is_told_in_hexadecimal),
                TREE_TEST(what_is_no_module_is_an_error),
                TREE_TEST(export_is_told_by_its_section),
        };

        return cmocka_run_group_tests_name("module-details", tests, NULL, NULL);
}
