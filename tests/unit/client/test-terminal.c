/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "terminal.h"

#include <stdlib.h>

#include "test-case.h"

static void set(const char *colors, const char *no_color, const char *term) {
        const char *const pairs[][2] = { { "SYSTEMD_COLORS", colors },
                                         { "NO_COLOR", no_color },
                                         { "TERM", term } };

        for (size_t i = 0; i < ELEMENTSOF(pairs); i++) {
                if (pairs[i][1])
                        assert_int_equal(setenv(pairs[i][0], pairs[i][1], 1), 0);
                else
                        assert_int_equal(unsetenv(pairs[i][0]), 0);
        }
}

static void a_terminal_has_colours(void **state) {
        (void) state;
        set(NULL, NULL, "xterm");
        assert_true(terminal_wants_colors(true));
        assert_false(terminal_wants_colors(false));
        set(NULL, NULL, "dumb");
        assert_false(terminal_wants_colors(true));
        set(NULL, NULL, NULL);
        assert_false(terminal_wants_colors(true));
}

static void no_color_counts_whatever_its_value(void **state) {
        (void) state;
        set(NULL, "", "xterm");
        assert_false(terminal_wants_colors(true));
}

static void the_variable_of_systemd_goes_first(void **state) {
        (void) state;
        set("256", "1", "dumb");
        assert_true(terminal_wants_colors(false));
        set("No", NULL, "xterm");
        assert_false(terminal_wants_colors(true));
        set("nonsense", NULL, "xterm");
        assert_true(terminal_wants_colors(true));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_terminal_has_colours),
                cmocka_unit_test(no_color_counts_whatever_its_value),
                cmocka_unit_test(the_variable_of_systemd_goes_first),
        };

        return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}
