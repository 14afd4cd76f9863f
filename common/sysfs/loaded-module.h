/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

/*
 * What the running kernel says of a module in /sys/module. A module that is part of the kernel may
 * have a directory there, too, but is not loaded.
 */
typedef struct LoadedModule {
        bool is_loaded;
        char build_id[2 * 64 + 1]; /* as hexadecimal digits; "" if it does not tell */
        char srcversion[64];       /* "" if it has none */
} LoadedModule;

/*
 * `sysfs` is where sysfs is mounted, `name` a module name with '_'. What cannot be read is not
 * loaded or not told. A name that is no name of a file is that of no module.
 */
void loaded_module_read(LoadedModule *ret_module, const char *sysfs, const char *name);
