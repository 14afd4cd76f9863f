/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "blocked.h"

#include "modprobe-case.h"

static const char script[] = "module a.ko\nexport a\nalias al:a*\n"
                             "module b.ko\nneed a\nalias al:b\n"
                             "module p.ko\n"
                             "module s.ko\nsoftdep pre: p\n";

/* "verdict|asked[alias]=result:obstacle:line ..." */
static void check(const char *config, const char *name, const char *expected) {
        static const char verdicts[] = { [BLOCKED_BUILTIN] = '=',
                                         [BLOCKED_OPEN] = 'o',
                                         [BLOCKED_UNKNOWN] = '?',
                                         [BLOCKED_ON_REQUEST] = 'r',
                                         [BLOCKED_FULLY] = 'x' };
        static const char results[] = {
                [WAY_STOPPED] = 'x', [WAY_UNKNOWN] = '?', [WAY_LOADS] = 'o'
        };
        _cleanup_modprobe_case_ ModprobeCase modprobe = {};
        _cleanup_blocked_ Blocked blocked = {};
        _cleanup_buffer_ Buffer text = {};

        modprobe_case_init(&modprobe, script, config);
        assert_int_equal(blocked_find(modprobe.prober, &modprobe.pulls,
                                      modprobe_case_find(&modprobe, name), &blocked),
                         0);
        buffer_append_byte(&text, (uint8_t) verdicts[blocked.verdict]);
        for (size_t i = 0; i < blocked.count; i++) {
                const BlockedWay *way = &blocked.ways[i];

                buffer_append_format(&text, " %s%s%s%c", way->name, way->alias ? "/" : "",
                                     way->alias ? way->alias : "", results[way->result]);
                if (way->rule)
                        buffer_append_format(&text, "%s:%u", way->obstacle, way->rule->line);
        }
        assert_text(&text, expected);
}

static void without_rules_everything_loads(void **state) {
        (void) state;
        check("", "a", "o ao a/al:a*o bo b/al:bo");
        check("", "p", "r po so");
        check("", "bi", "= bix bi/al:bix");
}

static void a_blacklist_leaves_names_and_dependents(void **state) {
        (void) state;
        check("blacklist a\n", "a", "o ao a/al:a*xa:1 bo b/al:bo");
        check("blacklist a\nblacklist b\n", "a", "r ao a/al:a*xa:1 bo b/al:bxb:2");
}

static void a_command_blocks_what_needs_the_module(void **state) {
        (void) state;
        check("install a /bin/false\n", "a", "x axa:1 a/al:a*xa:1 bxa:1 b/al:bxa:1");
        check("install a /bin/false\n", "b", "x bxa:1 b/al:bxa:1");
        check("install a /bin/true\n", "b", "x bxa:1 b/al:bxa:1");
        check("softdep b post: p\ninstall a false\n", "p", "r po bxa:2 b/al:bxa:2 so");
        check("install p false\n", "p", "x pxp:1 sxp:1");
        check("install p false\n", "s", "r so");
}

static void a_softdep_opens_the_way_again(void **state) {
        (void) state;
        check("install s false\nblacklist s\n", "s", "r so");
        check("softdep bi pre: p\n", "p", "r po so bix bi/al:bix");
        check("softdep foo pre: p\ninstall foo x\n", "p", "r po so fooo");
}

static void other_commands_decide_themselves(void **state) {
        (void) state;
        check("install a run it\n", "a", "? a?a:1 a/al:a*?a:1 b?a:1 b/al:b?a:1");
        check("install a run it\n", "b", "? b?a:1 b/al:b?a:1");
}

static void alias_lines_take_aliases_away(void **state) {
        (void) state;
        check("alias al:* off\n", "a", "r ao bo");
        check("alias foo p\n", "p", "o po p/fooo so");
        check("alias p off\n", "p", "x px");
}

static void effects_are_told_from_the_text(void **state) {
        static const struct {
                const char *command;
                CommandEffect effect;
        } cases[] = {
                { "/bin/false", COMMAND_FAILS },
                { "  false ", COMMAND_FAILS },
                { "/usr/bin/false x", COMMAND_FAILS },
                { "exit 1", COMMAND_FAILS },
                { "/bin/true", COMMAND_NOTHING },
                { "true x y", COMMAND_NOTHING },
                { ":", COMMAND_NOTHING },
                { "exit 0", COMMAND_NOTHING },
                { "", COMMAND_NOTHING },
                { " ", COMMAND_NOTHING },
                { "exit 10", COMMAND_UNKNOWN },
                { "exit 1 2", COMMAND_UNKNOWN },
                { "falsey", COMMAND_UNKNOWN },
                { "/bin/false; true", COMMAND_UNKNOWN },
                { "/bin/false || x", COMMAND_UNKNOWN },
                { "true $(x)", COMMAND_UNKNOWN },
                { "/sbin/modprobe -i a", COMMAND_UNKNOWN },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                assert_int_equal(command_effect(cases[i].command), cases[i].effect);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(without_rules_everything_loads),
                cmocka_unit_test(a_blacklist_leaves_names_and_dependents),
                cmocka_unit_test(a_command_blocks_what_needs_the_module),
                cmocka_unit_test(a_softdep_opens_the_way_again),
                cmocka_unit_test(other_commands_decide_themselves),
                cmocka_unit_test(alias_lines_take_aliases_away),
                cmocka_unit_test(effects_are_told_from_the_text),
        };

        return cmocka_run_group_tests_name("blocked", tests, NULL, NULL);
}
