/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "place.h"
#include "watch.h"

/*
 * What a change of the watched directories means for one kernel. Pure: it looks at nothing but the
 * names, and at the type of an entry that nobody has seen yet.
 */
typedef enum ChangeMeaning {
        CHANGE_NOTHING,
        CHANGE_MODEL,        /* directories, links, configuration: the model may differ */
        CHANGE_MODULE_FILE,  /* the same, by nothing but this module file */
        CHANGE_OUTPUT,       /* an index file was written, replaced or removed by somebody else */
        CHANGE_OUTPUT_MOVED, /* an index file was moved into place, by us or by somebody else */
} ChangeMeaning;

/* `places` are those of the kernel whose directory is `directory`, sorted. */
ChangeMeaning change_meaning(const WatchChange *change, const PlaceList *places,
                             const char *directory);
