/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "depmod-config.h"

/*
 * The rank of a module file: of several files with one module name the highest wins (specification
 * sections 2.4 and 2.5). An override beats every search rule, a later override an earlier one.
 * Equal rank is not decided here: the file met first in path order wins, so that nothing depends on
 * the order in which a file system lists its entries.
 *
 * kmod lets the file met *last* win when two lie under one and the same search directory; this is a
 * difference on purpose, told in depmod(8).
 */
typedef struct Rank {
        int override;   /* position of the matching override, or -1 */
        int64_t search; /* number of the search rule; -1: none matches */
} Rank;

/*
 * `path` is relative to the kernel directory, or absolute for a module of an external directory.
 * `module_name_size` is the length of its module name, which tells how much of the file's name an
 * override is compared with.
 */
Rank config_rank(const Config *config, const char *path, size_t module_name_size);

/* Negative, 0 or positive as for strcmp(). */
int rank_compare(Rank a, Rank b);

/*
 * Appends the rule by which a file wins against another of its module name, in the words of the
 * configuration: "override updates/dkms/nvidia", "search updates", or "path order" if none decides.
 * buffer_error() tells whether there was memory.
 */
void rank_append_rule(const Config *config, Rank winner, Rank loser, Buffer *rule);
