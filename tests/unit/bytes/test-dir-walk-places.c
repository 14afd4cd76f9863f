/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "dir-walk.h"
#include "temp-tree.h"
#include "test-case.h"

static bool is_build(const char *name, const void *userdata) {
        (void) userdata;
        return strcmp(name, "build") == 0;
}

/* What the walk has told of, in its order, up to a path at which it is told to stop. */
typedef struct Met {
        Buffer text;
        const char *stop_at;
        int result;
} Met;

static int meet(Met *met, const char *word, const char *path) {
        if (met->stop_at && strcmp(path, met->stop_at) == 0)
                return met->result;
        buffer_append_format(&met->text, "%s %s\n", word, path);
        return 0;
}

static int on_met_file(const char *path, size_t relative, int dir_fd, const char *name,
                       void *userdata) {
        (void) relative;
        (void) dir_fd;
        (void) name;
        return meet(userdata, "file", path);
}

static int on_met_directory(const char *path, int fd, void *userdata) {
        struct stat by_path, by_fd;

        assert_int_equal(stat(path, &by_path), 0);
        assert_int_equal(fstat(fd, &by_fd), 0);
        assert_int_equal(by_path.st_ino, by_fd.st_ino);
        return meet(userdata, "directory", path);
}

static int on_met_link(const char *path, void *userdata) {
        return meet(userdata, "link", path);
}

static int walk_all(Met *met) {
        return dir_walk(&(DirWalk){ .root = "d",
                                    .is_excluded = is_build,
                                    .on_file = on_met_file,
                                    .on_directory = on_met_directory,
                                    .on_link = on_met_link,
                                    .userdata = met });
}

static void make_directories_and_links(void) {
        temp_tree_write_text("d/a/file", "");
        temp_tree_make_directory("d/empty");
        temp_tree_write_text("real/x", "");
        temp_tree_link("../real", "d/to-directory");
        temp_tree_link("../real/x", "d/to-file");
        temp_tree_link("nowhere", "d/to-nothing");
        temp_tree_link("..", "d/a/up");
        temp_tree_link("../real", "d/build");
}

static void directories_and_links_are_met_before_what_they_lead_to(void **state) {
        Met met = {};

        (void) state;
        make_directories_and_links();
        assert_int_equal(walk_all(&met), 0);
        assert_text(&met.text, "directory d\n"
                               "directory d/a\nfile d/a/file\nlink d/a/up\n"
                               "directory d/empty\n"
                               "link d/to-directory\ndirectory d/to-directory\n"
                               "file d/to-directory/x\n"
                               "link d/to-file\nfile d/to-file\n"
                               "link d/to-nothing\n");
        buffer_done(&met.text);
}

/* It is listed only after it has been told of: a watch that begins then misses nothing. */
static int make_file_in(const char *path, int fd, void *userdata) {
        char name[64];

        (void) fd;
        (void) userdata;
        (void) snprintf(name, sizeof(name), "%s/made", path);
        temp_tree_write_text(name, "");
        return 0;
}

static void what_is_made_while_a_directory_is_told_of_is_listed(void **state) {
        Met met = {};

        (void) state;
        temp_tree_make_directory("d/sub");
        assert_int_equal(dir_walk(&(DirWalk){ .root = "d",
                                              .is_excluded = is_build,
                                              .on_file = on_met_file,
                                              .on_directory = make_file_in,
                                              .userdata = &met }),
                         0);
        assert_text(&met.text, "file d/made\nfile d/sub/made\n");
        buffer_done(&met.text);
}

static void negative_result_for_a_directory_or_a_link_ends_the_walk(void **state) {
        static const char *const paths[] = { "d", "d/a", "d/a/up", "d/to-nothing" };

        (void) state;
        make_directories_and_links();
        for (size_t i = 0; i < ELEMENTSOF(paths); i++) {
                Met met = { .stop_at = paths[i], .result = -ENOMEM };

                assert_int_equal(walk_all(&met), -ENOMEM);
                buffer_done(&met.text);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(directories_and_links_are_met_before_what_they_lead_to),
                TREE_TEST(what_is_made_while_a_directory_is_told_of_is_listed),
                TREE_TEST(negative_result_for_a_directory_or_a_link_ends_the_walk),
        };

        return cmocka_run_group_tests_name("dir-walk-places", tests, NULL, NULL);
}
