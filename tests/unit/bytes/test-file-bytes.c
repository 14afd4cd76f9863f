/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "file-bytes.h"
#include "temp-tree.h"
#include "test-case.h"

#define BIG ((size_t) 300 * 1000)
#define NO_LIMIT SIZE_MAX

static void append_pattern(Buffer *bytes, size_t size) {
        for (size_t i = 0; i < size; i++)
                buffer_append_byte(bytes, (uint8_t) (i * 7 + i / 251));
}

static int open_file(const char *path) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);

        assert_true(fd >= 0);
        return fd;
}

static void file_of_any_size_is_read_whole(void **state) {
        static const size_t sizes[] = { 0, 1, 5, 4096, 65535, 65536, 65537, BIG };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(sizes); i++) {
                _cleanup_buffer_ Buffer expected = {}, bytes = {};

                append_pattern(&expected, sizes[i]);
                temp_tree_write("f", expected.data, expected.size);
                assert_int_equal(file_read(AT_FDCWD, "f", NO_LIMIT, &bytes), 0);
                assert_bytes(&bytes, expected.data, expected.size);
        }
}

static void present_content_and_error_are_replaced(void **state) {
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        temp_tree_write_text("f", "new");
        buffer_append_string(&bytes, "old and longer");
        bytes.error = -ENOMEM;
        assert_int_equal(file_read(AT_FDCWD, "f", NO_LIMIT, &bytes), 0);
        assert_text(&bytes, "new");
}

static void pipe_is_not_waited_for_where_a_file_should_be(void **state) {
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        temp_tree_write_text("f", "text");
        assert_int_equal(mkfifo("pipe", 0644), 0);
        assert_int_equal(file_read_stored(AT_FDCWD, "f", NO_LIMIT, &bytes), 0);
        assert_text(&bytes, "text");
        assert_int_equal(file_read_stored(AT_FDCWD, "/dev/null", NO_LIMIT, &bytes), 0);
        assert_text(&bytes, "");
        assert_int_equal(file_read_stored(AT_FDCWD, "pipe", NO_LIMIT, &bytes), -EINVAL);
        assert_int_equal(file_read_stored(AT_FDCWD, "gone", NO_LIMIT, &bytes), -ENOENT);
}

static void name_is_taken_below_the_directory(void **state) {
        _cleanup_buffer_ Buffer bytes = {};
        _cleanup_close_ int dir_fd = -1;

        (void) state;
        temp_tree_write_text("d/f", "below");
        temp_tree_write_text("f", "beside");
        dir_fd = open("d", O_PATH | O_DIRECTORY | O_CLOEXEC);
        assert_int_equal(file_read(dir_fd, "f", NO_LIMIT, &bytes), 0);
        assert_text(&bytes, "below");
}

static void reading_begins_where_the_file_stands(void **state) {
        _cleanup_buffer_ Buffer bytes = {};
        _cleanup_close_ int fd = -1;

        (void) state;
        temp_tree_write_text("f", "0123456789");
        fd = open_file("f");
        assert_int_equal(lseek(fd, 4, SEEK_SET), 4);
        assert_int_equal(file_read_fd(fd, 6, NO_LIMIT, &bytes), 0);
        assert_text(&bytes, "456789");
}

static void file_that_was_cut_short_is_read_as_far_as_it_goes(void **state) {
        _cleanup_buffer_ Buffer bytes = {};
        _cleanup_close_ int fd = -1;

        (void) state;
        temp_tree_write_text("f", "cut");
        fd = open_file("f");
        assert_int_equal(file_read_fd(fd, BIG, NO_LIMIT, &bytes), 0);
        assert_text(&bytes, "cut");
}

/* Files in /proc say that they have no bytes, and pipes have no size. */
static void file_of_unknown_size_is_read_to_its_end(void **state) {
        _cleanup_buffer_ Buffer expected = {}, bytes = {};
        _cleanup_close_ int fd = -1;

        (void) state;
        assert_int_equal(file_read(AT_FDCWD, "/proc/self/status", NO_LIMIT, &bytes), 0);
        assert_true(bytes.size > 100);
        assert_memory_equal(bytes.data, "Name:", 5);

        append_pattern(&expected, BIG);
        temp_tree_write("f", expected.data, expected.size);
        fd = open_file("f");
        assert_int_equal(file_read_fd(fd, 0, NO_LIMIT, &bytes), 0);
        assert_bytes(&bytes, expected.data, expected.size);
}

static void file_up_to_the_limit_is_read_and_none_beyond(void **state) {
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        temp_tree_write_text("f", "12345");
        assert_int_equal(file_read(AT_FDCWD, "f", 5, &bytes), 0);
        assert_text(&bytes, "12345");
        assert_int_equal(file_read(AT_FDCWD, "f", 4, &bytes), -EFBIG);
        for (size_t size = 0; size <= 5; size += 5) {
                _cleanup_close_ int within = open_file("f"), beyond = open_file("f");

                assert_int_equal(file_read_fd(within, size, 5, &bytes), 0);
                assert_int_equal(bytes.size, 5);
                assert_int_equal(file_read_fd(beyond, size, 4, &bytes), -EFBIG);
        }
}

static void size_beyond_the_limit_costs_no_memory(void **state) {
        _cleanup_close_ int fd = memfd_create("huge", MFD_CLOEXEC);
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        assert_int_equal(ftruncate(fd, (off_t) 1 << 40), 0);
        assert_int_equal(file_read_fd(fd, (size_t) 1 << 40, 1000, &bytes), -EFBIG);
        assert_int_equal(bytes.capacity, 0);
}

static void what_cannot_be_read_is_an_error(void **state) {
        _cleanup_close_ int fd = -1;
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        temp_tree_make_directory("d");
        assert_int_equal(file_read(AT_FDCWD, "nowhere", NO_LIMIT, &bytes), -ENOENT);
        assert_int_equal(file_read(AT_FDCWD, "d", NO_LIMIT, &bytes), -EISDIR);
        assert_int_equal(file_read(-1, "f", NO_LIMIT, &bytes), -EBADF);
        assert_int_equal(file_read_fd(-1, 10, NO_LIMIT, &bytes), -EBADF);
        fd = open("d", O_RDONLY | O_CLOEXEC);
        assert_int_equal(file_read_fd(fd, 10, NO_LIMIT, &bytes), -EISDIR);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(file_of_any_size_is_read_whole),
                TREE_TEST(present_content_and_error_are_replaced),
                TREE_TEST(pipe_is_not_waited_for_where_a_file_should_be),
                TREE_TEST(name_is_taken_below_the_directory),
                TREE_TEST(reading_begins_where_the_file_stands),
                TREE_TEST(file_that_was_cut_short_is_read_as_far_as_it_goes),
                TREE_TEST(file_of_unknown_size_is_read_to_its_end),
                TREE_TEST(file_up_to_the_limit_is_read_and_none_beyond),
                TREE_TEST(size_beyond_the_limit_costs_no_memory),
                TREE_TEST(what_cannot_be_read_is_an_error),
        };

        return cmocka_run_group_tests_name("file-bytes", tests, NULL, NULL);
}
