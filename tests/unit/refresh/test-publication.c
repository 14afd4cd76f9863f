/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publication.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "privileges.h"
#include "temp-tree.h"
#include "test-case.h"

static void assert_file(const char *path, const char *text) {
        _cleanup_buffer_ Buffer bytes = {};

        temp_tree_read(path, &bytes);
        assert_text(&bytes, text);
}

static void assert_names(const char *directory, const char *expected) {
        _cleanup_buffer_ Buffer names = {};

        temp_tree_list(directory, &names);
        assert_text(&names, expected);
}

static Buffer text_of(const char *text) {
        return (Buffer){ .data = (char *) text, .size = strlen(text) };
}

static Publication open_out(void) {
        Publication publication = PUBLICATION_NULL;

        assert_int_equal(publication_open(&publication, "out", true), 0);
        return publication;
}

static void directory_must_be_there_unless_it_is_to_be_made(void **state) {
        _cleanup_publication_ Publication publication = PUBLICATION_NULL;

        (void) state;
        assert_int_equal(publication_open(&publication, "out", false), -ENOENT);
        assert_int_equal(publication.dir_fd, -1);
        assert_int_equal(access("out", F_OK), -1);
        assert_int_equal(publication_open(&publication, "out", true), 0);
        assert_true(publication.dir_fd >= 0);
}

static void directories_on_the_way_are_made(void **state) {
        static const char *const paths[] = { "a/b/c", "./d//e/", "a/b/f", "a/b" };
        mode_t before = umask(027);

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(paths); i++) {
                _cleanup_publication_ Publication publication = PUBLICATION_NULL;
                struct stat st;

                assert_int_equal(publication_open(&publication, paths[i], true), 0);
                assert_int_equal(stat(paths[i], &st), 0);
                assert_int_equal(st.st_mode, S_IFDIR | 0750);
        }
        (void) umask(before);
}

static void directory_that_cannot_be_made_or_opened_is_an_error(void **state) {
        _cleanup_publication_ Publication publication = PUBLICATION_NULL;

        (void) state;
        temp_tree_write_text("file", "");
        assert_int_equal(publication_open(&publication, "file", false), -ENOTDIR);
        assert_int_equal(publication_open(&publication, "file", true), -ENOTDIR);
        assert_int_equal(publication_open(&publication, "file/a", true), -ENOTDIR);
        assert_int_equal(publication_open(&publication, "file/a/b", true), -ENOTDIR);
        assert_int_equal(publication.dir_fd, -1);
}

static void leftovers_of_a_killed_run_are_removed_and_nothing_else(void **state) {
        _cleanup_publication_ Publication publication = PUBLICATION_NULL;

        (void) state;
        temp_tree_write_text("out/.modules.dep.depmodd-4711.new", "half");
        temp_tree_write_text("out/.modules.dep.depmodd-4711.old", "old");
        temp_tree_write_text("out/.other", "");
        temp_tree_write_text("out/modules.dep", "old");
        temp_tree_write_text("out/sub/.x.depmodd-1.new", "");
        temp_tree_make_directory("out/.d.depmodd-1.new");
        publication = open_out();
        assert_names("out", ".d.depmodd-1.new .other modules.dep sub");
        assert_names("out/sub", ".x.depmodd-1.new");
}

/* There is a descriptor for the directory and none more. */
static void leftovers_that_cannot_be_looked_for_stay(void **state) {
        _cleanup_publication_ Publication publication = PUBLICATION_NULL;
        int lowest = dup(0), r;
        struct rlimit limit, few;

        (void) state;
        temp_tree_write_text("out/.x.depmodd-1.new", "");
        assert_int_equal(close(lowest), 0);
        assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
        few = (struct rlimit){ .rlim_cur = (rlim_t) lowest + 1, .rlim_max = limit.rlim_max };
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
        r = publication_open(&publication, "out", false);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
        assert_int_equal(r, 0);
        assert_names("out", ".x.depmodd-1.new");
}

/* Pauses are not waited for. */
static bool is_time_standing_still;

int usleep(useconds_t usec) {
        const struct timespec time = { .tv_nsec = (long) usec * 1000 };

        return is_time_standing_still ? 0 : nanosleep(&time, NULL);
}

/* Can another process lock the directory? */
static bool is_locked(void) {
        int status;
        pid_t child = fork();

        assert_true(child >= 0);
        if (child == 0) {
                int fd = open("out", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

                _exit(fd < 0                              ? 2
                      : flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0
                      : errno == EWOULDBLOCK              ? 1
                                                          : 3);
        }

        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
        return WEXITSTATUS(status) == 1;
}

static void directory_is_locked_while_the_publication_is_open(void **state) {
        Publication publication = open_out();
        const char *failed;

        (void) state;
        assert_true(is_locked());
        assert_int_equal(publication_commit(&publication, NULL, 0, false, &failed), 0);
        assert_true(is_locked());
        publication_done(&publication);
        assert_int_equal(publication.dir_fd, -1);
        assert_false(is_locked());
        publication_done(&publication);
}

static void on_alarm(int number) {
        (void) number;
}

/* The other process holds the lock and interrupts us; only then it lets go. */
static void lock_is_waited_for(void **state) {
        const struct sigaction action = { .sa_handler = on_alarm };
        Publication publication = PUBLICATION_NULL;
        pid_t child, parent = getpid();
        int ends[2], status;
        char ready;

        (void) state;
        temp_tree_make_directory("out");
        assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
        assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
        child = fork();
        assert_true(child >= 0);
        if (child == 0) {
                int fd = open("out", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

                if (flock(fd, LOCK_EX) < 0 || write(ends[1], "x", 1) != 1)
                        _exit(1);
                for (int i = 0; i < 10; i++) {
                        (void) usleep(10000);
                        (void) kill(parent, SIGALRM);
                }
                _exit(close(open("out/let-go", O_WRONLY | O_CREAT, 0600)));
        }

        assert_int_equal(read(ends[0], &ready, 1), 1);
        assert_int_equal(publication_open(&publication, "out", false), 0);
        assert_int_equal(access("out/let-go", F_OK), 0);
        publication_done(&publication);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        closep(&ends[0]);
        closep(&ends[1]);
}

/* Anybody can lock a directory, and keep it locked. */
static void lock_is_not_waited_for_for_ever(void **state) {
        Publication publication = PUBLICATION_NULL;
        int fd;

        (void) state;
        temp_tree_make_directory("out");
        temp_tree_write_text("out/.modules.dep.depmodd-1.new", "of somebody at work?");
        fd = open("out", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_int_equal(flock(fd, LOCK_EX), 0);
        is_time_standing_still = true;
        assert_int_equal(publication_open(&publication, "out", false), 0);
        is_time_standing_still = false;
        assert_int_equal(access("out/.modules.dep.depmodd-1.new", F_OK), 0);
        publication_done(&publication);
        closep(&fd);
}

static void files_are_replaced_as_a_set(void **state) {
        Buffer one = text_of("new one"), two = text_of("new two"), three = text_of("");
        const PublicationFile files[] = { { AT_FDCWD, "one", &one },
                                          { AT_FDCWD, "two", &two },
                                          { AT_FDCWD, "three", &three } };

        (void) state;
        for (int sync = 0; sync <= 1; sync++) {
                _cleanup_publication_ Publication publication = PUBLICATION_NULL;
                const char *failed;

                temp_tree_write_text("out/one", "old");
                temp_tree_write_text("out/other", "untouched");
                publication = open_out();
                assert_int_equal(publication_commit(&publication, files, 3, sync, &failed), 0);
                assert_names("out", "one other three two");
                assert_file("out/one", "new one");
                assert_file("out/two", "new two");
                assert_file("out/three", "");
                assert_file("out/other", "untouched");
        }
}

static void file_may_belong_into_another_directory(void **state) {
        _cleanup_publication_ Publication publication = PUBLICATION_NULL;
        Buffer one = text_of("1"), two = text_of("2");
        _cleanup_close_ int other_fd = -1;
        const char *failed;

        (void) state;
        temp_tree_make_directory("other");
        other_fd = open("other", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        publication = open_out();
        assert_int_equal(publication_commit(&publication,
                                            (const PublicationFile[]){ { other_fd, "one", &one },
                                                                       { AT_FDCWD, "two", &two } },
                                            2, true, &failed),
                         0);
        assert_names("out", "two");
        assert_names("other", "one");
}

/* The first of three files can be published, and what happens to the second undoes it. */
static void check_failure(const char *second, int error) {
        Buffer text = text_of("new");
        const PublicationFile files[] = { { AT_FDCWD, "one", &text },
                                          { AT_FDCWD, second, &text },
                                          { AT_FDCWD, "three", &text } };
        _cleanup_publication_ Publication publication = PUBLICATION_NULL;
        _cleanup_buffer_ Buffer before = {}, after = {};
        const char *failed = NULL;

        temp_tree_write_text("out/one", "old");
        publication = open_out();
        temp_tree_list("out", &before);
        assert_int_equal(publication_commit(&publication, files, 3, true, &failed), error);
        assert_string_equal(failed, second);
        assert_false(publication.is_mixed);
        assert_file("out/one", "old");
        temp_tree_list("out", &after);
        assert_bytes(&after, before.data, before.size);
}

static void file_that_cannot_be_staged_leaves_all_as_it_was(void **state) {
        char name[256] = {};

        (void) state;
        memset(name, 'x', 255);
        check_failure(name, -ENAMETOOLONG);
        check_failure("nowhere/two", -ENOENT);
}

static void file_that_cannot_be_renamed_leaves_all_as_it_was(void **state) {
        (void) state;
        temp_tree_make_directory("out/two");
        check_failure("two", -EISDIR);
}

/* As on a file system without hard links: the name for the old file is taken. */
static void files_are_mixed_where_the_old_ones_could_not_be_kept(void **state) {
        Buffer text = text_of("new");
        const PublicationFile files[] = { { AT_FDCWD, "one", &text }, { AT_FDCWD, "two", &text } };
        _cleanup_publication_ Publication publication = PUBLICATION_NULL;
        char backup[64];
        const char *failed;

        (void) state;
        temp_tree_write_text("out/one", "old");
        temp_tree_make_directory("out/two");
        publication = open_out();
        (void) snprintf(backup, sizeof(backup), "out/.one.depmodd-%d.old", (int) getpid());
        temp_tree_write_text(backup, "");
        assert_int_equal(publication_commit(&publication, files, 2, true, &failed), -EISDIR);
        assert_true(publication.is_mixed);
        assert_file("out/one", "new");

        assert_int_equal(publication_commit(&publication, files, 1, true, &failed), 0);
        assert_false(publication.is_mixed);
}

/* Also a first file that was not there before. */
static void new_file_is_gone_after_a_failure(void **state) {
        Buffer text = text_of("new");
        const PublicationFile files[] = { { AT_FDCWD, "one", &text }, { AT_FDCWD, "two", &text } };
        _cleanup_publication_ Publication publication = PUBLICATION_NULL;
        const char *failed;

        (void) state;
        temp_tree_make_directory("out/two");
        publication = open_out();
        assert_int_equal(publication_commit(&publication, files, 2, true, &failed), -EISDIR);
        assert_names("out", "two");
}

static void full_disk_leaves_all_as_it_was(void **state) {
        _cleanup_publication_ Publication publication = PUBLICATION_NULL;
        struct rlimit limit, small;
        char bytes[1000] = {};
        Buffer little = text_of("little"), much = { .data = bytes, .size = sizeof(bytes) };
        const PublicationFile files[] = { { AT_FDCWD, "one", &little },
                                          { AT_FDCWD, "two", &much } };
        const char *failed;
        int r;

        (void) state;
        temp_tree_write_text("out/one", "old");
        publication = open_out();
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
        small = (struct rlimit){ .rlim_cur = 100, .rlim_max = limit.rlim_max };
        (void) signal(SIGXFSZ, SIG_IGN);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        r = publication_commit(&publication, files, 2, true, &failed);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        (void) signal(SIGXFSZ, SIG_DFL);

        assert_int_equal(r, -EFBIG);
        assert_string_equal(failed, "two");
        assert_names("out", "one");
        assert_file("out/one", "old");
}

static void directory_without_permission_is_an_error_about_the_first_file(void **state) {
        Buffer text = text_of("new");
        const PublicationFile file = { AT_FDCWD, "one", &text };
        Publication publication = open_out();
        const char *failed = NULL;
        int r;

        (void) state;
        privileges_drop();
        r = publication_commit(&publication, &file, 1, true, &failed);
        privileges_restore();
        publication_done(&publication);
        if (geteuid() != 0)
                skip();
        assert_int_equal(r, -EACCES);
        assert_string_equal(failed, "one");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(directory_must_be_there_unless_it_is_to_be_made),
                TREE_TEST(directories_on_the_way_are_made),
                TREE_TEST(directory_that_cannot_be_made_or_opened_is_an_error),
                TREE_TEST(leftovers_of_a_killed_run_are_removed_and_nothing_else),
                TREE_TEST(leftovers_that_cannot_be_looked_for_stay),
                TREE_TEST(directory_is_locked_while_the_publication_is_open),
                TREE_TEST(lock_is_waited_for),
                TREE_TEST(lock_is_not_waited_for_for_ever),
                TREE_TEST(files_are_replaced_as_a_set),
                TREE_TEST(file_may_belong_into_another_directory),
                TREE_TEST(file_that_cannot_be_staged_leaves_all_as_it_was),
                TREE_TEST(file_that_cannot_be_renamed_leaves_all_as_it_was),
                TREE_TEST(files_are_mixed_where_the_old_ones_could_not_be_kept),
                TREE_TEST(new_file_is_gone_after_a_failure),
                TREE_TEST(full_disk_leaves_all_as_it_was),
                TREE_TEST(directory_without_permission_is_an_error_about_the_first_file),
        };

        return cmocka_run_group_tests_name("publication", tests, NULL, NULL);
}
