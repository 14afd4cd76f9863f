/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "depmod-config.h"

#include <errno.h>
#include <string.h>

#include "buffer.h"
#include "config-files.h"

const char *const config_default_paths[] = {
        "/etc/depmod.d",     "/run/depmod.d", "/usr/local/lib/depmod.d",
        "/usr/lib/depmod.d", "/lib/depmod.d", NULL,
};

int config_init(Config *ret_config) {
        _cleanup_config_ Config config = { .searches_are_default = true };

        config.searches = calloc(1, sizeof(*config.searches));
        if (!config.searches)
                return -ENOMEM;
        config.searches_capacity = config.n_searches = 1;

        config.searches[0] =
                (ConfigSearch){ .kind = CONFIG_SEARCH_DIRECTORY, .directory = strdup("updates") };
        if (!config.searches[0].directory)
                return -ENOMEM;

        *ret_config = config;
        config = (Config){};
        return 0;
}

static void strings_done(char **strings, size_t n) {
        for (size_t i = 0; i < n; i++)
                free(strings[i]);
        free(strings);
}

void config_done(Config *config) {
        for (size_t i = 0; i < config->n_searches; i++)
                free(config->searches[i].directory);
        free(config->searches);
        strings_done(config->overrides, config->n_overrides);
        strings_done(config->externals, config->n_externals);
        strings_done(config->excludes, config->n_excludes);
        *config = (Config){};
}

static int read_file(Config *config, const char *path, const char *version, ProblemList *problems) {
        _cleanup_buffer_ Buffer bytes = {};
        int r;

        r = config_file_read(path, &bytes, problems);
        if (r < 0 || r == CONFIG_FILE_UNREADABLE)
                return r < 0 ? r : 0;

        return config_parse(config, path, bytes.data, bytes.size, version, problems);
}

int config_read(Config *ret_config, const char *const *paths, const char *version,
                ProblemList *problems) {
        _cleanup_config_files_ ConfigFiles files = {};
        int r;

        *ret_config = (Config){};

        r = config_files_find(&files, paths, problems);
        if (r < 0)
                return r;

        r = config_init(ret_config);
        if (r < 0)
                return r;

        for (size_t i = 0; i < files.count; i++) {
                r = read_file(ret_config, files.items[i].path, version, problems);
                if (r < 0)
                        return r;
        }

        return 0;
}

bool config_excludes(const Config *config, const char *name) {
        if (strcmp(name, "build") == 0 || strcmp(name, "source") == 0)
                return true;

        for (size_t i = 0; i < config->n_excludes; i++) {
                if (strcmp(config->excludes[i], name) == 0)
                        return true;
        }

        return false;
}
