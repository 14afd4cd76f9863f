/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "change.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "module-files.h"
#include "output.h"

static bool is_output(const char *name) {
        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                if (strcmp(name, output_name(i)) == 0)
                        return true;
        }

        return false;
}

static bool is_input(const char *name) {
        return strcmp(name, "modules.order") == 0 || strcmp(name, "modules.builtin") == 0 ||
               strcmp(name, "modules.builtin.modinfo") == 0;
}

/*
 * A link may lead to a directory of modules. One that was there when the model was made has a place
 * of its name; of a new one only its type tells.
 */
static bool is_new_link(const WatchChange *change) {
        char path[4096 + 256];
        struct stat st;
        int n;

        if (change->is_gone)
                return false;
        n = snprintf(path, sizeof(path), "%s/%s", change->directory, change->name);
        return n > 0 && (size_t) n < sizeof(path) && lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static ChangeMeaning meaning_among_modules(const WatchChange *change, const char *directory) {
        const char *name = change->name;

        if (change->is_directory)
                return CHANGE_MODEL;
        if (module_file_is_one(name))
                return CHANGE_MODULE_FILE;
        if (strcmp(change->directory, directory) == 0) {
                if (is_input(name))
                        return CHANGE_MODEL;
                if (is_output(name))
                        return change->is_moved_here ? CHANGE_OUTPUT_MOVED : CHANGE_OUTPUT;
        }

        return is_new_link(change) ? CHANGE_MODEL : CHANGE_NOTHING;
}

ChangeMeaning change_meaning(const WatchChange *change, const PlaceList *places,
                             const char *directory) {
        const Place *place = place_list_find(places, change->directory), *end;
        ChangeMeaning meaning = CHANGE_NOTHING;

        if (!place)
                return CHANGE_NOTHING;
        if (change->hint == WATCH_LOST)
                return CHANGE_MODEL;

        end = places->items + places->count;
        for (; place < end && strcmp(place->path, change->directory) == 0; place++) {
                if (place->name && strcmp(place->name, change->name) == 0)
                        return CHANGE_MODEL;
                if (place->kind == PLACE_CONFIG && change->name[0] != '.')
                        return CHANGE_MODEL;
                if (place->kind == PLACE_MODULES)
                        meaning = meaning_among_modules(change, directory);
                if (meaning == CHANGE_MODEL)
                        return meaning;
        }

        return meaning;
}
