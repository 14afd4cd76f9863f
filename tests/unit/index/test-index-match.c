/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "index-read.h"
#include "index.h"
#include "module-name.h"

/* A list "key=value key=value …" with the priority 0, or rising if asked for. */
static void render(const char *list, bool rising, Buffer *output) {
        _cleanup_index_builder_ IndexBuilder builder = {};
        _cleanup_free_ char *copy = strdup(list);
        char *rest = copy, *key;
        uint32_t n = 0;

        while ((key = strsep(&rest, " "))) {
                char *value = strrchr(key, '=');

                *value++ = '\0';
                assert_int_equal(index_builder_add(&builder, key, strlen(key), value, strlen(value),
                                                   rising ? n++ : 0),
                                 0);
        }

        assert_int_equal(index_builder_render(&builder, INDEX_PREORDER, output), 0);
}

static void assert_match_in(const Buffer *file, const char *name, const char *expected) {
        _cleanup_free_ IndexValue *values = NULL;
        _cleanup_buffer_ Buffer text = {};
        IndexReader reader;
        size_t count;

        assert_int_equal(index_reader_init(&reader, file->data, file->size), 0);
        assert_int_equal(index_reader_match(&reader, name, &values, &count), 0);
        for (size_t i = 0; i < count; i++)
                buffer_append_format(&text, i ? " %s" : "%s", values[i].value);
        buffer_append_byte(&text, '\0');
        assert_string_equal(text.data, expected);
}

static void assert_match(const char *list, const char *name, const char *expected) {
        _cleanup_buffer_ Buffer file = {};

        render(list, false, &file);
        assert_match_in(&file, name, expected);
}

/* What `modprobe --resolve-alias` of kmod 30 and 34 answers to the same builtin aliases. */
static const char *const stars =
        "a*=m1 a*b=m2 a*c*=m3 a?b=m4 a[x-z]b=m5 axb=m6 q*=m7 q*?=m8 q?*=m9 "
        "q[a-z]=m10 qa=m11 q*[a]=m12 a*cb=m18 *=m19";

static void all_matching_keys_give_their_values(void **state) {
        (void) state;
        assert_match(stars, "axb", "m6 m5 m4 m1 m2 m19");
        assert_match(stars, "acb", "m4 m1 m18 m3 m2 m19");
        assert_match(stars, "qa", "m11 m10 m9 m7 m12 m8 m19");
        assert_match(stars, "x", "m19");
}

static void key_that_is_found_first_comes_last(void **state) {
        (void) state;
        assert_match("r*=m7 r*s=m8 r*s*=m9 r=m10 r*st=m11", "rst", "m7 m11 m9");
        assert_match("u_*=m12 u_*v=m13", "u_v", "m12 m13");
        assert_match("e*ab=m14 e*a=m15 e*a*=m16 e*ac=m17", "eab", "m14 m16");
}

static void equal_priorities_come_in_the_order_of_insertion(void **state) {
        (void) state;
        assert_match("dup*=m16 dup*=m17 *=m19", "dup1", "m16 m17 m19");
        assert_match("dup*=m2 dup*=m2", "dup1", "m2 m2");
}

static void backslash_is_literal_before_the_first_wildcard_only(void **state) {
        static const char *const list = "z\\b*=m3 z\\b=m4 z\\*b*=m5";

        (void) state;
        assert_match(list, "z\\b", "m4 m3 m5");
        assert_match(list, "z\\bc", "m3 m5");
        assert_match(list, "zbc", "");
        assert_match("q\\x*=m1", "q\\xy", "m1");
        assert_match("z*\\b=m1", "zxb", "m1");
}

static void wildcard_of_the_name_is_no_wildcard(void **state) {
        (void) state;
        assert_match("foo=m1", "foo*", "");
        assert_match("foo=m1", "fo?", "");
        assert_match("foo*=m1", "foo*", "m1");
        assert_match("foo*=m1", "foo*x", "m1");
}

static void wildcard_of_the_name_meets_a_key_again_where_keys_part(void **state) {
        (void) state;
        assert_match("z\\b*=m3 z\\b=m4 z\\*b*=m5", "z\\*b", "m5 m5");
        assert_match("r*=m7 r*s=m8 r*s*=m9 r=m10 r*st=m11", "r*st", "m11 m9 m7 m11 m9");
}

static void lower_priority_comes_first_wherever_it_was_found(void **state) {
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        render("abc=m0 a*=m1 *=m2 ab*=m3 abc=m4 a?c=m5 abd=m6", true, &file);
        assert_match_in(&file, "abc", "m0 m1 m2 m3 m4 m5");
        assert_match_in(&file, "abd", "m1 m2 m3 m6");
        assert_match_in(&file, "", "m2");
}

static void key_may_be_all_wildcard_or_nothing(void **state) {
        (void) state;
        assert_match("=m1 *=m2", "", "m1 m2");
        assert_match("=m1 *=m2", "a", "m2");
        assert_match("?=m1 [a-c]=m2", "b", "m2 m1");
        assert_match("?=m1 [a-c]=m2", "d", "m1");
}

static void bracket_without_end_is_no_failure(void **state) {
        (void) state;
        assert_match("a[b=m1 a*=m2", "ac", "m2");
}

static void nothing_matches_in_an_empty_index(void **state) {
        const Buffer nothing = {};

        (void) state;
        assert_match_in(&nothing, "", "");
        assert_match_in(&nothing, "a", "");
}

static void key_longer_than_an_alias_matches_nothing(void **state) {
        _cleanup_index_builder_ IndexBuilder builder = {};
        _cleanup_buffer_ Buffer file = {};
        char key[ALIAS_SIZE_MAX + 1];

        (void) state;
        memset(key, '*', sizeof(key));
        assert_int_equal(index_builder_add(&builder, key, sizeof(key), "long", 4, 0), 0);
        assert_int_equal(index_builder_add(&builder, key, sizeof(key) - 1, "longest", 7, 0), 0);
        assert_int_equal(index_builder_render(&builder, INDEX_PREORDER, &file), 0);
        assert_match_in(&file, "a", "longest");
}

static void lookup_does_not_run_in_circles(void **state) {
        static const uint8_t literal[] = { 0xb0, 0x07, 0xf4, 0x57, 0,   2,    0, 1, 0x20,
                                           0,    0,    0x0c, 'a',  'a', 0x20, 0, 0, 0x0c };
        static const uint8_t wild[] = { 0xb0, 0x07, 0xf4, 0x57, 0,   2,    0, 1, 0x20,
                                        0,    0,    0x0c, '*',  '*', 0x20, 0, 0, 0x0c };
        _cleanup_free_ IndexValue *values = NULL;
        IndexReader reader;
        size_t count;

        (void) state;
        assert_int_equal(index_reader_init(&reader, literal, sizeof(literal)), 0);
        assert_int_equal(index_reader_match(&reader, "aaaaaaaaa", &values, &count), -EBADMSG);
        assert_int_equal(index_reader_init(&reader, wild, sizeof(wild)), 0);
        assert_int_equal(index_reader_match(&reader, "a", &values, &count), -EBADMSG);
}

/* No name, however full of wildcards, may be refused in a sound file. */
static void budget_is_enough_for_a_sound_file(void **state) {
        _cleanup_index_builder_ IndexBuilder builder = {};
        _cleanup_buffer_ Buffer file = {};
        _cleanup_free_ IndexValue *values = NULL;
        IndexReader reader;
        char key[65] = {};
        size_t count;

        (void) state;
        memset(key, '*', 64);
        for (size_t i = 1; i <= 64; i++)
                assert_int_equal(index_builder_add(&builder, key, i, "v", 1, 0), 0);
        assert_int_equal(index_builder_render(&builder, INDEX_PREORDER, &file), 0);
        assert_int_equal(index_reader_init(&reader, file.data, file.size), 0);
        assert_int_equal(index_reader_match(&reader, key, &values, &count), 0);
        assert_int_equal(count, 64 * 65 / 2 + 1);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(all_matching_keys_give_their_values),
                cmocka_unit_test(key_that_is_found_first_comes_last),
                cmocka_unit_test(equal_priorities_come_in_the_order_of_insertion),
                cmocka_unit_test(backslash_is_literal_before_the_first_wildcard_only),
                cmocka_unit_test(wildcard_of_the_name_is_no_wildcard),
                cmocka_unit_test(wildcard_of_the_name_meets_a_key_again_where_keys_part),
                cmocka_unit_test(lower_priority_comes_first_wherever_it_was_found),
                cmocka_unit_test(key_may_be_all_wildcard_or_nothing),
                cmocka_unit_test(bracket_without_end_is_no_failure),
                cmocka_unit_test(nothing_matches_in_an_empty_index),
                cmocka_unit_test(key_longer_than_an_alias_matches_nothing),
                cmocka_unit_test(lookup_does_not_run_in_circles),
                cmocka_unit_test(budget_is_enough_for_a_sound_file),
        };

        return cmocka_run_group_tests_name("index-match", tests, NULL, NULL);
}
