/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "candidate-tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "fd.h"
#include "module-files.h"
#include "tree.h"

#define DEPTH_MAX 32

typedef struct Walk {
        int (*on_file)(int fd, const char *path, void *userdata);
        void *userdata;
        size_t n_files;
} Walk;

/* The names in one directory. */
typedef struct Names {
        char **items;
        size_t count;
        size_t capacity;
} Names;

static void names_done(Names *names) {
        for (size_t i = 0; i < names->count; i++)
                free(names->items[i]);
        free(names->items);
}

static int compare_names(const void *x, const void *y) {
        return strcmp(*(char *const *) x, *(char *const *) y);
}

static void close_directory(DIR **directory) {
        if (*directory)
                (void) closedir(*directory);
}

/* As in a kernel directory, the two links to its sources are none of it. */
static bool is_passed_over(const char *name) {
        return name[0] == '.' || strcmp(name, "build") == 0 || strcmp(name, "source") == 0;
}

/* Takes the descriptor over. */
static int list(int fd, Names *names) {
        _cleanup_(close_directory) DIR *directory = fdopendir(fd);
        struct dirent *entry;

        if (!directory) {
                (void) close(fd);
                return -errno;
        }

        while ((entry = readdir(directory))) {
                if (is_passed_over(entry->d_name))
                        continue;
                if (ARRAY_RESERVE(names->items, names->capacity, names->count + 1) < 0)
                        return -ENOMEM;
                names->items[names->count] = strdup(entry->d_name);
                if (!names->items[names->count])
                        return -ENOMEM;
                names->count++;
        }

        if (names->count > 0)
                qsort(names->items, names->count, sizeof(char *), compare_names);
        return 0;
}

static int open_below(int directory_fd, const char *name, int flags) {
        int fd = openat(directory_fd, name,
                        O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags);

        return fd < 0 ? -errno : fd;
}

static int take_file(Walk *walk, int directory_fd, const char *name, const char *path) {
        _cleanup_close_ int fd = -1;

        if (++walk->n_files > TREE_MODULES_MAX)
                return -E2BIG;

        fd = open_below(directory_fd, name, 0);
        return walk->on_file(fd, path, walk->userdata);
}

static int walk_directory(Walk *walk, int directory_fd, const char *path, unsigned depth);

static int take_entry(Walk *walk, int directory_fd, const char *above, const char *name,
                      unsigned depth) {
        _cleanup_free_ char *path = NULL;
        struct stat st;

        if (fstatat(directory_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return 0;
        if (asprintf(&path, "%s%s%s", above, above[0] != '\0' ? "/" : "", name) < 0) {
                path = NULL;
                return -ENOMEM;
        }

        if (S_ISREG(st.st_mode) && module_file_is_one(name))
                return take_file(walk, directory_fd, name, path);
        if (S_ISDIR(st.st_mode)) {
                _cleanup_close_ int fd = open_below(directory_fd, name, O_DIRECTORY);

                return fd < 0 ? 0 : walk_directory(walk, fd, path, depth + 1);
        }

        return 0;
}

/* It calls itself no deeper than directories may lie. */
static int walk_directory(Walk *walk, int directory_fd, const char *path, unsigned depth) {
        _cleanup_(names_done) Names names = {};
        int fd, r;

        if (depth > DEPTH_MAX)
                return -E2BIG;
        fd = open_below(directory_fd, ".", O_DIRECTORY);
        if (fd < 0)
                return fd == -ENOMEM || depth == 0 ? fd : 0;
        r = list(fd, &names);
        for (size_t i = 0; r >= 0 && i < names.count; i++)
                r = take_entry(walk, directory_fd, path, names.items[i], depth);
        return r;
}

int candidate_tree_walk(int directory_fd, int (*on_file)(int fd, const char *path, void *userdata),
                        void *userdata) {
        Walk walk = { .on_file = on_file, .userdata = userdata };

        return walk_directory(&walk, directory_fd, "", 0);
}
