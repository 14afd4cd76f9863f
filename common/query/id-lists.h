/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "macro.h"

/*
 * For each of many numbers a list of numbers, in two arrays: which modules import the symbol with
 * this id, which modules need this module.
 *
 * Built in two passes over the same pairs in the same order: count all, then put all. Each list
 * keeps the order in which its values were put.
 */
typedef struct IdLists {
        uint32_t n_ids;
        uint32_t
                *starts; /* the values of id are values[starts[id]] to values[starts[id + 1] - 1] */
        uint32_t *values;
} IdLists;

/* 0 or -ENOMEM. */
int id_lists_init(IdLists *lists, uint32_t n_ids);
void id_lists_done(IdLists *lists);
#define _cleanup_id_lists_ _cleanup_(id_lists_done)

void id_lists_count(IdLists *lists, uint32_t id);

/* Ends the first pass. 0 or -ENOMEM. */
int id_lists_allocate(IdLists *lists);

void id_lists_put(IdLists *lists, uint32_t id, uint32_t value);

/* The list of an id; there may be no such id. */
const uint32_t *id_lists_get(const IdLists *lists, uint32_t id, size_t *ret_count);
