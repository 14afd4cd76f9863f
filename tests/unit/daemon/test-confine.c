/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "temp-tree.h"
#include "test-case.h"

#define NOT_CONFINED 99

/* Runs a deed in a process that is confined and has one more descriptor; what it exits with. */
static int run(bool opens_files, int (*deed)(int fd)) {
        int fd = open("t", O_RDONLY | O_DIRECTORY | O_CLOEXEC), status;
        pid_t pid;

        assert_true(fd >= 0);
        pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
                const Confinement how = {
                        .fds = &fd, .n_fds = 1, .opens_files = opens_files, .cpu_seconds = 1
                };

                _exit(confine(&how) < 0 ? NOT_CONFINED : deed(fd));
        }

        (void) close(fd);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* The errno of what must fail. */
static int failure(long result) {
        return result < 0 ? errno : 0;
}

static int open_absolute(int fd) {
        (void) fd;
        return failure(openat(AT_FDCWD, "/etc/passwd", O_RDONLY));
}

static int open_below(int fd) {
        return failure(openat(fd, "a.ko", O_RDONLY));
}

static int open_to_write(int fd) {
        return failure(openat(fd, "a.ko", O_WRONLY));
}

static int create(int fd) {
        return failure(openat(fd, "new", O_RDONLY | O_CREAT, 0600));
}

static int connect_somewhere(int fd) {
        (void) fd;
        return failure(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int start_another(int fd) {
        (void) fd;
        return failure(fork());
}

static int execute(int fd) {
        char *argv[] = { (char *) "true", NULL };

        (void) fd;
        return failure(execv("/bin/true", argv));
}

static int remove_file(int fd) {
        return failure(unlinkat(fd, "a.ko", 0));
}

static int send_a_signal(int fd) {
        (void) fd;
        return failure(kill(getppid(), 0));
}

static int allocate(int fd) {
        char *memory = malloc(64 << 20);

        (void) fd;
        if (!memory)
                return errno;
        memory[1 << 20] = 1;
        free(memory);
        return 0;
}

static int allocate_too_much(int fd) {
        void *memory = mmap(NULL, (size_t) 4 << 30, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        (void) fd;
        return memory == MAP_FAILED ? errno : 0;
}

static int use_what_was_open(int fd) {
        /* The one that the test has opened before. */
        return failure(fcntl(fd - 1, F_GETFD));
}

static int spin(int fd) {
        (void) fd;
        for (volatile unsigned i = 0;; i++)
                ;
        return 0;
}

static void start(void) {
        temp_tree_write_text("t/a.ko", "a");
}

static void nothing_can_be_done_to_anybody(void **state) {
        (void) state;
        start();
        assert_int_equal(run(false, open_absolute), EPERM);
        assert_int_equal(run(false, open_below), EPERM);
        assert_int_equal(run(false, connect_somewhere), EPERM);
        assert_int_equal(run(false, start_another), EPERM);
        assert_int_equal(run(false, execute), EPERM);
        assert_int_equal(run(false, remove_file), EPERM);
        assert_int_equal(run(false, send_a_signal), EPERM);
}

static void files_can_be_opened_for_reading_if_that_is_needed(void **state) {
        (void) state;
        start();
        assert_int_equal(run(true, open_below), 0);
        assert_int_equal(run(true, open_to_write), EPERM);
        assert_int_equal(run(true, create), EPERM);
        assert_int_equal(run(true, remove_file), EPERM);
        assert_int_equal(run(true, connect_somewhere), EPERM);
}

static void memory_is_there_but_not_without_end(void **state) {
        (void) state;
        start();
        assert_int_equal(run(false, allocate), 0);
        assert_int_equal(run(false, allocate_too_much), ENOMEM);
}

static void descriptors_of_others_are_closed(void **state) {
        int fd;

        (void) state;
        start();
        fd = open("t/a.ko", O_RDONLY);
        assert_true(fd >= 0);
        assert_int_equal(run(false, use_what_was_open), EBADF);
        (void) close(fd);
}

static void time_has_an_end(void **state) {
        int result;

        (void) state;
        start();
        result = run(false, spin);
        /* The latter where others leave it so little of a processor. */
        assert_true(result == -SIGKILL || result == -SIGALRM);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(nothing_can_be_done_to_anybody),
                TREE_TEST(files_can_be_opened_for_reading_if_that_is_needed),
                TREE_TEST(memory_is_there_but_not_without_end),
                TREE_TEST(descriptors_of_others_are_closed),
                TREE_TEST(time_has_an_end),
        };

        return cmocka_run_group_tests_name("confine", tests, NULL, NULL);
}
