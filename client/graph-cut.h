/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "value.h"

/*
 * Takes the modules out of an answer of GetGraph that are more than `depth` steps away from those
 * that were asked for, and all edges to and from them. 0 or -ENOMEM.
 */
int graph_cut(Value *reply, int64_t depth);
