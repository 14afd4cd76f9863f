/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "usec.h"

#include <errno.h>

#include "macro.h"
#include "test-case.h"

static void spans_are_sums_of_numbers_with_units(void **state) {
        static const struct {
                const char *text;
                uint64_t usec;
        } cases[] = {
                { "0", 0 },
                { "7us", 7 },
                { "250ms", 250000 },
                { "5", 5000000 },
                { "5s", 5000000 },
                { "5sec", 5000000 },
                { "1second", 1000000 },
                { "2 seconds", 2000000 },
                { "1m", 60000000 },
                { "1min", 60000000 },
                { "1minute", 60000000 },
                { "2minutes", 120000000 },
                { "1h", 3600000000 },
                { "1hr", 3600000000 },
                { "1hour", 3600000000 },
                { "24 hours", 86400000000 },
                { "1min 30s", 90000000 },
                { "1min30s", 90000000 },
                { "  1h\t2min 3 s  4ms 5us ", 3723004005 },
                { "1s 1s", 2000000 },
                { "1min 30", 90000000 },
                { "007", 7000000 },
                { "18446744073709551615us", UINT64_MAX },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                uint64_t usec = 99;

                assert_int_equal(usec_parse(cases[i].text, &usec), 0);
                assert_true(usec == cases[i].usec);
        }
}

static void everything_else_is_refused_and_changes_nothing(void **state) {
        static const char *const cases[] = {
                "",
                " ",
                "s",
                "-1",
                "-1s",
                "+1",
                "1.5s",
                "1e3",
                "0x10",
                "1S",
                "1 Min",
                "1day",
                "1w",
                "1ss",
                "1 s s",
                "soon",
                "1s;",
                "1s,2s",
                "s1",
                "1\n",
                "infinity",
                "ms 1",
                "1minx",
                "1 2x",
                "1s -1s",
                /* more than can be counted */
                "18446744073709551616us",
                "18446744073710s",
                "99999999999999999999999999",
                "18446744073709551615us 1us",
                "18446744073709551615",
                "5124095577h",
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                uint64_t usec = 99;

                assert_int_equal(usec_parse(cases[i], &usec), -EINVAL);
                assert_int_equal(usec, 99);
        }
}

static void monotonic_clock_does_not_go_back(void **state) {
        uint64_t before = usec_monotonic();

        (void) state;
        assert_true(before > 0);
        for (unsigned i = 0; i < 1000; i++) {
                uint64_t now = usec_monotonic();

                assert_true(now >= before);
                before = now;
        }
}

/* Microseconds: this was written in 2026. */
static void wall_clock_counts_from_1970(void **state) {
        (void) state;
        assert_true(usec_realtime() > UINT64_C(1700000000000000));
        assert_true(usec_realtime() < UINT64_C(20000000000000000));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(spans_are_sums_of_numbers_with_units),
                cmocka_unit_test(everything_else_is_refused_and_changes_nothing),
                cmocka_unit_test(monotonic_clock_does_not_go_back),
                cmocka_unit_test(wall_clock_counts_from_1970),
        };

        return cmocka_run_group_tests_name("usec", tests, NULL, NULL);
}
