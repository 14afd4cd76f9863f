/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <time.h>
#include <unistd.h>

#include "module-file.h"
#include "temp-tree.h"

/* The files of the kernel "1.0" below the working directory. */
#define KERNEL "m/1.0"
#define PATH_OF(name) KERNEL "/" name

static inline bool exists(const char *path) {
        return access(path, F_OK) == 0;
}

static inline void make_modules(void) {
        module_file_write(PATH_OF("a.ko"), "export x 1\ninfo alias=pci:a\n");
        module_file_write(PATH_OF("b.ko"), "need x\n");
        temp_tree_write_text(PATH_OF("modules.order"), "a.ko\nb.ko\n");
        temp_tree_write_text(PATH_OF("modules.builtin"), "");
        temp_tree_write_text(PATH_OF("modules.builtin.modinfo"), "");
}

/* A file that was written just now proves nothing; after this it does. */
static inline void let_files_age(void) {
        (void) nanosleep(&(struct timespec){ .tv_nsec = 120000000 }, NULL);
}
