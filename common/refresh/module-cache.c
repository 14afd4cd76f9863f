/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-cache.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "file-bytes.h"

#define DIRECTORY "var/cache/depmodd"
#define ENDING ".cache"
#define NEW_ENDING ".new"
#define CACHE_SIZE_MAX ((size_t) 1024 * 1024 * 1024)

#define NEW_NAME_SIZE (sizeof("." NEW_ENDING) + NAME_MAX + 1)

/* A file of a writer that is still at it is younger. */
#define LEFTOVER_SECONDS 60

/*
 * File systems whose files keep their inode number as long as they are mounted, whose numbers do
 * not repeat in other files with the same change time, and whose change times come from the clock.
 * Images with clamped times (squashfs, erofs, iso9660, cramfs, romfs) give different files equal
 * keys, and an overlay may lie over one of them; FUSE and vfat number files anew.
 */
static const unsigned long trusted_types[] = {
        EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC,    F2FS_SUPER_MAGIC,
        TMPFS_MAGIC,      RAMFS_MAGIC,     0x2fc12fc1 /* ZFS */, 0xca451a4e /* bcachefs */,
};

/* Letters that mean nothing to a file system or a shell stay as they are. */
static bool is_plain(char c) {
        return isalnum((unsigned char) c) || (c != '\0' && strchr("._+-~", c));
}

/* False if the name would be too long for the temporary one to be made of it. */
static bool set_name(ModuleCache *cache, const char *release) {
        const size_t limit = sizeof(cache->name) - sizeof("." ENDING NEW_ENDING);
        size_t size = 0;

        for (const char *c = release; *c != '\0'; c++) {
                if (size + 3 > limit)
                        return false;
                if (is_plain(*c))
                        cache->name[size++] = *c;
                else
                        size += (size_t) snprintf(cache->name + size, 4, "%%%02X",
                                                  (unsigned) (unsigned char) *c);
        }

        memcpy(cache->name + size, ENDING, sizeof(ENDING));
        return true;
}

/* For a kernel before 5.6, and a tool that does not know openat2(2): without following links. */
static int open_without_links(int root_fd) {
        static const char *const names[] = { "var", "cache", "depmodd" };
        _cleanup_close_ int fd = -1;

        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                int next_fd = openat(i == 0 ? root_fd : fd, names[i],
                                     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

                if (next_fd < 0)
                        return -1;
                closep(&fd);
                fd = next_fd;
        }

        return fd_take(&fd);
}

/*
 * A link to an absolute path leads to a directory of the root and not to ours. The service never
 * gets that far: RestrictSUIDSGID= takes openat2(2) from it.
 */
static int open_directory(const char *root) {
        struct open_how how = { .flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
                                .resolve = RESOLVE_IN_ROOT };
        _cleanup_close_ int root_fd = -1;
        int fd;

        if (root[0] == '\0' || strcmp(root, "/") == 0)
                return open("/" DIRECTORY, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (root_fd < 0)
                return -1;
        fd = (int) syscall(SYS_openat2, root_fd, DIRECTORY, &how, sizeof(how));
        return fd < 0 && errno == ENOSYS ? open_without_links(root_fd) : fd;
}

bool module_cache_open(ModuleCache *cache, const char *root, const char *release) {
        *cache = MODULE_CACHE_NULL;
        if (set_name(cache, release))
                cache->dir_fd = open_directory(root);
        return cache->dir_fd >= 0;
}

/*
 * False where stat keys prove nothing. What is mounted read-only may be exchanged as a whole for
 * another image with the same keys: such a system is updated like that.
 */
static bool find_place(CachePlace *place, const char *directory) {
        _cleanup_close_ int fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
        struct statfs fs;
        struct stat st;

        if (fd < 0 || fstatfs(fd, &fs) < 0 || fstat(fd, &st) < 0 || (fs.f_flags & ST_RDONLY))
                return false;

        *place = (CachePlace){ .device = st.st_dev };
        _Static_assert(sizeof(fs.f_fsid) == sizeof(place->file_system), "an id is 64 bits");
        memcpy(&place->file_system, &fs.f_fsid, sizeof(place->file_system));
        for (size_t i = 0; i < ELEMENTSOF(trusted_types); i++) {
                if ((unsigned long) fs.f_type == trusted_types[i])
                        return true;
        }

        return false;
}

/* Who may have written it could write an index as well. */
static bool is_ours(const struct stat *st) {
        return S_ISREG(st->st_mode) && (st->st_uid == geteuid() || st->st_uid == 0) &&
               (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Positive: CACHE_IS_FOREIGN or CACHE_IS_DAMAGED. */
static int read_file(const ModuleCache *cache, Buffer *bytes) {
        _cleanup_close_ int fd = -1;
        struct stat st;

        fd = openat(cache->dir_fd, cache->name,
                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd < 0)
                return errno == ELOOP ? CACHE_IS_FOREIGN : -errno;
        if (fstat(fd, &st) < 0)
                return -errno;
        if (!is_ours(&st))
                return CACHE_IS_FOREIGN;
        if (st.st_size == 0 || (uint64_t) st.st_size > CACHE_SIZE_MAX)
                return CACHE_IS_DAMAGED;

        return file_read_fd(fd, (size_t) st.st_size, CACHE_SIZE_MAX, bytes);
}

int module_cache_load(ModuleCache *cache, const char *directory, StringTable *strings) {
        _cleanup_buffer_ Buffer bytes = {};
        CachePlace place;
        int r;

        if (cache->dir_fd < 0 || !find_place(&place, directory))
                return 0;

        r = read_file(cache, &bytes);
        if (r == -ENOENT)
                return 0;
        if (r != 0)
                return r;

        r = tree_init(&cache->tree, directory);
        if (r >= 0 && strings)
                tree_set_strings(&cache->tree, strings);
        if (r >= 0)
                r = cache_parse(&cache->tree, bytes.data, bytes.size, &place);
        if (r == 0)
                cache_get_index(&cache->index, bytes.data, &place);
        cache->is_loaded = r == 0;
        return r;
}

bool module_cache_is_current(const ModuleCache *cache, const Tree *tree) {
        CachePlace place;

        return cache->is_loaded && find_place(&place, tree->directory) &&
               cache_is_current(&cache->tree, tree, &place, stat_key_clock_ns());
}

/* Is it not being written by anybody? Then it is left from one who was killed. */
static bool is_leftover(int dir_fd, const char *name) {
        struct timespec now;
        struct stat st;

        if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return errno == ENOENT;

        (void) clock_gettime(CLOCK_REALTIME, &now);
        return st.st_mtim.tv_sec < now.tv_sec - LEFTOVER_SECONDS ||
               st.st_mtim.tv_sec > now.tv_sec + LEFTOVER_SECONDS;
}

static int create(int dir_fd, const char *name) {
        const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        int fd = openat(dir_fd, name, flags, 0600);

        if (fd < 0 && errno == EEXIST) {
                if (!is_leftover(dir_fd, name))
                        return -EBUSY;
                (void) unlinkat(dir_fd, name, 0);
                fd = openat(dir_fd, name, flags, 0600);
        }

        return fd < 0 ? -errno : fd;
}

static void set_new_name(const ModuleCache *cache, char *name, size_t size) {
        (void) snprintf(name, size, ".%s" NEW_ENDING, cache->name);
}

static void give_up(ModuleCache *cache) {
        char name[NEW_NAME_SIZE];

        buffer_done(&cache->bytes);
        if (cache->new_fd < 0)
                return;

        (void) close(fd_take(&cache->new_fd));
        set_new_name(cache, name, sizeof(name));
        (void) unlinkat(cache->dir_fd, name, 0);
}

void module_cache_done(ModuleCache *cache) {
        give_up(cache);
        closep(&cache->dir_fd);
        tree_done(&cache->tree);
        *cache = MODULE_CACHE_NULL;
}

int module_cache_prepare(ModuleCache *cache, const Tree *tree) {
        char name[NEW_NAME_SIZE];
        int r;

        if (cache->dir_fd < 0)
                return -ENOENT;
        if (!find_place(&cache->place, tree->directory))
                return -EOPNOTSUPP;

        /* First, as nothing need be rendered for somebody who may not write. */
        set_new_name(cache, name, sizeof(name));
        r = create(cache->dir_fd, name);
        if (r < 0)
                return r;

        cache->new_fd = r;
        r = cache_render(&cache->bytes, tree, &cache->place, stat_key_clock_ns());
        if (r >= 0)
                r = fd_write_all(cache->new_fd, cache->bytes.data, cache->bytes.size);
        if (r < 0)
                give_up(cache);
        return r;
}

static int write_index(ModuleCache *cache, const CachedIndex *index) {
        ssize_t n, size = (ssize_t) cache_head_size();

        cache_put_index(cache->bytes.data, index, &cache->place);
        n = pwrite(cache->new_fd, cache->bytes.data, (size_t) size, 0);
        if (n < 0)
                return -errno;
        return n == size ? 0 : -EIO;
}

int module_cache_publish(ModuleCache *cache, const CachedIndex *index, bool sync) {
        char name[NEW_NAME_SIZE];
        int r;

        if (cache->new_fd < 0)
                return -ENOENT;

        r = index ? write_index(cache, index) : 0;
        if (r >= 0 && sync && fdatasync(cache->new_fd) < 0)
                r = -errno;
        buffer_done(&cache->bytes);
        if (close(fd_take(&cache->new_fd)) < 0 && r >= 0)
                r = -errno;

        set_new_name(cache, name, sizeof(name));
        if (r >= 0 && renameat(cache->dir_fd, name, cache->dir_fd, cache->name) < 0)
                r = -errno;
        if (r < 0)
                (void) unlinkat(cache->dir_fd, name, 0);
        return r;
}

int module_cache_save(ModuleCache *cache, const Tree *tree, const CachedIndex *index, bool sync) {
        int r = module_cache_prepare(cache, tree);

        return r < 0 ? r : module_cache_publish(cache, index, sync);
}

int module_cache_remove(const ModuleCache *cache) {
        if (unlinkat(cache->dir_fd, cache->name, 0) < 0 && errno != ENOENT)
                return -errno;
        return 0;
}

static bool is_temporary(const char *name, size_t *size) {
        const size_t ending = strlen(NEW_ENDING);

        if (name[0] != '.' || *size <= ending + 1 || strcmp(name + *size - ending, NEW_ENDING) != 0)
                return false;

        *size -= ending;
        return true;
}

/* The release whose file has this name, and nothing that set_name() would not make of it. */
static bool release_of(const char *name, char *release) {
        size_t end = strlen(name), size = 0;
        bool is_new = is_temporary(name, &end);
        ModuleCache cache = MODULE_CACHE_NULL;

        if (end <= strlen(ENDING))
                return false;
        for (size_t at = is_new; at < end - strlen(ENDING); size++) {
                unsigned byte;

                if (name[at] != '%') {
                        release[size] = name[at++];
                        continue;
                }
                if (sscanf(name + at, "%%%2X", &byte) != 1)
                        return false;
                release[size] = (char) byte;
                at += 3;
        }
        release[size] = '\0';

        return set_name(&cache, release) && strlen(cache.name) == end - is_new &&
               strncmp(cache.name, name + is_new, end - is_new) == 0;
}

static unsigned sweep(DIR *directory, bool (*is_wanted)(const char *release, void *userdata),
                      void *userdata) {
        const struct dirent *entry;
        unsigned n = 0;

        while ((entry = readdir(directory))) {
                char release[NAME_MAX + 1];
                struct stat st;

                if (!release_of(entry->d_name, release) || is_wanted(release, userdata) ||
                    fstatat(dirfd(directory), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
                    !is_ours(&st))
                        continue;
                n += unlinkat(dirfd(directory), entry->d_name, 0) == 0;
        }

        return n;
}

unsigned module_cache_sweep(const char *root,
                            bool (*is_wanted)(const char *release, void *userdata),
                            void *userdata) {
        int fd = open_directory(root);
        DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
        unsigned n;

        if (!directory) {
                closep(&fd);
                return 0;
        }

        n = sweep(directory, is_wanted, userdata);
        (void) closedir(directory);
        return n;
}
