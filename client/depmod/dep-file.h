/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "buffer.h"

/*
 * A file that takes the place of modules.dep or modules.dep.bin, wherever it lies: the directory
 * that it will be renamed in, and its name there.
 */
typedef struct DepFile {
        int dir_fd;       /* AT_FDCWD: the kernel directory */
        const char *name; /* the end of the path that was given, or the default name */
        char *directory;
} DepFile;

#define DEP_FILE_NULL ((DepFile){ .dir_fd = -1 })

/* `path` may be NULL: then it is `default_name` in the kernel directory. 0 or a negative errno. */
int dep_file_open(DepFile *file, const char *path, const char *default_name);
void dep_file_done(DepFile *file);

/* Its present bytes. 0, also without any file, or a negative errno. */
int dep_file_read(const DepFile *file, const char *kernel_directory, Buffer *bytes);
