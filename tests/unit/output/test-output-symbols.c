/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-text.h"

/* modules.symbols and modules.symbols.bin, specification sections 6.4 and 6.6. */

#define HEADER "# Aliases for symbols, used by symbol_request().\n"

/* Buckets of 2048: snd_hda_intel 161, abc 394, ext4 790, ab 836, printk 977, a 1922. */
static void symbols_come_in_the_order_of_kmods_hash_table(void **state) {
        (void) state;
        assert_output("module m-1.ko\nexport a\nexport ab\nexport printk\n"
                      "module m2.ko\nexport snd_hda_intel\nexport ext4\nexport abc\n",
                      OUTPUT_SYMBOLS,
                      HEADER "alias symbol:snd_hda_intel m2\nalias symbol:abc m2\n"
                             "alias symbol:ext4 m2\nalias symbol:ab m_1\nalias symbol:printk m_1\n"
                             "alias symbol:a m_1\n",
                      "");
}

static void header_stands_also_above_nothing(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        output_case_of(&rendered, "module a.ko\nneed x\n");
        assert_text(&rendered.set.files[OUTPUT_SYMBOLS], HEADER);
        assert_empty_index(&rendered.set.files[OUTPUT_SYMBOLS_BIN]);
}

static void symbol_is_its_last_providers(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        output_case_of(&rendered, "module a.ko\nexport x\nmodule b.ko\nexport x\nexport x\n");
        assert_text(&rendered.set.files[OUTPUT_SYMBOLS], HEADER "alias symbol:x b\n");
        assert_index(&rendered.set.files[OUTPUT_SYMBOLS_BIN], { "symbol:x", "b", 1 });
}

static void symbols_of_the_kernel_are_in_no_file(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        assert_int_equal(model_init(&rendered.model, "/m/1.0"), 0);
        for (const char *name = "kx"; *name != '\0'; name++)
                assert_int_equal(symbol_table_put(&rendered.model.symbols, &rendered.model.tree,
                                                  name, 1, SYMBOL_KERNEL, 0),
                                 0);
        model_script_add(&rendered.model.tree, "module a.ko\nexport x\nneed k\n");
        assert_int_equal(model_link(&rendered.model), 0);
        output_case_render(&rendered);
        assert_text(&rendered.set.files[OUTPUT_SYMBOLS], HEADER "alias symbol:x a\n");
        assert_index(&rendered.set.files[OUTPUT_SYMBOLS_BIN], { "symbol:x", "a", 0 });
}

/* Not the name in normal form: dashes stay. */
static void index_has_each_symbol_as_it_is(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        output_case_of(&rendered, "module a-b.ko\nexport x-y\nmodule c.ko\nexport z\n");
        assert_index(&rendered.set.files[OUTPUT_SYMBOLS_BIN], { "symbol:x-y", "a_b", 0 },
                     { "symbol:z", "c", 1 });
}

static void symbol_beyond_ascii_is_left_out_of_the_index_and_told(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        output_case_of(&rendered, "module a.ko\nexport \xe9\nexport x\n");
        assert_index(&rendered.set.files[OUTPUT_SYMBOLS_BIN], { "symbol:x", "a", 0 });
        assert_problems(&rendered.problems, "bad-character 'symbol:\xe9' #233\n");
}

/* \xe9 is in bucket 1728, \xea in 1411. */
static void problems_come_in_the_order_of_kmods_hash_table(void **state) {
        _cleanup_output_case_ OutputCase rendered = {};

        (void) state;
        output_case_of(&rendered, "module a.ko\nexport \xe9\nexport \xea\nexport x\n");
        assert_index(&rendered.set.files[OUTPUT_SYMBOLS_BIN], { "symbol:x", "a", 0 });
        assert_problems(&rendered.problems, "bad-character 'symbol:\xea' #234\n"
                                            "bad-character 'symbol:\xe9' #233\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(symbols_come_in_the_order_of_kmods_hash_table),
                cmocka_unit_test(header_stands_also_above_nothing),
                cmocka_unit_test(symbol_is_its_last_providers),
                cmocka_unit_test(symbols_of_the_kernel_are_in_no_file),
                cmocka_unit_test(index_has_each_symbol_as_it_is),
                cmocka_unit_test(symbol_beyond_ascii_is_left_out_of_the_index_and_told),
                cmocka_unit_test(problems_come_in_the_order_of_kmods_hash_table),
        };

        return cmocka_run_group_tests_name("output-symbols", tests, NULL, NULL);
}
