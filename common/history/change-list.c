/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "change-list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

void change_list_done(ChangeList *list) {
        for (size_t i = 0; i < list->count; i++)
                free(list->items[i].name);
        free(list->items);
        *list = (ChangeList){};
}

/* What one change after another comes to. False: to nothing. */
static bool combine(ChangeItem *item, ChangeSign sign) {
        if (item->sign == CHANGE_ADDED)
                return sign != CHANGE_REMOVED;

        item->sign = sign == CHANGE_ADDED ? CHANGE_CHANGED : sign;
        return true;
}

static void remove_item(ChangeList *list, size_t i) {
        free(list->items[i].name);
        memmove(&list->items[i], &list->items[i + 1],
                (list->count - i - 1) * sizeof(list->items[0]));
        list->count--;
}

int change_list_add(ChangeList *list, ChangeSign sign, const char *name) {
        char *copy;

        for (size_t i = 0; i < list->count; i++) {
                if (strcmp(list->items[i].name, name) != 0)
                        continue;
                if (!combine(&list->items[i], sign))
                        remove_item(list, i);
                return 0;
        }

        if (list->count == CHANGES_MAX) {
                list->is_truncated = true;
                return 0;
        }
        if (ARRAY_RESERVE(list->items, list->capacity, list->count + 1) < 0)
                return -ENOMEM;
        copy = strdup(name);
        if (!copy)
                return -ENOMEM;
        list->items[list->count++] = (ChangeItem){ .sign = sign, .name = copy };
        return 0;
}
