/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <zstd.h>
#include <zstd_errors.h>

#include "inflate-format.h"

struct ZstdDecoder {
        size_t limit;
        ZSTD_DCtx *state;
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

/* ZSTD_getErrorName() of what decompression can end with, as kmod shows it. */
static const char *find_reason(ZSTD_ErrorCode code) {
        switch (code) {
        case ZSTD_error_GENERIC:
                return "zstd: Error (generic)";
        case ZSTD_error_prefix_unknown:
                return "zstd: Unknown frame descriptor";
        case ZSTD_error_version_unsupported:
                return "zstd: Version not supported";
        case ZSTD_error_frameParameter_unsupported:
                return "zstd: Unsupported frame parameter";
        case ZSTD_error_frameParameter_windowTooLarge:
                return "zstd: Frame requires too much memory for decoding";
        case ZSTD_error_corruption_detected:
                return "zstd: Data corruption detected";
        case ZSTD_error_checksum_wrong:
                return "zstd: Restored data doesn't match checksum";
        case ZSTD_error_literals_headerWrong:
                return "zstd: Header of Literals' block doesn't respect format specification";
        case ZSTD_error_dictionary_corrupted:
                return "zstd: Dictionary is corrupted";
        case ZSTD_error_dictionary_wrong:
                return "zstd: Dictionary mismatch";
        case ZSTD_error_dstSize_tooSmall:
                return "zstd: Destination buffer is too small";
        case ZSTD_error_srcSize_wrong:
                return "zstd: Src size is incorrect";
        default:
                return "zstd: Unspecified error code";
        }
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

        r = inflate_expect(output, decoder->limit, declared);
        if (r < 0)
                return r;

        n = ZSTD_decompressDCtx(decoder->state, output->data, (size_t) declared, bytes, size);
        if (ZSTD_isError(n)) {
                *ret_reason = find_reason(ZSTD_getErrorCode(n));
                return -EINVAL;
        }

        output->size = n;
        return 0;
}
