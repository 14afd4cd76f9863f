/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "place.h"
#include "watch.h"

/*
 * Watching the directories of a list of places: each once, however many places are in it.
 */

/*
 * The paths of watched places are the watch's: such a list is to be cleared here.
 *
 * Watches the directory of places->items[i], if it is the first of that directory. They have been
 * collected after that watch_moment(). The results are those of watch_acquire(); WATCH_WAS_THERE
 * for the others.
 */
int watch_places_acquire(Watch *watch, PlaceList *places, size_t i, uint64_t moment);

/* Releases what has been acquired, and clears the list. */
void watch_places_release(Watch *watch, PlaceList *places);

/* Would acquiring `next` instead of `watched` change nothing? */
bool watch_places_are_equal(const PlaceList *watched, const PlaceList *next);
