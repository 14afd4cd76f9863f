/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "buffer.h"
#include "value.h"

/*
 * Appends a sentence that says why there is no kernel of that release (NULL: none was named, and
 * the running one is not there), and which ones there are, of a list of records with "release".
 */
void kernel_names_explain(const Value *kernels, const char *release, Buffer *sentence);
