/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "array.h"
#include "buffer.h"
#include "fd.h"

/* As many symbolic links as the kernel follows on one way. */
#define LINKS_MAX 40

static void place_done(Place *place) {
        free(place->path);
        free(place->name);
}

void place_list_done(PlaceList *list) {
        for (size_t i = 0; i < list->count; i++)
                place_done(&list->items[i]);
        free(list->items);
        *list = (PlaceList){ .root = list->root };
}

/* File systems on which others can change files without an event here, by statfs(2). */
static const unsigned long remote_types[] = {
        0x6969 /* NFS */,      0x517b /* SMB */,       0xff534d42 /* CIFS */, 0xfe534d42 /* SMB2 */,
        0x01021997 /* 9p */,   0x65735546 /* FUSE */,  0x5346414f /* AFS */,  0x00c36400 /* Ceph */,
        0x47504653 /* GPFS */, 0x7461636f /* OCFS2 */, 0x01161970 /* GFS2 */,
};

/* Directories that follow one another are nearly always of one file system. */
static bool is_remote(const PlaceList *list, int fd, dev_t device) {
        const Place *last = list->count > 0 ? &list->items[list->count - 1] : NULL;
        struct statfs fs;

        if (last && last->device == device)
                return last->is_remote;
        if (fstatfs(fd, &fs) < 0)
                return false;

        for (size_t i = 0; i < ELEMENTSOF(remote_types); i++) {
                if ((unsigned long) fs.f_type == remote_types[i])
                        return true;
        }

        return false;
}

static int add(PlaceList *list, PlaceKind kind, const char *path, const char *name, int fd) {
        Place place = { .kind = kind };
        struct stat st;

        if (fstat(fd, &st) < 0)
                return -errno;
        if (ARRAY_RESERVE(list->items, list->capacity, list->count + 1) < 0)
                return -ENOMEM;

        place.path = strdup(path);
        place.name = name ? strdup(name) : NULL;
        place.device = st.st_dev;
        place.inode = st.st_ino;
        place.is_remote = is_remote(list, fd, st.st_dev);
        if (!place.path || (name && !place.name)) {
                place_done(&place);
                return -ENOMEM;
        }

        list->items[list->count++] = place;
        return 0;
}

int place_list_add_directory(PlaceList *list, PlaceKind kind, const char *path, int fd) {
        return add(list, kind, path, NULL, fd);
}

/* What is still to be walked of a way: `rest`, from `path` on, which is empty for the root. */
typedef struct Way {
        Buffer path; /* NUL-terminated, without a slash at its end */
        char rest[PATH_MAX];
        unsigned n_links;
} Way;

static void way_done(Way *way) {
        buffer_done(&way->path);
}

static const char *way_path(const Way *way) {
        return way->path.size > 1 ? way->path.data : "/";
}

static int way_set(Way *way, const char *path, size_t size) {
        buffer_clear(&way->path);
        buffer_append(&way->path, path, size);
        buffer_append_byte(&way->path, '\0');
        return buffer_error(&way->path);
}

static void way_leave(Way *way) {
        char *slash = way->path.size > 1 ? strrchr(way->path.data, '/') : NULL;

        if (slash) {
                *slash = '\0';
                way->path.size = (size_t) (slash - way->path.data) + 1;
        }
}

static int way_enter(Way *way, const char *name) {
        way->path.size--;
        buffer_append_byte(&way->path, '/');
        buffer_append(&way->path, name, strlen(name) + 1);
        return buffer_error(&way->path);
}

/* Goes where a link points: what it says comes before what is left. -ELOOP, -ENAMETOOLONG. */
static int way_follow(Way *way, int dir_fd, const char *name) {
        char target[PATH_MAX];
        ssize_t size = readlinkat(dir_fd, name, target, sizeof(target) - 1);
        size_t rest_size = strlen(way->rest);

        if (size < 0)
                return -errno;
        if (++way->n_links > LINKS_MAX)
                return -ELOOP;
        if ((size_t) size + 1 + rest_size >= sizeof(way->rest))
                return -ENAMETOOLONG;

        memmove(way->rest + size + 1, way->rest, rest_size + 1);
        memcpy(way->rest, target, (size_t) size);
        way->rest[size] = '/';
        return target[0] == '/' ? way_set(way, "", 0) : 0;
}

/* Cuts the next name off what is left; false at the end. */
static bool way_next(Way *way, char *ret_name) {
        const char *start = way->rest + strspn(way->rest, "/");
        size_t size = strcspn(start, "/");

        if (size == 0 || size > NAME_MAX)
                return false;

        memcpy(ret_name, start, size);
        ret_name[size] = '\0';
        memmove(way->rest, start + size, strlen(start + size) + 1);
        return true;
}

/* One step; what does not exist ends the way, which is no failure. 1: go on. */
static int way_step(Way *way, PlaceList *list, const char *name) {
        _cleanup_close_ int fd = -1;
        struct stat st;
        int r;

        if (strcmp(name, ".") == 0)
                return 1;
        if (strcmp(name, "..") == 0) {
                way_leave(way);
                return 1;
        }

        fd = open(way_path(way), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return 0;
        if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
                st.st_mode = 0;
        r = add(list, S_ISREG(st.st_mode) ? PLACE_FILE : PLACE_NAME, way_path(way), name, fd);
        if (r < 0 || st.st_mode == 0)
                return r;

        if (S_ISLNK(st.st_mode))
                r = way_follow(way, fd, name);
        else
                r = way_enter(way, name);
        if (r == -ENOMEM)
                return r;
        return r >= 0;
}

static bool is_below(const char *path, const char *root) {
        size_t size = strlen(root);

        return strncmp(path, root, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

int place_list_add_way(PlaceList *list, const char *path) {
        _cleanup_(way_done) Way way = {};
        char name[NAME_MAX + 1];
        size_t root_size = 0;
        int r;

        if (strlen(path) >= sizeof(way.rest))
                return 0;
        if (list->root && is_below(path, list->root))
                root_size = strlen(list->root);
        memcpy(way.rest, path + root_size, strlen(path + root_size) + 1);
        r = way_set(&way, path, root_size);
        if (r < 0)
                return r;

        while (way_next(&way, name)) {
                r = way_step(&way, list, name);
                if (r <= 0)
                        return r;
        }

        return 0;
}

/* Not every file system says in its listings what an entry is; a way to no link does no harm. */
static int add_link(PlaceList *list, const char *directory, const struct dirent *entry) {
        _cleanup_free_ char *path = NULL;

        if ((entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN) || entry->d_name[0] == '.')
                return 0;
        if (asprintf(&path, "%s/%s", directory, entry->d_name) < 0) {
                path = NULL;
                return -ENOMEM;
        }

        return place_list_add_way(list, path);
}

/* A directory that cannot be listed tells of no links to whoever needs it either. */
static int add_links(PlaceList *list, const char *directory) {
        DIR *stream = opendir(directory);
        const struct dirent *entry;
        int r = 0;

        while (stream && r >= 0 && (entry = readdir(stream)))
                r = add_link(list, directory, entry);
        if (stream)
                (void) closedir(stream);
        return r;
}

int place_list_add_path(PlaceList *list, PlaceKind kind, const char *path) {
        _cleanup_close_ int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        int r = fd >= 0 ? add(list, kind, path, NULL, fd) : 0;

        if (r >= 0 && fd >= 0)
                r = add_links(list, path);
        return r < 0 ? r : place_list_add_way(list, path);
}

static int compare(const void *a, const void *b) {
        const Place *x = a, *y = b;
        int order = strcmp(x->path, y->path);

        if (order != 0)
                return order;
        if (!x->name || !y->name)
                order = (x->name != NULL) - (y->name != NULL);
        else
                order = strcmp(x->name, y->name);
        return order != 0 ? order : (int) x->kind - (int) y->kind;
}

void place_list_sort(PlaceList *list) {
        size_t n_left = 0;

        if (list->count > 0)
                qsort(list->items, list->count, sizeof(Place), compare);

        for (size_t i = 0; i < list->count; i++) {
                if (n_left > 0 && compare(&list->items[n_left - 1], &list->items[i]) == 0)
                        place_done(&list->items[i]);
                else
                        list->items[n_left++] = list->items[i];
        }
        list->count = n_left;
}

const Place *place_list_find(const PlaceList *list, const char *path) {
        size_t low = 0, high = list->count;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (strcmp(list->items[middle].path, path) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }

        return low < list->count && strcmp(list->items[low].path, path) == 0 ? &list->items[low]
                                                                             : NULL;
}
