/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "watch-places.h"

#include <stdlib.h>
#include <string.h>

static bool is_first(const PlaceList *places, size_t i) {
        return i == 0 || strcmp(places->items[i - 1].path, places->items[i].path) != 0;
}

static bool are_names_only(const PlaceList *places, size_t i) {
        const char *path = places->items[i].path;

        for (; i < places->count && strcmp(places->items[i].path, path) == 0; i++) {
                if (places->items[i].kind != PLACE_NAME)
                        return false;
        }

        return true;
}

int watch_places_acquire(Watch *watch, PlaceList *places, size_t i, uint64_t moment) {
        Place *place = &places->items[i];
        int r;

        if (!is_first(places, i))
                return WATCH_WAS_THERE;

        r = watch_acquire(watch, &(WatchTarget){ .directory = place->path,
                                                 .device = place->device,
                                                 .inode = place->inode,
                                                 .names_only = are_names_only(places, i),
                                                 .moment = moment });
        place->is_watched = r >= 0;
        if (place->is_watched) {
                char *path = place->path;

                /* Which is as long there: a kernel has some thousand of them. */
                place->path = (char *) watch_path(watch, path);
                free(path);
        }
        return r;
}

void watch_places_release(Watch *watch, PlaceList *places) {
        for (size_t i = 0; i < places->count; i++) {
                Place *place = &places->items[i];

                if (place->is_watched)
                        watch_release(watch, TAKE_PTR(place->path));
        }
        place_list_done(places);
}

static bool is_equal(const Place *a, const Place *b) {
        return a->inode == b->inode && a->device == b->device && a->kind == b->kind &&
               strcmp(a->path, b->path) == 0 &&
               (a->name == b->name || (a->name && b->name && strcmp(a->name, b->name) == 0));
}

bool watch_places_are_equal(const PlaceList *watched, const PlaceList *next) {
        if (watched->count != next->count || next->count == 0)
                return false;

        for (size_t i = 0; i < next->count; i++) {
                if ((is_first(watched, i) && !watched->items[i].is_watched &&
                     !watched->items[i].is_remote) ||
                    !is_equal(&watched->items[i], &next->items[i]))
                        return false;
        }

        return true;
}
