/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "candidate-files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "fd.h"
#include "message.h"

void candidate_files_done(CandidateFiles *files) {
        for (size_t i = 0; i < files->count; i++) {
                closep(&files->fds[i]);
                free(files->labels[i]);
        }
        free(files->labels);
        free(files->fds);
        *files = (CandidateFiles){};
}

static char *label_of(const char *path, const char *as) {
        const char *slash = strrchr(path, '/');
        const char *name = slash ? slash + 1 : path;
        char *label;

        if (!as)
                return strdup(name);
        return asprintf(&label, "%s/%s", as, name) < 0 ? NULL : label;
}

static int open_one(CandidateFiles *files, const char *path, const char *as) {
        _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        struct stat st;

        if (fd < 0 || fstat(fd, &st) < 0) {
                int r = -errno;

                message_error("Cannot read %s: %s", path, strerror(-r));
                return r;
        }
        if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode)) {
                message_error("Cannot read %s: neither a file nor a directory", path);
                return -EMEDIUMTYPE;
        }

        files->labels[files->count] = label_of(path, as);
        if (!files->labels[files->count])
                return -ENOMEM;
        files->fds[files->count++] = fd_take(&fd);
        files->is_directory |= S_ISDIR(st.st_mode);
        return 0;
}

int candidate_files_open(CandidateFiles *files, char *const *paths, size_t n_paths,
                         const char *as) {
        if (n_paths > CANDIDATE_FILES_MAX) {
                message_error("No more than %d files can be checked at once, put them into a "
                              "directory and check that",
                              CANDIDATE_FILES_MAX);
                return -E2BIG;
        }

        files->labels = calloc(n_paths, sizeof(char *));
        files->fds = calloc(n_paths, sizeof(int));
        if (!files->labels || !files->fds)
                return -ENOMEM;

        for (size_t i = 0; i < n_paths; i++) {
                int r = open_one(files, paths[i], as);

                if (r < 0)
                        return r;
        }

        if (files->is_directory && (n_paths > 1 || as)) {
                message_error(as ? "--as is for files, a directory tells where they would lie"
                                 : "Either files or one directory can be checked");
                return -EINVAL;
        }
        return 0;
}
