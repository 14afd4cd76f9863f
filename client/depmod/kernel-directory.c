/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-directory.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "macro.h"
#include "scan.h"

int kernel_directory_join(const char *base, const char *module_directory, const char *version,
                          char **ret_path) {
        char *path;
        int n;

        n = asprintf(&path, "%s/%s/%s", base, module_directory, version);
        if (n < 0)
                return -ENOMEM;
        if (n >= PATH_MAX) {
                free(path);
                return -ENAMETOOLONG;
        }

        *ret_path = path;
        return 0;
}

static bool is_directory(const char *path) {
        struct stat st;

        return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Modules lie at its top level (an updates directory, a build's output) or below "kernel". */
static bool holds_modules(const char *path) {
        const struct dirent *entry;
        bool is_found = false;
        DIR *directory;

        directory = opendir(path);
        if (!directory)
                return false;

        while (!is_found && (entry = readdir(directory)))
                is_found = strcmp(entry->d_name, "modules.order") == 0 ||
                           strcmp(entry->d_name, "kernel") == 0 ||
                           module_file_is_one(entry->d_name);

        (void) closedir(directory);
        return is_found;
}

int kernel_directory_find(const char *base, const char *module_directory, const char *version,
                          char **ret_path) {
        _cleanup_free_ char *path = NULL;
        int r;

        r = kernel_directory_join(base, module_directory, version, &path);
        if (r < 0)
                return r;

        if (base[0] != '\0' && !is_directory(path) && holds_modules(base)) {
                free(path);
                path = strdup(base);
                if (!path)
                        return -ENOMEM;
        }

        *ret_path = TAKE_PTR(path);
        return 0;
}

int kernel_directory_running_version(char **ret_version) {
        struct utsname name;
        char *version;

        if (uname(&name) < 0)
                return -errno;
        version = strdup(name.release);
        if (!version)
                return -ENOMEM;

        *ret_version = version;
        return 0;
}
