/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * What may have changed since the last refresh began: module files of some names, or anything. It
 * only saves looking at all the others.
 */
typedef struct ChangedFiles {
        char **paths; /* below the kernel directory, NULL-terminated; NULL: none */
        size_t count;
        size_t capacity;
        bool is_everything;
} ChangedFiles;

/* So many names, and it is cheaper to look at everything. */
#define CHANGED_FILES_MAX 2000

void changed_files_done(ChangedFiles *files);

void changed_files_add_everything(ChangedFiles *files);

/* Adds `name` in `directory`. What is not below the kernel directory may be anything. */
void changed_files_add(ChangedFiles *files, const char *kernel_directory, const char *directory,
                       const char *name);

/* The paths, now the caller's, or NULL if it is everything. Nothing has changed since then. */
char **changed_files_take(ChangedFiles *files);

void changed_files_free(char **paths);
