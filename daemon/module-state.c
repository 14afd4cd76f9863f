/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-state.h"

#include <errno.h>
#include <string.h>

#include "loaded-module.h"
#include "module-details.h"
#include "module-name.h"

const char *module_state_code(ModuleState state) {
        static const char *const codes[] = {
                [MODULE_ABSENT] = "absent",   [MODULE_ON_DISK] = "on-disk",
                [MODULE_BUILTIN] = "builtin", [MODULE_LOADED] = "loaded",
                [MODULE_BLOCKED] = "blocked", [MODULE_DIFFERENT] = "different"
        };

        return codes[state];
}

static const char *srcversion_of(const ModuleDetails *details) {
        for (size_t i = 0; i < details->n_fields; i++) {
                if (strcmp(details->fields[i].key, "srcversion") == 0)
                        return details->fields[i].value;
        }

        return "";
}

/* The build id tells each build apart, the source's version only what it was built from. */
static bool is_different(const LoadedModule *loaded, const ModuleDetails *file) {
        if (loaded->build_id[0] != '\0' && file->build_id[0] != '\0')
                return strcmp(loaded->build_id, file->build_id) != 0;
        return loaded->srcversion[0] != '\0' && srcversion_of(file)[0] != '\0' &&
               strcmp(loaded->srcversion, srcversion_of(file)) != 0;
}

ModuleState module_state_of(const StateSource *source, uint32_t module) {
        _cleanup_module_details_ ModuleDetails file = {};
        LoadedModule loaded = {};

        if (lookup_is_builtin(source->lookup, module))
                return MODULE_BUILTIN;
        if (source->sysfs)
                loaded_module_read(&loaded, source->sysfs, lookup_name(source->lookup, module));
        if (!loaded.is_loaded)
                return MODULE_ON_DISK;

        /* A file that cannot be read tells nothing. */
        if (source->dir_fd >= 0 &&
            module_details_read(source->dir_fd, lookup_path(source->lookup, module), &file) == 0 &&
            is_different(&loaded, &file))
                return MODULE_DIFFERENT;
        return MODULE_LOADED;
}

int module_state_of_missing(const StateSource *source, const char *name, ModuleState *ret_state) {
        _cleanup_buffer_ Buffer normal = {};
        LoadedModule loaded = {};
        int r;

        r = alias_normalize(name, strlen(name), &normal);
        buffer_append_byte(&normal, '\0');
        if (r == -ENOMEM || buffer_error(&normal) < 0)
                return -ENOMEM;
        if (source->sysfs && r >= 0)
                loaded_module_read(&loaded, source->sysfs, normal.data);

        *ret_state = loaded.is_loaded ? MODULE_DIFFERENT : MODULE_ABSENT;
        return 0;
}
