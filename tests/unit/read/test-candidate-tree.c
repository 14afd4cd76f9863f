/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "candidate-tree.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "temp-tree.h"
#include "test-case.h"

static int on_file(int fd, const char *path, void *userdata) {
        char content[16] = "";
        ssize_t n = fd < 0 ? fd : read(fd, content, sizeof(content) - 1);

        buffer_append_format(userdata, "%s %s\n", path, n < 0 ? "-" : content);
        return 0;
}

static int refuse(int fd, const char *path, void *userdata) {
        (void) fd;
        (void) path;
        (void) userdata;
        return -EDOM;
}

static int walk(const char *path, Buffer *text) {
        _cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        assert_true(fd >= 0);
        return candidate_tree_walk(fd, on_file, text);
}

static void module_files_come_in_the_order_of_their_names(void **state) {
        _cleanup_buffer_ Buffer text = {};

        (void) state;
        temp_tree_write_text("t/b.ko.zst", "b");
        temp_tree_write_text("t/a/z.ko", "z");
        temp_tree_write_text("t/a.ko", "a");
        temp_tree_write_text("t/modules.dep", "no");
        temp_tree_write_text("t/build/no.ko", "no");
        temp_tree_write_text("t/.hidden/no.ko", "no");
        assert_int_equal(walk("t", &text), 0);
        assert_text(&text, "a/z.ko z\na.ko a\nb.ko.zst b\n");
}

static void links_lead_nowhere(void **state) {
        _cleanup_buffer_ Buffer text = {};

        (void) state;
        temp_tree_write_text("secret.ko", "secret");
        temp_tree_write_text("t/a.ko", "a");
        temp_tree_link("../secret.ko", "t/link.ko");
        temp_tree_link("..", "t/up");
        temp_tree_link(".", "t/loop");
        assert_int_equal(mkfifo("t/pipe.ko", 0600), 0);
        assert_int_equal(walk("t", &text), 0);
        assert_text(&text, "a.ko a\n");
}

static void callback_ends_the_walk(void **state) {
        _cleanup_close_ int fd = -1;

        (void) state;
        temp_tree_write_text("t/a.ko", "a");
        fd = open("t", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_int_equal(candidate_tree_walk(fd, refuse, NULL), -EDOM);
}

static void depth_has_an_end(void **state) {
        _cleanup_buffer_ Buffer path = {}, text = {};

        (void) state;
        buffer_append_string(&path, "t");
        for (unsigned i = 0; i < 40; i++)
                buffer_append_string(&path, "/d");
        buffer_append_byte(&path, '\0');
        temp_tree_make_directory(path.data);
        assert_int_equal(walk("t", &text), -E2BIG);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(module_files_come_in_the_order_of_their_names),
                TREE_TEST(links_lead_nowhere),
                TREE_TEST(callback_ends_the_walk),
                TREE_TEST(depth_has_an_end),
        };

        return cmocka_run_group_tests_name("candidate-tree", tests, NULL, NULL);
}
