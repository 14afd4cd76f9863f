/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "problem-sentence.h"

#include <errno.h>

#include "test-case.h"

static void check(Problem problem, const char *expected) {
        _cleanup_buffer_ Buffer sentence = {};

        assert_int_equal(problem_sentence(&problem, &sentence), 0);
        assert_string_equal(sentence.data, expected);
        assert_int_equal(sentence.size, strlen(expected) + 1);
}

static void sentence_tells_the_file_and_what_is_wrong(void **state) {
        (void) state;
        check((Problem){ .kind = PROBLEM_MODULE_UNREADABLE, .path = "/m/a.ko", .error = ENOEXEC },
              "/m/a.ko: cannot be read as a module (not an ELF file), listed without "
              "dependencies; install it again or remove it");
        check((Problem){ .kind = PROBLEM_MODULE_UNREADABLE, .path = "/m/a.ko", .error = EINVAL },
              "/m/a.ko: cannot be read as a module (damaged or cut short), listed without "
              "dependencies; install it again or remove it");
        check((Problem){ .kind = PROBLEM_MODULE_UNREADABLE, .path = "/m/a.ko", .error = EACCES },
              "/m/a.ko: cannot be read as a module (Permission denied), listed without "
              "dependencies; install it again or remove it");
        check((Problem){ .kind = PROBLEM_SOFTDEP_UNKNOWN, .path = "/m/a.ko", .subject = "aead2" },
              "/m/a.ko: softdep names aead2, which is no module of this kernel");
}

static void sentence_tells_what_became_of_the_published_files(void **state) {
        (void) state;
        check((Problem){ .kind = PROBLEM_INDEX_FOREIGN, .path = "/m/x.bin", .detail = "empty" },
              "/m/x.bin: was empty and has been written again");
        check((Problem){ .kind = PROBLEM_INDEX_MISSING, .path = "/m/x.bin" },
              "/m/x.bin: was gone and has been written again");
        check((Problem){ .kind = PROBLEM_NOT_WRITABLE, .path = "/m", .error = EROFS },
              "/m: Read-only file system; the index in it is out of date, make it writable");
        check((Problem){ .kind = PROBLEM_PUBLISH_FAILED, .path = "/m/x.bin", .error = ENOSPC },
              "/m/x.bin: No space left on device; the index is still the one before, make room or "
              "mend the disk");
        check((Problem){ .kind = PROBLEM_REFRESH_FAILED, .path = "/m/kernel", .error = EIO },
              "/m/kernel: Input/output error; the index is still the one before, mend the disk or "
              "make it readable");
}

static void sentence_is_one_line(void **state) {
        (void) state;
        check((Problem){ .kind = PROBLEM_LEFT_OUT, .path = "/m/a\nb\x7f\x1b.ko" },
              "/m/a\\x0ab\\x7f\\x1b.ko: part of a cycle and left out of the index; remove one of "
              "the modules of the cycle");
        check((Problem){ .kind = PROBLEM_BUILTIN_LINE, .subject = "/odd\n" },
              "modules.builtin: '/odd' is no module's path; remove the line");
}

static void sentence_is_appended(void **state) {
        _cleanup_buffer_ Buffer sentence = {};

        (void) state;
        buffer_append_string(&sentence, "depmodd: ");
        assert_int_equal(problem_sentence(&(Problem){ .kind = PROBLEM_INDEX_MISSING,
                                                      .path = "/m/modules.dep" },
                                          &sentence),
                         0);
        assert_string_equal(sentence.data,
                            "depmodd: /m/modules.dep: was gone and has been written again");
}

static void kind_that_repeats_another_has_no_sentence(void **state) {
        const Problem count = { .kind = PROBLEM_CYCLE_COUNT, .number = 2 };
        _cleanup_buffer_ Buffer sentence = {};

        (void) state;
        assert_false(problem_has_sentence(&count));
        assert_int_equal(problem_sentence(&count, &sentence), PROBLEM_UNTOLD);
        assert_int_equal(sentence.size, 0);
}

static void every_warning_and_error_but_two_has_a_sentence(void **state) {
        (void) state;
        for (ProblemKind kind = 0; kind < PROBLEM_KINDS; kind++) {
                bool is_told = kind != PROBLEM_CYCLE_COUNT && kind != PROBLEM_DUPLICATE_VALUE;

                if (problem_severity(kind) >= PROBLEM_WARNING)
                        assert_int_equal(problem_has_sentence(&(Problem){ .kind = kind }), is_told);
        }
}

static void what_was_only_assumed_or_left_undone_is_a_note(void **state) {
        (void) state;
        assert_true(problem_is_note(&(Problem){ .kind = PROBLEM_KERNEL_UNKNOWN }));
        assert_true(problem_is_note(&(Problem){ .kind = PROBLEM_SOFTDEP_UNKNOWN }));
        assert_true(problem_is_note(&(Problem){ .kind = PROBLEM_INPUT_MISSING, .error = ENOENT }));
        assert_false(problem_is_note(&(Problem){ .kind = PROBLEM_INPUT_MISSING, .error = EACCES }));
        assert_false(problem_is_note(&(Problem){ .kind = PROBLEM_INDEX_FOREIGN }));
}

static void file_that_cannot_be_unpacked_is_told_of_once(void **state) {
        const Problem packed = { .kind = PROBLEM_INFLATE, .path = "/m/a.ko.xz" };
        const Problem same = { .kind = PROBLEM_MODULE_UNREADABLE, .path = "/m/a.ko.xz" };
        const Problem other = { .kind = PROBLEM_MODULE_UNREADABLE, .path = "/m/b.ko.xz" };

        (void) state;
        assert_true(problem_is_repetition(&packed, &same));
        assert_false(problem_is_repetition(&packed, &other));
        assert_false(problem_is_repetition(&same, &packed));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(sentence_tells_the_file_and_what_is_wrong),
                cmocka_unit_test(sentence_tells_what_became_of_the_published_files),
                cmocka_unit_test(sentence_is_one_line),
                cmocka_unit_test(sentence_is_appended),
                cmocka_unit_test(kind_that_repeats_another_has_no_sentence),
                cmocka_unit_test(every_warning_and_error_but_two_has_a_sentence),
                cmocka_unit_test(what_was_only_assumed_or_left_undone_is_a_note),
                cmocka_unit_test(file_that_cannot_be_unpacked_is_told_of_once),
        };

        return cmocka_run_group_tests_name("problem-sentence", tests, NULL, NULL);
}
