/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

/*
 * Inflation of a whole compressed module in memory. The kind is told by the first bytes and never
 * by the file's name (specification section 4.1).
 *
 * An inflater keeps the decoders' state and is made to be used for many files, one after the other:
 * setting a decoder up and giving its memory back costs more than inflating a small module. One
 * thread uses one inflater; threads share nothing.
 */
typedef enum InflateKind {
        INFLATE_NONE, /* not compressed */
        INFLATE_GZIP,
        INFLATE_XZ,
        INFLATE_ZSTD,
} InflateKind;

/* So many first bytes tell the kind; a file that is shorter is not a module of any kind. */
#define INFLATE_MAGIC_SIZE 6

/* No module may be or inflate to more: what claims to is a bomb, not a driver. */
#define INFLATE_LIMIT ((size_t) 512 * 1024 * 1024)

/*
 * And no compressed file may be larger: one of many empty streams takes long and is nothing in the
 * end.
 */
#define INFLATE_PACKED_MAX ((size_t) 128 * 1024 * 1024)

typedef struct Inflater Inflater;

/* `limit` is INFLATE_LIMIT or, for tests and fuzzers that have no time for that much, less. */
int inflater_new(size_t limit, Inflater **ret_inflater);
Inflater *inflater_free(Inflater *inflater);

static inline void inflater_freep(Inflater **inflater) {
        inflater_free(*inflater);
}

InflateKind inflate_kind(const void *bytes, size_t size);

/*
 * Inflates all of `bytes` into `output`, whose present content is replaced and whose memory is used
 * again; on failure it is empty. `kind` must be what inflate_kind() said, not INFLATE_NONE.
 *
 * 0; -ENOMEM; -EFBIG beyond the limit; -EINVAL when the bytes are not well-formed or ask for an xz
 * dictionary beyond 128 MiB. For -EINVAL and -EFBIG *ret_reason is what the decoder says, in kmod's
 * words ("xz: File is corrupt"), a constant string; otherwise it is not touched.
 */
int inflate_bytes(Inflater *inflater, InflateKind kind, const void *bytes, size_t size,
                  Buffer *output, const char **ret_reason);
