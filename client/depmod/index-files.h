/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "dep-file.h"
#include "index-options.h"
#include "output.h"
#include "publication.h"

/*
 * The files that depmodctl index writes, and where.
 */
typedef struct IndexFiles {
        const char *directory; /* the kernel's; borrowed, as the options' strings are */
        DepFile dep;           /* takes the place of modules.dep */
        DepFile dep_bin;       /* takes the place of modules.dep.bin */
        PublicationFile items[OUTPUT_KINDS]; /* in the order of publication */
        OutputKind kinds[OUTPUT_KINDS];      /* of the items */
        size_t count;
} IndexFiles;

#define INDEX_FILES_NULL ((IndexFiles){ .dep = DEP_FILE_NULL, .dep_bin = DEP_FILE_NULL })

/*
 * `outputs` need not be rendered yet. 0, or what dep_file_open() returns, and then *ret_path is the
 * FILE that it was about.
 */
int index_files_open(IndexFiles *files, const IndexOptions *options, const char *directory,
                     const OutputSet *outputs, const char **ret_path);
void index_files_done(IndexFiles *files);

/*
 * The name of a file that two of them, or one of them and the kernel's own modules.order or
 * modules.builtin would be; NULL: there is none.
 */
const char *index_files_conflict(const IndexFiles *files);

/* The path of the item with this name, for messages. 0 or -ENOMEM. */
int index_files_path(const IndexFiles *files, const char *name, char **ret_path);

/* Text files in full, of the binary ones their size, each under a line with its path. */
int index_files_print(const IndexFiles *files);
