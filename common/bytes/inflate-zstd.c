/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <zstd.h>

#include "inflate-format.h"

struct ZstdDecoder {
        size_t limit;
        ZSTD_DCtx *state;
        char reason[80];
};

int zstd_decoder_new(size_t limit, ZstdDecoder **ret_decoder) {
        ZstdDecoder *decoder = calloc(1, sizeof(*decoder));

        if (!decoder)
                return -ENOMEM;

        decoder->state = ZSTD_createDCtx();
        if (!decoder->state) {
                free(decoder);
                return -ENOMEM;
        }

        decoder->limit = limit;
        *ret_decoder = decoder;
        return 0;
}

ZstdDecoder *zstd_decoder_free(ZstdDecoder *decoder) {
        if (!decoder)
                return NULL;

        ZSTD_freeDCtx(decoder->state);
        free(decoder);
        return NULL;
}

/*
 * As kmod does it: the first frame's declared size is the size of the whole. Further frames must
 * fit into it, so they can only be empty or skippable, and a declared size of 0 counts as none.
 */
int zstd_decoder_inflate(ZstdDecoder *decoder, const void *bytes, size_t size, Buffer *output,
                         const char **ret_reason) {
        unsigned long long declared = ZSTD_getFrameContentSize(bytes, size);
        size_t n;
        int r;

        if (declared == 0 || declared == ZSTD_CONTENTSIZE_UNKNOWN ||
            declared == ZSTD_CONTENTSIZE_ERROR) {
                *ret_reason = "zstd: Failed to determine decompression size";
                return -EINVAL;
        }
        if (declared > decoder->limit)
                return -EFBIG;

        r = buffer_reserve(output, (size_t) declared);
        if (r < 0)
                return r;

        n = ZSTD_decompressDCtx(decoder->state, output->data, (size_t) declared, bytes, size);
        if (ZSTD_isError(n)) {
                (void) snprintf(decoder->reason, sizeof(decoder->reason), "zstd: %s",
                                ZSTD_getErrorName(n));
                *ret_reason = decoder->reason;
                return -EINVAL;
        }

        output->size = n;
        return 0;
}
