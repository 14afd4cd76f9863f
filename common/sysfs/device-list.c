/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device-list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "fd.h"
#include "sysfs-file.h"

#define MODALIAS_SIZE_MAX 4096 /* a page is all that an attribute can have */

/* Directories below `sysfs` that are still to be looked into. */
typedef struct Walk {
        const char *sysfs;
        DeviceList list;
        char **paths;
        size_t n_paths;
        size_t capacity;
} Walk;

static void device_done(Device *device) {
        free(device->path);
        free(device->modalias);
        free(device->driver);
}

void device_list_done(DeviceList *list) {
        for (size_t i = 0; i < list->count; i++)
                device_done(&list->items[i]);
        free(list->items);
        *list = (DeviceList){};
}

static void walk_done(Walk *walk) {
        device_list_done(&walk->list);
        while (walk->n_paths > 0)
                free(walk->paths[--walk->n_paths]);
        free(walk->paths);
}

static int walk_push(Walk *walk, const char *directory, const char *name) {
        char *path;

        if (ARRAY_RESERVE(walk->paths, walk->capacity, walk->n_paths + 1) < 0)
                return -ENOMEM;
        if (asprintf(&path, "%s/%s", directory, name) < 0)
                return -ENOMEM;

        walk->paths[walk->n_paths++] = path;
        return 0;
}

/* The module behind the driver that is bound to the device. */
static int read_driver(int fd, char **ret_driver) {
        char target[PATH_MAX];
        ssize_t size = readlinkat(fd, "driver/module", target, sizeof(target) - 1);
        const char *slash;

        *ret_driver = NULL;
        if (size <= 0)
                return 0;

        target[size] = '\0';
        slash = strrchr(target, '/');
        *ret_driver = strdup(slash ? slash + 1 : target);
        return *ret_driver ? 0 : -ENOMEM;
}

static int add_device(DeviceList *list, const char *path, int fd) {
        char modalias[MODALIAS_SIZE_MAX + 1];
        Device device = {};
        int r;

        if (sysfs_file_read_line(fd, "modalias", modalias, sizeof(modalias)) < 0 ||
            modalias[0] == '\0')
                return 0;
        if (ARRAY_RESERVE(list->items, list->capacity, list->count + 1) < 0)
                return -ENOMEM;

        r = read_driver(fd, &device.driver);
        device.path = strdup(path);
        device.modalias = strdup(modalias);
        if (r < 0 || !device.path || !device.modalias) {
                device_done(&device);
                return -ENOMEM;
        }

        list->items[list->count++] = device;
        return 0;
}

/* Links lead to other places of the same tree. */
static bool is_directory(int fd, const struct dirent *entry) {
        struct stat st;

        if (entry->d_name[0] == '.')
                return false;
        if (entry->d_type != DT_UNKNOWN)
                return entry->d_type == DT_DIR;
        return fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

static int look_into(Walk *walk, const char *path) {
        _cleanup_free_ char *whole = NULL;
        const struct dirent *entry;
        DIR *stream;
        int r;

        if (asprintf(&whole, "%s%s", walk->sysfs, path) < 0) {
                whole = NULL;
                return -ENOMEM;
        }
        stream = opendir(whole);
        if (!stream)
                return -errno;

        r = add_device(&walk->list, path, dirfd(stream));
        while (r >= 0 && (entry = readdir(stream))) {
                if (is_directory(dirfd(stream), entry))
                        r = walk_push(walk, path, entry->d_name);
        }

        (void) closedir(stream);
        return r;
}

static int compare(const void *x, const void *y) {
        return strcmp(((const Device *) x)->path, ((const Device *) y)->path);
}

int device_list_read(DeviceList *ret_list, const char *sysfs) {
        _cleanup_(walk_done) Walk walk = { .sysfs = sysfs };
        int r;

        r = look_into(&walk, "/devices");
        while (r >= 0 && walk.n_paths > 0) {
                _cleanup_free_ char *path = walk.paths[--walk.n_paths];

                if (look_into(&walk, path) == -ENOMEM)
                        r = -ENOMEM;
        }
        if (r < 0)
                return r;

        if (walk.list.count > 0)
                qsort(walk.list.items, walk.list.count, sizeof(Device), compare);
        *ret_list = walk.list;
        walk.list = (DeviceList){};
        return 0;
}
