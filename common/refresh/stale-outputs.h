/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "output.h"

/*
 * Which index files are what they were, by what they are made from: so that nobody renders them to
 * see it. In doubt they are not.
 */

/*
 * Stands for all that the outputs of a model are made from beside its tree: the lists of builtin
 * modules and the layout. 0: nothing can be said, as where they have not been read. Not for a model
 * with the kernel's own symbols.
 */
uint64_t stale_outputs_source(const Model *model, IndexLayout layout);

/*
 * The outputs, as OUTPUT_BITs, that may differ between models with these trees, whose sources are
 * equal. Where modules have come, gone or moved these are all; where one has been built anew and
 * replaced, those of which it brings something else.
 */
unsigned stale_outputs_of_trees(const Tree *old, const Tree *now);
