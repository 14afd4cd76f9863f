/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "index-read.h"
#include "index.h"

/*
 * Random entries are written, and what is read back is compared with the entries themselves, sorted
 * and searched in the simplest way. The random numbers are the same in each run.
 */
enum {
        KEY_SIZE = 24,
        ENTRIES = 300,
        ROUNDS = 120,
};

typedef struct Row {
        char key[KEY_SIZE + 1];
        char value[4];
        uint32_t priority;
        size_t number;
} Row;

typedef struct Table {
        Row rows[ENTRIES];
        size_t count;
        size_t next; /* of a walk */
} Table;

/* Few different letters, so that keys begin alike and begin each other. */
static const char *const alphabets[] = { "ab", "a", "abcdefghij", "ab*?", "\x01 ~\x7f", "a*[]b!-" };

static uint32_t draw(uint64_t *seed, uint32_t below) {
        *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        return (uint32_t) (*seed >> 33) % below;
}

static void draw_string(uint64_t *seed, const char *alphabet, size_t max, char *string) {
        size_t size = draw(seed, (uint32_t) max + 1);

        for (size_t i = 0; i < size; i++)
                string[i] = alphabet[draw(seed, (uint32_t) strlen(alphabet))];
        string[size] = '\0';
}

static void draw_table(Table *table, uint64_t seed, bool distinct_priorities) {
        const char *alphabet = alphabets[draw(&seed, ELEMENTSOF(alphabets))];
        size_t max = draw(&seed, KEY_SIZE) + 1;

        *table = (Table){ .count = draw(&seed, ENTRIES) };
        for (size_t i = 0; i < table->count; i++) {
                Row *row = &table->rows[i];

                draw_string(&seed, alphabet, max, row->key);
                draw_string(&seed, "xyz", sizeof(row->value) - 1, row->value);
                row->priority =
                        distinct_priorities ? (uint32_t) (i * 7919 % 10007) : draw(&seed, 4);
                row->number = i;
        }
}

static int compare_rows(const void *x, const void *y) {
        const Row *a = x, *b = y;
        int order = strcmp(a->key, b->key);

        if (order != 0)
                return order;
        if (a->priority != b->priority)
                return a->priority < b->priority ? -1 : 1;
        return a->number > b->number ? -1 : 1;
}

static int compare_priorities(const void *x, const void *y) {
        const Row *a = x, *b = y;

        return a->priority < b->priority ? -1 : a->priority > b->priority;
}

static void render(const Table *table, IndexLayout layout, Buffer *output) {
        _cleanup_index_builder_ IndexBuilder builder = {};

        for (size_t i = 0; i < table->count; i++) {
                const Row *row = &table->rows[i];

                assert_int_equal(index_builder_add(&builder, row->key, strlen(row->key), row->value,
                                                   strlen(row->value), row->priority),
                                 0);
        }

        buffer_clear(output);
        assert_int_equal(index_builder_render(&builder, layout, output), 0);
}

static int on_entry(const char *key, const IndexValue *value, void *userdata) {
        Table *table = userdata;
        const Row *row = &table->rows[table->next++];

        assert_true(table->next <= table->count);
        assert_string_equal(key, row->key);
        assert_string_equal(value->value, row->value);
        assert_int_equal(value->priority, row->priority);
        return 0;
}

static void assert_round_trip(uint64_t seed, IndexLayout layout) {
        _cleanup_buffer_ Buffer file = {};
        IndexReader reader;
        size_t offset;
        Table table;

        draw_table(&table, seed, false);
        render(&table, layout, &file);
        qsort(table.rows, table.count, sizeof(Row), compare_rows);

        assert_int_equal(index_reader_init(&reader, file.data, file.size), 0);
        assert_int_equal(index_reader_walk(&reader, on_entry, &table, &offset), 0);
        assert_int_equal(table.next, table.count);
}

static void walk_gives_back_what_was_written(void **state) {
        (void) state;
        for (uint64_t seed = 0; seed < ROUNDS; seed++) {
                assert_round_trip(seed, INDEX_PREORDER);
                assert_round_trip(seed, INDEX_POSTORDER);
        }
}

static void assert_same(const Table *table, size_t first, const IndexValue *values, size_t count) {
        for (size_t i = 0; i < count; i++) {
                assert_string_equal(values[i].value, table->rows[first + i].value);
                assert_int_equal(values[i].priority, table->rows[first + i].priority);
        }
}

static void each_key_is_found_with_its_values(void **state) {
        (void) state;
        for (uint64_t seed = 0; seed < ROUNDS; seed++) {
                _cleanup_buffer_ Buffer file = {};
                IndexReader reader;
                Table table;

                draw_table(&table, seed, false);
                render(&table, seed % 2 ? INDEX_PREORDER : INDEX_POSTORDER, &file);
                qsort(table.rows, table.count, sizeof(Row), compare_rows);
                assert_int_equal(index_reader_init(&reader, file.data, file.size), 0);

                for (size_t i = 0, count; i < table.count; i += count) {
                        _cleanup_free_ IndexValue *values = NULL;
                        const char *key = table.rows[i].key;
                        size_t n = 1;

                        while (i + n < table.count && strcmp(table.rows[i + n].key, key) == 0)
                                n++;
                        assert_int_equal(index_reader_find(&reader, key, &values, &count), 0);
                        assert_int_equal(count, n);
                        assert_same(&table, i, values, count);
                }
        }
}

static bool has_key(const Table *table, const char *key) {
        for (size_t i = 0; i < table->count; i++)
                if (strcmp(table->rows[i].key, key) == 0)
                        return true;
        return false;
}

static void keys_that_were_not_written_are_not_found(void **state) {
        (void) state;
        for (uint64_t seed = 0; seed < ROUNDS; seed++) {
                _cleanup_buffer_ Buffer file = {};
                uint64_t key_seed = seed;
                IndexReader reader;
                Table table;

                draw_table(&table, seed, false);
                render(&table, INDEX_PREORDER, &file);
                assert_int_equal(index_reader_init(&reader, file.data, file.size), 0);

                for (int i = 0; i < 50; i++) {
                        _cleanup_free_ IndexValue *values = NULL;
                        char key[KEY_SIZE + 1];
                        size_t count;

                        draw_string(&key_seed, "abc*~", 5, key);
                        assert_int_equal(index_reader_find(&reader, key, &values, &count), 0);
                        assert_int_equal(count > 0, has_key(&table, key));
                }
        }
}

static void assert_match(Table *table, const IndexReader *reader, const char *name) {
        _cleanup_free_ IndexValue *values = NULL;
        size_t count, n = 0;
        Table expected;

        expected.count = 0;
        for (size_t i = 0; i < table->count; i++)
                if (fnmatch(table->rows[i].key, name, 0) == 0)
                        expected.rows[expected.count++] = table->rows[i];
        n = expected.count;
        qsort(expected.rows, n, sizeof(Row), compare_priorities);

        assert_int_equal(index_reader_match(reader, name, &values, &count), 0);
        assert_int_equal(count, n);
        assert_same(&expected, 0, values, count);
}

static void match_gives_the_values_of_all_keys_that_fnmatch_accepts(void **state) {
        (void) state;
        for (uint64_t seed = 0; seed < ROUNDS; seed++) {
                _cleanup_buffer_ Buffer file = {};
                uint64_t name_seed = seed;
                IndexReader reader;
                Table table;

                draw_table(&table, seed, true);
                render(&table, seed % 2 ? INDEX_PREORDER : INDEX_POSTORDER, &file);
                assert_int_equal(index_reader_init(&reader, file.data, file.size), 0);

                for (int i = 0; i < 20; i++) {
                        char name[KEY_SIZE + 1];

                        draw_string(&name_seed, "aab]!-", 8, name);
                        assert_match(&table, &reader, name);
                }
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(walk_gives_back_what_was_written),
                cmocka_unit_test(each_key_is_found_with_its_values),
                cmocka_unit_test(keys_that_were_not_written_are_not_found),
                cmocka_unit_test(match_gives_the_values_of_all_keys_that_fnmatch_accepts),
        };

        return cmocka_run_group_tests_name("index-round-trip", tests, NULL, NULL);
}
