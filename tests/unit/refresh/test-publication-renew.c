/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "publication.h"
#include "temp-tree.h"
#include "test-case.h"

static Buffer text_of(const char *text) {
        return (Buffer){ .data = (char *) text, .size = strlen(text) };
}

static Publication open_out(void) {
        Publication publication = PUBLICATION_NULL;

        assert_int_equal(publication_open(&publication, "out", true), 0);
        return publication;
}

/* Of the same inode, and of now. */
static void file_with_the_content_is_kept_and_renewed(void **state) {
        _cleanup_publication_ Publication publication = open_out();
        const Buffer bytes = text_of("content");
        const PublicationFile file = { .dir_fd = AT_FDCWD, .name = "a", .bytes = &bytes };
        const struct timespec old[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
        struct stat before, after;

        (void) state;
        temp_tree_write_text("out/a", "content");
        assert_int_equal(chmod("out/a", 0644), 0);
        assert_int_equal(utimensat(AT_FDCWD, "out/a", old, 0), 0);
        assert_int_equal(stat("out/a", &before), 0);
        assert_true(publication_renew(&publication, &file, true));
        assert_int_equal(stat("out/a", &after), 0);
        assert_int_equal(after.st_ino, before.st_ino);
        assert_true(after.st_mtim.tv_sec > before.st_mtim.tv_sec);
}

static void file_that_is_another_is_not_renewed(void **state) {
        _cleanup_publication_ Publication publication = open_out();
        const Buffer bytes = text_of("content");
        const PublicationFile file = { .dir_fd = AT_FDCWD, .name = "a", .bytes = &bytes };

        (void) state;
        assert_false(publication_renew(&publication, &file, false));
        temp_tree_write_text("out/a", "contend");
        assert_int_equal(chmod("out/a", 0644), 0);
        assert_false(publication_renew(&publication, &file, false));
        temp_tree_write_text("out/a", "content, and more");
        assert_false(publication_renew(&publication, &file, false));
        temp_tree_write_text("out/a", "content");
        assert_int_equal(chmod("out/a", 0600), 0);
        assert_false(publication_renew(&publication, &file, false));
        assert_int_equal(rename("out/a", "out/b"), 0);
        assert_int_equal(chmod("out/b", 0644), 0);
        temp_tree_link("b", "out/a");
        assert_false(publication_renew(&publication, &file, false));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(file_with_the_content_is_kept_and_renewed),
                TREE_TEST(file_that_is_another_is_not_renewed),
        };

        return cmocka_run_group_tests_name("publication-renew", tests, NULL, NULL);
}
