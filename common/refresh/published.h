/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "cache.h"
#include "output.h"

/*
 * What is known of the index files of a kernel on disk, whoever wrote them: those that said what
 * the modules say. A zeroed key: not known, or not there.
 */
typedef struct Published {
        StatKey keys[OUTPUT_KINDS];
        uint64_t checksums[OUTPUT_KINDS]; /* of what we would write; 0: not known, or it differs */
        uint64_t certain;                 /* OUTPUT_BITs: as long as the key is the same, it is */
} Published;

/* The keys of all index files in a directory now, and nothing else of them. */
void published_look(Published *published, const char *directory);
void published_look_at(Published *published, int dir_fd);

/*
 * Is the file on disk still the one that is known? With `is_watched` an equal key says so: somebody
 * would have told otherwise. If not, and if the key was noted when the file had just been written,
 * the file is read; if it is right, what is known of it is brought up to date.
 */
bool published_is_right(Published *published, int dir_fd, OutputKind kind, bool is_watched);

/*
 * Makes certain what is not, by reading it, and forgets what has changed. OUTPUT_BITs of what is so
 * young that nothing can be certain yet.
 */
unsigned published_confirm(Published *published, int dir_fd);

/*
 * Removes the index files of a directory that has no modules any more, if they are still those that
 * are known, and then the directory if nothing is left in it. How many files were removed.
 */
unsigned published_withdraw(const Published *published, const char *directory);

/* The same for the module cache; for `source` see there. */
void published_to_cache(const Published *published, uint64_t source, CachedIndex *ret_index);
void published_from_cache(Published *published, const CachedIndex *index);
