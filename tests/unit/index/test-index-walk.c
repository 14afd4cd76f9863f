/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buffer.h"
#include "index-examples.h"
#include "index-read.h"

#define HEADER "\xb0\x07\xf4\x57\0\2\0\1"

static int on_entry(const char *key, const IndexValue *value, void *userdata) {
        if (userdata)
                buffer_append_format(userdata, "%s=%s:%u ", key, value->value, value->priority);
        return 0;
}

/* The bytes are copied to a piece of memory of just their size, for the sanitizer to guard. */
static int walk(const void *bytes, size_t size, Buffer *text, size_t *ret_offset) {
        _cleanup_free_ uint8_t *copy = malloc(size > 0 ? size : 1);
        IndexReader reader;
        int r;

        if (size > 0)
                memcpy(copy, bytes, size);
        r = index_reader_init(&reader, copy, size);
        if (r < 0)
                return r;

        return index_reader_walk(&reader, on_entry, text, ret_offset);
}

static void assert_walk(const void *bytes, size_t size, const char *expected) {
        _cleanup_buffer_ Buffer text = {};
        size_t offset = 4711;

        assert_int_equal(walk(bytes, size, &text, &offset), 0);
        buffer_append_byte(&text, '\0');
        assert_string_equal(text.data, expected);
        assert_int_equal(offset, 4711);
}

static void assert_damage(const void *bytes, size_t size, size_t expected_offset) {
        size_t offset = 4711;

        assert_int_equal(walk(bytes, size, NULL, &offset), -EBADMSG);
        assert_int_equal(offset, expected_offset);
}

/* For string literals: what is behind the header's version. */
#define ASSERT_WALK(rest, expected) assert_walk(HEADER rest, sizeof(HEADER rest) - 1, expected)
#define ASSERT_DAMAGE(rest, offset) assert_damage(HEADER rest, sizeof(HEADER rest) - 1, offset)

static void examples_are_walked_in_key_order(void **state) {
        (void) state;
        for (int i = 0; i < 2; i++) {
                const Example *example = alias_example;

                assert_walk(i ? example->preorder : example->postorder, example->size,
                            "u:1_*=a_b:0 u:1_*=aa:1 u:1_[2-3]=a_b:0 ");
                example = &examples[1];
                assert_walk(i ? example->preorder : example->postorder, example->size,
                            "a_b=kernel/a-b.ko: kernel/aa.ko:0 aa=kernel/aa.ko::1 ");
                example = &examples[2];
                assert_walk(i ? example->preorder : example->postorder, example->size,
                            "ext3=ext2:0 ext3=ext4:0 fs_ext4=ext4:0 ");
                example = &examples[3];
                assert_walk(i ? example->preorder : example->postorder, example->size,
                            "ext2=:0 ext4=:0 ");
                example = &examples[4];
                assert_walk(i ? example->preorder : example->postorder, example->size,
                            "symbol:aa_x=aa:1 ");
        }
}

static void empty_index_has_no_entries(void **state) {
        (void) state;
        ASSERT_WALK("\0\0\0\x0c", "");
        assert_walk(NULL, 0, "");
}

static void root_may_have_values(void **state) {
        (void) state;
        ASSERT_WALK("\x40\0\0\x0c"
                    "\0\0\0\1"
                    "\0\0\0\7v\0",
                    "=v:7 ");
}

static int on_entry_fail(const char *key, const IndexValue *value, void *userdata) {
        (void) on_entry(key, value, userdata);
        return -ENOSPC;
}

static void failure_of_the_callback_ends_the_walk(void **state) {
        _cleanup_buffer_ Buffer text = {};
        IndexReader reader;
        size_t offset;

        (void) state;
        assert_int_equal(index_reader_init(&reader, alias_example->preorder, alias_example->size),
                         0);
        assert_int_equal(index_reader_walk(&reader, on_entry_fail, &text, &offset), -ENOSPC);
        buffer_append_byte(&text, '\0');
        assert_string_equal(text.data, "u:1_*=a_b:0 ");
        assert_int_equal(offset, 0xe0);
}

static void unused_bytes_between_nodes_do_no_harm(void **state) {
        (void) state;
        ASSERT_WALK("\x40\0\0\x0e"
                    "??"
                    "\0\0\0\1"
                    "\0\0\0\7v\0"
                    "??",
                    "=v:7 ");
}

static void node_must_be_behind_the_header_and_inside_the_file(void **state) {
        (void) state;
        ASSERT_DAMAGE("\x80\0\0\x0b", 0x0b);
        ASSERT_DAMAGE("\x80\0\0\0", 0);
        ASSERT_DAMAGE("\x80\0\0\x0c", 0x0c);
        ASSERT_DAMAGE("\x80\0\0\x0dxx", 0x0d);
        ASSERT_DAMAGE("\x8f\xff\xff\xff", 0xfffffff);
        ASSERT_DAMAGE("\x20\0\0\x0c"
                      "aa\x80\0\0\x12",
                      0x12);
}

static void pointer_must_have_known_parts(void **state) {
        (void) state;
        ASSERT_DAMAGE("\x50\0\0\x0c"
                      "\0\0\0\0",
                      0x0c);
        ASSERT_DAMAGE("\x20\0\0\x0c"
                      "aa\0\0\0\x12x",
                      0x12);
}

static void prefix_must_end(void **state) {
        (void) state;
        ASSERT_WALK("\x80\0\0\x0cxy\0", "");
        ASSERT_DAMAGE("\x80\0\0\x0cxy", 0x0c);
}

static void children_must_be_inside_the_file(void **state) {
        (void) state;
        ASSERT_WALK("\x20\0\0\x0c"
                    "ab\0\0\0\0\0\0\0\0",
                    "");
        ASSERT_DAMAGE("\x20\0\0\x0c"
                      "ab\0\0\0\0\0\0\0",
                      0x0c);
        ASSERT_DAMAGE("\x20\0\0\x0c"
                      "a",
                      0x0c);
}

static void children_must_have_a_range_of_seven_bit_bytes(void **state) {
        (void) state;
        ASSERT_WALK("\x20\0\0\x0c"
                    "\x7f\x7f\0\0\0\0",
                    "");
        ASSERT_DAMAGE("\x20\0\0\x0c"
                      "ba\0\0\0\0",
                      0x0c);
        ASSERT_DAMAGE("\x20\0\0\x0c"
                      "\x80\x80\0\0\0\0",
                      0x0c);
        ASSERT_DAMAGE("\x20\0\0\x0c"
                      "\0\0\0\0\0\0",
                      0x0c);
}

static void values_must_be_inside_the_file(void **state) {
        (void) state;
        ASSERT_DAMAGE("\x40\0\0\x0c"
                      "\0\0\0",
                      0x0c);
        ASSERT_DAMAGE("\x40\0\0\x0c"
                      "\0\0\0\1",
                      0x0c);
        ASSERT_DAMAGE("\x40\0\0\x0c"
                      "\0\0\0\1\0\0\0",
                      0x0c);
        ASSERT_DAMAGE("\x40\0\0\x0c"
                      "\0\0\0\1\0\0\0\0",
                      0x0c);
        ASSERT_DAMAGE("\x40\0\0\x0c"
                      "\0\0\0\1\0\0\0\0v",
                      0x0c);
        ASSERT_DAMAGE("\x40\0\0\x0c"
                      "\0\0\0\2\0\0\0\0v\0",
                      0x0c);
        ASSERT_DAMAGE("\x40\0\0\x0c"
                      "\xff\xff\xff\xff\0\0\0\0v\0",
                      0x0c);
}

static void node_that_two_pointers_lead_to_is_refused(void **state) {
        (void) state;
        ASSERT_DAMAGE("\x20\0\0\x0c"
                      "ab\x40\0\0\x16\x40\0\0\x16"
                      "\0\0\0\1\0\0\0\0v\0",
                      0x16);
}

static void nodes_that_overlap_are_refused(void **state) {
        (void) state;
        /* the second child begins within the prefix of the first */
        ASSERT_DAMAGE("\x20\0\0\x0c"
                      "ab\x80\0\0\x16\x80\0\0\x17"
                      "xyz\0",
                      0x17);
        /* the child is in the root's table */
        ASSERT_DAMAGE("\x20\0\0\x0c"
                      "aa\x80\0\0\x10",
                      0x10);
}

static void node_below_itself_is_refused(void **state) {
        (void) state;
        ASSERT_DAMAGE("\x20\0\0\x0c"
                      "aa\x20\0\0\x0c",
                      0x0c);
        ASSERT_DAMAGE("\x20\0\0\x0c"
                      "aa\x20\0\0\x12"
                      "bb\x20\0\0\x0c",
                      0x0c);
}

/* Each node has all the way down two children, which are one: 2^40 ways through a small file. */
static void file_with_many_ways_is_refused_at_once(void **state) {
        uint8_t bytes[12 + 40 * 10 + 2] = HEADER "\x20\0\0\x0c";

        (void) state;
        for (size_t i = 0; i < 40; i++) {
                size_t next = 12 + 10 * (i + 1);
                uint8_t parts = i == 39 ? 0x80 : 0x20;
                const uint8_t node[] = { 'a',
                                         'b',
                                         parts,
                                         0,
                                         (uint8_t) (next >> 8),
                                         (uint8_t) next,
                                         parts,
                                         0,
                                         (uint8_t) (next >> 8),
                                         (uint8_t) next };

                memcpy(bytes + next - 10, node, sizeof(node));
        }

        assert_damage(bytes, sizeof(bytes), 12 + 40 * 10);
}

static void file_cut_anywhere_is_refused(void **state) {
        size_t offset;

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(examples); i++)
                for (size_t size = 1; size < examples[i].size; size++) {
                        assert_int_equal(walk(examples[i].preorder, size, NULL, &offset), -EBADMSG);
                        assert_int_equal(walk(examples[i].postorder, size, NULL, &offset),
                                         -EBADMSG);
                }
}

/* For the sanitizers: any answer is good, if there is one. */
static void no_changed_byte_leads_astray(void **state) {
        static const uint8_t changes[] = { 0x01, 0x20, 0x40, 0x80, 0xff, 0x0c };
        size_t offset;

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(examples); i++)
                for (size_t at = 0; at < examples[i].size; at++)
                        for (size_t j = 0; j < sizeof(changes); j++) {
                                uint8_t bytes[260];
                                int r;

                                memcpy(bytes, examples[i].preorder, examples[i].size);
                                bytes[at] ^= changes[j];
                                r = walk(bytes, examples[i].size, NULL, &offset);
                                assert_true(r == 0 || r == -EBADMSG);
                        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(examples_are_walked_in_key_order),
                cmocka_unit_test(empty_index_has_no_entries),
                cmocka_unit_test(root_may_have_values),
                cmocka_unit_test(failure_of_the_callback_ends_the_walk),
                cmocka_unit_test(unused_bytes_between_nodes_do_no_harm),
                cmocka_unit_test(node_must_be_behind_the_header_and_inside_the_file),
                cmocka_unit_test(pointer_must_have_known_parts),
                cmocka_unit_test(prefix_must_end),
                cmocka_unit_test(children_must_be_inside_the_file),
                cmocka_unit_test(children_must_have_a_range_of_seven_bit_bytes),
                cmocka_unit_test(values_must_be_inside_the_file),
                cmocka_unit_test(node_that_two_pointers_lead_to_is_refused),
                cmocka_unit_test(nodes_that_overlap_are_refused),
                cmocka_unit_test(node_below_itself_is_refused),
                cmocka_unit_test(file_with_many_ways_is_refused_at_once),
                cmocka_unit_test(file_cut_anywhere_is_refused),
                cmocka_unit_test(no_changed_byte_leads_astray),
        };

        return cmocka_run_group_tests_name("index-walk", tests, NULL, NULL);
}
