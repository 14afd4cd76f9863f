/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inflate.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "inflate-format.h"

struct Inflater {
        size_t limit;
        GzipDecoder *gzip;
        XzDecoder *xz;
        ZstdDecoder *zstd;
};

int inflater_new(size_t limit, Inflater **ret_inflater) {
        _cleanup_(inflater_freep) Inflater *inflater = NULL;

        assert(limit <= INFLATE_LIMIT);

        inflater = calloc(1, sizeof(*inflater));
        if (!inflater)
                return -ENOMEM;

        inflater->limit = limit;
        if (gzip_decoder_new(limit, &inflater->gzip) < 0 ||
            xz_decoder_new(limit, &inflater->xz) < 0 ||
            zstd_decoder_new(limit, &inflater->zstd) < 0)
                return -ENOMEM;

        *ret_inflater = TAKE_PTR(inflater);
        return 0;
}

Inflater *inflater_free(Inflater *inflater) {
        if (!inflater)
                return NULL;

        gzip_decoder_free(inflater->gzip);
        xz_decoder_free(inflater->xz);
        zstd_decoder_free(inflater->zstd);
        free(inflater);
        return NULL;
}

InflateKind inflate_kind(const void *bytes, size_t size) {
        if (size < INFLATE_MAGIC_SIZE)
                return INFLATE_NONE;
        if (memcmp(bytes, "\x28\xb5\x2f\xfd", 4) == 0)
                return INFLATE_ZSTD;
        if (memcmp(bytes, "\xfd\x37\x7a\x58\x5a\x00", 6) == 0)
                return INFLATE_XZ;
        if (memcmp(bytes, "\x1f\x8b", 2) == 0)
                return INFLATE_GZIP;
        return INFLATE_NONE;
}

static int decode(Inflater *inflater, InflateKind kind, const void *bytes, size_t size,
                  Buffer *output, const char **ret_reason) {
        switch (kind) {
        case INFLATE_GZIP:
                return gzip_decoder_inflate(inflater->gzip, bytes, size, output, ret_reason);
        case INFLATE_XZ:
                return xz_decoder_inflate(inflater->xz, bytes, size, output, ret_reason);
        case INFLATE_ZSTD:
                return zstd_decoder_inflate(inflater->zstd, bytes, size, output, ret_reason);
        case INFLATE_NONE:
                break;
        }

        assert(false);
        return -EINVAL;
}

int inflate_bytes(Inflater *inflater, InflateKind kind, const void *bytes, size_t size,
                  Buffer *output, const char **ret_reason) {
        static const char *const too_big[] = {
                [INFLATE_GZIP] = "gzip: Too big for a module",
                [INFLATE_XZ] = "xz: Too big for a module",
                [INFLATE_ZSTD] = "zstd: Too big for a module",
        };
        int r = -EFBIG;

        assert(kind != INFLATE_NONE);

        buffer_clear(output);
        if (size <= inflater->limit)
                r = decode(inflater, kind, bytes, size, output, ret_reason);
        if (r == 0 && output->size > inflater->limit)
                r = -EFBIG;
        if (r == -EFBIG)
                *ret_reason = too_big[kind];
        if (r < 0)
                buffer_clear(output);
        return r;
}
