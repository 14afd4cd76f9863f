/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "blocked.h"
#include "chain.h"
#include "dependencies.h"
#include "failing-memory.h"
#include "modprobe-case.h"
#include "probe-closure.h"

static const char script[] = "module a.ko\nexport a\nalias al:a*\nweakdep p\n"
                             "module b.ko\nneed a\nsoftdep pre: p al:x\nalias al:b\n"
                             "module p.ko\n";
static const char rules[] = "alias al:x p\nblacklist a\ninstall foo x\nsoftdep p pre: foo\n"
                            "options a x=1\nweakdep p bi\nbogus\n";
static const char command_line[] = "modprobe.blacklist=p,b a.x=\"1 2\"";

static int ask(const Lookup *lookup, const ModprobeConfig *config) {
        static const char *const names[] = { "b", "al:a1", "foo", "none" };
        _cleanup_(prober_freep) Prober *prober = NULL;
        _cleanup_probe_closure_ ProbeClosure closure = {};
        _cleanup_blocked_ Blocked blocked = {};
        _cleanup_chain_ Chain chain = {};
        _cleanup_pulls_ Pulls pulls = {};
        int r;

        r = prober_new(&prober, lookup, config);
        if (r >= 0)
                r = pulls_build(&pulls, prober);
        if (r >= 0)
                r = probe_closure_find(prober, names, ELEMENTSOF(names), PROBE_WEAK, &closure);
        if (r >= 0)
                r = blocked_find(prober, &pulls, 0, &blocked);
        if (r >= 0)
                r = chain_find(lookup, &pulls, 1, 0, DEPENDENCY_HARD, &chain);
        if (r < 0)
                return r;

        assert_int_equal(closure.count, 4);
        assert_int_equal(closure.n_unresolved, 1);
        assert_int_equal(closure.n_refused, 1);
        assert_int_equal(blocked.verdict, BLOCKED_ON_REQUEST);
        assert_int_equal(chain.count, 1);
        return 0;
}

/* Leaks are the sanitizer's to find. */
static void each_allocation_that_fails_is_an_error(void **state) {
        _cleanup_modprobe_case_ ModprobeCase modprobe = {};
        bool has_failed = true;
        size_t n_good;

        (void) state;
        modprobe_case_init(&modprobe, script, "");
        for (n_good = 0; has_failed; n_good++) {
                _cleanup_modprobe_config_ ModprobeConfig config = {};
                int r;

                failing_memory_arm(n_good);
                r = modprobe_config_parse(&config, CONFIG_PATH, rules, strlen(rules));
                if (r >= 0)
                        r = modprobe_config_parse_command_line(&config, "/cmdline", command_line,
                                                               strlen(command_line));
                if (r >= 0)
                        r = ask(modprobe.lookup, &config);
                has_failed = failing_memory_disarm();
                assert_int_equal(r, has_failed ? -ENOMEM : 0);
        }
        assert_true(n_good > 50);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(each_allocation_that_fails_is_an_error),
        };

        return cmocka_run_group_tests_name("want-of-modprobe-memory", tests, NULL, NULL);
}
