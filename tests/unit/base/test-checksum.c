/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checksum.h"

#include "test-case.h"

/* It is in files: it may not change from release to release or from machine to machine. */
static void checksum_is_that_of_xxh3(void **state) {
        (void) state;
        assert_true(checksum("", 0) == UINT64_C(0x2d06800538d394c2));
        assert_true(checksum("a", 1) == UINT64_C(0xe6c632b61e964e1f));
}

static void every_bit_counts(void **state) {
        char bytes[300] = "x";
        const uint64_t sum = checksum(bytes, sizeof(bytes));

        (void) state;
        for (size_t i = 0; i < sizeof(bytes) * 8; i++) {
                bytes[i / 8] = (char) (bytes[i / 8] ^ (1 << i % 8));
                assert_true(checksum(bytes, sizeof(bytes)) != sum);
                bytes[i / 8] = (char) (bytes[i / 8] ^ (1 << i % 8));
        }
        assert_true(checksum(bytes, sizeof(bytes)) == sum);
        assert_true(checksum(bytes, sizeof(bytes) - 1) != sum);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(checksum_is_that_of_xxh3),
                cmocka_unit_test(every_bit_counts),
        };

        return cmocka_run_group_tests_name("checksum", tests, NULL, NULL);
}
