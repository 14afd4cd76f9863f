/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

#include "candidate-reader.h"

static const char *record_end;

/* Every string is a part of the record and ends in it. */
static void check_text(const char *text, const char *record) {
        if (text && text[0] != '\0')
                fuzz_check(text >= record && text + strlen(text) < record_end);
}

static void check_candidate(const Candidate *candidate, const char *record) {
        check_text(candidate->path, record);
        check_text(candidate->vermagic, record);
        check_text(candidate->license, record);
        check_text(candidate->signer, record);
        for (size_t i = 0; i < candidate->n_imports; i++)
                check_text(candidate->imports[i].name, record);
        for (size_t i = 0; i < candidate->n_exports; i++) {
                const CandidateExport *export = &candidate->exports[i];

                check_text(export->name, record);
                check_text(export->namespace, record);
                fuzz_check(candidate_find_export(candidate, export->name));
                fuzz_check(i == 0 || strcmp(export[-1].name, export->name) <= 0);
        }
        for (size_t i = 0; i < candidate->n_namespaces; i++)
                fuzz_check(candidate_imports_namespace(candidate, candidate->namespaces[i]));
        (void) candidate_is_gpl(candidate);
}

static int parse(const char *record, size_t size, size_t *ret_count) {
        _cleanup_candidates_ Candidates candidates = {};
        int r = candidates_parse(&candidates, record, size);

        record_end = record + size;
        for (size_t i = 0; r == 0 && i < candidates.count; i++)
                check_candidate(&candidates.items[i], record);
        *ret_count = candidates.count;
        return r;
}

/* Whatever a file holds, its record is one. */
static void check_reading(char *bytes, size_t size) {
        _cleanup_(candidate_reader_freep) CandidateReader *reader = NULL;
        _cleanup_buffer_ Buffer record = {};
        size_t count;

        fuzz_check(candidate_reader_new(&reader) == 0);
        fuzz_check(candidate_read_bytes(reader, bytes, size, "x.ko", &record) == 0);
        candidate_put(&record, 'Z', "", 0);
        fuzz_check(buffer_error(&record) == 0);
        fuzz_check(parse(record.data, record.size, &count) == 0 && count == 1);
}

/* In memory of just the size, so that a step too far is seen. Inflation has a fuzzer of its own. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        _cleanup_free_ char *copy = malloc(size);
        size_t count;

        fuzz_check(copy);
        memcpy(copy, bytes, size);
        (void) parse(copy, size, &count);
        if (size < INFLATE_MAGIC_SIZE || inflate_kind(copy, size) == INFLATE_NONE)
                check_reading(copy, size);
        return 0;
}
