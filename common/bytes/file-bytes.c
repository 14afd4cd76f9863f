/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "file-bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "fd.h"

int file_read_fd(int fd, size_t size_hint, size_t limit, Buffer *output) {
        buffer_clear(output);

        for (;;) {
                size_t room, n;
                int r;

                /* One byte more than is expected finds the end without growing again. */
                r = buffer_reserve(output, output->size < size_hint ? size_hint - output->size + 1
                                                                    : 64 * 1024);
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

int file_read(int dir_fd, const char *path, size_t limit, Buffer *output) {
        _cleanup_close_ int fd = -1;
        struct stat st;

        fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return -errno;
        if (fstat(fd, &st) < 0)
                return -errno;
        if (st.st_size > 0 && (uintmax_t) st.st_size > limit)
                return -EFBIG;

        return file_read_fd(fd, (size_t) st.st_size, limit, output);
}
