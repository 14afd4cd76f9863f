/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fd.h"

#include <errno.h>
#include <stdint.h>

int fd_write_all(int fd, const void *bytes, size_t size) {
        const uint8_t *next = bytes;

        while (size > 0) {
                ssize_t n = write(fd, next, size);

                if (n < 0) {
                        if (errno == EINTR)
                                continue;
                        return -errno;
                }

                next += n;
                size -= (size_t) n;
        }

        return 0;
}

int fd_read_full(int fd, void *bytes, size_t size, size_t *ret_size) {
        uint8_t *next = bytes;
        size_t n_read = 0;

        while (n_read < size) {
                ssize_t n = read(fd, next + n_read, size - n_read);

                if (n < 0) {
                        if (errno == EINTR)
                                continue;
                        return -errno;
                }
                if (n == 0)
                        break;

                n_read += (size_t) n;
        }

        *ret_size = n_read;
        return 0;
}
