/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe-closure.h"

#include "modprobe-case.h"

static const char script[] = "module a.ko\nexport a\nalias al:a*\nweakdep w\n"
                             "module b.ko\nneed a\nmodule p.ko\n"
                             "module v.ko\nexport v\nmodule w.ko\nneed v\nweakdep bi nothing\n";

static void check(const char *config, const char *const *names, size_t n_names, unsigned flags,
                  const char *expected) {
        _cleanup_modprobe_case_ ModprobeCase modprobe = {};
        _cleanup_probe_closure_ ProbeClosure closure = {};
        _cleanup_buffer_ Buffer text = {};

        modprobe_case_init(&modprobe, script, config);
        assert_int_equal(probe_closure_find(modprobe.prober, names, n_names, flags, &closure), 0);
        for (size_t i = 0; i < closure.count; i++)
                buffer_append_format(&text, "%s %u ", closure.steps[i].name, closure.steps[i].bits);
        buffer_append_string(&text, "|");
        for (size_t i = 0; i < closure.n_unresolved; i++)
                buffer_append_format(&text, " %s", names[closure.unresolved[i]]);
        buffer_append_string(&text, "|");
        for (size_t i = 0; i < closure.n_refused; i++)
                buffer_append_format(&text, " %s:%s", names[closure.refused[i].question],
                                     closure.refused[i].refusal.name);
        assert_text(&text, expected);
}

static void each_module_stands_once_where_it_comes_first(void **state) {
        static const char *const names[] = { "b", "none", "al:a1", "p", "a" };

        (void) state;
        check("", names, ELEMENTSOF(names), 0, "a 33 b 32 p 32 | none|");
        check("blacklist a\n", names, ELEMENTSOF(names), 0, "a 33 b 32 p 32 | none| al:a1:a");
        check("alias none off\n", names, 2, 0, "a 1 b 32 | none|");
        check("install none x\n", names, 2, 0, "a 1 b 32 ||");
        check("", names, 0, 0, "||");
}

static void weakdeps_come_last_with_what_they_need(void **state) {
        static const char *const names[] = { "b", "p" };

        (void) state;
        check("", names, 2, PROBE_WEAK, "a 1 b 32 p 32 v 1 w 8 bi 24 ||");
        check("", names, 2, PROBE_WEAK | PROBE_NO_BUILTIN, "a 1 b 32 p 32 v 1 w 8 ||");
        check("weakdep p v\n", names, 2, PROBE_WEAK, "a 1 b 32 p 32 v 9 w 8 bi 24 ||");
        check("softdep b pre: bj\n", names, 1, PROBE_NO_BUILTIN, "a 1 b 32 ||");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(each_module_stands_once_where_it_comes_first),
                cmocka_unit_test(weakdeps_come_last_with_what_they_need),
        };

        return cmocka_run_group_tests_name("probe-closure", tests, NULL, NULL);
}
