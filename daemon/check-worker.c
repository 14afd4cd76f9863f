/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "array.h"
#include "candidate-reader.h"
#include "candidate-tree.h"
#include "confine.h"
#include "fd.h"
#include "usec.h"

#define FILES_MAX 32
#define CPU_SECONDS 10
#define SLICE_MSEC 100
#define CHUNK_SIZE ((size_t) 64 * 1024)

/* The record goes out piece by piece, so that the process does not hold all of it. */
static int send_record(int fd, Buffer *record) {
        int r = fd_write_all(fd, record->data, record->size);

        buffer_clear(record);
        return r;
}

static int read_files(CandidateReader *reader, const CheckWork *work, int fd) {
        _cleanup_buffer_ Buffer record = {};
        int r = 0;

        for (size_t i = 0; r >= 0 && i < work->n_files; i++) {
                r = candidate_read_fd(reader, work->files[i].fd, work->files[i].path, &record);
                if (r >= 0)
                        r = send_record(fd, &record);
        }

        return r;
}

typedef struct TreeReader {
        CandidateReader *reader;
        int fd;
        Buffer record;
} TreeReader;

static int on_file(int file_fd, const char *path, void *userdata) {
        TreeReader *tree = userdata;
        int r;

        r = candidate_read_fd(tree->reader, file_fd, path, &tree->record);
        return r < 0 ? r : send_record(tree->fd, &tree->record);
}

static int read_tree(CandidateReader *reader, const CheckWork *work, int fd) {
        TreeReader tree = { .reader = reader, .fd = fd };
        int r = candidate_tree_walk(work->directory_fd, on_file, &tree);

        if (r != -ENOTDIR && r != -EACCES && r != -EBADF)
                return r;

        /* It is no directory, or not one for us: said as it is said of a file. */
        r = candidate_read_fd(reader, r, ".", &tree.record);
        return r < 0 ? r : send_record(fd, &tree.record);
}

static int compare_fds(const void *x, const void *y) {
        const int *a = x, *b = y;

        return (*a > *b) - (*a < *b);
}

/* In the process of its own. */
static int work_in_child(const CheckWork *work, int fd) {
        _cleanup_(candidate_reader_freep) CandidateReader *reader = NULL;
        bool is_tree = work->directory_fd >= 0;
        int fds[FILES_MAX + 1], r;
        size_t n = 0;

        fds[n++] = fd;
        if (is_tree)
                fds[n++] = work->directory_fd;
        for (size_t i = 0; !is_tree && i < work->n_files; i++)
                fds[n++] = work->files[i].fd;
        qsort(fds, n, sizeof(int), compare_fds);

        r = candidate_reader_new(&reader);
        if (r >= 0)
                r = confine(&(Confinement){ .fds = fds,
                                            .n_fds = n,
                                            .opens_files = is_tree,
                                            .keeps_capabilities = work->keeps_capabilities,
                                            .cpu_seconds = CPU_SECONDS });
        if (r >= 0)
                r = is_tree ? read_tree(reader, work, fd) : read_files(reader, work, fd);
        return r < 0 ? r : fd_write_all(fd, "Z", 2);
}

static int receive_some(int fd, Buffer *record) {
        char chunk[CHUNK_SIZE];
        ssize_t n = read(fd, chunk, sizeof(chunk));

        if (n < 0)
                return errno == EINTR ? 1 : -errno;
        if (n == 0)
                return 0;

        if (record->size + (size_t) n > CHECK_RECORD_SIZE_MAX)
                return -E2BIG;
        buffer_append(record, chunk, (size_t) n);
        return buffer_error(record) < 0 ? -ENOMEM : 1;
}

/* Until the end of the pipe. */
static int receive(const CheckWork *work, int fd, Buffer *record) {
        uint64_t deadline = usec_monotonic() + (uint64_t) CONFINE_SECONDS * 1000000;
        int r = 1;

        while (r > 0) {
                struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

                if (work->is_cancelled && atomic_load(work->is_cancelled))
                        return -ECANCELED;
                if (usec_monotonic() > deadline)
                        return -ETIMEDOUT;
                if (poll(&poll_fd, 1, SLICE_MSEC) > 0)
                        r = receive_some(fd, record);
        }

        return r;
}

static bool has_end(const Buffer *record) {
        return record->size >= 2 && memcmp(record->data + record->size - 2, "Z", 2) == 0;
}

int check_worker_read(const CheckWork *work, Buffer *record) {
        _cleanup_close_ int from = -1, to = -1;
        int fds[2], r;
        pid_t pid;

        if (work->n_files > FILES_MAX)
                return -E2BIG;
        if (pipe2(fds, O_CLOEXEC) < 0)
                return -errno;
        from = fds[0];
        to = fds[1];

        pid = fork();
        if (pid < 0)
                return -errno;
        if (pid == 0)
                _exit(work_in_child(work, to) < 0 ? EXIT_FAILURE : EXIT_SUCCESS);

        (void) close(fd_take(&to));
        r = receive(work, from, record);
        (void) kill(pid, SIGKILL);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
                ;
        if (r < 0)
                return r;
        return has_end(record) ? 0 : -EBADMSG;
}
