/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publication.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "fd.h"
#include "file-bytes.h"
#include "staged-file.h"

/* mkdir -p */
static int make_directories(const char *directory) {
        _cleanup_free_ char *path = strdup(directory);

        if (!path)
                return -ENOMEM;

        for (char *slash = path + 1; *slash; slash++) {
                if (*slash != '/')
                        continue;
                *slash = '\0';
                if (mkdir(path, 0755) < 0 && errno != EEXIST)
                        return -errno;
                *slash = '/';
        }

        return mkdir(path, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

/* Half a minute: longer than a run over a kernel's modules takes, from a slow disk too. */
#define LOCK_TRIES 1500
#define LOCK_PAUSE_USEC 20000

/*
 * 1; 0 on a file system without locks, or if somebody else does not let go: there the process ids
 * in the temporary names must do. Whoever may open the directory, which is everybody, can lock it,
 * and must not keep all others from publishing for ever.
 */
static int lock(int fd) {
        for (unsigned i = 0; i < LOCK_TRIES; i++) {
                if (flock(fd, LOCK_EX | LOCK_NB) == 0)
                        return 1;
                if (errno == EOPNOTSUPP || errno == ENOLCK || errno == ENOSYS)
                        return 0;
                if (errno != EWOULDBLOCK && errno != EINTR)
                        return -errno;
                (void) usleep(LOCK_PAUSE_USEC);
        }

        return 0;
}

/* What cannot be removed does not keep a new set from being published. */
static void remove_leftovers(int dir_fd) {
        int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        const struct dirent *entry;
        DIR *directory;

        if (fd < 0)
                return;
        directory = fdopendir(fd);
        if (!directory) {
                (void) close(fd);
                return;
        }

        while ((entry = readdir(directory))) {
                if (staged_file_is_leftover(entry->d_name))
                        (void) unlinkat(dir_fd, entry->d_name, 0);
        }

        (void) closedir(directory);
}

int publication_open(Publication *publication, const char *directory, bool create) {
        _cleanup_close_ int fd = -1;
        int r;

        if (create) {
                r = make_directories(directory);
                if (r < 0)
                        return r;
        }

        fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return -errno;
        r = lock(fd);
        if (r < 0)
                return r;

        /* Without the lock they may belong to somebody who is still at work. */
        if (r > 0)
                remove_leftovers(fd);
        publication->dir_fd = fd_take(&fd);
        return 0;
}

void publication_done(Publication *publication) {
        closep(&publication->dir_fd);
        *publication = PUBLICATION_NULL;
}

static bool has_content(int fd, const Buffer *bytes) {
        _cleanup_buffer_ Buffer found = {};

        return file_read_fd(fd, bytes->size, bytes->size, &found) == 0 &&
               found.size == bytes->size &&
               (bytes->size == 0 || memcmp(found.data, bytes->data, bytes->size) == 0);
}

bool publication_renew(const Publication *publication, const PublicationFile *file, bool sync) {
        int dir_fd = file->dir_fd == AT_FDCWD ? publication->dir_fd : file->dir_fd;
        _cleanup_close_ int fd = -1;
        struct stat st;

        fd = openat(dir_fd, file->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
               (st.st_mode & 0777) == 0644 && (uint64_t) st.st_size == file->bytes->size &&
               has_content(fd, file->bytes) && futimens(fd, NULL) == 0 &&
               (!sync || fdatasync(fd) == 0);
}

int publication_stage(const Publication *publication, const PublicationFile *file, bool sync,
                      StagedFile *staged) {
        int dir_fd = file->dir_fd == AT_FDCWD ? publication->dir_fd : file->dir_fd;

        return staged_file_write(staged, dir_fd, file->name, file->bytes->data, file->bytes->size,
                                 sync);
}

/* With the staging this is all that can run out of space, memory or luck. */
static int sync_files(StagedFile *const *staged, size_t n_staged, bool sync,
                      const char **ret_failed) {
        for (size_t i = 0; i < n_staged; i++) {
                int r = staged_file_sync(staged[i], sync);

                if (r < 0) {
                        *ret_failed = staged[i]->name;
                        return r;
                }
        }

        return 0;
}

static int publish(Publication *publication, StagedFile *const *staged, size_t n_staged,
                   const char **ret_failed) {
        for (size_t i = 0; i < n_staged; i++) {
                int r = staged_file_publish(staged[i]);

                if (r < 0) {
                        *ret_failed = staged[i]->name;
                        while (i > 0)
                                publication->is_mixed |= staged_file_revert(staged[--i]) < 0;
                        return r;
                }
        }

        return 0;
}

static int sync_directories(const Publication *publication, StagedFile *const *staged,
                            size_t n_staged) {
        if (fsync(publication->dir_fd) < 0)
                return -errno;

        for (size_t i = 0; i < n_staged; i++) {
                int dir_fd = staged[i]->dir_fd;

                if (dir_fd != publication->dir_fd && fsync(dir_fd) < 0)
                        return -errno;
        }

        return 0;
}

int publication_publish(Publication *publication, StagedFile *const *staged, size_t n_staged,
                        bool sync, const char **ret_failed) {
        int r;

        publication->is_mixed = false;
        r = sync_files(staged, n_staged, sync, ret_failed);
        if (r >= 0)
                r = publish(publication, staged, n_staged, ret_failed);
        if (r >= 0 && sync) {
                *ret_failed = ".";
                r = sync_directories(publication, staged, n_staged);
        }

        for (size_t i = 0; i < n_staged; i++)
                staged_file_done(staged[i]);
        return r;
}

int publication_commit(Publication *publication, const PublicationFile *files, size_t n_files,
                       bool sync, const char **ret_failed) {
        _cleanup_free_ StagedFile *staged = reallocarray(NULL, n_files + 1, sizeof(*staged));
        _cleanup_free_ StagedFile **order = reallocarray(NULL, n_files + 1, sizeof(*order));
        int r = 0;

        publication->is_mixed = false;
        *ret_failed = n_files > 0 ? files[0].name : ".";
        if (!staged || !order)
                return -ENOMEM;

        for (size_t i = 0; i < n_files; i++) {
                staged[i] = STAGED_FILE_NULL;
                order[i] = &staged[i];
        }
        for (size_t i = 0; r >= 0 && i < n_files; i++) {
                *ret_failed = files[i].name;
                r = publication_stage(publication, &files[i], sync, &staged[i]);
        }
        if (r >= 0)
                return publication_publish(publication, order, n_files, sync, ret_failed);

        for (size_t i = 0; i < n_files; i++)
                staged_file_done(&staged[i]);
        return r;
}
