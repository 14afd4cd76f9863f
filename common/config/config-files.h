/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

#include "buffer.h"
#include "macro.h"
#include "problem.h"

/*
 * The files of a configuration, in the order in which they are to be parsed (specification section
 * 2.1): by name, whatever directory they lie in, and of one name only the file of the earliest
 * path.
 */
typedef struct ConfigFile {
        char *path;
        const char *name; /* last component of path */
        size_t position;  /* of the path in the list that it was found by */
} ConfigFile;

typedef struct ConfigFiles {
        ConfigFile *items;
        size_t count;
        size_t capacity;
} ConfigFiles;

/*
 * Finds the files that a NULL-terminated list of files and directories stands for. 0 or a negative
 * errno, with *ret_files untouched: -ENOMEM, -EMFILE, -ENFILE. Everything else is a problem.
 */
int config_files_find(ConfigFiles *ret_files, const char *const *paths, ProblemList *problems);

void config_files_done(ConfigFiles *files);
#define _cleanup_config_files_ _cleanup_(config_files_done)

/*
 * Records that a file or directory cannot be read for the reason `error`, a positive errno. 0, or a
 * negative errno when the reason lies with us: no memory or no descriptors.
 */
int config_files_unreadable(const char *path, int error, ProblemList *problems);

enum {
        CONFIG_FILE_UNREADABLE = 1,
};

/*
 * Appends all bytes of a file. 0; CONFIG_FILE_UNREADABLE, recorded as a problem; or a negative
 * errno when the reason lies with us.
 */
int config_file_read(const char *path, Buffer *bytes, ProblemList *problems);
