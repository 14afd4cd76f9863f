/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "changed-files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

void changed_files_free(char **paths) {
        for (char **path = paths; path && *path; path++)
                free(*path);
        free(paths);
}

void changed_files_done(ChangedFiles *files) {
        changed_files_free(files->paths);
        *files = (ChangedFiles){};
}

void changed_files_add_everything(ChangedFiles *files) {
        changed_files_done(files);
        files->is_everything = true;
}

static bool has(const ChangedFiles *files, const char *path) {
        for (size_t i = 0; i < files->count; i++) {
                if (strcmp(files->paths[i], path) == 0)
                        return true;
        }

        return false;
}

/* NULL: there is no memory. */
static char *make_path(const char *below, const char *name) {
        char *path;

        if (asprintf(&path, "%s%s%s", below, *below == '\0' ? "" : "/", name) < 0)
                return NULL;
        return path;
}

void changed_files_add(ChangedFiles *files, const char *kernel_directory, const char *directory,
                       const char *name) {
        size_t size = strlen(kernel_directory);
        bool is_below = strncmp(directory, kernel_directory, size) == 0 &&
                        (directory[size] == '/' || directory[size] == '\0');
        char *path;

        if (files->is_everything)
                return;
        if (!is_below || files->count == CHANGED_FILES_MAX ||
            ARRAY_RESERVE(files->paths, files->capacity, files->count + 2) < 0) {
                changed_files_add_everything(files);
                return;
        }

        files->paths[files->count] = NULL;
        path = make_path(directory + size + (directory[size] == '/'), name);
        if (!path)
                changed_files_add_everything(files);
        else if (has(files, path))
                free(path);
        else {
                files->paths[files->count++] = path;
                files->paths[files->count] = NULL;
        }
}

char **changed_files_take(ChangedFiles *files) {
        char **paths = files->paths;

        if (!files->is_everything && !paths)
                paths = calloc(1, sizeof(char *));
        *files = (ChangedFiles){};
        return paths;
}
