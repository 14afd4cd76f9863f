/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "macro.h"

/*
 * A staged file is the complete next content of a file, lying beside it under a temporary name.
 * Publishing renames it into place, so a reader opens the old bytes or the new bytes and never a
 * mix.
 *
 * Writing, syncing and publishing are steps of their own because the files of one generation belong
 * together: write and sync all of them first, and everything that can run out of space has happened
 * before the first rename. A published file can be reverted until it is done with: the old one is
 * kept under a second temporary name. That also takes the freeing of the old bytes out of the
 * rename, which on ext4 makes a burst of renames a hundred times shorter.
 *
 * Calling sequence: write, sync, publish, and done in any case; revert between the last two.
 *
 * The directory descriptor and the name are borrowed: both must outlive the staged file. All
 * functions return 0 or a negative errno.
 */
typedef struct StagedFile {
        int dir_fd;
        const char *name;
        int fd;                    /* of the new content, until it is synced */
        char temp[NAME_MAX + 1];   /* the new file; empty when there is none */
        char backup[NAME_MAX + 1]; /* the old file; empty when there is none */
        bool is_first;             /* there was no file of this name */
        bool is_published;
} StagedFile;

#define STAGED_FILE_NULL ((StagedFile){ .fd = -1 })

/* Writes the bytes and lets the disk begin to take them if they will be synced. */
int staged_file_write(StagedFile *file, int dir_fd, const char *name, const void *bytes,
                      size_t size, bool will_sync);

/* Waits until the disk has the bytes, if `sync`, and closes the file. */
int staged_file_sync(StagedFile *file, bool sync);

int staged_file_publish(StagedFile *file);

/*
 * Puts the old file back in place of a published one. Where the old one could not be kept, on a
 * file system without hard links, the new one stays: -ENOTSUP.
 */
int staged_file_revert(StagedFile *file);

/* Removes what was written but not published, and the old file. Safe twice. */
void staged_file_done(StagedFile *file);

/*
 * Is this the name of a staged file or of an old one kept by it? In a directory whose only writer
 * we are, such a name is what a killed run left behind.
 */
bool staged_file_is_leftover(const char *name);
