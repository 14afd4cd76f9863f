/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "model.h"

/*
 * Adds modules to a tree, in this order, from a description in lines:
 *
 *   module PATH           begins a module; it is external if the path is absolute
 *   export NAME [CRC]
 *   need NAME [CRC]       with a CRC from __versions or without; a leading dot is taken off
 *   weak NAME [CRC]
 *   alias TEXT
 *   softdep TEXT
 *   weakdep TEXT
 *   vermagic TEXT
 *   machine NUMBER        e_machine, little-endian and of 64 bits
 */
void model_script_add(Tree *tree, const char *script);

/* A linked model of the kernel directory "/m/1.0"; fails if there are cycles. */
void model_script_link(Model *model, const char *script);
