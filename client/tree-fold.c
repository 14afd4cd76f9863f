/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree-fold.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define LEAVES_SHOWN 8

/* What is known of a row. */
typedef struct Branch {
        size_t n_children;
        size_t n_leaves; /* among these */
        size_t n_shown;
        uint64_t place; /* where the row stands in the end */
} Branch;

/* The row above; the first row has none, which is told as the number of rows. */
static size_t parent_of(const Value *rows, size_t i) {
        const Value *parent = value_find(&rows->items[i], "parent");

        return parent && parent->number < i ? (size_t) parent->number : rows->count;
}

static void count(const Value *rows, Branch *branches) {
        for (size_t i = 0; i < rows->count; i++)
                branches[parent_of(rows, i)].n_children++;
        for (size_t i = 0; i < rows->count; i++)
                branches[parent_of(rows, i)].n_leaves += branches[i].n_children == 0;
}

/* One more than is shown takes no more room than saying so. */
static bool is_folded(const Branch *branch) {
        return branch->n_leaves > LEAVES_SHOWN + 1;
}

static int keep(Value *rows, size_t i, Branch *branches, Value *kept) {
        size_t parent = parent_of(rows, i);
        Value *row = &rows->items[i], *number = (Value *) value_find(row, "parent");

        if (branches[i].n_children == 0 && is_folded(&branches[parent]) &&
            branches[parent].n_shown++ >= LEAVES_SHOWN)
                return 0;

        branches[i].place = kept->count;
        if (number && parent < rows->count)
                number->number = branches[parent].place;
        return value_add_value(kept, NULL, row);
}

static int add_rest(const Branch *branch, Value *kept) {
        Value *row = value_add(kept, NULL);
        char text[48];
        int r;

        (void) snprintf(text, sizeof(text), "and %zu more", branch->n_leaves - LEAVES_SHOWN);
        r = row ? value_add_text(row, "name", text) : -ENOMEM;
        return r < 0 ? r : value_add_number(row, "parent", branch->place);
}

int tree_fold(Value *rows) {
        _cleanup_free_ Branch *branches = calloc(rows->count + 1, sizeof(Branch));
        _cleanup_value_ Value kept = { .kind = VALUE_LIST };
        size_t n_rows = rows->count;
        int r = 0;

        if (!branches)
                return -ENOMEM;

        count(rows, branches);
        for (size_t i = 0; r >= 0 && i < n_rows; i++)
                r = keep(rows, i, branches, &kept);
        for (size_t i = 0; r >= 0 && i < n_rows; i++) {
                if (is_folded(&branches[i]))
                        r = add_rest(&branches[i], &kept);
        }
        if (r < 0)
                return r;

        value_done(rows);
        *rows = kept;
        kept = (Value){};
        return 0;
}
