/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "confine.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fd.h"

/* For the file, what it inflates to, and what is made of it. */
#define MEMORY_MAX ((size_t) 1024 * 1024 * 1024)

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define ARCHITECTURE AUDIT_ARCH_I386
#elif defined(__aarch64__)
#define ARCHITECTURE (__BYTE_ORDER == __LITTLE_ENDIAN ? AUDIT_ARCH_AARCH64 : 0)
#elif defined(__arm__)
#define ARCHITECTURE (__BYTE_ORDER == __LITTLE_ENDIAN ? AUDIT_ARCH_ARM : AUDIT_ARCH_ARMEB)
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#elif defined(__s390x__)
#define ARCHITECTURE AUDIT_ARCH_S390X
#elif defined(__powerpc64__)
#define ARCHITECTURE (__BYTE_ORDER == __LITTLE_ENDIAN ? AUDIT_ARCH_PPC64LE : AUDIT_ARCH_PPC64)
#elif defined(__loongarch64)
#define ARCHITECTURE AUDIT_ARCH_LOONGARCH64
#else
#define ARCHITECTURE 0 /* not known: nothing is read for others */
#endif

static const unsigned allowed_calls[] = {
        __NR_sigaltstack,   __NR_read,           __NR_pread64,
        __NR_write,         __NR_lseek,          __NR_close,
        __NR_munmap,        __NR_mremap,         __NR_mprotect,
        __NR_brk,           __NR_madvise,        __NR_futex,
        __NR_exit,          __NR_exit_group,     __NR_getrandom,
        __NR_rt_sigreturn,  __NR_rt_sigprocmask, __NR_restart_syscall,
        __NR_clock_gettime, __NR_fcntl,          __NR_getdents64,
#ifdef __NR_mmap
        __NR_mmap,
#endif
#ifdef __NR_mmap2
        __NR_mmap2,
#endif
#ifdef __NR_fstat
        __NR_fstat,
#endif
#ifdef __NR_newfstatat
        __NR_newfstatat,
#endif
#ifdef __NR_fstatat64
        __NR_fstatat64,
#endif
#ifdef __NR_fstat64
        __NR_fstat64,
#endif
#ifdef __NR_fcntl64
        __NR_fcntl64,
#endif
#ifdef __NR__llseek
        __NR__llseek,
#endif
#ifdef __NR_statx
        __NR_statx,
#endif
};

#define FILTER_MAX (16 + 2 * ELEMENTSOF(allowed_calls))

/* The word of an argument that holds its low 32 bits. */
#define ARGUMENT_LOW(n)                                                                            \
        (offsetof(struct seccomp_data, args) + 8 * (n) + (__BYTE_ORDER == __LITTLE_ENDIAN ? 0 : 4))

typedef struct Filter {
        struct sock_filter items[FILTER_MAX];
        unsigned short count;
} Filter;

static void add(Filter *filter, struct sock_filter item) {
        filter->items[filter->count++] = item;
}

/* Whatever is not allowed fails with EPERM, as a file system might. */
static void build_filter(Filter *filter, bool opens_files) {
        const unsigned writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;

        add(filter, (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                                  offsetof(struct seccomp_data, arch)));
        add(filter, (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
        add(filter, (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
        add(filter, (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                                  offsetof(struct seccomp_data, nr)));
        for (size_t i = 0; i < ELEMENTSOF(allowed_calls); i++) {
                add(filter, (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                                                          allowed_calls[i], 0, 1));
                add(filter, (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
        }
        if (opens_files) {
                add(filter,
                    (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_openat, 0, 3));
                add(filter, (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                                          (unsigned) ARGUMENT_LOW(2)));
                add(filter,
                    (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, writing, 1, 0));
                add(filter, (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
        }
        add(filter, (struct sock_filter) BPF_STMT(BPF_RET | BPF_K,
                                                  SECCOMP_RET_ERRNO | (EPERM & SECCOMP_RET_DATA)));
}

static int forbid_calls(bool opens_files) {
        Filter filter = {};
        struct sock_fprog program;

        if (ARCHITECTURE == 0)
                return -EOPNOTSUPP;

        build_filter(&filter, opens_files);
        program = (struct sock_fprog){ .len = filter.count, .filter = filter.items };
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
                return -errno;
        return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0 ? -errno : 0;
}

static int close_others(const Confinement *how) {
        unsigned next = 3;

        for (size_t i = 0; i <= how->n_fds; i++) {
                unsigned fd = i < how->n_fds ? (unsigned) how->fds[i] : ~0U;

                if (fd > next && close_range(next, i < how->n_fds ? fd - 1 : ~0U, 0) < 0)
                        return -errno;
                next = fd + 1;
        }

        return 0;
}

/* What the process has taken already is that of the daemon, which it is a copy of. */
static int limit_memory(void) {
        _cleanup_close_ int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
        char text[64] = "";
        size_t n_pages, size = 0;
        struct rlimit limit;
        int r;

        if (fd < 0)
                return -errno;
        r = fd_read_full(fd, text, sizeof(text) - 1, &size);
        if (r < 0)
                return r;
        if (sscanf(text, "%zu", &n_pages) != 1)
                return -EIO;

        limit.rlim_cur = limit.rlim_max =
                (rlim_t) n_pages * (rlim_t) sysconf(_SC_PAGESIZE) + MEMORY_MAX;
        return setrlimit(RLIMIT_AS, &limit) < 0 ? -errno : 0;
}

static int limit_time(unsigned cpu_seconds) {
        const struct rlimit cpu = { cpu_seconds, cpu_seconds };
        const struct rlimit none = { 0, 0 };
        sigset_t alarm_only;

        if (setrlimit(RLIMIT_CPU, &cpu) < 0 || setrlimit(RLIMIT_CORE, &none) < 0)
                return -errno;

        (void) signal(SIGALRM, SIG_DFL);
        (void) sigemptyset(&alarm_only);
        (void) sigaddset(&alarm_only, SIGALRM);
        (void) sigprocmask(SIG_UNBLOCK, &alarm_only, NULL);
        (void) alarm(CONFINE_SECONDS);
        return 0;
}

static int give_capabilities_up(void) {
        struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
        struct __user_cap_data_struct none[2] = {};

        return syscall(SYS_capset, &header, none) < 0 ? -errno : 0;
}

int confine(const Confinement *how) {
        int r;

        if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
                return -errno;
        r = close_others(how);
        if (r >= 0)
                r = limit_memory();
        if (r >= 0)
                r = limit_time(how->cpu_seconds);
        if (r >= 0 && !how->keeps_capabilities)
                r = give_capabilities_up();
        return r < 0 ? r : forbid_calls(how->opens_files);
}
