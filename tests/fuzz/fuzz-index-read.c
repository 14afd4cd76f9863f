/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "array.h"
#include "index-read.h"
#include "module-name.h"

/* What a walk gives, and where in the file its values may lie. */
typedef struct Listing {
        const char *begin;
        const char *end;
        char **keys;
        IndexValue *values;
        size_t count;
        size_t keys_capacity;
        size_t values_capacity;
} Listing;

static void listing_done(Listing *listing) {
        for (size_t i = 0; i < listing->count; i++)
                free(listing->keys[i]);
        free(listing->keys);
        free(listing->values);
}

static void check_value(const Listing *listing, const IndexValue *value) {
        fuzz_check(value->value > listing->begin && value->value < listing->end);
        fuzz_check(memchr(value->value, '\0', (size_t) (listing->end - value->value)));
}

static int on_entry(const char *key, const IndexValue *value, void *userdata) {
        Listing *listing = userdata;
        size_t n = listing->count + 1;

        check_value(listing, value);
        fuzz_check(listing->count == 0 || strcmp(listing->keys[listing->count - 1], key) <= 0);

        fuzz_check(ARRAY_RESERVE(listing->keys, listing->keys_capacity, n) == 0);
        fuzz_check(ARRAY_RESERVE(listing->values, listing->values_capacity, n) == 0);
        listing->keys[listing->count] = strdup(key);
        fuzz_check(listing->keys[listing->count]);
        listing->values[listing->count++] = *value;
        return 0;
}

static int compare_places(const void *x, const void *y) {
        const IndexValue *a = x, *b = y;

        return a->value < b->value ? -1 : a->value > b->value;
}

/* In a file that is sound nothing is used twice. */
static void check_places(const Listing *listing) {
        _cleanup_free_ IndexValue *values = calloc(listing->count + 1, sizeof(*values));
        const char *end = listing->begin;

        fuzz_check(values);
        if (listing->count > 0)
                memcpy(values, listing->values, listing->count * sizeof(*values));
        qsort(values, listing->count, sizeof(*values), compare_places);

        for (size_t i = 0; i < listing->count; i++) {
                fuzz_check(values[i].value >= end + sizeof(values[i].priority));
                end = values[i].value + strlen(values[i].value) + 1;
        }
}

/* Looks a key up that may stand in the listing from `first` on; returns how often it does. */
static size_t check_find(const Listing *listing, const IndexReader *reader, const char *key,
                         size_t first) {
        _cleanup_free_ IndexValue *values = NULL;
        size_t count, n = 0;

        fuzz_check(index_reader_find(reader, key, &values, &count) == 0);
        while (first + n < listing->count && strcmp(listing->keys[first + n], key) == 0)
                n++;

        fuzz_check(count == n);
        for (size_t i = 0; i < count; i++)
                fuzz_check(values[i].value == listing->values[first + i].value &&
                           values[i].priority == listing->values[first + i].priority);
        return n;
}

static void check_finds(const Listing *listing, const IndexReader *reader, const char *name) {
        size_t first = 0;

        for (size_t i = 0; i < listing->count;)
                i += check_find(listing, reader, listing->keys[i], i);

        while (first < listing->count && strcmp(listing->keys[first], name) < 0)
                first++;
        (void) check_find(listing, reader, name, first);
}

/* A key is a pattern from its first wildcard on. */
static bool key_matches(const char *key, const char *name) {
        size_t n = strcspn(key, "*?[");

        return strncmp(key, name, n) == 0 && fnmatch(key + n, name + n, 0) == 0;
}

static int compare_values(const void *x, const void *y) {
        const IndexValue *a = x, *b = y;

        if (a->priority != b->priority)
                return a->priority < b->priority ? -1 : 1;
        return compare_places(a, b);
}

/* A match finds what comparing the name with each key finds. */
static void check_match(const Listing *listing, const IndexReader *reader, const char *name) {
        _cleanup_free_ IndexValue *values = NULL, *expected = NULL;
        size_t count, n = 0;

        fuzz_check(index_reader_match(reader, name, &values, &count) == 0);
        for (size_t i = 1; i < count; i++)
                fuzz_check(values[i - 1].priority <= values[i].priority);
        if (strpbrk(name, "*?["))
                return;

        expected = calloc(listing->count + 1, sizeof(*expected));
        fuzz_check(expected);
        for (size_t i = 0; i < listing->count; i++) {
                if (key_matches(listing->keys[i], name))
                        expected[n++] = listing->values[i];
        }

        fuzz_check(count == n);
        if (n == 0)
                return;
        qsort(expected, n, sizeof(*expected), compare_values);
        qsort(values, n, sizeof(*values), compare_values);
        for (size_t i = 0; i < n; i++)
                fuzz_check(compare_values(&values[i], &expected[i]) == 0);
}

/* Of a file that is not sound a lookup may still find something, inside of the file. */
static void check_lookups(const Listing *listing, const IndexReader *reader, const char *name) {
        static int (*const lookups[])(const IndexReader *, const char *, IndexValue **,
                                      size_t *) = { index_reader_find, index_reader_match };

        for (size_t i = 0; i < ELEMENTSOF(lookups); i++) {
                _cleanup_free_ IndexValue *values = NULL;
                size_t count = 0;
                int r;

                r = lookups[i](reader, name, &values, &count);
                fuzz_check(r == 0 || r == -EBADMSG);
                fuzz_check(r == 0 || (count == 0 && !values));
                for (size_t k = 0; k < count; k++)
                        check_value(listing, &values[k]);
        }
}

static void check_index(const char *name, const char *bytes, size_t size) {
        _cleanup_(listing_done) Listing listing = { .begin = bytes, .end = bytes + size };
        size_t offset = SIZE_MAX;
        IndexReader reader;
        int r;

        r = index_reader_init(&reader, bytes, size);
        fuzz_check(r == 0 || r == -EBADMSG);
        if (r < 0)
                return;

        r = index_reader_walk(&reader, on_entry, &listing, &offset);
        fuzz_check(r == 0 || r == -EBADMSG);
        fuzz_check((offset == SIZE_MAX) == (r == 0));

        check_lookups(&listing, &reader, name);
        if (r == 0)
                check_places(&listing);
        /* Longer keys are no patterns. */
        if (r == 0 && size <= ALIAS_SIZE_MAX) {
                check_finds(&listing, &reader, name);
                check_match(&listing, &reader, name);
        }
}

/* A name to look up, a newline, the file. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        const char *text = (const char *) bytes;
        const char *newline = size > 0 ? memchr(text, '\n', size) : NULL;
        size_t name_size = newline ? (size_t) (newline - text) : 0;
        _cleanup_free_ char *name = NULL, *file = NULL;
        size_t file_size;

        if (!newline)
                return 0;

        /* A copy that begins where the file does, so that ASan sees what is read before it. */
        name = strndup(text, name_size);
        file_size = size - name_size - 1;
        file = malloc(file_size);
        fuzz_check(name && (file || file_size == 0));
        memcpy(file, newline + 1, file_size);
        check_index(name, file, file_size);
        return 0;
}
