/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dir-walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "buffer.h"
#include "fd.h"
#include "outage.h"

/*
 * What is listed in directories that are reached through links, in entries, a directory counting as
 * some: twenty links to twenty directories can make a million ways. No tree that is meant comes
 * near to it.
 */
#define LINKED_ENTRIES_MAX ((size_t) 1 << 18)
#define ENTRIES_OF_A_DIRECTORY 64

/* One open directory of the walk. Its names lie in one block, each preceded by its d_type. */
typedef struct Level {
        int fd;
        bool is_linked;   /* is it, or one above it, reached through a link? */
        size_t path_size; /* of this directory's path in Walker.path, without slash */
        char *names;
        char **sorted; /* into names */
        size_t n_names;
        size_t next;
} Level;

typedef struct Walker {
        const DirWalk *walk;
        Buffer path; /* NUL-terminated */
        Level *levels;
        size_t n_levels;
        size_t capacity;
        size_t n_linked; /* of LINKED_ENTRIES_MAX */
        bool has_refused;
} Walker;

static void level_done(Level *level) {
        closep(&level->fd);
        free(level->names);
        free(level->sorted);
}

static void walker_done(Walker *walker) {
        for (size_t i = 0; i < walker->n_levels; i++)
                level_done(&walker->levels[i]);
        free(walker->levels);
        buffer_done(&walker->path);
}

bool dir_walk_is_fatal(int r) {
        return is_outage(r) || r == -EOVERFLOW;
}

static int compare_names(const void *a, const void *b) {
        return strcmp(*(char *const *) a, *(char *const *) b);
}

static int level_sort(Level *level, size_t names_size) {
        size_t i = 0;

        level->sorted = reallocarray(NULL, level->n_names + 1, sizeof(char *));
        if (!level->sorted)
                return -ENOMEM;

        for (size_t at = 0; at < names_size; at += 1 + strlen(level->names + at + 1) + 1)
                level->sorted[i++] = level->names + at + 1;

        qsort(level->sorted, level->n_names, sizeof(char *), compare_names);
        return 0;
}

/* Takes over fd, also on failure. */
static int level_list(Level *ret_level, int fd) {
        Level level = { .fd = fd };
        _cleanup_buffer_ Buffer names = {};
        _Alignas(struct dirent64) char entries[32 * 1024];
        ssize_t n = 0;
        int r = 0;

        while (r == 0 && (n = getdents64(fd, entries, sizeof(entries))) > 0) {
                for (ssize_t at = 0; at < n;) {
                        const struct dirent64 *entry = (const struct dirent64 *) (entries + at);

                        at += entry->d_reclen;
                        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
                                continue;
                        buffer_append_byte(&names, entry->d_type);
                        buffer_append(&names, entry->d_name, strlen(entry->d_name) + 1);
                        level.n_names++;
                }
                r = buffer_error(&names);
        }
        /* A directory that was removed meanwhile is empty; of any other the rest is not known. */
        if (n < 0 && errno != ENOENT)
                r = dir_walk_is_fatal(-errno) ? -errno : -EIO;

        level.names = TAKE_PTR(names.data);
        if (r == 0)
                r = level_sort(&level, names.size);
        if (r < 0) {
                level_done(&level);
                return r;
        }

        *ret_level = level;
        return 0;
}

/* Takes over fd, also on failure. */
static int walker_push(Walker *walker, int fd, size_t path_size, bool is_linked) {
        const DirWalk *walk = walker->walk;
        Level level;
        int r = 0;

        if (walk->on_directory)
                r = walk->on_directory(walker->path.data, fd, walk->userdata);
        if (r < 0) {
                closep(&fd);
                return r;
        }

        if (ARRAY_RESERVE(walker->levels, walker->capacity, walker->n_levels + 1) < 0) {
                closep(&fd);
                return -ENOMEM;
        }

        r = level_list(&level, fd);
        if (r < 0)
                return r;

        level.path_size = path_size;
        level.is_linked = is_linked;
        if (is_linked)
                walker->n_linked += ENTRIES_OF_A_DIRECTORY + level.n_names;
        walker->levels[walker->n_levels++] = level;
        return 0;
}

static int report(const Walker *walker, ProblemKind kind, int error, uint64_t number) {
        return problem_list_add(walker->walk->problems, &(Problem){ .kind = kind,
                                                                    .path = walker->path.data,
                                                                    .error = error,
                                                                    .number = number });
}

/* 0 if the walk can go on. */
static int report_error(const Walker *walker, ProblemKind kind, int error) {
        int r = report(walker, kind, error, 0);

        if (r < 0)
                return r;
        return dir_walk_is_fatal(-error) ? -error : 0;
}

/* Only a link can lead back up, so only then the open directories are compared. */
static bool is_loop(const Walker *walker, const struct stat *directory) {
        for (size_t i = 0; i < walker->n_levels; i++) {
                struct stat st;

                if (fstat(walker->levels[i].fd, &st) == 0 && st.st_ino == directory->st_ino &&
                    st.st_dev == directory->st_dev)
                        return true;
        }

        return false;
}

/* Is this linked directory one too many? Then, of the first one, it is a problem. */
static int refuse_link(Walker *walker) {
        if (walker->n_linked < LINKED_ENTRIES_MAX)
                return 0;
        if (walker->has_refused)
                return 1;

        walker->has_refused = true;
        return report(walker, PROBLEM_DIRECTORY_LINKS, 0, 0) < 0 ? -ENOMEM : 1;
}

static int enter_directory(Walker *walker, int dir_fd, const char *name, size_t path_size,
                           bool is_linked) {
        int fd, r;

        if (is_linked) {
                r = refuse_link(walker);
                if (r != 0)
                        return r < 0 ? r : 0;
        }

        fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
        if (fd < 0)
                return report_error(walker, PROBLEM_ENTRY_OPEN, errno);

        r = walker_push(walker, fd, path_size, is_linked);
        return r < 0 ? report_error(walker, PROBLEM_ENTRY_OPEN, -r) : 0;
}

/* Not every file system says in its listings what an entry is. */
static bool is_link(int dir_fd, const char *name, uint8_t type) {
        struct stat st;

        return type == DT_LNK ||
               (type == DT_UNKNOWN && fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
                S_ISLNK(st.st_mode));
}

static int visit_entry(Walker *walker, int dir_fd, const char *name, uint8_t type) {
        const DirWalk *walk = walker->walk;
        size_t path_size = walker->path.size - 1;
        bool is_linked = walker->levels[walker->n_levels - 1].is_linked;

        if (walk->on_link && is_link(dir_fd, name, type)) {
                int r = walk->on_link(walker->path.data, walk->userdata);

                if (r < 0)
                        return r;
        }

        if (type != DT_REG && type != DT_DIR) {
                struct stat st;

                if (fstatat(dir_fd, name, &st, 0) < 0)
                        return report_error(walker, PROBLEM_ENTRY_STAT, errno);
                if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
                        return report(walker, PROBLEM_ENTRY_TYPE, 0, st.st_mode & S_IFMT);
                if (S_ISDIR(st.st_mode) && is_loop(walker, &st))
                        return report(walker, PROBLEM_DIRECTORY_LOOP, 0, 0);
                is_linked = is_linked || is_link(dir_fd, name, type);
                type = S_ISDIR(st.st_mode) ? DT_DIR : DT_REG;
        }

        if (type == DT_DIR)
                return enter_directory(walker, dir_fd, name, path_size, is_linked);

        return walk->on_file(walker->path.data, strlen(walk->root) + 1, dir_fd, name,
                             walk->userdata);
}

/* Visits the next entry of the innermost directory, or leaves it. */
static int walker_step(Walker *walker) {
        Level *level = &walker->levels[walker->n_levels - 1];
        const char *name;

        if (level->next == level->n_names) {
                level_done(level);
                walker->n_levels--;
                return 0;
        }

        name = level->sorted[level->next++];
        if (walker->walk->is_excluded(name, walker->walk->excluded_userdata))
                return 0;

        walker->path.size = level->path_size;
        buffer_append_byte(&walker->path, '/');
        buffer_append(&walker->path, name, strlen(name) + 1);
        if (buffer_error(&walker->path) < 0)
                return -ENOMEM;

        return visit_entry(walker, level->fd, name, (uint8_t) name[-1]);
}

int dir_walk(const DirWalk *walk) {
        _cleanup_(walker_done) Walker walker = { .walk = walk };
        int fd, r;

        buffer_append(&walker.path, walk->root, strlen(walk->root) + 1);
        if (buffer_error(&walker.path) < 0)
                return -ENOMEM;

        fd = open(walk->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                r = -errno;
        else
                r = walker_push(&walker, fd, walker.path.size - 1, false);
        if (r < 0) {
                int k = report(&walker, PROBLEM_DIRECTORY_UNREADABLE, -r, 0);
                return k < 0 ? k : r;
        }

        while (walker.n_levels > 0) {
                r = walker_step(&walker);
                if (r < 0)
                        return r;
        }

        return 0;
}
