/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inflate-case.h"

/* "depmod\n", as the three programs compress it. */
static const uint8_t gzip_file[] = {
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x4b, 0x49, 0x2d, 0xc8,
        0xcd, 0x4f, 0xe1, 0x02, 0x00, 0xd0, 0x2d, 0xfd, 0x28, 0x07, 0x00, 0x00, 0x00,
};
static const uint8_t xz_file[] = {
        0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x01, 0x69, 0x22, 0xde, 0x36, 0x02, 0x00, 0x21,
        0x01, 0x00, 0x00, 0x00, 0x00, 0x37, 0x27, 0x97, 0xd6, 0x01, 0x00, 0x06, 0x64, 0x65, 0x70,
        0x6d, 0x6f, 0x64, 0x0a, 0x00, 0x00, 0xd0, 0x2d, 0xfd, 0x28, 0x00, 0x01, 0x1b, 0x07, 0x12,
        0xeb, 0xd4, 0x17, 0x90, 0x42, 0x99, 0x0d, 0x01, 0x00, 0x00, 0x00, 0x00, 0x01, 0x59, 0x5a,
};
static const uint8_t zstd_file[] = {
        0x28, 0xb5, 0x2f, 0xfd, 0x24, 0x07, 0x39, 0x00, 0x00, 0x64,
        0x65, 0x70, 0x6d, 0x6f, 0x64, 0x0a, 0x15, 0xfb, 0x85, 0x6e,
};

static const struct {
        InflateKind kind;
        const uint8_t *bytes;
        size_t size;
        const char *too_big;
} files[] = {
        { INFLATE_GZIP, gzip_file, sizeof(gzip_file), "gzip: Too big for a module" },
        { INFLATE_XZ, xz_file, sizeof(xz_file), "xz: Too big for a module" },
        { INFLATE_ZSTD, zstd_file, sizeof(zstd_file), "zstd: Too big for a module" },
};

static void assert_holds_word(const Buffer *output) {
        assert_int_equal(output->size, strlen("depmod\n"));
        assert_memory_equal(output->data, "depmod\n", output->size);
}

static void kind_is_told_by_the_first_bytes(void **state) {
        (void) state;

        for (size_t i = 0; i < ELEMENTSOF(files); i++)
                assert_int_equal(inflate_kind(files[i].bytes, files[i].size), files[i].kind);
        assert_int_equal(inflate_kind("\x7f"
                                      "ELF\2\1",
                                      6),
                         INFLATE_NONE);
        assert_int_equal(inflate_kind("\xfd\x37\x7a\x58\x5a\x01", 6), INFLATE_NONE);
}

static void file_shorter_than_the_magic_is_of_no_kind(void **state) {
        (void) state;

        for (size_t i = 0; i < ELEMENTSOF(files); i++) {
                assert_int_equal(inflate_kind(files[i].bytes, INFLATE_MAGIC_SIZE - 1),
                                 INFLATE_NONE);
                assert_int_equal(inflate_kind(files[i].bytes, INFLATE_MAGIC_SIZE), files[i].kind);
        }
        assert_int_equal(inflate_kind(NULL, 0), INFLATE_NONE);
}

static void one_inflater_takes_all_kinds_in_turn(void **state) {
        _cleanup_(inflater_freep) Inflater *inflater = NULL;
        _cleanup_buffer_ Buffer output = {};
        const char *reason = NULL;

        (void) state;

        assert_int_equal(inflater_new(INFLATE_LIMIT, &inflater), 0);
        for (size_t i = 0; i < 4 * ELEMENTSOF(files); i++) {
                size_t k = i % ELEMENTSOF(files);

                assert_int_equal(
                        inflate_copy(inflater, files[k].bytes, files[k].size, &output, &reason), 0);
                assert_holds_word(&output);
        }
        assert_null(reason);
}

static void refusal_leaves_the_inflater_usable(void **state) {
        _cleanup_(inflater_freep) Inflater *inflater = NULL;
        _cleanup_buffer_ Buffer output = {};

        (void) state;

        assert_int_equal(inflater_new(INFLATE_LIMIT, &inflater), 0);
        for (size_t i = 0; i < ELEMENTSOF(files); i++) {
                for (size_t size = INFLATE_MAGIC_SIZE; size < files[i].size - 8; size++) {
                        const char *reason = NULL;

                        assert_int_equal(
                                inflate_copy(inflater, files[i].bytes, size, &output, &reason),
                                -EINVAL);
                        assert_non_null(reason);
                        assert_int_equal(output.size, 0);
                        assert_int_equal(inflate_copy(inflater, files[i].bytes, files[i].size,
                                                      &output, &reason),
                                         0);
                        assert_holds_word(&output);
                }
        }
}

static void output_is_replaced_and_its_memory_used_again(void **state) {
        _cleanup_(inflater_freep) Inflater *inflater = NULL;
        _cleanup_buffer_ Buffer output = {};
        const char *reason = NULL, *memory;

        (void) state;

        append_plain(&output, 100000);
        output.error = -ENOMEM;
        memory = output.data;

        assert_int_equal(inflater_new(INFLATE_LIMIT, &inflater), 0);
        for (size_t i = 0; i < ELEMENTSOF(files); i++) {
                assert_int_equal(
                        inflate_copy(inflater, files[i].bytes, files[i].size, &output, &reason), 0);
                assert_holds_word(&output);
                assert_ptr_equal(output.data, memory);
        }
}

static void file_beyond_the_limit_is_refused_unread(void **state) {
        _cleanup_(inflater_freep) Inflater *inflater = NULL;
        _cleanup_buffer_ Buffer output = {};

        (void) state;

        assert_int_equal(inflater_new(INFLATE_LIMIT, &inflater), 0);
        for (size_t i = 0; i < ELEMENTSOF(files); i++) {
                const char *reason = NULL;

                assert_int_equal(inflate_bytes(inflater, files[i].kind, files[i].bytes,
                                               INFLATE_LIMIT + 1, &output, &reason),
                                 -EFBIG);
                assert_string_equal(reason, files[i].too_big);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(kind_is_told_by_the_first_bytes),
                cmocka_unit_test(file_shorter_than_the_magic_is_of_no_kind),
                cmocka_unit_test(one_inflater_takes_all_kinds_in_turn),
                cmocka_unit_test(refusal_leaves_the_inflater_usable),
                cmocka_unit_test(output_is_replaced_and_its_memory_used_again),
                cmocka_unit_test(file_beyond_the_limit_is_refused_unread),
        };

        return cmocka_run_group_tests_name("inflate", tests, NULL, NULL);
}
