/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "staged-file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"

#define MARK ".depmodd-"

/*
 * The process id keeps two writers apart where the directory cannot be locked. Where it can,
 * leftovers of the same id have been removed before.
 */
static int temporary_name(char *ret_name, const char *name, const char *ending) {
        int n;

        n = snprintf(ret_name, NAME_MAX + 1, ".%s" MARK "%d.%s", name, (int) getpid(), ending);
        if (n < 0 || n > NAME_MAX) {
                ret_name[0] = '\0';
                return -ENAMETOOLONG;
        }

        return 0;
}

bool staged_file_is_leftover(const char *name) {
        const char *mark = strstr(name, MARK);

        return name[0] == '.' && mark && mark[strlen(MARK)] >= '0' && mark[strlen(MARK)] <= '9';
}

/*
 * The daemon is not root and may give files away: an index is of whom its directory is. Others, who
 * may not, keep what they write; root keeps it as kmod's depmod does.
 */
static void give_to_owner(int fd, int dir_fd) {
        struct stat directory;

        if (geteuid() != 0 && fstat(dir_fd, &directory) == 0)
                (void) !fchown(fd, directory.st_uid, directory.st_gid);
}

int staged_file_write(StagedFile *file, int dir_fd, const char *name, const void *bytes,
                      size_t size, bool will_sync) {
        char temp[NAME_MAX + 1];
        int r;

        assert(file->fd < 0 && file->temp[0] == '\0');

        r = temporary_name(temp, name, "new");
        if (r < 0)
                return r;

        file->fd = openat(dir_fd, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (file->fd < 0)
                return -errno;

        file->dir_fd = dir_fd;
        file->name = name;
        memcpy(file->temp, temp, sizeof(temp));

        r = fd_write_all(file->fd, bytes, size);
        if (r < 0)
                return r;
        /* Everybody may read an index, whatever the umask of whoever runs us. */
        if (fchmod(file->fd, 0644) < 0)
                return -errno;
        give_to_owner(file->fd, dir_fd);

        /* Only a head start for the disk: the sync that counts comes later and tells of errors. */
        if (will_sync)
                (void) sync_file_range(file->fd, 0, 0, SYNC_FILE_RANGE_WRITE);

        return 0;
}

/* Before the burst of renames, which is the shorter for it. */
static void keep_old_file(StagedFile *file) {
        if (temporary_name(file->backup, file->name, "old") < 0 ||
            linkat(file->dir_fd, file->name, file->dir_fd, file->backup, 0) == 0)
                return;

        file->is_first = errno == ENOENT;
        file->backup[0] = '\0';
}

int staged_file_sync(StagedFile *file, bool sync) {
        assert(file->fd >= 0);

        /* rename() orders names, not data: unsynced, a power cut can publish an empty file. */
        if (sync && fdatasync(file->fd) < 0)
                return -errno;

        /* Some network file systems say only now that there was no space. */
        if (close(fd_take(&file->fd)) < 0)
                return -errno;

        keep_old_file(file);
        return 0;
}

int staged_file_publish(StagedFile *file) {
        assert(file->temp[0] != '\0' && file->fd < 0);

        if (renameat(file->dir_fd, file->temp, file->dir_fd, file->name) < 0)
                return -errno;

        file->temp[0] = '\0';
        file->is_published = true;
        return 0;
}

int staged_file_revert(StagedFile *file) {
        if (!file->is_published)
                return 0;

        if (file->backup[0] == '\0' && !file->is_first)
                return -ENOTSUP;
        if (file->is_first) {
                if (unlinkat(file->dir_fd, file->name, 0) < 0)
                        return -errno;
        } else if (renameat(file->dir_fd, file->backup, file->dir_fd, file->name) < 0)
                return -errno;

        file->backup[0] = '\0';
        file->is_published = false;
        return 0;
}

void staged_file_done(StagedFile *file) {
        closep(&file->fd);
        if (file->temp[0] != '\0')
                (void) unlinkat(file->dir_fd, file->temp, 0);
        if (file->backup[0] != '\0')
                (void) unlinkat(file->dir_fd, file->backup, 0);

        file->temp[0] = file->backup[0] = '\0';
        file->is_first = file->is_published = false;
}
