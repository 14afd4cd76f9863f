/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "settle.h"

#include "test-case.h"

static const SettleLimits limits = { .quiet_usec = 250, .delay_max_usec = 5000 };

static void without_a_change_it_is_never_due(void **state) {
        Settle settle = {};

        (void) state;
        assert_true(settle_due_usec(&settle, &limits) == UINT64_MAX);
        assert_false(settle_is_due(&settle, &limits, UINT64_MAX - 1));
}

static void it_is_due_when_it_has_been_quiet_for_a_while(void **state) {
        Settle settle = {};

        (void) state;
        settle_change(&settle, 1000);
        assert_int_equal(settle_due_usec(&settle, &limits), 1250);
        assert_false(settle_is_due(&settle, &limits, 1249));
        assert_true(settle_is_due(&settle, &limits, 1250));
}

static void each_change_puts_it_off(void **state) {
        Settle settle = {};

        (void) state;
        settle_change(&settle, 1000);
        settle_change(&settle, 1200);
        settle_change(&settle, 1449);
        assert_int_equal(settle_due_usec(&settle, &limits), 1699);
}

static void stream_of_changes_puts_it_off_no_longer_than_the_limit(void **state) {
        Settle settle = {};

        (void) state;
        for (uint64_t now = 1000; now < 20000; now += 200)
                settle_change(&settle, now);
        assert_int_equal(settle_due_usec(&settle, &limits), 6000);
}

static void it_is_late_when_it_has_been_put_off_for_the_limit(void **state) {
        Settle settle = {};

        (void) state;
        assert_false(settle_is_late(&settle, &limits, UINT64_MAX));
        settle_change(&settle, 1000);
        settle_change(&settle, 5999);
        assert_false(settle_is_late(&settle, &limits, 5999));
        assert_true(settle_is_late(&settle, &limits, 6000));
        settle_clear(&settle);
        assert_false(settle_is_late(&settle, &limits, 6000));
}

static void cleared_it_begins_again_with_the_next_change(void **state) {
        Settle settle = {};

        (void) state;
        settle_change(&settle, 1000);
        settle_clear(&settle);
        assert_true(settle_due_usec(&settle, &limits) == UINT64_MAX);
        settle_change(&settle, 9000);
        settle_change(&settle, 9100);
        assert_int_equal(settle_due_usec(&settle, &limits), 9350);
}

static void limits_of_nothing_make_it_due_at_once(void **state) {
        const SettleLimits nothing = {};
        Settle settle = {};

        (void) state;
        settle_change(&settle, 1000);
        assert_true(settle_is_due(&settle, &nothing, 1000));
}

/* depmodd.conf may say QuietSec=500000000h. */
static void limits_beyond_the_end_of_time_are_no_reason_for_haste(void **state) {
        const SettleLimits endless = { .quiet_usec = UINT64_MAX, .delay_max_usec = UINT64_MAX };
        Settle settle = {};

        (void) state;
        settle_change(&settle, 1000);
        settle_change(&settle, 2000);
        assert_true(settle_due_usec(&settle, &endless) == UINT64_MAX);
        assert_int_equal(settle_due_usec(&settle, &(SettleLimits){ .quiet_usec = UINT64_MAX,
                                                                   .delay_max_usec = 5000 }),
                         6000);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(without_a_change_it_is_never_due),
                cmocka_unit_test(it_is_due_when_it_has_been_quiet_for_a_while),
                cmocka_unit_test(each_change_puts_it_off),
                cmocka_unit_test(stream_of_changes_puts_it_off_no_longer_than_the_limit),
                cmocka_unit_test(it_is_late_when_it_has_been_put_off_for_the_limit),
                cmocka_unit_test(cleared_it_begins_again_with_the_next_change),
                cmocka_unit_test(limits_of_nothing_make_it_due_at_once),
                cmocka_unit_test(limits_beyond_the_end_of_time_are_no_reason_for_haste),
        };

        return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
