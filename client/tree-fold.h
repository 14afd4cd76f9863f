/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "value.h"

/*
 * Shortens the rows of a tree, see module-tree.h, for people: of many leaves that hang below one
 * row only the first are left, and a last row "and 123 more". 0 or -ENOMEM.
 */
int tree_fold(Value *rows);
