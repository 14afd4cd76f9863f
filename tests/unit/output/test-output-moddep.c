/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output-case.h"

/* modules.softdep and modules.weakdep, specification section 6.3. */

#define SOFT "# Soft dependencies extracted from modules themselves.\n"
#define WEAK "# Weak dependencies extracted from modules themselves.\n"

#define MODULES                                                                                    \
        "module a-b.ko\nsoftdep pre: x\nsoftdep post: y\nweakdep w\nmodule c.ko\nalias c\n"        \
        "module d.ko\nsoftdep \nweakdep \xc3\xa9\nweakdep w\nweakdep w\n"

static void soft_dependencies_come_module_by_module_as_they_are(void **state) {
        (void) state;
        assert_output(MODULES, OUTPUT_SOFTDEP,
                      SOFT "softdep a_b pre: x\nsoftdep a_b post: y\nsoftdep d \n", "");
}

static void weak_dependencies_too(void **state) {
        (void) state;
        assert_output(MODULES, OUTPUT_WEAKDEP,
                      WEAK "weakdep a_b w\nweakdep d \xc3\xa9\nweakdep d w\nweakdep d w\n", "");
}

static void headers_stand_also_above_nothing(void **state) {
        (void) state;
        assert_output("", OUTPUT_SOFTDEP, SOFT, "");
        assert_output("", OUTPUT_WEAKDEP, WEAK, "");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(soft_dependencies_come_module_by_module_as_they_are),
                cmocka_unit_test(weak_dependencies_too),
                cmocka_unit_test(headers_stand_also_above_nothing),
        };

        return cmocka_run_group_tests_name("output-moddep", tests, NULL, NULL);
}
