/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

#include "buffer.h"

/* How two texts differ: in lines, whatever their order. */
typedef struct LineDifference {
        uint32_t n_added;
        uint32_t n_removed;
} LineDifference;

/* 0 or -ENOMEM. */
int line_difference(const Buffer *old, const Buffer *new, LineDifference *ret_difference);
