/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rules-text.h"
#include "temp-tree.h"

static void read_ok(ModprobeConfig *config, const char *command_line) {
        static const char *const paths[] = { "etc", "run", "lib", NULL };

        assert_int_equal(modprobe_config_read(config, paths, command_line), 0);
}

static void files_are_read_by_name_and_mask_each_other(void **state) {
        _cleanup_modprobe_config_ ModprobeConfig config = {};

        (void) state;
        temp_tree_write_text("lib/b.conf", "blacklist masked\n");
        temp_tree_write_text("lib/a.conf", "blacklist a\n");
        temp_tree_write_text("etc/b.conf", "blacklist b\n");
        temp_tree_write_text("etc/.c.conf", "blacklist hidden\n");
        temp_tree_write_text("etc/c.alias", "blacklist other\n");
        temp_tree_write_text("etc/d.conf/e.conf", "blacklist deeper\n");
        temp_tree_write_text("cmdline", "modprobe.blacklist=last\n");
        read_ok(&config, "cmdline");
        assert_rules(&config, "1E blacklist a|1E blacklist b|0 blacklist last|");
        assert_string_equal(modprobe_rule_path(&config, &config.rules[1]), "etc/b.conf");
}

static void nothing_there_is_no_rule(void **state) {
        _cleanup_modprobe_config_ ModprobeConfig config = {};

        (void) state;
        read_ok(&config, NULL);
        assert_rules(&config, "");
        assert_int_equal(config.problems.count, 0);
}

static void what_cannot_be_read_is_a_problem(void **state) {
        _cleanup_modprobe_config_ ModprobeConfig config = {};

        (void) state;
        temp_tree_write_text("etc/b.conf", "blaklist a\n");
        temp_tree_link("nowhere", "etc/a.conf");
        read_ok(&config, "no/cmdline");
        assert_rules(&config, "");
        assert_int_equal(config.problems.count, 3);
        assert_int_equal(config.problems.items[0].kind, PROBLEM_CONFIG_STAT);
        assert_int_equal(config.problems.items[1].kind, PROBLEM_MODPROBE_BAD_LINE);
        assert_string_equal(config.problems.items[1].path, "etc/b.conf");
        assert_int_equal(config.problems.items[2].kind, PROBLEM_CONFIG_UNREADABLE);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(files_are_read_by_name_and_mask_each_other),
                TREE_TEST(nothing_there_is_no_rule),
                TREE_TEST(what_cannot_be_read_is_a_problem),
        };

        return cmocka_run_group_tests_name("modprobe-config", tests, NULL, NULL);
}
