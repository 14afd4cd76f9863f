/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "candidate-record.h"
#include "fd.h"
#include "module-file.h"
#include "temp-tree.h"
#include "test-case.h"

static void assert_candidates(const CheckWork *work, const char *expected) {
        _cleanup_candidates_ Candidates candidates = {};
        _cleanup_buffer_ Buffer record = {}, text = {};

        assert_int_equal(check_worker_read(work, &record), 0);
        assert_int_equal(candidates_parse(&candidates, record.data, record.size), 0);
        for (size_t i = 0; i < candidates.count; i++)
                buffer_append_format(&text, "%s %s %i\n", candidates.items[i].path,
                                     candidates.items[i].license ? candidates.items[i].license
                                                                 : "-",
                                     candidates.items[i].error);
        assert_text(&text, expected);
}

static void files_are_read_in_another_process(void **state) {
        _cleanup_close_ int a = -1, b = -1;

        (void) state;
        module_file_write("a.ko", "need s\ninfo license=GPL\n");
        temp_tree_write_text("b.ko", "not a module, of course");
        a = open("a.ko", O_RDONLY | O_CLOEXEC);
        b = open("b.ko", O_RDONLY | O_CLOEXEC);
        assert_candidates(
                &(CheckWork){ .files = (CheckFile[]){ { "x.ko", a }, { "y.ko", b }, { "z.ko", a } },
                              .n_files = 3,
                              .directory_fd = -1 },
                "x.ko GPL 0\ny.ko - 8\nz.ko GPL 0\n");
}

static void directory_is_read_whole(void **state) {
        _cleanup_close_ int fd = -1;

        (void) state;
        module_file_write("t/sub/a.ko", "need s\ninfo license=GPL\n");
        module_file_write("t/b.ko", "need s\ninfo license=MIT\n");
        fd = open("t", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_candidates(&(CheckWork){ .directory_fd = fd, .keeps_capabilities = true },
                          "b.ko MIT 0\nsub/a.ko GPL 0\n");
}

static void nothing_is_no_trouble(void **state) {
        (void) state;
        assert_candidates(&(CheckWork){ .directory_fd = -1 }, "");
}

static void record_of_many_modules_passes_the_pipe(void **state) {
        _cleanup_buffer_ Buffer script = {}, record = {};
        _cleanup_close_ int fd = -1;

        (void) state;
        for (unsigned i = 0; i < 20000; i++)
                buffer_append_format(&script, "need a_rather_long_name_of_a_symbol_%u\n", i);
        buffer_append_byte(&script, '\0');
        assert_int_equal(buffer_error(&script), 0);
        module_file_write("a.ko", script.data);
        fd = open("a.ko", O_RDONLY | O_CLOEXEC);
        assert_int_equal(check_worker_read(&(CheckWork){ .files = &(CheckFile){ "a.ko", fd },
                                                         .n_files = 1,
                                                         .directory_fd = -1 },
                                           &record),
                         0);
        assert_true(record.size > 500000);
}

static void cancelled_work_ends_at_once(void **state) {
        atomic_bool is_cancelled = true;
        _cleanup_buffer_ Buffer record = {};

        (void) state;
        assert_int_equal(
                check_worker_read(&(CheckWork){ .directory_fd = -1, .is_cancelled = &is_cancelled },
                                  &record),
                -ECANCELED);
}

/* Not even an unfinished record is taken for a whole one. */
static void process_that_cannot_work_is_noticed(void **state) {
        _cleanup_buffer_ Buffer record = {};
        int fd;

        (void) state;
        temp_tree_make_directory("t/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/"
                                 "25/26/27/28/29/30/31/32/33/34/35/36");
        fd = open("t", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_int_equal(check_worker_read(&(CheckWork){ .directory_fd = fd }, &record), -EBADMSG);
        (void) close(fd);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(files_are_read_in_another_process),
                TREE_TEST(directory_is_read_whole),
                TREE_TEST(nothing_is_no_trouble),
                TREE_TEST(record_of_many_modules_passes_the_pipe),
                TREE_TEST(cancelled_work_ends_at_once),
                TREE_TEST(process_that_cannot_work_is_noticed),
        };

        return cmocka_run_group_tests_name("check-worker", tests, NULL, NULL);
}
