/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "prober.h"

#include "modprobe-case.h"

static const char script[] = "module a.ko\nexport a\nalias al:a*\n"
                             "module b.ko\nexport b\nneed a\n"
                             "module c.ko\nneed b\n"
                             "module p.ko\n"
                             "module s.ko\nsoftdep pre: a post: p\nalias al:s\n";

static void append_step(const ModprobeCase *modprobe, const ProbeStep *step, Buffer *text) {
        static const char *const marks[] = { [PROBE_INSERT] = "",
                                             [PROBE_COMMAND] = "!",
                                             [PROBE_BUILTIN] = "=",
                                             [PROBE_MISSING] = "?" };
        _cleanup_buffer_ Buffer options = {};

        probe_step_options(step, &modprobe->config, &options);
        buffer_append_format(text, "%s%s", marks[step->action], step->name);
        if (options.size > 0)
                buffer_append_format(text, "(%.*s)", (int) options.size, options.data);
        buffer_append_string(text, step->is_required ? " " : "~ ");
}

/* The steps with "!" before a command, "=" before a builtin module, "~" behind what may fail. */
static void check(const char *config, const char *name, unsigned flags, const char *expected) {
        _cleanup_modprobe_case_ ModprobeCase modprobe = {};
        _cleanup_probe_plan_ ProbePlan plan = {};
        _cleanup_buffer_ Buffer text = {};
        int r;

        modprobe_case_init(&modprobe, script, config);
        r = prober_plan(modprobe.prober, name, flags, &plan);
        assert_in_range(r, 0, PROBE_UNKNOWN);
        buffer_append_string(&text, r == PROBE_UNKNOWN ? "unknown" : "");
        for (size_t i = 0; i < plan.count; i++)
                append_step(&modprobe, &plan.steps[i], &text);
        for (size_t i = 0; i < plan.n_refusals; i++)
                buffer_append_format(&text, "-%s:%u", plan.refusals[i].name,
                                     plan.refusals[i].rule->line);
        assert_text(&text, expected);
}

static void without_rules_dependencies_and_softdeps_are_loaded(void **state) {
        (void) state;
        check("", "c", 0, "a b c ");
        check("", "s", 0, "a~ s p~ ");
        check("", "s", PROBE_NO_SOFT, "s ");
        check("", "al:a1", 0, "a ");
        check("", "bi", 0, "=bi ");
        check("", "bi", PROBE_REALLY, "");
        check("", "none", 0, "unknown");
        check("", "odd[", 0, "unknown");
        check("", "c.ko", 0, "a b c ");
}

static void blacklist_counts_for_aliases_and_who_wants_it(void **state) {
        (void) state;
        check("\nblacklist a\n", "a", 0, "a ");
        check("\nblacklist a\n", "al:a1", 0, "-a:2");
        check("\nblacklist a\n", "a", PROBE_BLACKLIST, "-a:2");
        check("blacklist a\n", "b", PROBE_BLACKLIST, "a b ");
}

static void a_softdep_takes_the_command_away(void **state) {
        (void) state;
        check("install a x\n", "b", 0, "!a b ");
        check("install s x\n", "s", 0, "a~ s p~ ");
        check("install [sp] x\n", "s", 0, "a~ s !p~ ");
        check("install s x\n", "s", PROBE_NO_SOFT, "!s ");
        check("softdep p pre: none\ninstall p x\n", "p", 0, "!p ");
}

static void the_configuration_makes_names(void **state) {
        (void) state;
        check("alias foo a\nalias f* p\n", "foo", 0, "a p ");
        check("alias foo off\n", "foo", 0, "?off ");
        check("install foo x\n", "foo", 0, "!foo ");
        check("remove foo x\n", "foo", 0, "?foo ");
        check("alias a p\n", "a", 0, "p ");
        check("alias a p\n", "b", 0, "a b ");
        check("install symbol:a x\n", "symbol:a", 0, "a ");
}

static void options_are_those_of_name_and_alias(void **state) {
        static const char config[] = "options a x=1\noptions al:a1 y=2\noptions a z=3\n";

        (void) state;
        check(config, "a", 0, "a(x=1 z=3) ");
        check(config, "al:a1", 0, "a(x=1 y=2 z=3) ");
        check("options a x=1\ninstall a c\n", "a", 0, "!a(x=1) ");
}

static void softdeps_of_the_file_stand_among_those_of_modules(void **state) {
        _cleanup_modprobe_case_ ModprobeCase modprobe = {};
        const char *early = "softdep s pre: c\n";
        _cleanup_probe_plan_ ProbePlan plan = {};

        (void) state;
        check("softdep s pre: c\n", "s", 0, "a~ s p~ "); /* test.conf comes after modules.softdep */

        modprobe_case_init(&modprobe, script, "");
        assert_int_equal(modprobe_config_parse(&modprobe.config, "/etc/modprobe.d/a.conf", early,
                                               strlen(early)),
                         0);
        assert_int_equal(prober_plan(modprobe.prober, "s", 0, &plan), 0);
        assert_int_equal(plan.count, 4);
        assert_string_equal(plan.steps[0].name, "a");
        assert_string_equal(plan.steps[3].name, "s");
}

static void circles_of_softdeps_end(void **state) {
        (void) state;
        check("softdep p pre: c\nsoftdep c pre: p\n", "p", 0, "a~ b~ c~ p ");
        check("softdep a pre: c\n", "a", 0, "a b~ c~ a ");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(without_rules_dependencies_and_softdeps_are_loaded),
                cmocka_unit_test(blacklist_counts_for_aliases_and_who_wants_it),
                cmocka_unit_test(a_softdep_takes_the_command_away),
                cmocka_unit_test(the_configuration_makes_names),
                cmocka_unit_test(options_are_those_of_name_and_alias),
                cmocka_unit_test(softdeps_of_the_file_stand_among_those_of_modules),
                cmocka_unit_test(circles_of_softdeps_end),
        };

        return cmocka_run_group_tests_name("prober", tests, NULL, NULL);
}
