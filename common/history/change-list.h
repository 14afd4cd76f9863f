/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "macro.h"

/*
 * What has become of modules since the last publication, over any number of changes: a module that
 * came and went is not in it.
 */
typedef enum ChangeSign {
        CHANGE_ADDED = '+',
        CHANGE_REMOVED = '-',
        CHANGE_CHANGED = '*',
} ChangeSign;

/* So many are remembered at the most. */
#define CHANGES_MAX 500

typedef struct ChangeItem {
        ChangeSign sign;
        char *name;
} ChangeItem;

/* A zeroed list is empty. */
typedef struct ChangeList {
        ChangeItem *items;
        size_t count;
        size_t capacity;
        bool is_truncated; /* there were more */
} ChangeList;

void change_list_done(ChangeList *list);
#define _cleanup_change_list_ _cleanup_(change_list_done)

/* 0 or -ENOMEM. */
int change_list_add(ChangeList *list, ChangeSign sign, const char *name);
