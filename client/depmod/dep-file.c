/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dep-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "file-bytes.h"

int dep_file_open(DepFile *file, const char *path, const char *default_name) {
        const char *slash = path ? strrchr(path, '/') : NULL;

        *file = (DepFile){ .dir_fd = AT_FDCWD, .name = default_name };
        if (!path)
                return 0;

        file->name = slash ? slash + 1 : path;
        if (*file->name == '\0')
                return -EISDIR;

        if (!slash)
                file->directory = strdup(".");
        else
                file->directory =
                        slash == path ? strdup("/") : strndup(path, (size_t) (slash - path));
        if (!file->directory)
                return -ENOMEM;

        file->dir_fd = open(file->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        return file->dir_fd < 0 ? -errno : 0;
}

void dep_file_done(DepFile *file) {
        closep(&file->dir_fd);
        free(file->directory);
        *file = DEP_FILE_NULL;
}

int dep_file_read(const DepFile *file, const char *kernel_directory, Buffer *bytes) {
        _cleanup_close_ int opened_fd = -1;
        int dir_fd = file->dir_fd, r;

        if (dir_fd == AT_FDCWD) {
                dir_fd = opened_fd = open(kernel_directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
                if (dir_fd < 0)
                        return -errno;
        }

        /* The format holds offsets of 28 bits, and the text is no larger than the index. */
        r = file_read(dir_fd, file->name, (size_t) 1 << 28, bytes);
        return r == -ENOENT ? 0 : r;
}
