/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "published.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "checksum.h"
#include "fd.h"
#include "temp-tree.h"
#include "test-case.h"

#define DEP "out/modules.dep"

static void let_time_pass(void) {
        (void) nanosleep(&(struct timespec){ .tv_nsec = 150000000 }, NULL);
}

static int open_out(void) {
        int fd = open("out", O_PATH | O_DIRECTORY | O_CLOEXEC);

        assert_true(fd >= 0);
        return fd;
}

/* A file that was published just now. */
static Published publish(const char *text) {
        Published published;

        temp_tree_write_text(DEP, text);
        published_look(&published, "out");
        published.checksums[OUTPUT_DEP] = checksum(text, strlen(text));
        return published;
}

static void file_is_right_as_long_as_it_is_the_same(void **state) {
        Published published = publish("right");
        _cleanup_close_ int fd = open_out();

        (void) state;
        assert_true(published_is_right(&published, fd, OUTPUT_DEP, false));
        assert_true(published_is_right(&published, fd, OUTPUT_DEP, true));
        temp_tree_write_text(DEP, "wrong");
        assert_false(published_is_right(&published, fd, OUTPUT_DEP, false));
        assert_false(published_is_right(&published, fd, OUTPUT_DEP, true));
        assert_int_equal(unlink(DEP), 0);
        assert_false(published_is_right(&published, fd, OUTPUT_DEP, true));
        temp_tree_write_text("right", "right");
        temp_tree_link("../right", DEP);
        assert_false(published_is_right(&published, fd, OUTPUT_DEP, false));
        assert_false(published_is_right(&published, fd, OUTPUT_DEP_BIN, true));
}

/* Within one tick of the clock a file may change and keep its key. */
static void key_of_a_young_file_proves_nothing(void **state) {
        Published published = publish("right");
        _cleanup_close_ int fd = open_out();

        (void) state;
        published.checksums[OUTPUT_DEP] ^= 1;
        assert_false(published_is_right(&published, fd, OUTPUT_DEP, false));
        assert_true(published_is_right(&published, fd, OUTPUT_DEP, true));
        published.checksums[OUTPUT_DEP] ^= 1;
        assert_true(published_is_right(&published, fd, OUTPUT_DEP, false));
        assert_int_equal(published.certain, 0);
}

static void file_that_was_read_when_it_was_old_is_not_read_again(void **state) {
        Published published = publish("right");
        _cleanup_close_ int fd = open_out();

        (void) state;
        assert_int_equal(published_confirm(&published, fd), OUTPUT_BIT(OUTPUT_DEP));
        let_time_pass();
        assert_int_equal(published_confirm(&published, fd), 0);
        assert_int_equal(published.certain, OUTPUT_BIT(OUTPUT_DEP));
        published.checksums[OUTPUT_DEP] ^= 1;
        assert_true(published_is_right(&published, fd, OUTPUT_DEP, false));
}

static void same_content_in_another_file_is_right_too(void **state) {
        Published published = publish("right");
        _cleanup_close_ int fd = open_out();
        struct stat st;

        (void) state;
        temp_tree_write_text("out/new", "right");
        assert_int_equal(rename("out/new", DEP), 0);
        let_time_pass();
        assert_false(published_is_right(&(Published){}, fd, OUTPUT_DEP, true));
        assert_true(published_is_right(&published, fd, OUTPUT_DEP, true));
        assert_int_equal(stat(DEP, &st), 0);
        assert_int_equal(published.keys[OUTPUT_DEP].inode, st.st_ino);
        assert_int_equal(published.certain, OUTPUT_BIT(OUTPUT_DEP));
}

static void what_has_changed_is_not_confirmed(void **state) {
        Published published = publish("right");
        _cleanup_close_ int fd = open_out();

        (void) state;
        temp_tree_write_text(DEP, "wrong");
        assert_int_equal(published_confirm(&published, fd), 0);
        assert_int_equal(published.keys[OUTPUT_DEP].inode, 0);
}

static void cache_gives_back_what_it_was_told(void **state) {
        Published published = publish("right"), found;
        CachedIndex index;

        (void) state;
        published.certain = OUTPUT_BIT(OUTPUT_DEP);
        published_to_cache(&published, 17, &index);
        assert_true(index.source == 17);
        published_from_cache(&found, &index);
        assert_memory_equal(&found, &published, sizeof(found));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(file_is_right_as_long_as_it_is_the_same),
                TREE_TEST(key_of_a_young_file_proves_nothing),
                TREE_TEST(file_that_was_read_when_it_was_old_is_not_read_again),
                TREE_TEST(same_content_in_another_file_is_right_too),
                TREE_TEST(what_has_changed_is_not_confirmed),
                TREE_TEST(cache_gives_back_what_it_was_told),
        };

        return cmocka_run_group_tests_name("published", tests, NULL, NULL);
}
