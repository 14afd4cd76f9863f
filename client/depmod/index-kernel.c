/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-kernel.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fd.h"
#include "kernel-directory.h"

#define MODULES "lib/modules"
#define SYMVERS "build/Module.symvers"

void index_kernel_done(IndexKernel *kernel) {
        free(kernel->directory);
        free(kernel->version);
        free(kernel->symvers);
        *kernel = (IndexKernel){};
}

static char *join(const char *directory, const char *name) {
        char *path;

        return asprintf(&path, "%s/%s", directory, name) < 0 ? NULL : path;
}

/* 0 for a directory, or a negative errno. */
static int check_directory(const char *path) {
        struct stat st;

        if (stat(path, &st) < 0)
                return -errno;
        return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

static bool has(const char *directory, const char *name) {
        _cleanup_free_ char *path = join(directory, name);

        return path && access(path, F_OK) == 0;
}

/* "6.1.0-56-amd64", not "my-modules". */
static bool is_version(const char *name) {
        size_t digits = 0;

        while (isdigit((unsigned char) name[digits]))
                digits++;
        return digits > 0 && name[digits] == '.' && isdigit((unsigned char) name[digits + 1]);
}

/* What the directory is called, by the name that it was given or by its own. */
static int version_of_name(const char *directory, char **ret_version) {
        _cleanup_free_ char *path = realpath(directory, NULL);
        const char *slash = strrchr(directory, '/'), *name = slash ? slash + 1 : directory;

        if (!is_version(name) && path)
                name = strrchr(path, '/') + 1;
        if (!is_version(name))
                return 0;

        *ret_version = strdup(name);
        return *ret_version ? 0 : -ENOMEM;
}

/* 0, or -ENODATA if there is no such regular file that can be read. */
static int follow(const char *directory, char **ret_path) {
        _cleanup_free_ char *path = join(directory, SYMVERS);
        struct stat st;

        if (!path)
                return -ENOMEM;
        if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) || access(path, R_OK) < 0)
                return -ENODATA;

        *ret_path = TAKE_PTR(path);
        return 0;
}

/*
 * The same within a root, whose "build" is a link to /usr/src: to that of the root and not to ours.
 */
static int follow_within(const char *root, const char *version, char **ret_path) {
        struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT };
        _cleanup_close_ int root_fd = -1, fd = -1;
        _cleanup_free_ char *inside = NULL, *path = NULL;
        char link[64];
        struct stat st;

        if (asprintf(&inside, MODULES "/%s/" SYMVERS, version) < 0) {
                inside = NULL;
                return -ENOMEM;
        }

        root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (root_fd < 0)
                return -ENODATA;
        fd = (int) syscall(SYS_openat2, root_fd, inside, &how, sizeof(how));
        if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
                return -ENODATA;

        (void) snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
        path = realpath(link, NULL);
        if (!path || access(path, R_OK) < 0)
                return -ENODATA;

        *ret_path = TAKE_PTR(path);
        return 0;
}

static int find_symvers(IndexKernel *kernel, const char *root) {
        int r = -ENODATA;

        if (root)
                r = follow_within(root, kernel->version, &kernel->symvers);
        if (r == -ENODATA)
                r = follow(kernel->directory, &kernel->symvers);
        return r == -ENODATA ? 0 : r;
}

/* `base` is no root with this version: then it is the kernel directory, unless it is a root. */
static int take_base(IndexKernel *kernel, const char *base, bool is_version_given) {
        int r;

        if (has(base, MODULES) || has(base, "usr/" MODULES))
                return check_directory(kernel->directory);

        free(kernel->directory);
        kernel->directory = strdup(base);
        if (!kernel->directory)
                return -ENOMEM;
        kernel->is_by_name = true;
        r = check_directory(kernel->directory);
        if (r < 0)
                return r;

        if (!is_version_given) {
                _cleanup_free_ char *version = NULL;

                r = version_of_name(base, &version);
                if (r < 0)
                        return r;
                kernel->is_version_known = version;
                if (version) {
                        free(kernel->version);
                        kernel->version = TAKE_PTR(version);
                }
        }

        return 0;
}

int index_kernel_find(IndexKernel *kernel, const char *base, const char *version) {
        _cleanup_free_ char *root = strdup(base ? base : "");
        int r = 0;

        if (!root)
                return -ENOMEM;
        for (size_t size = strlen(root); size > 0 && root[size - 1] == '/'; size--)
                root[size - 1] = '\0';

        if (version) {
                kernel->version = strdup(version);
                r = kernel->version ? 0 : -ENOMEM;
        } else
                r = kernel_directory_running_version(&kernel->version);
        if (r < 0)
                return r;

        kernel->is_version_known = true;
        r = kernel_directory_join(root, MODULES, kernel->version, &kernel->directory);
        if (r < 0)
                return r;

        r = check_directory(kernel->directory);
        if (r < 0 && base)
                r = take_base(kernel, root[0] != '\0' ? root : "/", version);
        if (r < 0)
                return r;

        return find_symvers(kernel, base && !kernel->is_by_name ? root : NULL);
}

bool index_kernel_is_empty(const IndexKernel *kernel) {
        static const char *const names[] = { "modules.order", "modules.builtin", "modules.dep" };

        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                if (has(kernel->directory, names[i]))
                        return false;
        }

        return kernel->is_by_name;
}
