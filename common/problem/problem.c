/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "problem.h"

#include <errno.h>
#include <string.h>

#include "array.h"

static const struct {
        ProblemSeverity severity;
        const char *code;
} kinds[PROBLEM_KINDS] = {
        [PROBLEM_CONFIG_BAD_LINE] = { PROBLEM_ERROR, "config-bad-line" },
        [PROBLEM_MODPROBE_BAD_LINE] = { PROBLEM_WARNING, "modprobe-bad-line" },
        [PROBLEM_CONFIG_SUBDIRECTORY] = { PROBLEM_ERROR, "config-subdirectory" },
        [PROBLEM_CONFIG_STAT] = { PROBLEM_ERROR, "config-stat" },
        [PROBLEM_CONFIG_UNREADABLE] = { PROBLEM_ERROR, "config-unreadable" },
        [PROBLEM_CONFIG_NAME] = { PROBLEM_INFO, "config-name" },
        [PROBLEM_CONFIG_NO_MATCH] = { PROBLEM_INFO, "config-no-match" },
        [PROBLEM_CONFIG_UNIMPLEMENTED] = { PROBLEM_INFO, "config-unimplemented" },
        [PROBLEM_CONFIG_MASKED] = { PROBLEM_DEBUG, "config-masked" },
        [PROBLEM_DIRECTORY_UNREADABLE] = { PROBLEM_ERROR, "directory-unreadable" },
        [PROBLEM_ENTRY_STAT] = { PROBLEM_ERROR, "entry-stat" },
        [PROBLEM_ENTRY_OPEN] = { PROBLEM_ERROR, "entry-open" },
        [PROBLEM_ENTRY_TYPE] = { PROBLEM_ERROR, "entry-type" },
        [PROBLEM_DIRECTORY_LOOP] = { PROBLEM_ERROR, "directory-loop" },
        [PROBLEM_DIRECTORY_LINKS] = { PROBLEM_ERROR, "directory-links" },
        [PROBLEM_MODULE_SHADOWED] = { PROBLEM_DEBUG, "duplicate-module" },
        [PROBLEM_INPUT_MISSING] = { PROBLEM_WARNING, "input-missing" },
        [PROBLEM_ORDER_CORRUPT] = { PROBLEM_ERROR, "order-corrupt" },
        [PROBLEM_BUILTIN_LINE] = { PROBLEM_ERROR, "builtin-line" },
        [PROBLEM_BUILTIN_FIELD] = { PROBLEM_WARNING, "builtin-field" },
        [PROBLEM_SYMVERS_VERSION] = { PROBLEM_ERROR, "symvers-version" },
        [PROBLEM_SYSTEM_MAP_LINE] = { PROBLEM_ERROR, "system-map-line" },
        [PROBLEM_INFLATE] = { PROBLEM_ERROR, "bad-compression" },
        [PROBLEM_MODULE_UNREADABLE] = { PROBLEM_ERROR, "unreadable" },
        [PROBLEM_SYMBOL_UNKNOWN] = { PROBLEM_WARNING, "unresolved-symbol" },
        [PROBLEM_SYMBOL_DISAGREES] = { PROBLEM_WARNING, "crc-mismatch" },
        [PROBLEM_SYMBOL_CONFLICT] = { PROBLEM_WARNING, "duplicate-export" },
        [PROBLEM_CYCLE] = { PROBLEM_ERROR, "dependency-cycle" },
        [PROBLEM_CYCLE_COUNT] = { PROBLEM_ERROR, "dependency-cycle-count" },
        [PROBLEM_WRONG_VERSION] = { PROBLEM_WARNING, "vermagic-mismatch" },
        [PROBLEM_WRONG_MACHINE] = { PROBLEM_WARNING, "wrong-machine" },
        [PROBLEM_LEFT_OUT] = { PROBLEM_WARNING, "left-out" },
        [PROBLEM_KERNEL_UNKNOWN] = { PROBLEM_INFO, "kernel-symbols-unknown" },
        [PROBLEM_SOFTDEP_UNKNOWN] = { PROBLEM_INFO, "softdep-unknown" },
        [PROBLEM_ALIAS_BRACKETS] = { PROBLEM_WARNING, "bad-alias" },
        [PROBLEM_DUPLICATE_VALUE] = { PROBLEM_WARNING, "duplicate-value" },
        [PROBLEM_BAD_CHARACTER] = { PROBLEM_ERROR, "bad-character" },
        [PROBLEM_DEVNAME] = { PROBLEM_ERROR, "devname-without-numbers" },
        [PROBLEM_LINE_DROPPED] = { PROBLEM_WARNING, "line-dropped" },
        [PROBLEM_INDEX_FOREIGN] = { PROBLEM_WARNING, "index-foreign" },
        [PROBLEM_INDEX_MISSING] = { PROBLEM_WARNING, "index-missing" },
        [PROBLEM_NOT_WRITABLE] = { PROBLEM_ERROR, "not-writable" },
        [PROBLEM_PUBLISH_FAILED] = { PROBLEM_ERROR, "publish-failed" },
        [PROBLEM_REFRESH_FAILED] = { PROBLEM_ERROR, "refresh-failed" },
};

ProblemSeverity problem_severity(ProblemKind kind) {
        return kinds[kind].severity;
}

const char *problem_code(ProblemKind kind) {
        return kinds[kind].code;
}

static void problem_done(Problem *problem) {
        free((char *) problem->path);
        free((char *) problem->subject);
        free((char *) problem->detail);
}

void problem_list_done(ProblemList *list) {
        for (size_t i = 0; i < list->count; i++)
                problem_done(&list->items[i]);
        free(list->items);
        *list = (ProblemList){ .least = list->least };
}

static int copy_string(const char **ret_copy, const char *string) {
        *ret_copy = string ? strdup(string) : NULL;
        return string && !*ret_copy ? -ENOMEM : 0;
}

int problem_list_add(ProblemList *list, const Problem *problem) {
        Problem copy = *problem;

        if (!list || problem_severity(problem->kind) < list->least)
                return 0;

        if (ARRAY_RESERVE(list->items, list->capacity, list->count + 1) < 0)
                return -ENOMEM;

        copy.path = copy.subject = copy.detail = NULL;
        if (copy_string(&copy.path, problem->path) < 0 ||
            copy_string(&copy.subject, problem->subject) < 0 ||
            copy_string(&copy.detail, problem->detail) < 0) {
                problem_done(&copy);
                return -ENOMEM;
        }

        list->items[list->count++] = copy;
        return 0;
}

int problem_list_move(ProblemList *list, ProblemList *from) {
        if (ARRAY_RESERVE(list->items, list->capacity, list->count + from->count) < 0)
                return -ENOMEM;

        if (from->count > 0)
                memcpy(list->items + list->count, from->items, from->count * sizeof(Problem));
        list->count += from->count;
        from->count = 0;
        problem_list_done(from);
        return 0;
}

static bool is_same_string(const char *a, const char *b) {
        return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_same(const Problem *a, const Problem *b) {
        return a->kind == b->kind && a->error == b->error && a->line == b->line &&
               a->number == b->number && is_same_string(a->path, b->path) &&
               is_same_string(a->subject, b->subject) && is_same_string(a->detail, b->detail);
}

bool problem_list_has(const ProblemList *list, const Problem *problem, size_t *at) {
        for (size_t n = 0; n < list->count; n++) {
                size_t i = (*at + n) % list->count;

                if (is_same(&list->items[i], problem)) {
                        *at = i + 1;
                        return true;
                }
        }

        return false;
}

bool problem_list_is_equal(const ProblemList *a, const ProblemList *b) {
        if (a->count != b->count)
                return false;

        for (size_t i = 0; i < a->count; i++) {
                if (!is_same(&a->items[i], &b->items[i]))
                        return false;
        }

        return true;
}
