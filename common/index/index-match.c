/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-read.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <string.h>

#include "array.h"
#include "index-cursor.h"
#include "module-name.h"

/* A value and its place in the order in which the values were found. */
typedef struct Hit {
        IndexValue value;
        size_t number;
} Hit;

typedef struct Match {
        const IndexReader *reader;
        uint64_t budget;
        Hit *hits;
        size_t count;
        size_t capacity;
} Match;

static void match_done(Match *match) {
        free(match->hits);
}

static const char wildcards[] = "*?[";

static bool is_wildcard(char letter) {
        return letter == '*' || letter == '?' || letter == '[';
}

/*
 * What a lookup in a sound file reads at most: the file once on the way that the name spells, once
 * for the patterns that leave this way, and once more for each wildcard of the name itself, as the
 * way then leads on into patterns that have been tried.
 */
static uint64_t match_budget(const IndexReader *reader, const char *name) {
        uint64_t n = 2;

        for (; *name != '\0'; name++)
                n += is_wildcard(*name);

        return n * reader->size;
}

static int add_hits(Match *match, const NodeView *node) {
        const uint8_t *at = node->values;

        for (uint32_t i = 0; i < node->n_values; i++) {
                Hit hit = { .number = match->count };

                if (ARRAY_RESERVE(match->hits, match->capacity, match->count + 1) < 0)
                        return -ENOMEM;

                at = node_view_value(at, &hit.value);
                match->hits[match->count++] = hit;
        }

        return 0;
}

/*
 * Tries all keys from a node on. What they and the name begin with in common has been compared
 * already, literally, even if it holds a backslash: only the rest of a key is a pattern. The rest
 * of the key begins with `byte`, if that is not NUL, and `n_compared` bytes of the node's prefix
 * count as compared.
 */
static int match_below(Match *match, uint32_t pointer, char byte, size_t n_compared,
                       const char *name) {
        _cleanup_index_cursor_ IndexCursor cursor = {};
        int r;

        index_cursor_start(&cursor, match->reader, pointer, byte, &match->budget);
        for (;;) {
                r = index_cursor_next(&cursor);
                if (r < 0 || r == INDEX_CURSOR_END)
                        return r;
                if (r == INDEX_CURSOR_ENTER || index_cursor_node(&cursor)->n_values == 0)
                        continue;

                if (cursor.key.size > ALIAS_SIZE_MAX ||
                    fnmatch(cursor.key.data + n_compared, name + n_compared, 0) != 0)
                        continue;

                r = add_hits(match, index_cursor_node(&cursor));
                if (r < 0)
                        return r;
        }
}

static int match_children(Match *match, const NodeView *node, const char *name) {
        int r;

        for (const char *wildcard = wildcards; *wildcard != '\0'; wildcard++) {
                uint32_t pointer = node_view_child(node, (uint8_t) *wildcard);

                r = match_below(match, pointer, *wildcard, 0, name);
                if (r < 0)
                        return r;
        }

        return 0;
}

static int match_name(Match *match, const char *name) {
        uint32_t pointer = match->reader->root;
        int r;

        while (pointer != 0) {
                NodeView node;

                r = node_view_read(&node, match->reader, pointer, &match->budget);
                if (r < 0)
                        return r;

                for (size_t i = 0; i < node.prefix_size; i++) {
                        if (is_wildcard(node.prefix[i]))
                                return match_below(match, pointer, '\0', i, name);
                        if (node.prefix[i] != name[i])
                                return 0;
                }
                name += node.prefix_size;

                r = match_children(match, &node, name);
                if (r < 0)
                        return r;
                if (*name == '\0')
                        return add_hits(match, &node);

                pointer = node_view_child(&node, (uint8_t) *name);
                name++;
        }

        return 0;
}

static int compare_hits(const void *x, const void *y) {
        const Hit *a = x, *b = y;

        if (a->value.priority != b->value.priority)
                return a->value.priority < b->value.priority ? -1 : 1;
        return a->number > b->number ? -1 : a->number < b->number;
}

int index_reader_match(const IndexReader *reader, const char *name, IndexValue **ret_values,
                       size_t *ret_count) {
        _cleanup_(match_done)
                Match match = { .reader = reader, .budget = match_budget(reader, name) };
        _cleanup_free_ IndexValue *values = NULL;
        int r;

        r = match_name(&match, name);
        if (r < 0)
                return r;

        if (match.count > 0) {
                values = calloc(match.count, sizeof(*values));
                if (!values)
                        return -ENOMEM;
                qsort(match.hits, match.count, sizeof(*match.hits), compare_hits);
        }
        for (size_t i = 0; i < match.count; i++)
                values[i] = match.hits[i].value;

        *ret_values = TAKE_PTR(values);
        *ret_count = match.count;
        return 0;
}
