/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static const DepFile *dep_file_of(const IndexFiles *files, OutputKind kind) {
        if (kind == OUTPUT_DEP)
                return &files->dep;
        return kind == OUTPUT_DEP_BIN ? &files->dep_bin : NULL;
}

static void list(IndexFiles *files, const OutputSet *outputs, bool has_weakdep) {
        for (OutputKind kind = 0; kind < OUTPUT_KINDS; kind++) {
                const DepFile *dep = dep_file_of(files, kind);

                if (kind == OUTPUT_WEAKDEP && !has_weakdep)
                        continue;

                files->kinds[files->count] = kind;
                files->items[files->count++] =
                        (PublicationFile){ .dir_fd = dep ? dep->dir_fd : AT_FDCWD,
                                           .name = dep ? dep->name : output_name(kind),
                                           .bytes = &outputs->files[kind] };
        }
}

int index_files_open(IndexFiles *files, const IndexOptions *options, const char *directory,
                     const OutputSet *outputs, const char **ret_path) {
        int r;

        files->directory = directory;
        *ret_path = options->dep_file;
        r = dep_file_open(&files->dep, options->dep_file, output_name(OUTPUT_DEP), directory);
        if (r < 0)
                return r;

        *ret_path = options->dep_bin_file;
        r = dep_file_open(&files->dep_bin, options->dep_bin_file, output_name(OUTPUT_DEP_BIN),
                          directory);
        if (r < 0)
                return r;

        list(files, outputs, options->release.has_weakdep);
        return 0;
}

void index_files_done(IndexFiles *files) {
        dep_file_done(&files->dep);
        dep_file_done(&files->dep_bin);
        *files = INDEX_FILES_NULL;
}

/* Would this file of the kernel directory be one with a name that is taken there? */
static bool is_taken(const IndexFiles *files, OutputKind own_kind, const char *name) {
        static const char *const inputs[] = { "modules.order", "modules.builtin",
                                              "modules.builtin.modinfo" };

        for (size_t i = 0; i < ELEMENTSOF(inputs); i++) {
                if (strcmp(name, inputs[i]) == 0)
                        return true;
        }

        for (size_t i = 0; i < files->count; i++) {
                if (files->kinds[i] != own_kind && files->items[i].dir_fd == AT_FDCWD &&
                    strcmp(name, files->items[i].name) == 0)
                        return true;
        }

        return false;
}

const char *index_files_conflict(const IndexFiles *files) {
        if (dep_file_is(&files->dep, &files->dep_bin))
                return files->dep.name;
        if (files->dep.dir_fd == AT_FDCWD && is_taken(files, OUTPUT_DEP, files->dep.name))
                return files->dep.name;
        if (files->dep_bin.dir_fd == AT_FDCWD &&
            is_taken(files, OUTPUT_DEP_BIN, files->dep_bin.name))
                return files->dep_bin.name;
        return NULL;
}

static int path_of(const IndexFiles *files, size_t index, char **ret_path) {
        const DepFile *dep = dep_file_of(files, files->kinds[index]);
        char *path;

        if (dep && dep->path)
                path = strdup(dep->path);
        else if (asprintf(&path, "%s/%s", files->directory, files->items[index].name) < 0)
                path = NULL;
        if (!path)
                return -ENOMEM;

        *ret_path = path;
        return 0;
}

int index_files_path(const IndexFiles *files, const char *name, char **ret_path) {
        size_t i = 0;

        while (i + 1 < files->count && files->items[i].name != name)
                i++;
        return path_of(files, i, ret_path);
}

int index_files_print(const IndexFiles *files) {
        for (size_t i = 0; i < files->count; i++) {
                const Buffer *bytes = files->items[i].bytes;
                _cleanup_free_ char *path = NULL;
                int r;

                r = path_of(files, i, &path);
                if (r < 0)
                        return r;

                (void) printf("==> %s, %zu bytes <==\n", path, bytes->size);
                if ((OUTPUT_BIT(files->kinds[i]) & OUTPUT_TEXTS) && bytes->size > 0)
                        (void) fwrite(bytes->data, 1, bytes->size, stdout);
        }

        return 0;
}
