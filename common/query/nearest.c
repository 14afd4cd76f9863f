/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nearest.h"

#include "lookup-parts.h"

/* Nobody mistypes what is longer, and the rows of the table fit on the stack. */
#define NAME_SIZE_MAX 64

/* What has been found, the nearest first. */
typedef struct Ranking {
        char name[NAME_SIZE_MAX + 1]; /* with '-' as '_' */
        size_t size;
        size_t limit; /* of what may be wrong */
        Nearest nearest;
        size_t distances[NEAREST_MAX];
} Ranking;

static size_t least(size_t a, size_t b) {
        return a < b ? a : b;
}

/*
 * How many letters have to be added, taken away, changed, or swapped with the next one to make one
 * name of the other; more than the limit if that is more. A row tells it for one letter more of the
 * first name than the row before, for each beginning of the second one.
 */
static size_t distance(const Ranking *ranking, const char *other, size_t other_size) {
        size_t rows[3][NAME_SIZE_MAX + 1];
        size_t *before = rows[0], *last = rows[1], *row = rows[2];
        const char *name = ranking->name;

        for (size_t k = 0; k <= other_size; k++)
                last[k] = k;

        for (size_t i = 1; i <= ranking->size; i++) {
                size_t lowest = row[0] = i, *spare = before;

                for (size_t k = 1; k <= other_size; k++) {
                        size_t change = last[k - 1] + (name[i - 1] != other[k - 1]);

                        row[k] = least(change, least(last[k], row[k - 1]) + 1);
                        if (i > 1 && k > 1 && name[i - 1] == other[k - 2] &&
                            name[i - 2] == other[k - 1])
                                row[k] = least(row[k], before[k - 2] + 1);
                        lowest = least(lowest, row[k]);
                }
                if (lowest > ranking->limit + 1)
                        return lowest;

                before = last;
                last = row;
                row = spare;
        }

        return last[other_size];
}

static bool ranking_init(Ranking *ranking, const char *name) {
        *ranking = (Ranking){ .size = strlen(name) };
        if (ranking->size > NAME_SIZE_MAX)
                return false;

        for (size_t i = 0; i < ranking->size; i++)
                ranking->name[i] = name[i] == '-' ? '_' : name[i];
        ranking->limit = ranking->size < 3 ? 1 : ranking->size / 3;
        return ranking->size > 0;
}

/* Of equal distances the name that comes first keeps its place. */
static void rank(Ranking *ranking, const char *name) {
        size_t size = strlen(name), wrong, place;
        size_t apart = size > ranking->size ? size - ranking->size : ranking->size - size;
        Nearest *nearest = &ranking->nearest;

        if (apart > ranking->limit || size > NAME_SIZE_MAX)
                return;
        wrong = distance(ranking, name, size);
        if (wrong > ranking->limit)
                return;

        for (place = nearest->count; place > 0 && ranking->distances[place - 1] > wrong; place--)
                ;
        for (size_t i = 0; i < nearest->count; i++) {
                if (strcmp(nearest->names[i], name) == 0)
                        return;
        }
        if (place == NEAREST_MAX)
                return;

        if (nearest->count < NEAREST_MAX)
                nearest->count++;
        for (size_t i = nearest->count - 1; i > place; i--) {
                nearest->names[i] = nearest->names[i - 1];
                ranking->distances[i] = ranking->distances[i - 1];
        }
        nearest->names[place] = name;
        ranking->distances[place] = wrong;
}

Nearest nearest_modules(const Lookup *lookup, const char *name) {
        Ranking ranking;

        if (!ranking_init(&ranking, name))
                return ranking.nearest;

        for (uint32_t m = 0; m < lookup_count(lookup); m++)
                rank(&ranking, lookup_name(lookup, m));
        return ranking.nearest;
}

Nearest nearest_symbols(const Lookup *lookup, const char *name) {
        const Model *model = lookup->model;
        Ranking ranking;

        if (!ranking_init(&ranking, name))
                return ranking.nearest;

        for (size_t i = 0; i < model->symbols.count; i++) {
                if (model->symbols.symbols[i].provider < SYMBOL_KERNEL)
                        rank(&ranking, tree_string(&model->tree, model->symbols.symbols[i].name));
        }
        return ranking.nearest;
}
