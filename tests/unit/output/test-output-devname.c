/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output-case.h"

/* modules.devname, specification section 6.5. */

#define HEADER "# Device nodes to trigger on-demand module loading.\n"

static void device_nodes_come_module_by_module(void **state) {
        (void) state;
        assert_output("module m-b.ko\nalias devname:loop-control\nalias char-major-10-237\n"
                      "module none.ko\nalias x\nmodule c.ko\nalias block-major-7-0\n"
                      "alias devname:a/b\n",
                      OUTPUT_DEVNAME, HEADER "m_b loop-control c10:237\nc a/b b7:0\n", "");
}

static void without_nodes_the_file_has_no_bytes(void **state) {
        (void) state;
        assert_output("", OUTPUT_DEVNAME, "", "");
        assert_output("module a.ko\nalias x\nalias char-major-10-1\n", OUTPUT_DEVNAME, "", "");
}

static void name_without_numbers_is_a_problem(void **state) {
        (void) state;
        assert_output("module a-b.ko\nalias devname:x\nmodule c.ko\nalias devname:y\n"
                      "alias char-major-1-2\n",
                      OUTPUT_DEVNAME, HEADER "c y c1:2\n", "devname-without-numbers 'a_b' (x)\n");
}

typedef struct DevnameCase {
        const char *aliases[4];
        const char *node; /* NULL: none */
} DevnameCase;

static const DevnameCase cases[] = {
        /* up to the first point where both are known the later one counts */
        { { "char-major-1-2", "block-major-3-4", "devname:x" }, "x b3:4" },
        { { "devname:x", "char-major-1-2", "char-major-3-4" }, "x c1:2" },
        { { "devname:x", "devname:y", "char-major-1-2" }, "y c1:2" },
        { { "char-major-1-2", "devname:x", "devname:y" }, "x c1:2" },
        /* the name may be empty or hold anything */
        { { "devname:", "char-major-1-2" }, " c1:2" },
        { { "devname:a b", "char-major-1-2" }, "a b c1:2" },
        { { "devname:\xc3\xa9", "char-major-1-2" }, "\xc3\xa9 c1:2" },
        /* what scanf takes for numbers */
        { { "devname:x", "char-major-10-135junk" }, "x c10:135" },
        { { "devname:x", "char-major- 5- 6" }, "x c5:6" },
        { { "devname:x", "char-major-+5-+6" }, "x c5:6" },
        { { "devname:x", "char-major--1-4294967296" }, "x c4294967295:0" },
        { { "devname:x", "char-major-1-2-3" }, "x c1:2" },
        /* and what it does not */
        { { "devname:x", "char-major-10-*", "char-major-1-2" }, "x c1:2" },
        { { "devname:x", "char-major-10-*" }, NULL },
        { { "devname:x", "char-major-10" }, NULL },
        { { "devname:x", "xchar-major-1-2" }, NULL },
        { { "devname:x", "Char-major-1-2" }, NULL },
        { { "devname:x", "block-minor-1-2" }, NULL },
        { { " devname:x", "char-major-1-2" }, "" },
        { { "devname", "char-major-1-2" }, "" },
};

static void aliases_are_scanned_as_kmod_scans_them(void **state) {
        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_output_case_ OutputCase rendered = {
                        .options.kinds = OUTPUT_BIT(OUTPUT_DEVNAME),
                };
                _cleanup_buffer_ Buffer script = {}, expected = {};
                const char *node = cases[i].node;

                buffer_append_string(&script, "module m.ko\n");
                for (size_t k = 0; k < 4 && cases[i].aliases[k]; k++)
                        buffer_append_format(&script, "alias %s\n", cases[i].aliases[k]);
                buffer_append_byte(&script, '\0');
                if (node && *node != '\0')
                        buffer_append_format(&expected, HEADER "m %s\n", node);
                buffer_append_byte(&expected, '\0');

                output_case_of(&rendered, script.data);
                assert_text(&rendered.set.files[OUTPUT_DEVNAME], expected.data);
                assert_problems(&rendered.problems,
                                node ? "" : "devname-without-numbers 'm' (x)\n");
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(device_nodes_come_module_by_module),
                cmocka_unit_test(without_nodes_the_file_has_no_bytes),
                cmocka_unit_test(name_without_numbers_is_a_problem),
                cmocka_unit_test(aliases_are_scanned_as_kmod_scans_them),
        };

        return cmocka_run_group_tests_name("output-devname", tests, NULL, NULL);
}
