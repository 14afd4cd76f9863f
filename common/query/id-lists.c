/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "id-lists.h"

#include <errno.h>

int id_lists_init(IdLists *lists, uint32_t n_ids) {
        *lists = (IdLists){ .n_ids = n_ids };
        lists->starts = calloc((size_t) n_ids + 2, sizeof(uint32_t));
        return lists->starts ? 0 : -ENOMEM;
}

void id_lists_done(IdLists *lists) {
        free(lists->starts);
        free(lists->values);
        *lists = (IdLists){};
}

/*
 * Each id is counted two places further on, so that after the sums are made starts[id + 1] is where
 * its list begins. Putting its values moves that to the list's end, where the next one begins.
 */
void id_lists_count(IdLists *lists, uint32_t id) {
        lists->starts[id + 2]++;
}

int id_lists_allocate(IdLists *lists) {
        size_t n = lists->n_ids;

        for (size_t i = 2; i <= n + 1; i++)
                lists->starts[i] += lists->starts[i - 1];

        lists->values = calloc((size_t) lists->starts[n + 1] + 1, sizeof(uint32_t));
        return lists->values ? 0 : -ENOMEM;
}

void id_lists_put(IdLists *lists, uint32_t id, uint32_t value) {
        lists->values[lists->starts[id + 1]++] = value;
}

const uint32_t *id_lists_get(const IdLists *lists, uint32_t id, size_t *ret_count) {
        if (id >= lists->n_ids) {
                *ret_count = 0;
                return NULL;
        }

        *ret_count = lists->starts[id + 1] - lists->starts[id];
        return lists->values + lists->starts[id];
}
