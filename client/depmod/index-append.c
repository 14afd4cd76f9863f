/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-append.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "scan.h"

/* A line that is none may be anything. */
#define NAME_SHOWN_MAX 1000

static bool is_indexed(const Tree *tree, const char *path) {
        StringId id = string_table_find(tree->strings, path, strlen(path));

        for (size_t i = 0; id != STRING_NONE && i < tree->count; i++) {
                if (tree->modules[i].path == id)
                        return true;
        }

        return false;
}

static int exists(const Tree *tree, const char *path) {
        _cleanup_free_ char *absolute = NULL;
        struct stat st;

        if (asprintf(&absolute, "%s%s%s", path[0] == '/' ? "" : tree->directory,
                     path[0] == '/' ? "" : "/", path) < 0) {
                absolute = NULL;
                return -ENOMEM;
        }

        return stat(absolute, &st) == 0 && S_ISREG(st.st_mode);
}

static int explain(const Tree *tree, const char *path, const char **ret_reason) {
        int r = 0;

        if (is_indexed(tree, path)) {
                *ret_reason = "which is damaged or stands twice; index without -a to write all "
                              "lines anew";
                return 0;
        }

        if (!module_file_is_one(path)) {
                *ret_reason = "which is not the line of a module; index without -a to write all "
                              "lines anew";
                return 0;
        }

        r = exists(tree, path);
        if (r < 0)
                return r;
        *ret_reason =
                r > 0 ? "whose file is there but is not indexed; see what else is said of it, "
                        "or depmod.d(5)"
                      : "whose file is gone; install it again if it is wanted";
        return 0;
}

int index_append(DepLines *ret_lines, const Model *model, const char *file, const Buffer *old,
                 ProblemList *problems) {
        _cleanup_problem_list_ ProblemList dropped = {};
        _cleanup_dep_lines_ DepLines lines = {};
        int r;

        r = dep_lines_append(&lines, model, old->data, old->size, &dropped);
        if (r < 0)
                return r;

        for (size_t i = 0; i < dropped.count; i++) {
                char name[NAME_SHOWN_MAX + 1];
                const char *path = dropped.items[i].path, *reason;

                r = explain(&model->tree, path, &reason);
                if (r < 0)
                        return r;

                (void) snprintf(name, sizeof(name), "%s", path);
                r = problem_list_add(problems, &(Problem){ .kind = PROBLEM_LINE_DROPPED,
                                                           .path = name,
                                                           .subject = file,
                                                           .detail = reason });
                if (r < 0)
                        return r;
        }

        *ret_lines = lines;
        lines = (DepLines){};
        return 0;
}
