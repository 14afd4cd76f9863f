/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cache-case.h"
#include "cache-format.h"

/* Parses a copy that ends where its memory does, so that reading further is seen. */
static int parse(const char *bytes, size_t size, Tree *tree) {
        _cleanup_free_ char *copy = malloc(size > 0 ? size : 1);

        assert_non_null(copy);
        if (size > 0)
                memcpy(copy, bytes, size);
        assert_int_equal(tree_init(tree, "/m/1.0"), 0);
        return cache_parse(tree, copy, size, &here);
}

static void assert_refused(const Buffer *bytes, size_t size, int how) {
        _cleanup_tree_ Tree tree = {};

        assert_int_equal(parse(bytes->data, size, &tree), how);
}

static void make_bytes(Buffer *bytes) {
        _cleanup_tree_ Tree tree = {};

        tree_of_all_kinds(&tree);
        render_cache(bytes, &tree);
}

static void every_truncation_is_refused(void **state) {
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        make_bytes(&bytes);
        for (size_t size = 0; size < bytes.size; size++)
                assert_refused(&bytes, size, CACHE_IS_DAMAGED);
}

static void bytes_behind_the_end_are_refused(void **state) {
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        make_bytes(&bytes);
        buffer_append_byte(&bytes, 0);
        assert_refused(&bytes, bytes.size, CACHE_IS_DAMAGED);
}

static void every_changed_bit_is_refused(void **state) {
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        make_bytes(&bytes);
        for (size_t i = 0; i < bytes.size * 8; i++) {
                _cleanup_tree_ Tree tree = {};

                bytes.data[i / 8] = (char) (bytes.data[i / 8] ^ (1 << i % 8));
                assert_true(parse(bytes.data, bytes.size, &tree) > 0);
                bytes.data[i / 8] = (char) (bytes.data[i / 8] ^ (1 << i % 8));
        }
}

/* With a checksum that is right: what the code that wrote them was wrong about. */
static void every_changed_byte_with_a_right_checksum_is_safe(void **state) {
        static const uint8_t changes[] = { 0x01, 0x80, 0xff };
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        make_bytes(&bytes);
        for (size_t i = 0; i < bytes.size * ELEMENTSOF(changes); i++) {
                char *byte = &bytes.data[i / ELEMENTSOF(changes)], saved = *byte;
                _cleanup_buffer_ Buffer text = {};
                _cleanup_tree_ Tree tree = {};

                *byte = (char) (*byte ^ changes[i % ELEMENTSOF(changes)]);
                cache_seal(bytes.data, bytes.size);
                if (parse(bytes.data, bytes.size, &tree) == 0) {
                        for (size_t m = 0; m < tree.count; m++)
                                describe_module(&text, &tree, &tree.modules[m]);
                }
                *byte = saved;
        }
}

/* Parses with a head that has been changed and sealed. */
static void assert_head(Buffer *bytes, const CacheHead *head, int expected) {
        _cleanup_tree_ Tree tree = {};
        CacheHead saved;

        memcpy(&saved, bytes->data, sizeof(saved));
        memcpy(bytes->data, head, sizeof(*head));
        cache_seal(bytes->data, bytes->size);
        assert_int_equal(parse(bytes->data, bytes->size, &tree), expected);
        memcpy(bytes->data, &saved, sizeof(saved));
}

static void another_writer_is_foreign(void **state) {
        _cleanup_buffer_ Buffer bytes = {};
        CacheHead head, other;

        (void) state;
        make_bytes(&bytes);
        memcpy(&head, bytes.data, sizeof(head));
        assert_head(&bytes, &head, 0);

        other = head;
        other.format = CACHE_FORMAT + 1;
        assert_head(&bytes, &other, CACHE_IS_FOREIGN);
        other.format = CACHE_FORMAT - 1;
        assert_head(&bytes, &other, CACHE_IS_FOREIGN);
        other = head;
        other.byte_order = __builtin_bswap32(CACHE_BYTE_ORDER);
        assert_head(&bytes, &other, CACHE_IS_FOREIGN);
        other = head;
        memcpy(other.maker, "0.0.9", 6);
        assert_head(&bytes, &other, CACHE_IS_FOREIGN);
        other = head;
        other.magic[0] = 'D';
        assert_head(&bytes, &other, CACHE_IS_DAMAGED);
}

static void counts_that_cannot_be_are_refused(void **state) {
        static const uint32_t counts[] = { 0, 1, 65535, 0x10000000, 0x7fffffff, 0xffffffff };
        _cleanup_buffer_ Buffer bytes = {};
        CacheHead head, other;

        (void) state;
        make_bytes(&bytes);
        memcpy(&head, bytes.data, sizeof(head));
        for (size_t i = 0; i < ELEMENTSOF(counts); i++) {
                other = head;
                other.n_modules = counts[i];
                assert_head(&bytes, &other, CACHE_IS_DAMAGED);
                other = head;
                other.n_strings = counts[i];
                assert_head(&bytes, &other, CACHE_IS_DAMAGED);
                other = head;
                other.n_words = counts[i];
                assert_head(&bytes, &other, CACHE_IS_DAMAGED);
                other.n_words = UINT64_MAX - counts[i];
                assert_head(&bytes, &other, CACHE_IS_DAMAGED);
        }
}

static void lists_that_cannot_be_are_refused(void **state) {
        static const uint32_t counts[] = { 1000, 0x20000000, 0x7fffffff, 0x80000000, 0xffffffff };
        const size_t fields[] = { offsetof(CacheRecord, n_exports),
                                  offsetof(CacheRecord, n_imports),
                                  offsetof(CacheRecord, n_aliases),
                                  offsetof(CacheRecord, n_softdeps),
                                  offsetof(CacheRecord, n_weakdeps) };
        _cleanup_buffer_ Buffer bytes = {};

        (void) state;
        make_bytes(&bytes);
        for (size_t i = 0; i < ELEMENTSOF(fields) * ELEMENTSOF(counts); i++) {
                char *field = bytes.data + sizeof(CacheHead) + fields[i / ELEMENTSOF(counts)];
                uint32_t saved;

                memcpy(&saved, field, sizeof(saved));
                memcpy(field, &counts[i % ELEMENTSOF(counts)], sizeof(saved));
                cache_seal(bytes.data, bytes.size);
                assert_refused(&bytes, bytes.size, CACHE_IS_DAMAGED);
                memcpy(field, &saved, sizeof(saved));
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_truncation_is_refused),
                cmocka_unit_test(bytes_behind_the_end_are_refused),
                cmocka_unit_test(every_changed_bit_is_refused),
                cmocka_unit_test(every_changed_byte_with_a_right_checksum_is_safe),
                cmocka_unit_test(another_writer_is_foreign),
                cmocka_unit_test(counts_that_cannot_be_are_refused),
                cmocka_unit_test(lists_that_cannot_be_are_refused),
        };

        return cmocka_run_group_tests_name("cache-bytes", tests, NULL, NULL);
}
