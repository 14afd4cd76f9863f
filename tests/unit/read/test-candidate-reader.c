/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "candidate-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <zlib.h>

#include "fd.h"
#include "module-file.h"
#include "temp-tree.h"
#include "test-case.h"

#define SCRIPT                                                                                     \
        "export out 11112222\nneed in\nweak maybe\nversion in abcdef01\nversion left 5\n"          \
        "info license=GPL\ninfo vermagic=1.0 SMP \ninfo alias=pci:*\ninfo import_ns=SPACE\n"       \
        "info author=me\n"
#define RECORD                                                                                     \
        "LGPL\nV1.0 SMP \nApci:*\nNSPACE\niabcdef01 in\nw- maybe\nv00000005 left\nx11112222 out\n"

/* With newlines instead of NULs. */
static void assert_record(Buffer *record, const char *expected) {
        assert_int_equal(buffer_error(record), 0);
        for (size_t i = 0; i < record->size; i++)
                record->data[i] = record->data[i] == '\0' ? '\n' : record->data[i];
        assert_text(record, expected);
}

static void assert_read(const char *path, const char *expected) {
        _cleanup_(candidate_reader_freep) CandidateReader *reader = NULL;
        _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
        _cleanup_buffer_ Buffer record = {};

        assert_int_equal(candidate_reader_new(&reader), 0);
        assert_int_equal(candidate_read_fd(reader, fd < 0 ? -errno : fd, "x.ko", &record), 0);
        assert_record(&record, expected);
}

static void all_that_a_loader_looks_at_is_recorded(void **state) {
        (void) state;
        module_file_write("a.ko", SCRIPT);
        assert_read("a.ko", "Mx.ko\nk\nm62 2 1\n" RECORD);
}

static void compressed_file_says_the_same(void **state) {
        _cleanup_buffer_ Buffer file = {};
        gzFile packed;

        (void) state;
        module_file_render(&file, elf_formats[0], SCRIPT);
        packed = gzopen("a.ko.gz", "w");
        assert_int_equal(gzwrite(packed, file.data, (unsigned) file.size), file.size);
        assert_int_equal(gzclose(packed), Z_OK);
        assert_read("a.ko.gz", "Mx.ko\nkgz\nm62 2 1\n" RECORD);
}

static void file_is_read_from_its_beginning(void **state) {
        _cleanup_(candidate_reader_freep) CandidateReader *reader = NULL;
        _cleanup_close_ int fd = -1;
        _cleanup_buffer_ Buffer record = {};

        (void) state;
        module_file_write("a.ko", SCRIPT);
        fd = open("a.ko", O_RDONLY | O_CLOEXEC);
        assert_int_equal(lseek(fd, 100, SEEK_SET), 100);
        assert_int_equal(candidate_reader_new(&reader), 0);
        assert_int_equal(candidate_read_fd(reader, fd, "x.ko", &record), 0);
        assert_record(&record, "Mx.ko\nk\nm62 2 1\n" RECORD);
}

static void what_is_wrong_with_a_file_is_in_its_record(void **state) {
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        temp_tree_write_text("text.ko", "no module at all, but long enough for one");
        assert_read("text.ko", "Mx.ko\nk\nE8 \n");
        temp_tree_write_text("empty.ko", "");
        assert_read("empty.ko", "Mx.ko\nE22 \n");
        temp_tree_write_text("short.ko", "\x7f");
        assert_read("short.ko", "Mx.ko\nE22 \n");
        temp_tree_write("bad.ko.gz", "\x1f\x8b\x08\0\0\0\0\0nonsense", 16);
        assert_read("bad.ko.gz", "Mx.ko\nkgz\nE22 gzip: invalid block type\n");
        assert_read("none.ko", "Mx.ko\nE2 \n");
        assert_read(".", "Mx.ko\nE124 \n");
        module_file_render(&file, elf_formats[0], SCRIPT);
        temp_tree_write("cut.ko", file.data, file.size - 8);
        assert_read("cut.ko", "Mx.ko\nk\nE22 \n");
}

static void descriptor_that_cannot_be_read_is_an_error_of_the_file(void **state) {
        _cleanup_(candidate_reader_freep) CandidateReader *reader = NULL;
        _cleanup_close_ int fd = -1;
        _cleanup_buffer_ Buffer record = {};

        (void) state;
        module_file_write("a.ko", SCRIPT);
        fd = open("a.ko", O_WRONLY | O_CLOEXEC);
        assert_int_equal(candidate_reader_new(&reader), 0);
        assert_int_equal(candidate_read_fd(reader, fd, "x.ko", &record), 0);
        assert_record(&record, "Mx.ko\nE9 \n");
}

static void file_that_is_too_large_is_not_read(void **state) {
        (void) state;
        temp_tree_write_text("large.ko", "");
        assert_int_equal(truncate("large.ko", (off_t) CANDIDATE_SIZE_MAX + 1), 0);
        assert_read("large.ko", "Mx.ko\nE27 \n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(all_that_a_loader_looks_at_is_recorded),
                TREE_TEST(compressed_file_says_the_same),
                TREE_TEST(file_is_read_from_its_beginning),
                TREE_TEST(what_is_wrong_with_a_file_is_in_its_record),
                TREE_TEST(descriptor_that_cannot_be_read_is_an_error_of_the_file),
                TREE_TEST(file_that_is_too_large_is_not_read),
        };

        return cmocka_run_group_tests_name("candidate-reader", tests, NULL, NULL);
}
