/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dep-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "file-bytes.h"

/* A rename would take the place of whatever is there: of a link, of /dev/null. */
static int resolve(const char *path, char **ret_path) {
        struct stat st;

        if (lstat(path, &st) < 0) {
                if (errno != ENOENT)
                        return -errno;
                st.st_mode = S_IFREG;
        }

        if (S_ISLNK(st.st_mode)) {
                *ret_path = realpath(path, NULL);
                if (!*ret_path || stat(*ret_path, &st) < 0)
                        return -errno;
        } else {
                *ret_path = strdup(path);
                if (!*ret_path)
                        return -ENOMEM;
        }

        if (S_ISDIR(st.st_mode))
                return -EISDIR;
        return S_ISREG(st.st_mode) ? 0 : -ENOTSUP;
}

static bool is_same_directory(int fd, int other_fd) {
        struct stat st, other;

        return fstat(fd, &st) == 0 && fstat(other_fd, &other) == 0 && st.st_dev == other.st_dev &&
               st.st_ino == other.st_ino;
}

static int open_directory(const char *path) {
        int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        return fd < 0 ? -errno : fd;
}

int dep_file_open(DepFile *file, const char *path, const char *default_name,
                  const char *kernel_directory) {
        _cleanup_close_ int kernel_fd = -1;
        char *slash;
        int r;

        *file = (DepFile){ .dir_fd = AT_FDCWD, .name = default_name };
        if (!path)
                return 0;

        r = resolve(path, &file->path);
        if (r < 0)
                return r;
        slash = strrchr(file->path, '/');
        file->name = slash ? slash + 1 : file->path;
        if (*file->name == '\0')
                return -EISDIR;

        if (!slash)
                file->directory = strdup(".");
        else
                file->directory = slash == file->path
                                          ? strdup("/")
                                          : strndup(file->path, (size_t) (slash - file->path));
        if (!file->directory)
                return -ENOMEM;

        file->dir_fd = open_directory(file->directory);
        if (file->dir_fd < 0)
                return file->dir_fd;
        kernel_fd = open_directory(kernel_directory);
        if (kernel_fd >= 0 && is_same_directory(file->dir_fd, kernel_fd)) {
                (void) close(file->dir_fd);
                file->dir_fd = AT_FDCWD;
        }

        return 0;
}

void dep_file_done(DepFile *file) {
        closep(&file->dir_fd);
        free(file->path);
        free(file->directory);
        *file = DEP_FILE_NULL;
}

bool dep_file_is(const DepFile *file, const DepFile *other) {
        if (strcmp(file->name, other->name) != 0)
                return false;
        if (file->dir_fd == AT_FDCWD || other->dir_fd == AT_FDCWD)
                return file->dir_fd == other->dir_fd;

        return is_same_directory(file->dir_fd, other->dir_fd);
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
