/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "history-file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "file-bytes.h"
#include "state-directory.h"

#define ENDING ".history"
#define NEW_ENDING ".new"

/* A release is the name of a directory, and so that of a file but for its length. */
static int set_name(char name[NAME_MAX + 1], const char *release) {
        int n = snprintf(name, NAME_MAX + 1, "%s" ENDING, release);

        return n < 0 || (size_t) n + sizeof("." NEW_ENDING) > NAME_MAX ? -ENAMETOOLONG : 0;
}

int history_load(History *history, const char *root, const char *release) {
        _cleanup_close_ int dir_fd = state_directory_open(root), fd = -1;
        _cleanup_buffer_ Buffer bytes = {};
        char name[NAME_MAX + 1];
        int r;

        r = set_name(name, release);
        if (r < 0 || dir_fd < 0)
                return r < 0 ? r : dir_fd == -ENOENT ? 0 : dir_fd;

        fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0)
                return errno == ENOENT ? 0 : -errno;
        r = file_read_fd(fd, 0, 2 * HISTORY_SIZE_MAX, &bytes);
        if (r < 0)
                return r == -EFBIG ? HISTORY_IS_DAMAGED : r;
        return history_parse(history, &bytes);
}

int history_save(const History *history, const HistoryNews *news, const char *root,
                 const char *release) {
        _cleanup_close_ int dir_fd = state_directory_open(root), fd = -1;
        char name[NAME_MAX + 1], temp[NAME_MAX + sizeof("." NEW_ENDING)];
        _cleanup_buffer_ Buffer bytes = {};
        int r;

        r = set_name(name, release);
        if (r < 0 || dir_fd < 0)
                return r < 0 ? r : dir_fd;
        history_render(history, news, &bytes);
        if (buffer_error(&bytes) < 0)
                return buffer_error(&bytes);

        (void) snprintf(temp, sizeof(temp), ".%s" NEW_ENDING, name);
        fd = openat(dir_fd, temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0)
                return -errno;
        /* Unsynced, a power cut could leave an empty file behind, which would be damage. */
        r = fd_write_all(fd, bytes.data, bytes.size);
        if (r >= 0 && fdatasync(fd) < 0)
                r = -errno;
        if (r >= 0 && renameat(dir_fd, temp, dir_fd, name) < 0)
                r = -errno;
        if (r < 0)
                (void) unlinkat(dir_fd, temp, 0);
        return r;
}

void history_remove(const char *root, const char *release) {
        _cleanup_close_ int dir_fd = state_directory_open(root);
        char name[NAME_MAX + 1];

        if (dir_fd >= 0 && set_name(name, release) == 0)
                (void) unlinkat(dir_fd, name, 0);
}
