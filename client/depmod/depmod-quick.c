/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "depmod-quick.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "depmod-message.h"
#include "dir-walk.h"
#include "scan.h"

enum {
        IS_NEWER = -EEXIST, /* ends the walk */
};

static bool is_later(struct timespec a, struct timespec b) {
        return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec;
}

static int on_file(const char *path, size_t relative, int dir_fd, const char *name,
                   void *userdata) {
        const struct timespec *reference = userdata;
        struct stat st;

        (void) path;
        (void) relative;
        if (!module_file_is_one(name) || fstatat(dir_fd, name, &st, 0) < 0)
                return 0;

        return is_later(st.st_mtim, *reference) ? IS_NEWER : 0;
}

/* The configuration plays no part here. */
static bool is_excluded(const char *name, const void *userdata) {
        (void) userdata;
        return strcmp(name, "build") == 0 || strcmp(name, "source") == 0;
}

bool depmod_quick_is_outdated(const char *directory) {
        _cleanup_problem_list_ ProblemList problems = { .least = PROBLEM_WARNING };
        _cleanup_free_ char *path = NULL;
        struct stat st;
        int r;

        if (asprintf(&path, "%s/modules.dep", directory) < 0) {
                path = NULL;
                return true;
        }
        if (stat(path, &st) < 0) {
                depmod_message(MESSAGE_ERROR, "could not fstatat(%s, modules.dep): %s", directory,
                               strerror(errno));
                return true;
        }

        r = dir_walk(&(DirWalk){ .root = directory,
                                 .is_excluded = is_excluded,
                                 .on_file = on_file,
                                 .userdata = &st.st_mtim,
                                 .problems = &problems });
        depmod_message_problems(&problems);
        return r < 0;
}
