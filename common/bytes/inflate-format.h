/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "inflate.h"

/*
 * Inside the room only: what inflate.c knows of the formats. Each lives in a file of its own, the
 * only one that sees the foreign library's header.
 *
 * A decoder is the library's state and is used again for each file. x_decoder_inflate() appends to
 * `output`, which is empty, and has the results of inflate_bytes(), but the caller gives the reason
 * for -EFBIG. `size` is at most the limit.
 */
typedef struct GzipDecoder GzipDecoder;
typedef struct XzDecoder XzDecoder;
typedef struct ZstdDecoder ZstdDecoder;

int gzip_decoder_new(size_t limit, GzipDecoder **ret_decoder);
GzipDecoder *gzip_decoder_free(GzipDecoder *decoder);
int gzip_decoder_inflate(GzipDecoder *decoder, const void *bytes, size_t size, Buffer *output,
                         const char **ret_reason);

int xz_decoder_new(size_t limit, XzDecoder **ret_decoder);
XzDecoder *xz_decoder_free(XzDecoder *decoder);
int xz_decoder_inflate(XzDecoder *decoder, const void *bytes, size_t size, Buffer *output,
                       const char **ret_reason);

int zstd_decoder_new(size_t limit, ZstdDecoder **ret_decoder);
ZstdDecoder *zstd_decoder_free(ZstdDecoder *decoder);
int zstd_decoder_inflate(ZstdDecoder *decoder, const void *bytes, size_t size, Buffer *output,
                         const char **ret_reason);

/*
 * Makes room for what a file says it inflates to, in an output without bytes. Old memory that is
 * too small is given back first: growing it would copy it. What is said is only a hint and may be a
 * lie, so room for more than the limit is never made. 0 or -ENOMEM.
 */
static inline int inflate_expect(Buffer *output, size_t limit, uint64_t expected) {
        /* A decoder that has filled its room asks for more, even if only to hear that there is
         * none. */
        const size_t spare = 4096;

        if (expected > limit || expected + spare <= output->capacity)
                return 0;

        buffer_done(output);
        return buffer_reserve(output, (size_t) expected + spare);
}

/*
 * For formats that do not tell their size beforehand: the space behind the bytes in `output`, all
 * that there is and never none. It ends one byte beyond the limit: a decoder that fills it has
 * found a file that is too big, one that does not has come to its end. 0; -ENOMEM; -EFBIG when
 * filled.
 */
static inline int inflate_room(Buffer *output, size_t limit, size_t *ret_room) {
        size_t end;
        int r;

        if (output->size > limit)
                return -EFBIG;

        if (output->size == output->capacity) {
                r = buffer_reserve(output, output->size > 0 ? output->size : 64 * 1024);
                if (r < 0)
                        return r;
        }

        end = output->capacity < limit + 1 ? output->capacity : limit + 1;
        *ret_room = end - output->size;
        return 0;
}
