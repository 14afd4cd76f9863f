/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "macro.h"

/*
 * Files on the command line that are to be checked: opened here, with the rights of whoever asks,
 * because the daemon takes descriptors and never opens paths of others.
 */
typedef struct CandidateFiles {
        bool is_directory; /* one descriptor, of a directory of modules */
        char **labels;     /* where each would lie below the kernel directory */
        int *fds;
        size_t count;
} CandidateFiles;

/* So many can be passed at once. */
#define CANDIDATE_FILES_MAX 16

/*
 * `as` is where they would lie, NULL: where the daemon thinks. 0 or a negative errno, which has
 * been said; the files are to be released in any case.
 */
int candidate_files_open(CandidateFiles *files, char *const *paths, size_t n_paths, const char *as);
void candidate_files_done(CandidateFiles *files);
#define _cleanup_candidate_files_ _cleanup_(candidate_files_done)
