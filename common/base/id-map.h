/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "macro.h"

/*
 * From ids, of which few out of many are of interest, to what an array holds of them: id_map_put()
 * gives each new id the next place of the array, beginning with 0. The array is its owner's.
 */
typedef struct IdMap {
        struct IdMapSlot *slots; /* open addressing, at most half full */
        uint32_t mask;
        uint32_t count;
} IdMap;

#define ID_MAP_NONE UINT32_MAX

void id_map_done(IdMap *map);
#define _cleanup_id_map_ _cleanup_(id_map_done)

/* The place of an id; ID_MAP_NONE if it has none. */
uint32_t id_map_find(const IdMap *map, uint32_t id);

/* The place of an id, which is that of the last one behind the others if it is new. 0, -ENOMEM. */
int id_map_put(IdMap *map, uint32_t id, uint32_t *ret_place);
