/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cell.h"

#include <stdlib.h>
#include <time.h>

#include "test-case.h"
#include "wire.h"

static void expect(CellFormat format, const Value *value, const char *text) {
        _cleanup_buffer_ Buffer cell = {};

        format(value, &cell);
        assert_text(&cell, text);
}

static void expect_number(CellFormat format, uint64_t number, const char *text) {
        expect(format, &(Value){ .kind = VALUE_NUMBER, .number = number }, text);
}

static void values_are_shown_as_they_are(void **state) {
        (void) state;
        expect(cell_plain, &(Value){ .kind = VALUE_TEXT, .text = (char *) "a b" }, "a b");
        expect(cell_plain, &(Value){ .kind = VALUE_INTEGER, .integer = -3 }, "-3");
        expect(cell_plain, &(Value){ .kind = VALUE_REAL, .real = 1.5 }, "1.5");
        expect(cell_plain, &(Value){ .kind = VALUE_BOOLEAN, .number = 1 }, "yes");
        expect(cell_plain, &(Value){ .kind = VALUE_BOOLEAN }, "no");
        expect(cell_plain, &(Value){}, "");
        expect_number(cell_plain, UINT64_MAX, "18446744073709551615");
}

static void members_have_commas_between_them(void **state) {
        _cleanup_value_ Value list = {}, record = {};

        (void) state;
        assert_int_equal(value_add_text(&list, NULL, "a"), 0);
        assert_int_equal(value_add_number(&list, NULL, 2), 0);
        expect(cell_plain, &list, "a, 2");

        assert_int_equal(value_add_text(&record, "State", "busy"), 0);
        assert_int_equal(value_add_value(&record, "Names", &list), 0);
        expect(cell_plain, &record, "State=busy, Names=a, 2");
}

static void what_is_not_yet_is_empty(void **state) {
        (void) state;
        expect_number(cell_generation, 0, "");
        expect_number(cell_generation, 7, "7");
        expect_number(cell_time, 0, "");
        expect_number(cell_edges, 0, "");
}

static void times_are_local(void **state) {
        (void) state;
        assert_int_equal(setenv("TZ", "UTC", 1), 0);
        tzset();
        expect_number(cell_time, UINT64_C(1764021912999999), "2025-11-24 22:05:12");
}

static void sizes_have_a_unit(void **state) {
        (void) state;
        expect_number(cell_size, 0, "0B");
        expect_number(cell_size, 1023, "1023B");
        expect_number(cell_size, 1024, "1.0K");
        expect_number(cell_size, 1536 * 1024, "1.5M");
        expect_number(cell_size, UINT64_MAX, "16.0E");
}

static void edges_are_words(void **state) {
        (void) state;
        expect_number(cell_edges, DEPMOD1_EDGE_HARD, "symbol");
        expect_number(cell_edges, DEPMOD1_EDGE_HARD | DEPMOD1_EDGE_BUILTIN, "symbol,builtin");
        expect_number(cell_edges,
                      DEPMOD1_EDGE_WANTED | DEPMOD1_EDGE_SOFT_PRE | DEPMOD1_EDGE_SOFT_POST |
                              DEPMOD1_EDGE_WEAK,
                      "wanted,softpre,softpost,weak");
}

static void crcs_have_eight_digits(void **state) {
        (void) state;
        expect_number(cell_crc, 0xabc, "0x00000abc");
}

static void no_text_commands_the_terminal(void **state) {
        static const char foreign[] = "a\x1b[31m\n\x7f\xc2\x9b \xc3\xa9 \xe2\x80\x94 \xc2";
        _cleanup_buffer_ Buffer text = {};

        (void) state;
        cell_append_safe(foreign, strlen(foreign), &text);
        assert_text(&text, "a\\x1b[31m\\x0a\\x7f\\x9b \xc3\xa9 \xe2\x80\x94 \xc2");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(values_are_shown_as_they_are),
                cmocka_unit_test(members_have_commas_between_them),
                cmocka_unit_test(what_is_not_yet_is_empty),
                cmocka_unit_test(times_are_local),
                cmocka_unit_test(sizes_have_a_unit),
                cmocka_unit_test(edges_are_words),
                cmocka_unit_test(crcs_have_eight_digits),
                cmocka_unit_test(no_text_commands_the_terminal),
        };

        return cmocka_run_group_tests_name("cell", tests, NULL, NULL);
}
