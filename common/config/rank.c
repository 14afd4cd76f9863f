/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rank.h"

#include <stdbool.h>
#include <string.h>

static bool lies_under(const char *path, const char *directory) {
        size_t size = strlen(directory);

        return strncmp(path, directory, size) == 0 && path[size] == '/';
}

/* Does `override`, as "updates/dkms/nvidia", say the directory and the beginning of the file? */
static bool override_matches(const char *override, const char *path, size_t module_name_size) {
        const char *slash = strrchr(path, '/');
        const char *file = slash ? slash + 1 : path;
        size_t size = (size_t) (file - path) + strnlen(file, module_name_size);

        return strncmp(override, path, size) == 0 && override[size] == '\0';
}

static int override_position(const Config *config, const char *path, size_t module_name_size) {
        for (size_t i = config->n_overrides; i > 0; i--) {
                if (override_matches(config->overrides[i - 1], path, module_name_size))
                        return (int) (i - 1);
        }

        return -1;
}

/* Number of the first external directory that holds the path, beginning with the last listed; -1.
 */
static int64_t external_number(const Config *config, const char *path) {
        for (size_t i = 0; i < config->n_externals; i++) {
                if (lies_under(path, config->externals[i]))
                        return (int64_t) (config->n_externals - 1 - i);
        }

        return -1;
}

/*
 * Entries are numbered from the last one upwards. The token `external` takes a number for each
 * external directory and one more, so that all of them rank between its neighbours.
 */
static int64_t search_number(const Config *config, const char *path) {
        bool absolute = path[0] == '/';
        int64_t external = absolute ? external_number(config, path) : -1;
        int64_t number = 0, matched = -1, builtin = -1;

        for (size_t i = config->n_searches; i > 0; i--) {
                const ConfigSearch *search = &config->searches[i - 1];

                switch (search->kind) {
                case CONFIG_SEARCH_DIRECTORY:
                        if (!absolute && lies_under(path, search->directory))
                                matched = number;
                        break;
                case CONFIG_SEARCH_BUILTIN:
                        builtin = number;
                        break;
                case CONFIG_SEARCH_EXTERNAL:
                        if (external >= 0)
                                matched = number + external;
                        number += (int64_t) config->n_externals;
                        break;
                }

                number++;
        }

        return matched >= 0 ? matched : builtin;
}

Rank config_rank(const Config *config, const char *path, size_t module_name_size) {
        bool absolute = path[0] == '/';

        return (Rank){
                .override = absolute ? -1 : override_position(config, path, module_name_size),
                .search = search_number(config, path),
        };
}

int rank_compare(Rank a, Rank b) {
        if (a.override != b.override)
                return a.override < b.override ? -1 : 1;

        return (a.search > b.search) - (a.search < b.search);
}

/* The entry that has a number. */
static const char *search_of(const Config *config, int64_t wanted) {
        int64_t number = 0;

        for (size_t i = config->n_searches; i > 0; i--) {
                const ConfigSearch *search = &config->searches[i - 1];

                if (search->kind == CONFIG_SEARCH_EXTERNAL)
                        number += (int64_t) config->n_externals;
                if (number >= wanted)
                        return search->kind == CONFIG_SEARCH_DIRECTORY  ? search->directory
                               : search->kind == CONFIG_SEARCH_EXTERNAL ? "external"
                                                                        : "built-in";
                number++;
        }

        return "";
}

void rank_append_rule(const Config *config, Rank winner, Rank loser, Buffer *rule) {
        if (winner.override != loser.override)
                buffer_append_format(rule, "override %s", config->overrides[winner.override]);
        else if (winner.search != loser.search)
                buffer_append_format(rule, "search %s", search_of(config, winner.search));
        else
                buffer_append_string(rule, "path order");
}
