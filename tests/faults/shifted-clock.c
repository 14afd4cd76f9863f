/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * To be preloaded: the wall clock goes wrong by the nanoseconds that the file CLOCK_OFFSET holds as
 * a 64-bit number, which may change while the process runs. Clocks that only go forward, timers and
 * the times of files are those of the kernel.
 */

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define NSEC_PER_SEC INT64_C(1000000000)

static const int64_t *offset;

__attribute__((constructor)) static void start(void) {
        const char *path = getenv("CLOCK_OFFSET");
        int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        void *memory;

        if (fd < 0)
                return;
        memory = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
        offset = memory == MAP_FAILED ? NULL : memory;
        close(fd);
}

int clock_gettime(clockid_t clock, struct timespec *ret_time) {
        int r = (int) syscall(SYS_clock_gettime, clock, ret_time);
        int64_t nsec;

        if (r < 0 || !offset || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE))
                return r;

        nsec = ret_time->tv_sec * NSEC_PER_SEC + ret_time->tv_nsec + *offset;
        *ret_time =
                (struct timespec){ .tv_sec = nsec / NSEC_PER_SEC, .tv_nsec = nsec % NSEC_PER_SEC };
        return 0;
}

time_t time(time_t *ret_time) {
        struct timespec now;

        if (clock_gettime(CLOCK_REALTIME, &now) < 0)
                return -1;
        if (ret_time)
                *ret_time = now.tv_sec;
        return now.tv_sec;
}

int gettimeofday(struct timeval *restrict ret_time, void *restrict zone) {
        struct timespec now;

        (void) zone;
        if (clock_gettime(CLOCK_REALTIME, &now) < 0)
                return -1;
        *ret_time = (struct timeval){ .tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000 };
        return 0;
}
