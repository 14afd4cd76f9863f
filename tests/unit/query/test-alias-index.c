/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "alias-index.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

#include "alias-gram.h"
#include "model-script.h"
#include "module-name.h"
#include "test-case.h"

#define PATTERNS 600
#define NAMES 400

typedef struct AliasCase {
        Tree tree;
        AliasIndex index;
        AliasHits hits;
        Buffer scratch;
} AliasCase;

static void alias_case_done(AliasCase *alias) {
        alias_hits_done(&alias->hits);
        alias_index_done(&alias->index);
        tree_done(&alias->tree);
        buffer_done(&alias->scratch);
}

#define _cleanup_alias_case_ _cleanup_(alias_case_done)

static void init(AliasCase *alias) {
        assert_int_equal(tree_init(&alias->tree, "/m/1.0"), 0);
        alias->index.tree = &alias->tree;
}

static void add(AliasCase *alias, const char *pattern) {
        StringId id;

        assert_int_equal(string_table_intern(alias->tree.strings, pattern, strlen(pattern), &id),
                         0);
        assert_int_equal(alias_index_add(&alias->index, id, 0, (uint32_t) alias->index.count,
                                         &alias->scratch),
                         0);
}

/* A few letters, so that beginnings are often the same, and all that is special. */
static void make_text(unsigned *seed, bool is_pattern, char *text) {
        static const char letters[] = "aab_-:", wildcards[] = "**?[";
        int size = 1 + rand_r(seed) % 24;

        for (int i = 0; i < size; i++) {
                if (!is_pattern || rand_r(seed) % 6 > 0) {
                        *text++ = letters[rand_r(seed) % 6];
                        continue;
                }
                *text = wildcards[rand_r(seed) % 4];
                if (*text++ == '[') {
                        *text++ = letters[rand_r(seed) % 6];
                        *text++ = 'b';
                        *text++ = ']';
                }
        }
        *text = '\0';
}

static bool matches(const char *pattern, const char *name) {
        _cleanup_buffer_ Buffer normal = {};

        assert_int_equal(alias_normalize(pattern, strlen(pattern), &normal), 0);
        buffer_append_byte(&normal, '\0');
        assert_int_equal(buffer_error(&normal), 0);
        return fnmatch(normal.data, name, 0) == 0;
}

static void check_name(AliasCase *alias, const char *name) {
        size_t n_hits = 0;

        assert_int_equal(alias_index_match(&alias->index, name, strlen(name), &alias->hits), 0);
        for (size_t i = 0; i < alias->hits.count; i++) {
                assert_true(matches(tree_string(&alias->tree, alias->hits.items[i]->alias), name));
                if (i > 0)
                        assert_true(alias->hits.items[i - 1]->sequence <
                                    alias->hits.items[i]->sequence);
        }
        for (size_t i = 0; i < alias->index.count; i++)
                n_hits += matches(tree_string(&alias->tree, alias->index.patterns[i].alias), name);
        assert_int_equal(alias->hits.count, n_hits);
}

static void hits_are_those_of_trying_each_pattern(void **state) {
        _cleanup_alias_case_ AliasCase alias = {};
        unsigned seed = 1;
        char text[128];

        (void) state;
        init(&alias);
        for (int i = 0; i < PATTERNS; i++) {
                make_text(&seed, true, text);
                add(&alias, text);
        }
        assert_int_equal(alias_index_finish(&alias.index), 0);

        for (int i = 0; i < NAMES; i++) {
                make_text(&seed, false, text);
                for (char *next = text; *next != '\0'; next++)
                        *next = *next == '-' ? '_' : *next;
                check_name(&alias, text);
        }
}

/* Many patterns of one beginning, where grams come into play. */
static void large_group_is_searched_by_what_stands_inside(void **state) {
        _cleanup_alias_case_ AliasCase alias = {};
        char text[128];

        (void) state;
        init(&alias);
        for (unsigned i = 0; i < 500; i++) {
                (void) snprintf(text, sizeof(text), "acpi*:ABCD%04u:*", i);
                add(&alias, text);
        }
        add(&alias, "acpi*:X[]Y[a]:*");
        add(&alias, "acpi*:\\Z\\Z\\Z\\Z\\Z:*");
        add(&alias, "acpi*");
        assert_int_equal(alias_index_finish(&alias.index), 0);

        check_name(&alias, "acpi:ABCD0000:");
        assert_int_equal(alias.hits.count, 2);
        check_name(&alias, "acpi:ABCD0499:ABCD0007:PNP");
        assert_int_equal(alias.hits.count, 3);
        check_name(&alias, "acpi:XX:");
        check_name(&alias, "acpi:XY:");
        check_name(&alias, "acpi:ZZZZZ:");
        assert_int_equal(alias.hits.count, 2);
        check_name(&alias, "acpi");
        assert_int_equal(alias.hits.count, 1);
}

/* As kmod's index does: what stands before the first wildcard is compared literally. */
static void backslash_is_special_only_behind_a_wildcard(void **state) {
        _cleanup_alias_case_ AliasCase alias = {};

        (void) state;
        init(&alias);
        add(&alias, "a\\b*");
        add(&alias, "c\\d");
        add(&alias, "e*\\f");
        assert_int_equal(alias_index_finish(&alias.index), 0);

        assert_int_equal(alias_index_match(&alias.index, "a\\bx", 4, &alias.hits), 0);
        assert_int_equal(alias.hits.count, 1);
        assert_int_equal(alias_index_match(&alias.index, "abx", 3, &alias.hits), 0);
        assert_int_equal(alias.hits.count, 0);
        assert_int_equal(alias_index_match(&alias.index, "c\\d", 3, &alias.hits), 0);
        assert_int_equal(alias.hits.count, 1);
        assert_int_equal(alias_index_match(&alias.index, "exf", 3, &alias.hits), 0);
        assert_int_equal(alias.hits.count, 1);
}

/* The name does not hold the gram, but the pattern matches all the same: then it may have none. */
static void pattern_whose_brackets_are_odd_has_no_gram(void **state) {
        static const char *const odd[] = {
                "*[]longtext[x]", "*[!]longtext[x]", "*[[:alpha:]longtext[x]",
                "*\\l\\o\\n\\g",  "*abc?def",        "*"
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(odd); i++)
                assert_int_equal(alias_gram_of_pattern(odd[i], strlen(odd[i])), 0);
        assert_int_not_equal(alias_gram_of_pattern("*[ab]longtext*", 14), 0);
        assert_int_not_equal(alias_gram_of_pattern("*text", 5), 0);
}

static void alias_beyond_the_limit_is_cut(void **state) {
        _cleanup_alias_case_ AliasCase alias = {};
        char name[5000];

        (void) state;
        init(&alias);
        memset(name, 'x', sizeof(name));
        name[4999] = '\0';
        add(&alias, name);
        assert_int_equal(alias_index_finish(&alias.index), 0);

        assert_int_equal(alias_index_match(&alias.index, name, ALIAS_SIZE_MAX, &alias.hits), 0);
        assert_int_equal(alias.hits.count, 1);
}

static void index_may_be_empty(void **state) {
        _cleanup_alias_case_ AliasCase alias = {};

        (void) state;
        init(&alias);
        add(&alias, "unbalanced[");
        assert_int_equal(alias_index_finish(&alias.index), 0);
        assert_int_equal(alias_index_match(&alias.index, "x", 1, &alias.hits), 0);
        assert_int_equal(alias.hits.count, 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(hits_are_those_of_trying_each_pattern),
                cmocka_unit_test(large_group_is_searched_by_what_stands_inside),
                cmocka_unit_test(backslash_is_special_only_behind_a_wildcard),
                cmocka_unit_test(pattern_whose_brackets_are_odd_has_no_gram),
                cmocka_unit_test(alias_beyond_the_limit_is_cut),
                cmocka_unit_test(index_may_be_empty),
        };

        return cmocka_run_group_tests_name("alias-index", tests, NULL, NULL);
}
