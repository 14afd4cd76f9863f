/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sysfs-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "fd.h"

int sysfs_file_read(int dir_fd, const char *name, char *bytes, size_t size, size_t *ret_size) {
        _cleanup_close_ int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

        return fd < 0 ? -errno : fd_read_full(fd, bytes, size, ret_size);
}

int sysfs_file_read_line(int dir_fd, const char *name, char *line, size_t size) {
        size_t n;
        int r;

        r = sysfs_file_read(dir_fd, name, line, size, &n);
        if (r < 0)
                return r;
        if (n == size)
                return -E2BIG;

        line[n] = '\0';
        line[strcspn(line, "\n")] = '\0';
        return 0;
}
