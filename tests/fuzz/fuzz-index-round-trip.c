/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <errno.h>
#include <string.h>

#include "array.h"
#include "index-read.h"
#include "index.h"

/* The entries that were added, first in that order and then in that of the file. */
typedef struct Rows {
        IndexEntry *items;
        size_t count;
        size_t capacity;
        size_t next; /* of a walk */
} Rows;

static void rows_done(Rows *rows) {
        free(rows->items);
}

static bool has_bad_byte(const char *string, size_t size) {
        for (size_t i = 0; i < size; i++) {
                if (string[i] == '\0' || (uint8_t) string[i] > 127)
                        return true;
        }

        return false;
}

/* A line is a byte for the priority, the key, '=', the value. */
static void add_line(Rows *rows, IndexBuilder *builder, const char *line, size_t size) {
        const char *key = line + 1, *equals = memchr(key, '=', size - 1);
        size_t key_size = equals ? (size_t) (equals - key) : size - 1;
        const char *value = equals ? equals + 1 : key + key_size;
        size_t value_size = (size_t) (line + size - value);
        uint32_t priority = (uint8_t) line[0];
        int r;

        r = index_builder_add(builder, key, key_size, value, value_size, priority);
        if (has_bad_byte(key, key_size) || has_bad_byte(value, value_size)) {
                fuzz_check(r == -EILSEQ);
                return;
        }

        fuzz_check(r == 0);
        fuzz_check(ARRAY_RESERVE(rows->items, rows->capacity, rows->count + 1) == 0);
        rows->items[rows->count] = (IndexEntry){ .key = key,
                                                 .value = value,
                                                 .key_size = (uint32_t) key_size,
                                                 .value_size = (uint32_t) value_size,
                                                 .priority = priority,
                                                 .sequence = (uint32_t) rows->count };
        rows->count++;
}

static void add_lines(Rows *rows, IndexBuilder *builder, const char *text, size_t size) {
        const char *end = text + size;

        while (text < end) {
                const char *newline = memchr(text, '\n', (size_t) (end - text));
                size_t line_size = newline ? (size_t) (newline - text) : (size_t) (end - text);

                if (line_size > 0)
                        add_line(rows, builder, text, line_size);
                text += line_size + (newline ? 1 : 0);
        }
}

static int compare_strings(const char *a, uint32_t a_size, const char *b, uint32_t b_size) {
        int order = memcmp(a, b, a_size < b_size ? a_size : b_size);

        return order != 0 ? order : (a_size > b_size) - (a_size < b_size);
}

static int compare_rows(const void *x, const void *y) {
        const IndexEntry *a = x, *b = y;
        int order = compare_strings(a->key, a->key_size, b->key, b->key_size);

        if (order != 0)
                return order;
        if (a->priority != b->priority)
                return a->priority < b->priority ? -1 : 1;
        return a->sequence > b->sequence ? -1 : 1;
}

static bool is_string(const char *string, const char *bytes, uint32_t size) {
        return strlen(string) == size && memcmp(string, bytes, size) == 0;
}

static int on_entry(const char *key, const IndexValue *value, void *userdata) {
        Rows *rows = userdata;
        const IndexEntry *row = &rows->items[rows->next++];

        fuzz_check(rows->next <= rows->count);
        fuzz_check(is_string(key, row->key, row->key_size));
        fuzz_check(is_string(value->value, row->value, row->value_size));
        fuzz_check(value->priority == row->priority);
        return 0;
}

static void check_find(const IndexReader *reader, const Rows *rows, size_t first) {
        const IndexEntry *row = &rows->items[first];
        _cleanup_free_ char *key = strndup(row->key, row->key_size);
        _cleanup_free_ IndexValue *values = NULL;
        size_t count;

        fuzz_check(key && index_reader_find(reader, key, &values, &count) == 0);
        fuzz_check(count > 0 && first + count <= rows->count);
        for (size_t i = 0; i < count; i++)
                fuzz_check(is_string(values[i].value, row[i].value, row[i].value_size) &&
                           values[i].priority == row[i].priority);
}

/* What was written is walked over in the order of the keys, and each key is found. */
static void check_file(Rows *rows, IndexBuilder *builder, IndexLayout layout, Buffer *file) {
        IndexReader reader;
        size_t offset;

        fuzz_check(index_builder_render(builder, layout, file) == 0);
        fuzz_check(index_reader_init(&reader, file->data, file->size) == 0);

        rows->next = 0;
        fuzz_check(index_reader_walk(&reader, on_entry, rows, &offset) == 0);
        fuzz_check(rows->next == rows->count);

        for (size_t i = 0; i < rows->count; i++) {
                if (i == 0 ||
                    compare_strings(rows->items[i].key, rows->items[i].key_size,
                                    rows->items[i - 1].key, rows->items[i - 1].key_size) != 0)
                        check_find(&reader, rows, i);
        }
}

static int on_duplicate(const IndexEntry *entry, void *userdata) {
        size_t *n = userdata;

        (void) entry;
        (*n)++;
        return 0;
}

static void check_duplicates(const Rows *rows, const IndexBuilder *builder) {
        size_t n_expected = 0, n = 0;

        for (size_t i = 0; i < rows->count; i++) {
                const IndexEntry *a = &rows->items[i];

                for (size_t k = 0; k < i; k++) {
                        const IndexEntry *b = &rows->items[k];

                        if (compare_strings(a->key, a->key_size, b->key, b->key_size) == 0 &&
                            compare_strings(a->value, a->value_size, b->value, b->value_size) ==
                                    0) {
                                n_expected++;
                                break;
                        }
                }
        }

        fuzz_check(index_builder_find_duplicates(builder, on_duplicate, &n) == 0);
        fuzz_check(n == n_expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        _cleanup_index_builder_ IndexBuilder builder = {};
        _cleanup_buffer_ Buffer preorder = {}, postorder = {}, again = {};
        _cleanup_(rows_done) Rows rows = {};

        add_lines(&rows, &builder, (const char *) bytes, size);
        if (rows.count > 0)
                qsort(rows.items, rows.count, sizeof(*rows.items), compare_rows);

        check_file(&rows, &builder, INDEX_PREORDER, &preorder);
        check_duplicates(&rows, &builder);
        check_file(&rows, &builder, INDEX_POSTORDER, &postorder);
        fuzz_check(preorder.size == postorder.size);

        check_file(&rows, &builder, INDEX_PREORDER, &again);
        fuzz_check(preorder.size == again.size &&
                   memcmp(preorder.data, again.data, again.size) == 0);
        return 0;
}
