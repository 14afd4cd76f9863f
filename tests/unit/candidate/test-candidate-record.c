/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "candidate-record.h"

#include <errno.h>

#include "test-case.h"

/* Lines instead of strings with a NUL. The record has to outlive the candidates. */
static int parse(Candidates *candidates, Buffer *record, const char *lines) {
        buffer_append_string(record, lines);
        assert_int_equal(buffer_error(record), 0);
        for (size_t i = 0; i < record->size; i++)
                record->data[i] = record->data[i] == '\n' ? '\0' : record->data[i];
        return candidates_parse(candidates, record->data, record->size);
}

static void assert_refused(const char *lines) {
        _cleanup_candidates_ Candidates candidates = {};
        _cleanup_buffer_ Buffer record = {};

        assert_int_equal(parse(&candidates, &record, lines), -EBADMSG);
}

static void everything_comes_back(void **state) {
        _cleanup_candidates_ Candidates candidates = {};
        _cleanup_buffer_ Buffer record = {};
        const Candidate *first;

        (void) state;
        candidate_put(&record, 'M', "a.ko", 4);
        candidate_put(&record, 'k', "xz", 2);
        candidate_put_machine(&record, 62, 2, 1);
        candidate_put(&record, 'V', "1.0 SMP", 7);
        candidate_put(&record, 'L', "GPL\0more", 8);
        candidate_put(&record, 'G', "me", 2);
        candidate_put(&record, 'A', "pci:*", 5);
        candidate_put(&record, 'N', "SPACE", 5);
        candidate_put_symbol(&record, 'i', true, 0xfedcba98, "wanted", 6);
        candidate_put_symbol(&record, 'w', false, 0, "weak", 4);
        candidate_put_symbol(&record, 'v', true, 1, "left", 4);
        candidate_put_symbol(&record, 'x', true, 2, "z", 1);
        candidate_put_symbol(&record, 'x', false, 0, "y", 1);
        candidate_put(&record, 'g', "z", 1);
        candidate_put(&record, 'n', "OWN", 3);
        candidate_put(&record, 'a', "y", 1);
        candidate_put(&record, 'M', "b.ko", 4);
        candidate_put_error(&record, EINVAL, "corrupt");
        candidate_put(&record, 'Z', "", 0);
        assert_int_equal(candidates_parse(&candidates, record.data, record.size), 0);

        assert_int_equal(candidates.count, 2);
        first = &candidates.items[0];
        assert_string_equal(first->path, "a.ko");
        assert_string_equal(first->compression, "xz");
        assert_int_equal(first->machine, 62);
        assert_int_equal(first->class, 2);
        assert_int_equal(first->byte_order, 1);
        assert_string_equal(first->vermagic, "1.0 SMP");
        assert_string_equal(first->license, "GPL");
        assert_string_equal(first->signer, "me");
        assert_string_equal(first->aliases[0], "pci:*");
        assert_true(candidate_imports_namespace(first, "SPACE"));
        assert_false(candidate_imports_namespace(first, "OWN"));
        assert_true(candidate_is_gpl(first));
        assert_int_equal(first->n_imports, 3);
        assert_string_equal(first->imports[0].name, "wanted");
        assert_int_equal(first->imports[0].crc, 0xfedcba98);
        assert_true(first->imports[1].is_weak);
        assert_false(first->imports[1].has_crc);
        assert_true(first->imports[2].is_version_only);
        assert_int_equal(candidate_find_export(first, "z")->kind, CANDIDATE_EXPORT_GPL);
        assert_string_equal(candidate_find_export(first, "z")->namespace, "OWN");
        assert_int_equal(candidate_find_export(first, "y")->kind, CANDIDATE_EXPORT_ANY);
        assert_null(candidate_find_export(first, "x"));
        assert_int_equal(candidates.items[1].error, EINVAL);
        assert_string_equal(candidates.items[1].reason, "corrupt");
        assert_false(candidate_is_gpl(&candidates.items[1]));
}

static void more_of_an_export_may_come_late_or_never(void **state) {
        _cleanup_candidates_ Candidates candidates = {};
        _cleanup_buffer_ Buffer record = {};

        (void) state;
        assert_int_equal(parse(&candidates, &record,
                               "Ma.ko\nnNOBODYS\ngnone\nxffffffff b\ngb\nx- a\nnNOBODYS\nZ\n"),
                         0);
        assert_int_equal(candidate_find_export(&candidates.items[0], "b")->kind,
                         CANDIDATE_EXPORT_GPL);
        assert_string_equal(candidate_find_export(&candidates.items[0], "b")->namespace, "");
        assert_string_equal(candidate_find_export(&candidates.items[0], "a")->namespace, "");
}

static void record_that_is_cut_short_is_refused(void **state) {
        (void) state;
        assert_refused("");
        assert_refused("Ma.ko\n");
        assert_refused("Ma.ko\nZ");
        assert_refused("Z\nMa.ko\n");
        assert_refused("Z\nZ\n");
}

static void nonsense_is_refused(void **state) {
        static const char *const lines[] = {
                "ix\n",        "i1 x\n", "i123456789 x\n", "i-x\n",        "i\n",
                "x00000001\n", "m62\n",  "m62 2\n",        "mx 2 1\n",     "E\n",
                "E0 \n",       "E-1 \n", "E22\n",          "E99999999 \n", "?\n",
                "\n",          "Q\n",    "w0000000g x\n",
        };

        (void) state;
        assert_refused("LGPL\nZ\n");
        for (size_t i = 0; i < ELEMENTSOF(lines); i++) {
                _cleanup_buffer_ Buffer record = {};

                buffer_append_format(&record, "Ma.ko\n%sZ\n", lines[i]);
                buffer_append_byte(&record, '\0');
                assert_refused(record.data);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(everything_comes_back),
                cmocka_unit_test(more_of_an_export_may_come_late_or_never),
                cmocka_unit_test(record_that_is_cut_short_is_refused),
                cmocka_unit_test(nonsense_is_refused),
        };

        return cmocka_run_group_tests_name("candidate-record", tests, NULL, NULL);
}
