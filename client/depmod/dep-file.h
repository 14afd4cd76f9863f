/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "buffer.h"

/*
 * A file that takes the place of modules.dep or modules.dep.bin, wherever it lies: the directory
 * that it will be renamed in, and its name there.
 */
typedef struct DepFile {
        int dir_fd;       /* AT_FDCWD: the kernel directory */
        const char *name; /* the end of the path that was given, or the default name */
        char *path;       /* links followed; NULL: the default name in the kernel directory */
        char *directory;
} DepFile;

#define DEP_FILE_NULL ((DepFile){ .dir_fd = -1 })

/*
 * `path` may be NULL: then it is `default_name` in the kernel directory. A link is followed, so
 * that it stays one.
 *
 * 0; -EISDIR; -ENOTSUP: there is something that is no file, as /dev/null; -ENOENT and other errors
 * about the directory, which must exist.
 */
int dep_file_open(DepFile *file, const char *path, const char *default_name,
                  const char *kernel_directory);
void dep_file_done(DepFile *file);

/* Will the two be written to the same place? */
bool dep_file_is(const DepFile *file, const DepFile *other);

/* Its present bytes. 0, also without any file, or a negative errno. */
int dep_file_read(const DepFile *file, const char *kernel_directory, Buffer *bytes);
