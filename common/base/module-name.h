/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

#include "buffer.h"

/*
 * The two normal forms of names (specification section 3.3): '-' and '_' mean the same, and indexes
 * know only '_'.
 */

/* What is beyond it plays no part in an alias. */
#define ALIAS_SIZE_MAX 4095

/*
 * Appends the normal form of an alias, the key of the binary alias indexes: '-' becomes '_' except
 * inside [...]. Input beyond ALIAS_SIZE_MAX is cut first, as kmod does. 0; -EINVAL for unbalanced
 * brackets, with nothing appended; -ENOMEM.
 */
int alias_normalize(const char *alias, size_t size, Buffer *output);

/*
 * Appends the module name of a path: its last component up to the first '.', with '-' as '_'. The
 * name may be empty. 0; -ENAMETOOLONG when it is longer than a path may be, with nothing appended;
 * -ENOMEM.
 */
int module_name_from_path(const char *path, size_t size, Buffer *output);
