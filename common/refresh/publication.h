/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "macro.h"
#include "staged-file.h"

/*
 * Writes the index files of one kernel as a set: all of them are staged and synced before the first
 * is renamed into place. If anything fails on the way, the old files stay as they were and nothing
 * of ours is left behind; after a kill there may be leftovers, which the next publication removes.
 * Only where a rename fails and putting back what was renamed before it does so too, or the file
 * system has no hard links, old and new files are mixed. Each of them is whole.
 *
 * While a publication is open it holds a lock (flock) on the output directory, so that of two of
 * our runs the later one sees all that the earlier one did. Open it before looking at the modules.
 */
typedef struct Publication {
        int dir_fd;    /* -1: not open */
        bool is_mixed; /* a failed commit could not put back all files that it had replaced */
} Publication;

#define PUBLICATION_NULL ((Publication){ .dir_fd = -1 })

/*
 * Opens and locks the directory, waiting for others, and removes leftovers; does neither on a file
 * system without locks, or if another holds the lock for half a minute. 0 or a negative errno;
 * -ENOENT if there is no such directory and `create` is not set.
 */
int publication_open(Publication *publication, const char *directory, bool create);

void publication_done(Publication *publication);
#define _cleanup_publication_ _cleanup_(publication_done)

typedef struct PublicationFile {
        int dir_fd; /* AT_FDCWD: the publication's own directory */
        const char *name;
        const Buffer *bytes;
} PublicationFile;

/*
 * Is that the content of the file already, and may everybody read it? Then it need not be written,
 * but is given the present time: what compares its time with those of modules has to see that it
 * has been looked at. With `sync` it is on the disk then, too: whoever wrote it may not have
 * waited.
 */
bool publication_renew(const Publication *publication, const PublicationFile *file, bool sync);

/*
 * Stages the next content of one file: writes it beside the present one. Of one publication several
 * threads may stage different files at once; `staged` is to be done with in any case.
 */
int publication_stage(const Publication *publication, const PublicationFile *file, bool sync,
                      StagedFile *staged);

/*
 * Publishes staged files in this order, and is done with them in any case. Without `sync` a power
 * cut may leave empty files: for images and chroots that nobody boots before they are synced as a
 * whole.
 *
 * 0 or a negative errno, and then *ret_failed is the name of the file that it was about; "." for
 * the directory itself, which is synced last: then all files are in place, but may not outlive a
 * power cut.
 */
int publication_publish(Publication *publication, StagedFile *const *staged, size_t n_staged,
                        bool sync, const char **ret_failed);

/* Both for all files. */
int publication_commit(Publication *publication, const PublicationFile *files, size_t n_files,
                       bool sync, const char **ret_failed);
