/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "file-bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "fd.h"

static int read_to_end(int fd, size_t limit, Buffer *output) {
        for (;;) {
                size_t room, n;
                int r;

                r = buffer_reserve(output, 64 * 1024);
                if (r < 0)
                        return r;

                room = output->capacity - output->size;
                r = fd_read_full(fd, output->data + output->size, room, &n);
                if (r < 0)
                        return r;

                output->size += n;
                if (output->size > limit)
                        return -EFBIG;
                if (n < room)
                        return 0;
        }
}

int file_read_fd(int fd, size_t size, size_t limit, Buffer *output) {
        int r;

        buffer_clear(output);
        if (size == 0)
                return read_to_end(fd, limit, output);

        if (size > limit)
                return -EFBIG;
        r = buffer_reserve(output, size);
        if (r < 0)
                return r;

        return fd_read_full(fd, output->data, size, &output->size);
}

/* The size of a pipe or of a file in /proc says nothing. */
static size_t size_of(const struct stat *st) {
        return S_ISREG(st->st_mode) ? (size_t) st->st_size : 0;
}

int file_read(int dir_fd, const char *path, size_t limit, Buffer *output) {
        _cleanup_close_ int fd = -1;
        struct stat st;

        fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return -errno;
        if (fstat(fd, &st) < 0)
                return -errno;

        return file_read_fd(fd, size_of(&st), limit, output);
}

int file_read_stored(int dir_fd, const char *path, size_t limit, Buffer *output) {
        _cleanup_close_ int fd = -1;
        struct stat st;

        fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (fd < 0)
                return -errno;
        if (fstat(fd, &st) < 0)
                return -errno;
        if (S_ISFIFO(st.st_mode))
                return -EINVAL;

        return file_read_fd(fd, size_of(&st), limit, output);
}
