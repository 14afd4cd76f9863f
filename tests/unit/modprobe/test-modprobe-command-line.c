/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rules-text.h"

static void check(const char *text, const char *expected) {
        _cleanup_modprobe_config_ ModprobeConfig config = {};

        assert_int_equal(modprobe_config_parse_command_line(&config, MODPROBE_COMMAND_LINE, text,
                                                            strlen(text)),
                         0);
        assert_rules(&config, expected);
        assert_int_equal(config.problems.count, 0);
}

static void options_are_those_of_a_module(void **state) {
        (void) state;
        check("root=/dev/x.1 ro a-b.c-d=1 e.f g.h= -- i.j=1.5\n",
              "0 options a_b c-d=1|0 options e f|0 options g h=|0 options i j=1.5|");
        check(".a=1 b..c=1 d.e.f=1 =g.h \n", "");
}

static void blacklists_are_taken_as_they_are(void **state) {
        (void) state;
        check("modprobe.blacklist=a,,b-c, modprobe.blacklist=d",
              "0 blacklist a|0 blacklist b-c|0 blacklist d|");
        check("modprobe.blacklist= modprobe.install=x module_blacklist=y",
              "0 options modprobe install=x|");
}

static void quotes_hold_blanks_and_move_to_the_value(void **state) {
        (void) state;
        check("a.b=\"c d\" \"e.f=g h\" i.j=k\"l m\"n",
              "0 options a b=\"c d\"|0 options e f=\"g h\"|0 options i j=k\"l m\"n|");
        check("a.b=1 \"c.d=2 e.f=3", "0 options a b=1|");
        check("\"modprobe.blacklist=a\"", "0 blacklist \"a\"|");
}

static void a_rule_of_it_says_so(void **state) {
        _cleanup_modprobe_config_ ModprobeConfig config = {};
        _cleanup_buffer_ Buffer source = {};

        (void) state;
        assert_int_equal(modprobe_config_parse_command_line(&config, "/x", "a.b", 3), 0);
        modprobe_rule_source(&config, &config.rules[0], &source);
        assert_string_equal(source.data, "kernel command line");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(options_are_those_of_a_module),
                cmocka_unit_test(blacklists_are_taken_as_they_are),
                cmocka_unit_test(quotes_hold_blanks_and_move_to_the_value),
                cmocka_unit_test(a_rule_of_it_says_so),
        };

        return cmocka_run_group_tests_name("modprobe-command-line", tests, NULL, NULL);
}
