/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* Many, and nearly all of their time they lie there: so no more of each than is needed. */
typedef struct WatchedDirectory {
        uint64_t device;
        uint64_t inode;
        uint64_t moment;               /* at which the watch began */
        struct WatchedDirectory *next; /* in the same bucket */
        int number;                    /* inotify's; -1: not watched, but somebody uses the path */
        uint32_t n_users;
        bool names_only;
        bool is_due;  /* to be told of an event */
        bool is_lost; /* which is the end of the watch */
        char path[];
} WatchedDirectory;

struct Watch {
        sd_event *event;
        WatchHandler on_change;
        void *userdata;
        int fd; /* of inotify, from the first directory on */
        sd_event_source *source;
        void *directories;          /* a tree of tsearch(3) of their paths */
        WatchedDirectory **buckets; /* of the watched ones, by number */
        size_t n_buckets;           /* a power of two */
        size_t n_watched;
        uint64_t n_overflows;
        uint64_t moment; /* one more with each watch that begins */
};

#define BUCKETS_MIN 64
#define EVENTS_SIZE (16 * 1024)

static int compare(const void *a, const void *b) {
        return strcmp(a, b);
}

static WatchedDirectory *directory_of(void *path) {
        return (WatchedDirectory *) (void *) ((char *) path - offsetof(WatchedDirectory, path));
}

static void directory_free(void *path) {
        free(directory_of(path));
}

int watch_new(Watch **ret_watch, sd_event *event, WatchHandler on_change, void *userdata) {
        Watch *watch = calloc(1, sizeof(*watch));

        if (!watch)
                return -ENOMEM;

        watch->event = sd_event_ref(event);
        watch->on_change = on_change;
        watch->userdata = userdata;
        watch->fd = -1;
        *ret_watch = watch;
        return 0;
}

Watch *watch_free(Watch *watch) {
        if (!watch)
                return NULL;

        sd_event_source_disable_unref(watch->source);
        closep(&watch->fd);
        tdestroy(watch->directories, directory_free);
        free(watch->buckets);
        sd_event_unref(watch->event);
        free(watch);
        return NULL;
}

static WatchedDirectory *find(const Watch *watch, const char *path) {
        void *node = tfind(path, &watch->directories, compare);

        return node ? directory_of(*(void **) node) : NULL;
}

static WatchedDirectory **bucket_of(const Watch *watch, int number) {
        return &watch->buckets[(size_t) number & (watch->n_buckets - 1)];
}

static int grow_buckets(Watch *watch) {
        size_t n_old = watch->n_buckets, n = n_old > 0 ? 2 * n_old : BUCKETS_MIN;
        WatchedDirectory **old = watch->buckets, **grown;

        if (watch->n_watched < n_old)
                return 0;
        grown = calloc(n, sizeof(WatchedDirectory *));
        if (!grown)
                return -ENOMEM;

        watch->buckets = grown;
        watch->n_buckets = n;
        for (size_t i = 0; i < n_old; i++) {
                while (old[i]) {
                        WatchedDirectory *directory = old[i];
                        WatchedDirectory **bucket = bucket_of(watch, directory->number);

                        old[i] = directory->next;
                        directory->next = *bucket;
                        *bucket = directory;
                }
        }

        free(old);
        return 0;
}

/* There is room: grow_buckets() comes first. */
static void attach(Watch *watch, WatchedDirectory *directory, int number) {
        WatchedDirectory **bucket = bucket_of(watch, number);

        directory->number = number;
        directory->next = *bucket;
        *bucket = directory;
        watch->n_watched++;
}

/* The number may be that of another path, too: then inotify goes on. True if it is not. */
static bool detach(Watch *watch, WatchedDirectory *directory) {
        bool is_last = true;

        for (WatchedDirectory **next = bucket_of(watch, directory->number); *next;) {
                if (*next == directory) {
                        *next = directory->next;
                } else {
                        is_last &= (*next)->number != directory->number;
                        next = &(*next)->next;
                }
        }

        directory->number = -1;
        directory->is_due = directory->is_lost = false;
        watch->n_watched--;
        return is_last;
}

static void stop(Watch *watch, WatchedDirectory *directory) {
        int number = directory->number;

        if (number >= 0 && detach(watch, directory))
                (void) inotify_rm_watch(watch->fd, number);
}

/* Of what was watched nothing is known any more, and what is still in the queue is of no use. */
static void overflow(Watch *watch) {
        for (size_t i = 0; i < watch->n_buckets; i++) {
                while (watch->buckets[i])
                        (void) detach(watch, watch->buckets[i]);
        }

        watch->source = sd_event_source_disable_unref(watch->source);
        (void) close(fd_take(&watch->fd));
        watch->n_overflows++;
        watch->on_change(&(WatchChange){ .hint = WATCH_OVERFLOW }, watch->userdata);
}

/* Whoever is told may acquire and release, so what is due is looked for each time anew. */
static void tell(Watch *watch, const struct inotify_event *event, bool is_lost) {
        WatchedDirectory *directory = *bucket_of(watch, event->wd);
        WatchChange change = { .hint = is_lost ? WATCH_LOST : WATCH_CHANGED };

        if (!is_lost) {
                change.name = event->len > 0 ? event->name : "";
                change.is_directory = event->mask & IN_ISDIR;
                change.is_gone = event->mask & (IN_DELETE | IN_MOVED_FROM);
                change.is_moved_here = event->mask & IN_MOVED_TO;
        }

        while (directory) {
                if (directory->number != event->wd || !directory->is_due) {
                        directory = directory->next;
                        continue;
                }
                directory->is_due = false;
                if (is_lost)
                        (void) detach(watch, directory);
                change.directory = directory->path;
                watch->on_change(&change, watch->userdata);
                directory = *bucket_of(watch, event->wd);
        }
}

static void take_event(Watch *watch, const struct inotify_event *event) {
        bool is_lost = event->mask & (IN_IGNORED | IN_UNMOUNT | IN_DELETE_SELF | IN_MOVE_SELF);
        bool is_known = false;

        /* An event from before the end of a watch belongs to nobody. */
        for (WatchedDirectory *directory = *bucket_of(watch, event->wd); directory;
             directory = directory->next) {
                if (directory->number != event->wd)
                        continue;
                is_known = true;
                directory->is_lost |= is_lost;
                directory->is_due =
                        is_lost || !directory->names_only || (event->mask & IN_CLOSE_WRITE) == 0;
        }

        if (is_known && is_lost)
                (void) inotify_rm_watch(watch->fd, event->wd);
        if (is_known)
                tell(watch, event, is_lost);
}

static int on_readable(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        _Alignas(struct inotify_event) char bytes[EVENTS_SIZE];
        Watch *watch = userdata;
        ssize_t size;

        (void) source;
        (void) revents;
        size = read(fd, bytes, sizeof(bytes));
        if (size < 0)
                return errno == EAGAIN || errno == EINTR ? 0 : -errno;

        for (const char *at = bytes; at < bytes + size;) {
                const struct inotify_event *event =
                        (const struct inotify_event *) (const void *) at;

                if (event->mask & IN_Q_OVERFLOW) {
                        overflow(watch);
                        break;
                }
                take_event(watch, event);
                at += sizeof(*event) + event->len;
        }

        return 0;
}

static int start_inotify(Watch *watch) {
        int r;

        if (watch->fd >= 0)
                return 0;

        watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
        if (watch->fd < 0)
                return -errno;
        r = sd_event_add_io(watch->event, &watch->source, watch->fd, EPOLLIN, on_readable, watch);
        if (r < 0)
                (void) close(fd_take(&watch->fd));
        return r;
}

/* Its number, which is that of another path, too, if that leads to the same directory. */
static int add_to_inotify(const Watch *watch, int fd, bool names_only) {
        char path[64];
        int number;

        (void) snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        number = inotify_add_watch(watch->fd, path,
                                   (names_only ? MASK_NAMES : MASK_ALL) | IN_MASK_ADD);
        if (number < 0)
                return errno == ENOENT ? -ENOSYS : -errno; /* there is no /proc */
        return number;
}

/*
 * The old watch goes when the new one is there, and stays if there is none: of the same inode no
 * event may be missed, since there are other users, who do not look again.
 */
static int start(Watch *watch, WatchedDirectory *directory, const WatchTarget *target) {
        _cleanup_close_ int fd = -1;
        struct stat st;
        int number, r;

        fd = open(directory->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
        if (fd < 0)
                return -errno;
        if (fstat(fd, &st) < 0)
                return -errno;
        if (st.st_dev != target->device || st.st_ino != target->inode)
                return -ESTALE;

        r = start_inotify(watch);
        if (r >= 0)
                r = grow_buckets(watch);
        if (r < 0)
                return r;
        number = add_to_inotify(watch, fd, target->names_only);
        if (number < 0)
                return number;

        if (directory->number != number) {
                stop(watch, directory);
                attach(watch, directory, number);
        }
        directory->device = target->device;
        directory->inode = target->inode;
        directory->names_only = target->names_only;
        directory->moment = ++watch->moment;
        return 0;
}

static WatchedDirectory *add(Watch *watch, const char *path) {
        size_t size = strlen(path) + 1;
        WatchedDirectory *directory = calloc(1, sizeof(*directory) + size);

        if (!directory)
                return NULL;
        memcpy(directory->path, path, size);
        directory->number = -1;
        if (!tsearch(directory->path, &watch->directories, compare)) {
                free(directory);
                return NULL;
        }

        return directory;
}

static void remove_unused(Watch *watch, WatchedDirectory *directory) {
        if (directory->n_users > 0)
                return;

        stop(watch, directory);
        (void) tdelete(directory->path, &watch->directories, compare);
        free(directory);
}

static bool is_served(const WatchedDirectory *directory, const WatchTarget *target) {
        return directory->number >= 0 && !directory->is_lost &&
               directory->device == target->device && directory->inode == target->inode &&
               (target->names_only || !directory->names_only);
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

        r = start(watch, directory, target);
        if (r < 0) {
                remove_unused(watch, directory);
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
        remove_unused(watch, directory);
}

const char *watch_path(const Watch *watch, const char *path) {
        return find(watch, path)->path;
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
