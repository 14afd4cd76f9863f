/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "finding.h"

#include "test-case.h"

static void every_kind_has_a_code_and_a_sentence(void **state) {
        (void) state;
        for (FindingKind kind = 0; kind < FINDING_KINDS; kind++) {
                _cleanup_buffer_ Buffer sentence = {};
                const Finding finding = { .kind = kind,
                                          .path = "p",
                                          .symbol = "<s>",
                                          .found = "<f>",
                                          .wanted = "<w>",
                                          .other = "<o>",
                                          .number = 77 };

                assert_non_null(finding_code(kind));
                assert_int_equal(finding_sentence(&finding, &sentence), 0);
                assert_memory_equal(sentence.data, "p: ", 3);
                assert_true(strlen(sentence.data) > 10);
                assert_int_equal(strlen(sentence.data) + 1, sentence.size);
                assert_null(strpbrk(sentence.data, "{}"));
        }
}

static void sentence_names_what_it_is_about(void **state) {
        _cleanup_buffer_ Buffer sentence = {};

        (void) state;
        assert_int_equal(finding_sentence(&(Finding){ .kind = FINDING_CRC,
                                                      .path = "x\n.ko",
                                                      .symbol = "s",
                                                      .found = "1",
                                                      .wanted = "2",
                                                      .other = "k/a.ko" },
                                          &sentence),
                         0);
        assert_string_equal(sentence.data,
                            "x\\x0a.ko: was built against another s: it has CRC 1, k/a.ko exports "
                            "2; build it for this kernel");
}

static void worst_comes_first_and_kinds_stay_together(void **state) {
        static const struct {
                uint32_t candidate;
                FindingKind kind;
        } added[] = {
                { 1, FINDING_ALIAS },    { 0, FINDING_ALIAS }, { 0, FINDING_CRC },
                { 0, FINDING_GPL_ONLY }, { 0, FINDING_CRC },   { 0, FINDING_SYMBOL_UNKNOWN }
        };
        static const uint32_t expected[] = { 2, 4, 3, 5, 1, 0 };
        Findings findings = {};

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(added); i++)
                assert_int_equal(
                        findings_add(&findings, &(Finding){ .candidate = added[i].candidate,
                                                            .kind = added[i].kind,
                                                            .number = i }),
                        0);
        findings_sort(&findings);
        for (size_t i = 0; i < ELEMENTSOF(expected); i++)
                assert_int_equal(findings.items[i].number, expected[i]);
        findings_done(&findings);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_kind_has_a_code_and_a_sentence),
                cmocka_unit_test(sentence_names_what_it_is_about),
                cmocka_unit_test(worst_comes_first_and_kinds_stay_together),
        };

        return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
