/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <unistd.h>

#include "publish-case.h"

/* Of a model that is as it was. */
static void unchanged_files_are_not_rendered(void **state) {
        _cleanup_publish_case_ PublishCase test = {};
        PublishJob how = { .unchanged = OUTPUT_ALL };

        (void) state;
        publish_case_init(&test);
        publish(&test);
        how.known = test.job->published;
        assert_int_equal(run(&test, how), 0);
        assert_int_equal(test.job->rendered, 0);
        assert_int_equal(test.job->written, 0);
        assert_memory_equal(test.job->published.keys, how.known.keys, sizeof(how.known.keys));

        how.unchanged = OUTPUT_ALL & ~OUTPUT_BIT(OUTPUT_SOFTDEP);
        assert_int_equal(run(&test, how), 0);
        assert_int_equal(test.job->rendered, OUTPUT_BIT(OUTPUT_SOFTDEP));
        assert_int_equal(test.job->written, 0);
        assert_memory_equal(test.job->published.keys, how.known.keys, sizeof(how.known.keys));
        assert_right(&test);
}

static void unchanged_files_that_are_wrong_are_repaired(void **state) {
        _cleanup_publish_case_ PublishCase test = {};
        PublishJob how = { .unchanged = OUTPUT_ALL };

        (void) state;
        publish_case_init(&test);
        publish(&test);
        how.known = test.job->published;
        temp_tree_write_text(PATH_OF("modules.dep"), "nonsense\n");
        assert_int_equal(unlink(PATH_OF("modules.symbols")), 0);
        assert_int_equal(run(&test, how), 0);
        assert_int_equal(test.job->rendered, OUTPUT_BIT(OUTPUT_DEP) | OUTPUT_BIT(OUTPUT_SYMBOLS));
        assert_int_equal(test.job->written, test.job->rendered);
        assert_int_equal(test.job->flaws[OUTPUT_DEP], FLAW_DIFFERENT);
        assert_int_equal(test.job->flaws[OUTPUT_SYMBOLS], FLAW_MISSING);
        how.known = test.job->published;
        assert_right(&test);
        assert_int_equal(run(&test, how), 0);
        assert_int_equal(test.job->rendered, 0);
        how.rewrite = true;
        assert_int_equal(run(&test, how), 0);
        assert_int_equal(test.job->written, OUTPUT_ALL);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(unchanged_files_are_not_rendered),
                TREE_TEST(unchanged_files_that_are_wrong_are_repaired),
        };

        return cmocka_run_group_tests_name("publish-unchanged", tests, NULL, NULL);
}
