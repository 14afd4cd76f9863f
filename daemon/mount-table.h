/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "buffer.h"
#include "mounts.h"

/*
 * The lines of the mount table, /proc/self/mountinfo, for the mounts alone and for fuzzing.
 */

/*
 * Appends to `relevant` the lines whose mount point is relevant, each with a NUL behind it. The
 * table is used up. 0 or -ENOMEM.
 */
int mount_table_select(char *table, const MountsHandler *handler, Buffer *relevant);
