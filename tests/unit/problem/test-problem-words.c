/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "problem-words.h"

#include <errno.h>

#include "test-case.h"

static const Problem full = { .path = "/m/a.ko",
                              .line = 12,
                              .subject = "printk",
                              .detail = "why",
                              .error = ENOENT,
                              .number = 195 };

static const struct {
        const char *template;
        const char *sentence;
} cases[] = {
        { "", "" },
        { "no fields", "no fields" },
        { "{path}", "/m/a.ko" },
        { "{path}:{line}: bad '{subject}'!", "/m/a.ko:12: bad 'printk'!" },
        { "{subject}{subject}", "printkprintk" },
        { "{detail}: {error}", "why: No such file or directory" },
        { "{number} {octal} {hex}", "195 303 c3" },
        { "<{character}>", "<\xc3>" },
        /* what is no field stands for nothing */
        { "a{none}b{}c", "abc" },
        { "{paths}{pat}{PATH}", "" },
        /* a brace that is not closed takes the rest, a lone closing one is text */
        { "a{path", "a/m/a.ko" },
        { "a}b{line}}", "a}b12}" },
        { "{", "" },
};

static void fields_take_the_place_of_their_names(void **state) {
        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_buffer_ Buffer sentence = {};

                problem_words_append(&sentence, cases[i].template, &full);
                assert_text(&sentence, cases[i].sentence);
        }
}

static void field_that_is_missing_stands_for_nothing(void **state) {
        _cleanup_buffer_ Buffer sentence = {};
        const Problem empty = {};

        (void) state;
        problem_words_append(&sentence, "<{path}{subject}{detail}> {line} {number}", &empty);
        assert_text(&sentence, "<> 0 0");
}

static void sentence_is_appended(void **state) {
        _cleanup_buffer_ Buffer sentence = {};

        (void) state;
        buffer_append_string(&sentence, "depmod: ");
        problem_words_append(&sentence, "{subject}", &full);
        assert_text(&sentence, "depmod: printk");
}

static void number_may_have_64_bits(void **state) {
        const Problem problem = { .number = UINT64_MAX };
        _cleanup_buffer_ Buffer sentence = {};

        (void) state;
        problem_words_append(&sentence, "{number} {hex}", &problem);
        assert_text(&sentence, "18446744073709551615 ffffffffffffffff");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(fields_take_the_place_of_their_names),
                cmocka_unit_test(field_that_is_missing_stands_for_nothing),
                cmocka_unit_test(sentence_is_appended),
                cmocka_unit_test(number_may_have_64_bits),
        };

        return cmocka_run_group_tests_name("problem-words", tests, NULL, NULL);
}
