/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "fd.h"

#define BIG ((size_t) 1024 * 1024)

static bool is_open(int fd) {
        return fcntl(fd, F_GETFD) >= 0;
}

static int open_memory(void) {
        int fd = memfd_create("test-fd", MFD_CLOEXEC);

        assert_true(fd >= 0);
        return fd;
}

static uint8_t *new_pattern(size_t size) {
        uint8_t *bytes = malloc(size);

        assert_non_null(bytes);
        for (size_t i = 0; i < size; i++)
                bytes[i] = (uint8_t) (i * 7 + i / 251);
        return bytes;
}

static void on_alarm(int number) {
        (void) number;
}

/* Interrupts each system call that takes longer than a moment. */
static void start_alarms(void) {
        const struct sigaction action = { .sa_handler = on_alarm };
        const struct itimerval often = { { 0, 500 }, { 0, 500 } };

        assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
        assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
}

static void stop_alarms(void) {
        const struct itimerval never = {};

        assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
}

static void descriptor_is_closed_at_the_end_of_its_scope(void **state) {
        int number;

        (void) state;

        {
                _cleanup_close_ int fd = open_memory();

                number = fd;
                assert_true(is_open(number));
        }
        assert_false(is_open(number));
}

static void no_descriptor_is_not_closed(void **state) {
        (void) state;

        errno = 0;
        {
                _cleanup_close_ int fd = -1;

                (void) fd;
        }
        assert_int_equal(errno, 0);
}

static void taken_descriptor_stays_open(void **state) {
        _cleanup_close_ int taken = -1;

        (void) state;

        {
                _cleanup_close_ int fd = open_memory();
                int number = fd;

                taken = fd_take(&fd);
                assert_int_equal(fd, -1);
                assert_int_equal(taken, number);
        }
        assert_true(is_open(taken));
}

static void what_is_written_is_read(void **state) {
        _cleanup_close_ int fd = open_memory();
        char bytes[8] = {};
        size_t n = 0;

        (void) state;

        assert_int_equal(fd_write_all(fd, "ab\0cdef", 7), 0);
        assert_int_equal(fd_write_all(fd, "", 0), 0);
        assert_int_equal(lseek(fd, 0, SEEK_SET), 0);

        assert_int_equal(fd_read_full(fd, bytes, 4, &n), 0);
        assert_int_equal(n, 4);
        assert_memory_equal(bytes, "ab\0c", 4);
        assert_int_equal(fd_read_full(fd, bytes, sizeof(bytes), &n), 0);
        assert_int_equal(n, 3);
        assert_memory_equal(bytes, "def", 3);
        assert_int_equal(fd_read_full(fd, bytes, sizeof(bytes), &n), 0);
        assert_int_equal(n, 0);
}

/* A pipe takes 64 KiB at most, and the writer sleeps on it again and again. */
static void interrupted_write_is_carried_on(void **state) {
        _cleanup_free_ uint8_t *bytes = new_pattern(BIG);
        int ends[2], status, r;
        pid_t reader;

        (void) state;

        assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
        reader = fork();
        assert_true(reader >= 0);
        if (reader == 0) {
                uint8_t piece[5000];
                size_t n_read = 0;
                ssize_t n;

                (void) close(ends[1]);
                while ((n = read(ends[0], piece, sizeof(piece))) > 0) {
                        if (n_read + (size_t) n > BIG ||
                            memcmp(piece, bytes + n_read, (size_t) n) != 0)
                                _exit(2);
                        n_read += (size_t) n;
                        (void) usleep(100);
                }
                _exit(n_read == BIG ? 0 : 3);
        }

        (void) close(ends[0]);
        start_alarms();
        r = fd_write_all(ends[1], bytes, BIG);
        stop_alarms();
        (void) close(ends[1]);
        assert_int_equal(waitpid(reader, &status, 0), reader);
        assert_int_equal(r, 0);
        assert_int_equal(status, 0);
}

static void interrupted_read_is_carried_on(void **state) {
        _cleanup_free_ uint8_t *bytes = new_pattern(BIG), *arrived = malloc(BIG + 1);
        int ends[2], status, r;
        size_t n = 0;
        pid_t writer;

        (void) state;

        assert_non_null(arrived);
        assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
        writer = fork();
        assert_true(writer >= 0);
        if (writer == 0) {
                (void) close(ends[0]);
                for (size_t at = 0; at < BIG; at += BIG / 64) {
                        (void) usleep(1500);
                        if (write(ends[1], bytes + at, BIG / 64) != (ssize_t) (BIG / 64))
                                _exit(2);
                }
                _exit(0);
        }

        (void) close(ends[1]);
        start_alarms();
        r = fd_read_full(ends[0], arrived, BIG + 1, &n);
        stop_alarms();
        (void) close(ends[0]);
        assert_int_equal(waitpid(writer, &status, 0), writer);
        assert_int_equal(r, 0);
        assert_int_equal(status, 0);
        assert_int_equal(n, BIG);
        assert_memory_equal(arrived, bytes, BIG);
}

static void full_disk_is_told(void **state) {
        _cleanup_close_ int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

        (void) state;

        assert_true(fd >= 0);
        assert_int_equal(fd_write_all(fd, "x", 1), -ENOSPC);
}

static void failed_read_leaves_the_size_alone(void **state) {
        _cleanup_close_ int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        char bytes[4];
        size_t n = 42;

        (void) state;

        assert_true(fd >= 0);
        assert_int_equal(fd_read_full(fd, bytes, sizeof(bytes), &n), -EISDIR);
        assert_int_equal(n, 42);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(descriptor_is_closed_at_the_end_of_its_scope),
                cmocka_unit_test(no_descriptor_is_not_closed),
                cmocka_unit_test(taken_descriptor_stays_open),
                cmocka_unit_test(what_is_written_is_read),
                cmocka_unit_test(interrupted_write_is_carried_on),
                cmocka_unit_test(interrupted_read_is_carried_on),
                cmocka_unit_test(full_disk_is_told),
                cmocka_unit_test(failed_read_leaves_the_size_alone),
        };

        return cmocka_run_group_tests_name("fd", tests, NULL, NULL);
}
