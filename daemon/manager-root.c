/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "manager-parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "fd.h"
#include "log.h"
#include "utf8.h"
#include "watch-places.h"

/* True if something that was not watched before is watched now. *is_scanning: not all can be. */
static bool watch_places(const Manager *manager, PlaceList *places, uint64_t moment,
                         bool *is_scanning) {
        bool has_new = false, was_scanning = *is_scanning;

        *is_scanning = false;
        for (size_t i = 0; i < places->count; i++) {
                int r = watch_places_acquire(manager->site.watch, places, i, moment);

                has_new |= r == WATCH_ADDED || watch_has_moved(r);
                if (r < 0 && !watch_has_moved(r)) {
                        if (!was_scanning && !*is_scanning)
                                (void) log_error_errno(r, "Cannot watch %s, looking instead",
                                                       places->items[i].path);
                        *is_scanning = true;
                }
        }

        return has_new;
}

void manager_release_root(Manager *manager) {
        if (manager->site.watch) {
                watch_places_release(manager->site.watch, &manager->root_places);
                watch_places_release(manager->site.watch, &manager->settings_places);
        }
}

/*
 * Watches these paths instead of those in `places`. 1 if some of them were not watched before: they
 * may have been something else by the time that they were. 0 or a negative errno.
 */
static int watch_instead(const Manager *manager, PlaceList *places, const char *const *paths,
                         bool *is_scanning) {
        uint64_t moment = watch_moment(manager->site.watch);
        PlaceList next = { .root = places->root };
        bool has_new;
        int r = 0;

        for (; r >= 0 && *paths; paths++)
                r = place_list_add_path(&next, PLACE_CONFIG, *paths);
        if (r < 0) {
                place_list_done(&next);
                return r;
        }

        place_list_sort(&next);
        has_new = watch_places(manager, &next, moment, is_scanning);
        watch_places_release(manager->site.watch, places);
        *places = next;
        return has_new;
}

/* Watches before it lists: what is made in between is reported. */
static int watch_root(Manager *manager) {
        const char *const paths[] = { manager->settings->modules_path, NULL };
        int r = watch_instead(manager, &manager->root_places, paths, &manager->is_root_scanning);

        if (r > 0)
                manager->is_root_changed = true;
        free(manager->real_path);
        manager->real_path = realpath(manager->settings->modules_path, NULL);
        return r < 0 ? r : 0;
}

int manager_read_settings(Manager *manager) {
        const char *const named[] = { manager->settings->config_path, NULL };
        int r = 0;

        manager->are_settings_changed = false;
        if (manager->site.watch)
                r = watch_instead(manager, &manager->settings_places,
                                  named[0] ? named : settings_paths,
                                  &manager->are_settings_scanned);
        if (r > 0)
                manager->are_settings_changed = true;

        return settings_read_files(manager->settings);
}

static int compare_kernels(const void *a, const void *b) {
        const Kernel *const *x = a, *const *y = b;

        return strcmp((*x)->release, (*y)->release);
}

static Kernel *find(const Manager *manager, const char *release) {
        for (size_t i = 0; i < manager->n_kernels; i++) {
                if (strcmp(manager->kernels[i]->release, release) == 0)
                        return manager->kernels[i];
        }

        return NULL;
}

static int add_kernel(Manager *manager, const char *release) {
        Kernel *kernel;
        int r;

        if (ARRAY_RESERVE(manager->kernels, manager->kernels_capacity, manager->n_kernels + 1) < 0)
                return -ENOMEM;
        r = kernel_new(&kernel, &manager->site, release);
        if (r < 0)
                return r;

        kernel->is_listed = true;
        kernel->is_starting = !manager->is_ready;
        manager->kernels[manager->n_kernels++] = kernel;
        qsort(manager->kernels, manager->n_kernels, sizeof(Kernel *), compare_kernels);
        return 0;
}

/* What is known without asking a server, which may never answer. */
static bool is_directory(int dir_fd, const char *name) {
        struct statx stx;

        return statx(dir_fd, name, AT_STATX_DONT_SYNC, STATX_TYPE, &stx) == 0 &&
               S_ISDIR(stx.stx_mode);
}

/* No kernel has a name that is no UTF-8, and no message could tell of it. */
static int take_entry(Manager *manager, int dir_fd, const char *name) {
        Kernel *kernel = find(manager, name);

        if (name[0] == '.' || !utf8_is_valid(name) || !is_directory(dir_fd, name))
                return 0;
        if (!kernel)
                return add_kernel(manager, name);

        if (kernel->is_gone || kernel->is_lost) {
                kernel->is_gone = false;
                kernel_mark(kernel);
        }
        kernel->is_listed = true;
        return 0;
}

static int list_root(Manager *manager, DIR *directory) {
        const struct dirent *entry;

        for (;;) {
                int r;

                errno = 0;
                entry = readdir(directory);
                if (!entry)
                        return -errno;
                r = take_entry(manager, dirfd(directory), entry->d_name);
                if (r < 0)
                        return r;
        }
}

/* Kernels that are not listed any more are gone, unless the listing could not be made. */
int manager_scan_root(Manager *manager) {
        DIR *directory;
        int r = 0;

        manager->is_root_changed = false;
        if (manager->site.watch)
                r = watch_root(manager);
        if (r < 0)
                return r;

        for (size_t i = 0; i < manager->n_kernels; i++)
                manager->kernels[i]->is_listed = false;

        directory = opendir(manager->settings->modules_path);
        if (directory) {
                r = list_root(manager, directory);
                (void) closedir(directory);
        } else if (errno != ENOENT && errno != ENOTDIR)
                r = -errno;
        if (r < 0)
                return log_error_errno(r, "Cannot list %s", manager->settings->modules_path);

        for (size_t i = 0; i < manager->n_kernels; i++)
                manager->kernels[i]->is_gone |= !manager->kernels[i]->is_listed;
        return 0;
}

Kernel *manager_find_kernel(Manager *manager, const char *release) {
        Kernel *kernel = find(manager, release);
        _cleanup_close_ int fd = -1;

        if (kernel && !kernel->is_gone)
                return kernel;
        if (release[0] == '.' || release[0] == '\0' || strchr(release, '/'))
                return NULL;

        /* The event that tells of it may not have been taken yet. */
        fd = open(manager->settings->modules_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (fd >= 0 && take_entry(manager, fd, release) < 0)
                return NULL;
        kernel = find(manager, release);
        return kernel && !kernel->is_gone ? kernel : NULL;
}

void manager_mark_all(Manager *manager) {
        for (size_t i = 0; i < manager->n_kernels; i++) {
                kernel_mark(manager->kernels[i]);
                kernel_mark_outputs(manager->kernels[i]);
        }
}

static bool is_about(const Place *place, const WatchChange *change) {
        return change->hint == WATCH_LOST || !place->name || strcmp(place->name, change->name) == 0;
}

static bool concerns_settings(const PlaceList *places, const WatchChange *change) {
        const Place *place = place_list_find(places, change->directory);

        for (; place && place < places->items + places->count &&
               strcmp(place->path, change->directory) == 0;
             place++) {
                if (is_about(place, change))
                        return true;
        }

        return false;
}

/* A change on the way to the root can make everything lead elsewhere. */
static void take_root_change(Manager *manager, const WatchChange *change) {
        const PlaceList *places = &manager->root_places;
        const Place *place = place_list_find(places, change->directory);

        for (; place && place < places->items + places->count &&
               strcmp(place->path, change->directory) == 0;
             place++) {
                bool is_way = place->name;
                Kernel *kernel;

                if (change->hint != WATCH_LOST && is_way && strcmp(place->name, change->name) != 0)
                        continue;
                manager->is_root_changed = true;
                manager_request_turn(manager);
                if (is_way || change->hint == WATCH_LOST) {
                        manager_mark_all(manager);
                        continue;
                }
                kernel = find(manager, change->name);
                if (kernel)
                        kernel_mark(kernel);
        }
}

void manager_take_change(const WatchChange *change, void *userdata) {
        Manager *manager = userdata;

        if (change->hint == WATCH_OVERFLOW) {
                manager->is_root_changed = manager->are_settings_changed = true;
                for (size_t i = 0; i < manager->n_kernels; i++)
                        manager->kernels[i]->has_lost_place = true;
                manager_mark_all(manager);
                manager_request_turn(manager);
                return;
        }

        if (concerns_settings(&manager->settings_places, change)) {
                manager->are_settings_changed = true;
                manager_request_turn(manager);
        }
        take_root_change(manager, change);
        for (size_t i = 0; i < manager->n_kernels; i++)
                kernel_take_change(manager->kernels[i], change);
}

void manager_take_mounts(void *userdata) {
        Manager *manager = userdata;

        manager->is_root_changed = true;
        manager_mark_all(manager);
        manager_request_turn(manager);
}

/*
 * Under ProtectSystem= only what was there when the service began is writable: a module directory
 * that has been made anew since then is not, until systemd makes the namespace anew.
 */
bool manager_is_trapped(const Manager *manager) {
        struct stat st;

        if (!secure_getenv("INVOCATION_ID") || stat(manager->settings->modules_path, &st) < 0 ||
            (st.st_dev == manager->root_device && st.st_ino == manager->root_inode))
                return false;

        for (size_t i = 0; i < manager->n_kernels; i++) {
                if (manager->kernels[i]->publish_error == -EROFS)
                        return true;
        }

        return false;
}

static bool is_below(const char *path, const char *directory) {
        size_t size = strlen(directory);

        if (strcmp(directory, "/") == 0)
                return true;
        return strncmp(path, directory, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

static bool is_entry(const Place *place, const char *path) {
        size_t size = strcmp(place->path, "/") == 0 ? 0 : strlen(place->path);

        return place->name && strncmp(path, place->path, size) == 0 && path[size] == '/' &&
               strcmp(path + size + 1, place->name) == 0;
}

/* Or is the directory itself the next step of a way? */
static bool has_place_below(const PlaceList *places, const char *directory) {
        for (size_t i = 0; i < places->count; i++) {
                if (is_below(places->items[i].path, directory) ||
                    is_entry(&places->items[i], directory))
                        return true;
        }

        return false;
}

bool manager_is_mount_relevant(const char *mount_point, void *userdata) {
        const Manager *manager = userdata;

        if (is_below(mount_point, manager->settings->modules_path) ||
            is_below(manager->settings->modules_path, mount_point) ||
            (manager->real_path && is_below(mount_point, manager->real_path)) ||
            has_place_below(&manager->root_places, mount_point))
                return true;

        for (size_t i = 0; i < manager->n_kernels; i++) {
                if (has_place_below(&manager->kernels[i]->places, mount_point))
                        return true;
        }

        return false;
}
