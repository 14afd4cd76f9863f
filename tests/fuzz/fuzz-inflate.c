/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <errno.h>
#include <string.h>

#include "gzip-reading.h"
#include "inflate.h"

/* More than the first piece of memory that a decoder asks for, so that it must ask again. */
enum {
        LIMIT = 160 * 1024,
};

typedef struct Outcome {
        int result;
        char reason[128];
        Buffer output;
} Outcome;

static void outcome_done(Outcome *outcome) {
        buffer_done(&outcome->output);
}

#define _cleanup_outcome_ _cleanup_(outcome_done)

static const char *const first_words[] = {
        [INFLATE_GZIP] = "gzip: ",
        [INFLATE_XZ] = "xz: ",
        [INFLATE_ZSTD] = "zstd: ",
};

static Inflater *inflater_of(size_t limit) {
        Inflater *inflater;

        fuzz_check(inflater_new(limit, &inflater) == 0);
        return inflater;
}

static void inflate(Outcome *outcome, Inflater *inflater, InflateKind kind, const uint8_t *bytes,
                    size_t size) {
        static const char untouched[] = "";
        const char *reason = untouched;

        outcome->result = inflate_bytes(inflater, kind, bytes, size, &outcome->output, &reason);
        (void) snprintf(outcome->reason, sizeof(outcome->reason), "%s", reason);

        if (outcome->result == 0) {
                fuzz_check(reason == untouched);
                fuzz_check(outcome->output.size <= LIMIT);
        } else {
                fuzz_check(outcome->result == -EINVAL || outcome->result == -EFBIG);
                fuzz_check(strncmp(reason, first_words[kind], strlen(first_words[kind])) == 0);
                fuzz_check(outcome->output.size == 0);
        }
        fuzz_check(buffer_error(&outcome->output) == 0);
}

static void check_same(const Outcome *a, const Outcome *b) {
        fuzz_check(a->result == b->result);
        fuzz_check(strcmp(a->reason, b->reason) == 0);
        fuzz_check(a->output.size == b->output.size);
        fuzz_check(a->output.size == 0 ||
                   memcmp(a->output.data, b->output.data, a->output.size) == 0);
}

/* What an inflater did before, and above all where it failed, makes no difference. */
static void check_reuse(const Outcome *outcome, Inflater *inflater, InflateKind kind,
                        const uint8_t *bytes, size_t size) {
        _cleanup_outcome_ Outcome again = {};

        if (size / 2 >= INFLATE_MAGIC_SIZE)
                inflate(&again, inflater, kind, bytes, size / 2);
        inflate(&again, inflater, kind, bytes, size);
        check_same(outcome, &again);
}

/* A limit that is just met changes nothing, one byte less is too little. */
static void check_limits(const Outcome *outcome, InflateKind kind, const uint8_t *bytes,
                         size_t size) {
        size_t n = outcome->output.size;
        _cleanup_(inflater_freep) Inflater *enough = inflater_of(n > size ? n : size);
        _cleanup_(inflater_freep) Inflater *less = inflater_of(n - 1);
        _cleanup_outcome_ Outcome again = {};

        inflate(&again, enough, kind, bytes, size);
        check_same(outcome, &again);
        inflate(&again, less, kind, bytes, size);
        fuzz_check(again.result == -EFBIG);
}

/* zlib's own reader of gzip files, for which cut contents are the end of the file. */
static void check_gzip(const Outcome *outcome, const uint8_t *bytes, size_t size) {
        bool is_cut = strcmp(outcome->reason, "gzip: unexpected end of file") == 0;
        _cleanup_(gzip_reading_done) GzipReading reading = {};

        gzip_reading_init(&reading, bytes, size, LIMIT + 1);
        if (outcome->result == 0) {
                fuzz_check(!reading.has_failed);
                fuzz_check(reading.output.size == outcome->output.size);
                fuzz_check(reading.output.size == 0 ||
                           memcmp(reading.output.data, outcome->output.data, reading.output.size) ==
                                   0);
        } else if (outcome->result == -EFBIG)
                fuzz_check(size > LIMIT || reading.output.size > LIMIT);
        else
                fuzz_check(is_cut || reading.has_failed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        InflateKind kind = inflate_kind(bytes, size);
        _cleanup_(inflater_freep) Inflater *inflater = NULL;
        _cleanup_outcome_ Outcome outcome = {};

        if (kind == INFLATE_NONE)
                return 0;

        inflater = inflater_of(LIMIT);
        inflate(&outcome, inflater, kind, bytes, size);
        check_reuse(&outcome, inflater, kind, bytes, size);
        if (outcome.output.size > 0)
                check_limits(&outcome, kind, bytes, size);
        if (kind == INFLATE_GZIP)
                check_gzip(&outcome, bytes, size);
        return 0;
}
