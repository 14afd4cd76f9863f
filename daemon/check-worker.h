/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

/* A module file of somebody, and the path that it is called by. Borrowed. */
typedef struct CheckFile {
        const char *path;
        int fd;
} CheckFile;

/*
 * Reads files of others into a record of candidates, in a process that can do nothing else: they
 * are the only bytes of unknown origin that the daemon ever parses.
 *
 * It is forked and does not execute anything: that costs a tenth, and all that it inherits is taken
 * from it (see confine.h). What it says is as foreign as the files are.
 */
typedef struct CheckWork {
        const CheckFile *files;
        size_t n_files;
        int directory_fd; /* all module files below it, instead of files; -1: files */
        bool keeps_capabilities;
        const atomic_bool *is_cancelled;
} CheckWork;

/* With a directory, as many as an index can hold. */
#define CHECK_RECORD_SIZE_MAX ((size_t) 128 * 1024 * 1024)

/*
 * 0: the whole record is there. -EBADMSG: the process has ended before its work; -ETIMEDOUT: it has
 * taken too long; -E2BIG: the record is too large; -ECANCELED; or a negative errno.
 */
int check_worker_read(const CheckWork *work, Buffer *record);
