/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "index-sort.h"

typedef struct EntryGroup {
        const IndexEntry **entries;
        size_t count;
        size_t capacity;
} EntryGroup;

static void entry_group_done(EntryGroup *group) {
        free(group->entries);
}

static bool equal_keys(const IndexEntry *a, const IndexEntry *b) {
        return a->key_size == b->key_size &&
               (a->key_size == 0 || memcmp(a->key, b->key, a->key_size) == 0);
}

static int compare_values(const IndexEntry *a, const IndexEntry *b) {
        if (a->value_size != b->value_size)
                return a->value_size < b->value_size ? -1 : 1;
        return a->value_size == 0 ? 0 : memcmp(a->value, b->value, a->value_size);
}

static int compare_entries(const void *x, const void *y) {
        const IndexEntry *a = *(const IndexEntry *const *) x, *b = *(const IndexEntry *const *) y;
        int order = compare_values(a, b);

        if (order != 0)
                return order;
        return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

static int report_group(EntryGroup *group,
                        int (*on_duplicate)(const IndexEntry *entry, void *userdata),
                        void *userdata) {
        int r;

        qsort(group->entries, group->count, sizeof(*group->entries), compare_entries);

        for (size_t i = 1; i < group->count; i++) {
                if (compare_values(group->entries[i - 1], group->entries[i]) != 0)
                        continue;

                r = on_duplicate(group->entries[i], userdata);
                if (r < 0)
                        return r;
        }

        return 0;
}

int index_builder_find_duplicates(const IndexBuilder *builder,
                                  int (*on_duplicate)(const IndexEntry *entry, void *userdata),
                                  void *userdata) {
        _cleanup_(entry_group_done) EntryGroup group = {};
        int r;

        for (size_t i = 0; i < builder->count; i++) {
                if (ARRAY_RESERVE(group.entries, group.capacity, group.count + 1) < 0)
                        return -ENOMEM;
                group.entries[group.count++] = index_builder_sorted(builder, i);

                if (i + 1 < builder->count && equal_keys(index_builder_sorted(builder, i),
                                                         index_builder_sorted(builder, i + 1)))
                        continue;

                if (group.count > 1) {
                        r = report_group(&group, on_duplicate, userdata);
                        if (r < 0)
                                return r;
                }
                group.count = 0;
        }

        return 0;
}
