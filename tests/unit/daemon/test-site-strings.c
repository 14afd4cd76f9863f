/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "site-strings.h"

#include <stdio.h>

#include "snapshot-case.h"

#define MIN 8192 /* fewer strings are not worth a new table */

static void fill(StringTable *strings, uint32_t count) {
        char string[16];

        for (uint32_t i = 0; string_table_count(strings) < count; i++) {
                StringId id;
                int size = snprintf(string, sizeof(string), "%u", i);

                assert_int_equal(string_table_intern(strings, string, (size_t) size, &id), 0);
        }
}

static void check_renewal(uint32_t n_useful, uint32_t n_all, bool is_renewed) {
        Site site = {};
        StringTable *old;

        site_strings_init(&site);
        assert_non_null(site.strings);
        site.n_strings = n_useful;
        fill(site.strings, n_all);
        old = string_table_ref(site.strings);
        assert_true(site_strings_renew(&site) == is_renewed);
        assert_true((site.strings != old) == is_renewed);
        assert_int_equal(string_table_count(site.strings), is_renewed ? 0 : n_all);
        assert_int_equal(string_table_count(old), n_all);
        assert_false(site_strings_renew(&site));
        string_table_unref(old);
        site_strings_done(&site);
}

static void table_is_renewed_when_more_than_half_is_of_no_use(void **state) {
        (void) state;
        check_renewal(MIN + 1000, 2 * (MIN + 1000) + 1, false);
        check_renewal(MIN + 1000, 2 * (MIN + 1000) + 2, true);
}

static void small_table_is_not_renewed(void **state) {
        (void) state;
        check_renewal(0, 2 * MIN + 1, false);
        check_renewal(0, 2 * MIN + 2, true);
}

static void site_may_have_no_table(void **state) {
        Site site = {};

        (void) state;
        assert_false(site_strings_renew(&site));
        site_strings_done(&site);
}

static void strings_of_all_snapshots_are_counted(void **state) {
        Snapshot small = { .n_strings = 10 }, large = { .n_strings = 1000 };
        Site site = {};

        (void) state;
        site_strings_count(&site, NULL, &large);
        site_strings_count(&site, NULL, &small);
        assert_int_equal(site.n_strings, 1010);
        site_strings_count(&site, &large, &small);
        assert_int_equal(site.n_strings, 20);
        site_strings_count(&site, &small, NULL);
        site_strings_count(&site, &small, NULL);
        assert_int_equal(site.n_strings, 0);
}

static Snapshot *take(StringTable *strings, Snapshot *known) {
        RefreshJob *job = refresh_job_of(known);
        Snapshot *snapshot;

        job->strings = string_table_ref(strings);
        refresh_job_run(&job->job);
        assert_int_equal(job->r, 0);
        snapshot = snapshot_ref(job->snapshot);
        refresh_job_free(job);
        return snapshot;
}

/* What others have in the table does not count, nor does what modules said that are gone. */
static void only_what_modules_consist_of_is_counted(void **state) {
        _cleanup_(string_table_unrefp) StringTable *strings = NULL;
        _cleanup_snapshot_ Snapshot *first = NULL, *same = NULL, *less = NULL;

        (void) state;
        assert_int_equal(string_table_new(&strings), 0);
        string_table_share(strings);
        module_file_write(PATH_OF("a.ko"), "export x 1\ninfo alias=pci:a\n");
        module_file_write(PATH_OF("b.ko"), "need x\ninfo alias=pci:a\ninfo vermagic=1.0\n");
        first = take(strings, NULL);
        /* a, a.ko, x, pci:a; b, b.ko, 1.0. */
        assert_int_equal(first->n_strings, 7);
        assert_true(first->n_strings_at >= 7);

        same = take(strings, first);
        assert_int_equal(same->n_strings, 7);
        assert_int_equal(same->n_strings_at, first->n_strings_at);

        /* It is counted anew when the table has grown. */
        fill(strings, first->n_strings_at + first->n_strings_at / 8 + 1);
        assert_int_equal(unlink(PATH_OF("b.ko")), 0);
        less = take(strings, same);
        assert_int_equal(less->n_strings, 4);
        assert_int_equal(less->n_strings_at, string_table_count(strings));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(table_is_renewed_when_more_than_half_is_of_no_use),
                cmocka_unit_test(small_table_is_not_renewed),
                cmocka_unit_test(site_may_have_no_table),
                cmocka_unit_test(strings_of_all_snapshots_are_counted),
                TREE_TEST(only_what_modules_consist_of_is_counted),
        };

        return cmocka_run_group_tests_name("site-strings", tests, NULL, NULL);
}
