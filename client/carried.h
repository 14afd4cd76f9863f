/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "value.h"

/*
 * What DiffKernels tells of modules that do not come with the old kernel: the list "carried".
 */

/* For people: adds to each why it is judged so, as "why". 0 or -ENOMEM. */
int carried_add_reasons(Value *reply);

/*
 * For programs, as a plan: adds to each that would load as "link" the path of a link to it, below
 * the new kernel's directory, that would make the new kernel have it. 0 or -ENOMEM.
 */
int carried_add_links(Value *reply);
