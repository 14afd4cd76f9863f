/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "id-map.h"

#include <errno.h>
#include <string.h>

#define SLOTS_MIN 64

typedef struct IdMapSlot {
        uint32_t id;
        uint32_t place; /* ID_MAP_NONE: the slot is empty */
} IdMapSlot;

void id_map_done(IdMap *map) {
        free(map->slots);
        *map = (IdMap){};
}

/* The slot of an id, or the empty one where it belongs. */
static IdMapSlot *find_slot(const IdMap *map, uint32_t id) {
        for (uint32_t i = (id * UINT32_C(0x9e3779b1)) >> 7;; i++) {
                IdMapSlot *slot = &map->slots[i & map->mask];

                if (slot->id == id || slot->place == ID_MAP_NONE)
                        return slot;
        }
}

uint32_t id_map_find(const IdMap *map, uint32_t id) {
        return map->slots ? find_slot(map, id)->place : ID_MAP_NONE;
}

static int grow(IdMap *map) {
        size_t n = map->slots ? 2 * ((size_t) map->mask + 1) : SLOTS_MIN;
        IdMap grown = { .mask = (uint32_t) (n - 1), .count = map->count };

        if (n > UINT32_MAX)
                return -ENOMEM;
        grown.slots = reallocarray(NULL, n, sizeof(IdMapSlot));
        if (!grown.slots)
                return -ENOMEM;

        memset(grown.slots, 0xff, n * sizeof(IdMapSlot));
        for (size_t i = 0; map->slots && i <= map->mask; i++) {
                if (map->slots[i].place != ID_MAP_NONE)
                        *find_slot(&grown, map->slots[i].id) = map->slots[i];
        }

        free(map->slots);
        *map = grown;
        return 0;
}

int id_map_put(IdMap *map, uint32_t id, uint32_t *ret_place) {
        IdMapSlot *slot;
        int r;

        if (!map->slots || map->count > map->mask / 2) {
                r = grow(map);
                if (r < 0)
                        return r;
        }

        slot = find_slot(map, id);
        if (slot->place == ID_MAP_NONE)
                *slot = (IdMapSlot){ .id = id, .place = map->count++ };

        *ret_place = slot->place;
        return 0;
}
