/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rules-text.h"

static void parse(ModprobeConfig *config, const char *path, const char *bytes, size_t size) {
        assert_int_equal(modprobe_config_parse(config, path, bytes, size), 0);
}

static void check(const char *text, const char *expected, size_t n_problems) {
        _cleanup_modprobe_config_ ModprobeConfig config = {};

        parse(&config, "/x/y.conf", text, strlen(text));
        assert_rules(&config, expected);
        assert_int_equal(config.problems.count, n_problems);
}

static void each_keyword_has_its_rule(void **state) {
        (void) state;
        check("alias f-o[-]* a-b c\nblacklist a-b c\ninstall a-* /x  y \noptions a\tz=1\n"
              "remove a x\nsoftdep a pre: b\nweakdep a b c\n",
              "1 alias f_o[-]* a_b|2 blacklist a_b|3 install a_* /x  y |4 options a z=1|"
              "5 remove a x|6 softdep a pre: b|7 weakdep a b c|",
              0);
}

static void text_begins_behind_one_blank(void **state) {
        (void) state;
        check("install a  x\ninstall b \t\ninstall \t c x",
              "1 install a  x|2 install b \t|"
              "3 install c x|",
              0);
}

static void lines_without_meaning_are_passed_over(void **state) {
        (void) state;
        check("# a\n\n \t\n", "", 0);
        check("blacklist\ninstall a\ninstall a \nalias a\nalias a \nsoftdep a\nbogus a\n"
              " # a\nblacklist a[\nalias a b[\nBLACKLIST a\ninclude x\n",
              "", 12);
}

static void lines_go_on_behind_a_backslash(void **state) {
        (void) state;
        check("blacklist \\\na\nblacklist b\\\n\\c\\", "2 blacklist a|4 blacklist bc|", 0);
}

static void any_bytes_will_do(void **state) {
        static const char bytes[] = "blacklist a\0b\n\0blacklist b\nblacklist c\r\nblacklist d";
        _cleanup_modprobe_config_ ModprobeConfig config = {}, empty = {};

        (void) state;
        parse(&config, "/x/y.conf", bytes, sizeof(bytes) - 1);
        assert_rules(&config, "1 blacklist a|3 blacklist c\r|4 blacklist d|");
        parse(&empty, "/x/y.conf", NULL, 0);
        assert_rules(&empty, "");
}

static void the_name_of_the_file_tells_its_place(void **state) {
        _cleanup_modprobe_config_ ModprobeConfig config = {};
        _cleanup_buffer_ Buffer source = {};

        (void) state;
        parse(&config, "/z/modules.conf", "softdep a pre: b", 16);
        parse(&config, "/a/n.conf", "\nsoftdep a pre: c", 17);
        assert_rules(&config, "1E softdep a pre: b|2 softdep a pre: c|");
        modprobe_rule_source(&config, &config.rules[1], &source);
        assert_string_equal(source.data, "/a/n.conf:2");
        assert_ptr_equal(modprobe_config_find(&config, MODPROBE_SOFTDEP, "a"), &config.rules[0]);
        assert_null(modprobe_config_find(&config, MODPROBE_INSTALL, "a"));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(each_keyword_has_its_rule),
                cmocka_unit_test(text_begins_behind_one_blank),
                cmocka_unit_test(lines_without_meaning_are_passed_over),
                cmocka_unit_test(lines_go_on_behind_a_backslash),
                cmocka_unit_test(any_bytes_will_do),
                cmocka_unit_test(the_name_of_the_file_tells_its_place),
        };

        return cmocka_run_group_tests_name("modprobe-parse", tests, NULL, NULL);
}
