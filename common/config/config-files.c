/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config-files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "fd.h"
#include "outage.h"

/* Far above any configuration, and far below what a link to /dev/zero would give. */
#define FILE_SIZE_MAX ((size_t) 1024 * 1024)

static void closedirp(DIR **directory) {
        if (*directory)
                (void) closedir(*directory);
}

#define _cleanup_closedir_ _cleanup_(closedirp)

void config_files_done(ConfigFiles *files) {
        for (size_t i = 0; i < files->count; i++)
                free(files->items[i].path);
        free(files->items);
        *files = (ConfigFiles){};
}

/* Errors that say nothing about the file: what it holds is not known, so nothing may go on without.
 */
static bool is_fatal(int error) {
        return is_outage(-error);
}

int config_files_unreadable(const char *path, int error, ProblemList *problems) {
        if (is_fatal(error))
                return -error;

        return problem_list_add(
                problems,
                &(Problem){ .kind = PROBLEM_CONFIG_UNREADABLE, .path = path, .error = error });
}

/* Takes over the path in any case. */
static int add_file(ConfigFiles *files, char *path, size_t position) {
        _cleanup_free_ char *owned = path;
        const char *slash = strrchr(path, '/');

        if (ARRAY_RESERVE(files->items, files->capacity, files->count + 1) < 0)
                return -ENOMEM;

        files->items[files->count++] = (ConfigFile){ .path = TAKE_PTR(owned),
                                                     .name = slash ? slash + 1 : path,
                                                     .position = position };
        return 0;
}

static bool has_config_name(const char *name) {
        size_t size = strlen(name);

        return size > strlen(".conf") && strcmp(name + size - strlen(".conf"), ".conf") == 0;
}

/* A name without the ending is passed over before anybody asks what it is; a directory too. */
static int add_entry(ConfigFiles *files, const char *directory, int dir_fd, const char *name,
                     size_t position, ProblemList *problems) {
        _cleanup_free_ char *path = NULL;
        struct stat st;

        if (name[0] == '.')
                return 0;

        if (asprintf(&path, "%s/%s", directory, name) < 0) {
                path = NULL;
                return -ENOMEM;
        }

        if (!has_config_name(name))
                return problem_list_add(problems,
                                        &(Problem){ .kind = PROBLEM_CONFIG_NAME, .path = path });

        if (fstatat(dir_fd, name, &st, 0) < 0)
                return is_fatal(errno)
                               ? -errno
                               : problem_list_add(problems, &(Problem){ .kind = PROBLEM_CONFIG_STAT,
                                                                        .path = directory,
                                                                        .subject = name,
                                                                        .error = errno });

        if (S_ISDIR(st.st_mode))
                return problem_list_add(
                        problems, &(Problem){ .kind = PROBLEM_CONFIG_SUBDIRECTORY, .path = path });

        /* Nobody may ever write to it, and a daemon cannot wait; /dev/fd/N given by name may wait.
         */
        if (S_ISFIFO(st.st_mode))
                return config_files_unreadable(path, EOPNOTSUPP, problems);

        return add_file(files, TAKE_PTR(path), position);
}

static int add_directory(ConfigFiles *files, const char *path, size_t position,
                         ProblemList *problems) {
        _cleanup_closedir_ DIR *directory = NULL;
        int r;

        directory = opendir(path);
        if (!directory)
                return config_files_unreadable(path, errno, problems);

        for (;;) {
                const struct dirent *entry;

                errno = 0;
                entry = readdir(directory);
                if (!entry)
                        return errno == 0 ? 0 : config_files_unreadable(path, errno, problems);

                r = add_entry(files, path, dirfd(directory), entry->d_name, position, problems);
                if (r < 0)
                        return r;
        }
}

static int add_path(ConfigFiles *files, const char *path, size_t position, ProblemList *problems) {
        char *copy;
        struct stat st;

        if (stat(path, &st) < 0)
                return is_fatal(errno) ? -errno : 0;

        if (S_ISDIR(st.st_mode))
                return add_directory(files, path, position, problems);

        copy = strdup(path);
        if (!copy)
                return -ENOMEM;

        return add_file(files, copy, position);
}

static int compare_files(const void *a, const void *b) {
        const ConfigFile *x = a, *y = b;
        int r = strcmp(x->name, y->name);

        if (r != 0)
                return r;
        return (x->position > y->position) - (x->position < y->position);
}

/* Of the files of one name, which lie side by side, keeps the first. */
static int drop_masked(ConfigFiles *files, ProblemList *problems) {
        size_t n_kept = 0;
        int r = 0;

        for (size_t i = 0; i < files->count; i++) {
                ConfigFile *file = &files->items[i];

                if (n_kept == 0 || strcmp(files->items[n_kept - 1].name, file->name) != 0) {
                        files->items[n_kept++] = *file;
                        continue;
                }

                if (r == 0)
                        r = problem_list_add(problems, &(Problem){ .kind = PROBLEM_CONFIG_MASKED,
                                                                   .path = file->path });
                free(file->path);
        }

        files->count = n_kept;
        return r;
}

int config_files_find(ConfigFiles *ret_files, const char *const *paths, ProblemList *problems) {
        _cleanup_config_files_ ConfigFiles files = {};
        int r;

        for (size_t i = 0; paths[i]; i++) {
                r = add_path(&files, paths[i], i, problems);
                if (r < 0)
                        return r;
        }

        if (files.count > 0)
                qsort(files.items, files.count, sizeof(ConfigFile), compare_files);

        r = drop_masked(&files, problems);
        if (r < 0)
                return r;

        *ret_files = files;
        files = (ConfigFiles){};
        return 0;
}

static int read_whole(int fd, Buffer *bytes) {
        for (;;) {
                size_t n;
                int r;

                r = buffer_reserve(bytes, 4096);
                if (r < 0)
                        return r;

                r = fd_read_full(fd, bytes->data + bytes->size, 4096, &n);
                if (r < 0)
                        return r;
                if (n == 0)
                        return 0;

                bytes->size += n;
                if (bytes->size > FILE_SIZE_MAX)
                        return -EFBIG;
        }
}

int config_file_read(const char *path, Buffer *bytes, ProblemList *problems) {
        _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        int r = fd < 0 ? -errno : read_whole(fd, bytes);

        if (r >= 0)
                return 0;

        r = config_files_unreadable(path, -r, problems);
        return r < 0 ? r : CONFIG_FILE_UNREADABLE;
}
