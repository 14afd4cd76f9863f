/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-build.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "file-bytes.h"
#include "inflate.h"

/* That of a kernel is some 2 MB. */
#define FILE_SIZE_MAX ((size_t) 64 * 1024 * 1024)
#define PARAMETER_SIZE_MAX ((size_t) 4096)

KernelBuild *kernel_build_ref(KernelBuild *build) {
        if (build)
                build->n_refs++;
        return build;
}

KernelBuild *kernel_build_unref(KernelBuild *build) {
        if (!build || --build->n_refs > 0)
                return NULL;

        kernel_exports_done(&build->exports);
        free(build->path);
        free(build);
        return NULL;
}

static void kernel_build_unrefp(KernelBuild **build) {
        kernel_build_unref(*build);
}

/* Where the link leads, below the root that an absolute one is meant in. 0 or a negative errno. */
static int find_build_directory(const KernelBuildPlace *place, char *path, size_t size) {
        char link[PATH_MAX], target[PATH_MAX];
        ssize_t n;
        int length;

        length = snprintf(link, sizeof(link), "%s/build", place->directory);
        if (length < 0 || (size_t) length >= sizeof(link))
                return -ENAMETOOLONG;
        n = readlink(link, target, sizeof(target) - 1);
        if (n >= 0)
                target[n] = '\0';

        if (n >= 0 && target[0] == '/')
                length = snprintf(path, size, "%s%s", place->root, target);
        else
                length = snprintf(path, size, "%s", link);
        return length < 0 || (size_t) length >= size ? -ENAMETOOLONG : 0;
}

/* Opens the first of the files that is there, with whatever ending. */
static int open_any(const char *directory, const char *name, const char *release, char *path) {
        static const char *const endings[] = { "", ".gz", ".xz", ".zst" };

        for (size_t i = 0; i < ELEMENTSOF(endings); i++) {
                int length =
                        snprintf(path, PATH_MAX, "%s/%s%s%s", directory, name, release, endings[i]);
                int fd;

                if (length < 0 || length >= PATH_MAX)
                        continue;
                fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
                if (fd >= 0)
                        return fd;
        }

        return -ENOENT;
}

/* -1: there is none. */
static int open_exports(const KernelBuildPlace *place, char *path, bool *ret_is_map) {
        char build[PATH_MAX], boot[PATH_MAX], dashed[NAME_MAX];
        bool has_build = find_build_directory(place, build, sizeof(build)) >= 0;
        const struct {
                const char *directory;
                const char *name;
                const char *release;
                bool is_map;
        } files[] = {
                { place->directory, "Module.symvers", "", false },
                { place->directory, "symvers", "", false },
                { has_build ? build : NULL, "Module.symvers", "", false },
                { boot, "symvers", dashed, false },
                { boot, "Module.symvers", dashed, false },
                { place->directory, "System.map", "", true },
                { has_build ? build : NULL, "System.map", "", true },
                { boot, "System.map", dashed, true },
        };

        (void) snprintf(boot, sizeof(boot), "%s/boot", place->root);
        (void) snprintf(dashed, sizeof(dashed), "-%s", place->release);
        for (size_t i = 0; i < ELEMENTSOF(files); i++) {
                int fd;

                if (!files[i].directory)
                        continue;
                fd = open_any(files[i].directory, files[i].name, files[i].release, path);
                if (fd >= 0) {
                        *ret_is_map = files[i].is_map;
                        return fd;
                }
        }

        return -1;
}

static int read_plain(int fd, size_t size, Buffer *bytes) {
        _cleanup_(inflater_freep) Inflater *inflater = NULL;
        _cleanup_buffer_ Buffer packed = {};
        const char *reason;
        InflateKind kind;
        int r;

        r = file_read_fd(fd, size, FILE_SIZE_MAX, bytes);
        if (r < 0)
                return r;
        kind = bytes->size < INFLATE_MAGIC_SIZE ? INFLATE_NONE
                                                : inflate_kind(bytes->data, bytes->size);
        if (kind == INFLATE_NONE)
                return 0;

        packed = *bytes;
        *bytes = (Buffer){};
        r = inflater_new(FILE_SIZE_MAX, &inflater);
        return r < 0 ? r : inflate_bytes(inflater, kind, packed.data, packed.size, bytes, &reason);
}

static int parse(int fd, size_t size, bool is_map, KernelBuild *build) {
        _cleanup_buffer_ Buffer bytes = {};
        int r = read_plain(fd, size, &bytes);

        if (r == -ENOMEM)
                return r;
        if (r < 0)
                return 0; /* as good as none */
        return is_map ? kernel_exports_parse_system_map(&build->exports, &bytes)
                      : kernel_exports_parse_symvers(&build->exports, &bytes);
}

static bool is_same(const KernelBuild *known, const char *path, const StatKey *key) {
        if (!known || known->is_racy)
                return false;
        if (!path || !known->path)
                return !path && !known->path;

        return strcmp(known->path, path) == 0 && stat_key_is_equal(&known->key, key);
}

int kernel_build_read(const KernelBuildPlace *place, const KernelBuild *known,
                      KernelBuild **ret_build) {
        _cleanup_(kernel_build_unrefp) KernelBuild *build = NULL;
        int64_t looked_at_ns = stat_key_clock_ns();
        _cleanup_close_ int fd = -1;
        char path[PATH_MAX];
        bool is_map = false;
        struct stat st;
        StatKey key = {};
        int r;

        fd = open_exports(place, path, &is_map);
        if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)))
                (void) close(fd_take(&fd));
        if (fd >= 0)
                key = stat_key_of(&st);
        if (is_same(known, fd >= 0 ? path : NULL, &key))
                return 1;

        build = calloc(1, sizeof(*build));
        if (!build)
                return -ENOMEM;
        build->n_refs = 1;
        if (fd >= 0) {
                build->key = key;
                build->is_racy = stat_key_is_racy(&key, looked_at_ns);
                build->path = strdup(path);
                r = build->path ? parse(fd, (size_t) st.st_size, is_map, build) : -ENOMEM;
                if (r < 0)
                        return r;
        }

        *ret_build = TAKE_PTR(build);
        return 0;
}

/* False if there is no such file. */
static bool read_text(const char *path, size_t size_max, Buffer *text) {
        buffer_clear(text);
        if (file_read_stored(AT_FDCWD, path, size_max, text) < 0 || text->size == 0)
                return false;

        buffer_append_byte(text, '\0');
        return buffer_error(text) >= 0;
}

static bool running_kernel_enforces_signatures(void) {
        static const char *const files[][2] = {
                { "/sys/module/module/parameters/sig_enforce", "Y" },
                { "/sys/kernel/security/lockdown", "[integrity]" },
                { "/sys/kernel/security/lockdown", "[confidentiality]" },
        };

        for (size_t i = 0; i < ELEMENTSOF(files); i++) {
                _cleanup_buffer_ Buffer text = {};

                if (read_text(files[i][0], PARAMETER_SIZE_MAX, &text) &&
                    strstr(text.data, files[i][1]))
                        return true;
        }

        return false;
}

static CheckEnforcement enforced_if(bool is_enforced) {
        return is_enforced ? CHECK_ENFORCED : CHECK_NOT_ENFORCED;
}

CheckRules kernel_build_rules(const KernelBuildPlace *place) {
        _cleanup_buffer_ Buffer text = {};
        char paths[2][PATH_MAX];
        CheckRules rules = {};

        (void) snprintf(paths[0], sizeof(paths[0]), "%s/config", place->directory);
        (void) snprintf(paths[1], sizeof(paths[1]), "%s/boot/config-%s", place->root,
                        place->release);
        for (size_t i = 0; i < ELEMENTSOF(paths); i++) {
                if (!read_text(paths[i], FILE_SIZE_MAX, &text))
                        continue;
                rules.signatures = enforced_if(strstr(text.data, "\nCONFIG_MODULE_SIG_FORCE=y\n"));
                rules.versions = enforced_if(!strstr(text.data, "\nCONFIG_MODULE_FORCE_LOAD=y\n"));
                break;
        }

        if (place->is_running && running_kernel_enforces_signatures())
                rules.signatures = CHECK_ENFORCED;
        return rules;
}

int kernel_build_search(KernelBuildSearch *search) {
        return kernel_build_read(&search->place, search->known, &search->found);
}

void kernel_build_search_done(KernelBuildSearch *search) {
        kernel_build_unref(search->known);
        kernel_build_unref(search->found);
        *search = (KernelBuildSearch){};
}

const KernelExports *kernel_build_search_exports(const KernelBuildSearch *search) {
        return search->found ? &search->found->exports : &search->known->exports;
}
