/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hidden.h"

#include <errno.h>
#include <string.h>

/* These say that there is nothing of the kind: the last two, that it is no file, but a pipe or so.
 */
static bool is_gone(int error) {
        return error == ENOENT || error == ENOTDIR || error == ELOOP || error == EINVAL ||
               error == EISDIR;
}

static bool is_of_folder(const Problem *problem) {
        return problem->kind == PROBLEM_ENTRY_OPEN || problem->kind == PROBLEM_ENTRY_STAT ||
               problem->kind == PROBLEM_DIRECTORY_UNREADABLE;
}

/* Does it lead to a module that is known? 0, 1 or -ENOMEM. */
static int leads_to_module(const char *path, const Tree *known) {
        _cleanup_buffer_ Buffer module = {};
        size_t size = strlen(path);

        for (size_t i = 0; i < known->count; i++) {
                tree_absolute_path(known, i, &module);
                if (buffer_error(&module) < 0)
                        return buffer_error(&module);
                if (strncmp(module.data, path, size) == 0 &&
                    (module.data[size] == '/' || module.data[size] == '\0'))
                        return 1;
        }

        return 0;
}

static int find_folder(const ProblemList *problems, const Tree *known,
                       const Problem **ret_problem) {
        for (size_t i = 0; known && i < problems->count; i++) {
                const Problem *problem = &problems->items[i];
                int r;

                if (!is_of_folder(problem) || is_gone(problem->error))
                        continue;
                r = leads_to_module(problem->path, known);
                *ret_problem = problem;
                if (r != 0)
                        return r;
        }

        return 0;
}

static bool find_list(const ProblemList *problems, const ProblemList *old,
                      const Problem **ret_problem) {
        for (size_t i = 0; i < problems->count; i++) {
                const Problem *problem = &problems->items[i];
                size_t at = 0;

                *ret_problem = problem;
                if (problem->kind == PROBLEM_INPUT_MISSING && !is_gone(problem->error) &&
                    !problem_list_has(old, problem, &at))
                        return true;
        }

        return false;
}

int hidden_find(const Snapshot *snapshot, const Snapshot *old, const Tree *known,
                const Problem **ret_problem) {
        const Builtin *builtin = &snapshot->model.builtin;
        const Builtin *old_builtin = old ? &old->model.builtin : NULL;

        if (old &&
            (find_list(&snapshot->problems, &old->problems, ret_problem) ||
             find_list(&builtin->names_problems, &old_builtin->names_problems, ret_problem) ||
             find_list(&builtin->modinfo_problems, &old_builtin->modinfo_problems, ret_problem)))
                return 1;

        return find_folder(&snapshot->problems, old ? &old->model.tree : known, ret_problem);
}
