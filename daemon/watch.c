/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "fd.h"
#include "macro.h"

/*
 * No IN_MODIFY and no IN_ATTRIB: a file that is being written is looked at when it is closed, and
 * twice as many events would come in an installation.
 */
#define MASK_NAMES                                                                                 \
        (IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF |     \
         IN_ONLYDIR | IN_EXCL_UNLINK)
#define MASK_ALL (MASK_NAMES | IN_CLOSE_WRITE)

typedef struct WatchedDirectory {
        Watch *watch;
        char *path;
        sd_event_source *source; /* NULL: the watch has ended, but somebody uses the path */
        uint64_t device;
        uint64_t inode;
        size_t n_users;
        bool names_only;
        uint64_t moment; /* at which the watch began */
} WatchedDirectory;

struct Watch {
        sd_event *event;
        WatchHandler on_change;
        void *userdata;
        void *directories; /* a tree of tsearch(3), by path */
        size_t n_watched;
        uint64_t n_overflows;
        uint64_t moment; /* one more with each watch that begins */
};

static int compare(const void *a, const void *b) {
        return strcmp(((const WatchedDirectory *) a)->path, ((const WatchedDirectory *) b)->path);
}

static void drop_source(WatchedDirectory *directory) {
        if (!directory->source)
                return;

        directory->source = sd_event_source_disable_unref(directory->source);
        directory->watch->n_watched--;
}

static void directory_free(void *item) {
        WatchedDirectory *directory = item;

        drop_source(directory);
        free(directory->path);
        free(directory);
}

int watch_new(Watch **ret_watch, sd_event *event, WatchHandler on_change, void *userdata) {
        Watch *watch = calloc(1, sizeof(*watch));

        if (!watch)
                return -ENOMEM;

        watch->event = sd_event_ref(event);
        watch->on_change = on_change;
        watch->userdata = userdata;
        *ret_watch = watch;
        return 0;
}

Watch *watch_free(Watch *watch) {
        if (!watch)
                return NULL;

        tdestroy(watch->directories, directory_free);
        sd_event_unref(watch->event);
        free(watch);
        return NULL;
}

static WatchedDirectory *find(const Watch *watch, const char *path) {
        WatchedDirectory wanted = { .path = (char *) path };
        void *node = tfind(&wanted, &watch->directories, compare);

        return node ? *(WatchedDirectory **) node : NULL;
}

static void drop_one(const void *node, VISIT visit, void *closure) {
        (void) closure;
        if (visit == postorder || visit == leaf)
                drop_source(*(WatchedDirectory *const *) node);
}

/* The kernel reports an overflow once, sd-event to each source: only the first one counts. */
static void overflow(Watch *watch) {
        if (watch->n_watched == 0)
                return;

        watch->n_overflows++;
        twalk_r(watch->directories, drop_one, NULL);
        watch->on_change(&(WatchChange){ .hint = WATCH_OVERFLOW }, watch->userdata);
}

static int on_event(sd_event_source *source, const struct inotify_event *event, void *userdata) {
        WatchedDirectory *directory = userdata;
        Watch *watch = directory->watch;
        WatchChange change = { .hint = WATCH_CHANGED, .directory = directory->path };

        if (source != directory->source)
                return 0;
        if (event->mask & IN_Q_OVERFLOW) {
                overflow(watch);
                return 0;
        }

        if (event->mask & (IN_IGNORED | IN_UNMOUNT | IN_DELETE_SELF | IN_MOVE_SELF)) {
                drop_source(directory);
                change.hint = WATCH_LOST;
        } else {
                change.name = event->len > 0 ? event->name : "";
                change.is_directory = event->mask & IN_ISDIR;
                change.is_gone = event->mask & (IN_DELETE | IN_MOVED_FROM);
                change.is_moved_here = event->mask & IN_MOVED_TO;
        }

        watch->on_change(&change, watch->userdata);
        return 0;
}

static int start(WatchedDirectory *directory, const WatchTarget *target) {
        _cleanup_close_ int fd = -1;
        struct stat st;
        int r;

        fd = open(directory->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
        if (fd < 0)
                return -errno;
        if (fstat(fd, &st) < 0)
                return -errno;
        if (st.st_dev != target->device || st.st_ino != target->inode)
                return -ESTALE;

        r = sd_event_add_inotify_fd(directory->watch->event, &directory->source, fd,
                                    target->names_only ? MASK_NAMES : MASK_ALL, on_event,
                                    directory);
        if (r < 0)
                return r;

        directory->device = target->device;
        directory->inode = target->inode;
        directory->names_only = target->names_only;
        directory->moment = ++directory->watch->moment;
        directory->watch->n_watched++;
        return 0;
}

/*
 * The old source goes when the new one is there, and stays if there is none: of the same inode no
 * event may be missed, since there are other users, who do not look again.
 */
static int start_anew(WatchedDirectory *directory, const WatchTarget *target) {
        sd_event_source *old = TAKE_PTR(directory->source);
        int r = start(directory, target);

        if (r < 0) {
                directory->source = old;
                return r;
        }
        if (old) {
                directory->watch->n_watched--;
                sd_event_source_disable_unref(old);
        }
        return 0;
}

static WatchedDirectory *add(Watch *watch, const char *path) {
        WatchedDirectory *directory = calloc(1, sizeof(*directory));

        if (!directory)
                return NULL;
        directory->watch = watch;
        directory->path = strdup(path);
        if (!directory->path || !tsearch(directory, &watch->directories, compare)) {
                free(directory->path);
                free(directory);
                return NULL;
        }

        return directory;
}

static void remove_unused(WatchedDirectory *directory) {
        if (directory->n_users > 0)
                return;

        (void) tdelete(directory, &directory->watch->directories, compare);
        directory_free(directory);
}

static bool is_served(const WatchedDirectory *directory, const WatchTarget *target) {
        return directory->source && directory->device == target->device &&
               directory->inode == target->inode && (target->names_only || !directory->names_only);
}

int watch_acquire(Watch *watch, const WatchTarget *target) {
        WatchedDirectory *directory = find(watch, target->directory);
        int r;

        if (!directory)
                directory = add(watch, target->directory);
        if (!directory)
                return -ENOMEM;

        if (is_served(directory, target)) {
                directory->n_users++;
                return directory->moment <= target->moment ? WATCH_WAS_THERE : WATCH_ADDED;
        }

        r = start_anew(directory, target);
        if (r < 0) {
                remove_unused(directory);
                return r;
        }

        directory->n_users++;
        return WATCH_ADDED;
}

void watch_release(Watch *watch, const char *path) {
        WatchedDirectory *directory = find(watch, path);

        if (!directory)
                return;
        if (directory->n_users > 0)
                directory->n_users--;
        remove_unused(directory);
}

uint64_t watch_moment(const Watch *watch) {
        return watch->moment;
}

size_t watch_count(const Watch *watch) {
        return watch->n_watched;
}

uint64_t watch_n_overflows(const Watch *watch) {
        return watch->n_overflows;
}
