/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lzma.h>
#include <stdint.h>

#include "inflate-format.h"

/* xz -9 needs 65 MiB. What asks for more wants our memory and is no module that anyone builds. */
#define XZ_MEMORY_LIMIT (UINT64_C(128) * 1024 * 1024)

struct XzDecoder {
        size_t limit;
        lzma_stream stream;
};

int xz_decoder_new(size_t limit, XzDecoder **ret_decoder) {
        XzDecoder *decoder = malloc(sizeof(*decoder));

        if (!decoder)
                return -ENOMEM;

        decoder->limit = limit;
        decoder->stream = (lzma_stream) LZMA_STREAM_INIT;
        *ret_decoder = decoder;
        return 0;
}

XzDecoder *xz_decoder_free(XzDecoder *decoder) {
        if (!decoder)
                return NULL;

        lzma_end(&decoder->stream);
        free(decoder);
        return NULL;
}

static int refuse(lzma_ret result, const char **ret_reason) {
        switch (result) {
        case LZMA_MEM_ERROR:
                return -ENOMEM;
        case LZMA_MEMLIMIT_ERROR:
                *ret_reason = "xz: Memory usage limit reached";
                break;
        case LZMA_FORMAT_ERROR:
                *ret_reason = "xz: File format not recognized";
                break;
        case LZMA_OPTIONS_ERROR:
                *ret_reason = "xz: Unsupported compression options";
                break;
        case LZMA_DATA_ERROR:
                *ret_reason = "xz: File is corrupt";
                break;
        case LZMA_BUF_ERROR:
                *ret_reason = "xz: Unexpected end of input";
                break;
        default:
                *ret_reason = "xz: Internal error (bug)";
                break;
        }

        return -EINVAL;
}

/*
 * What the last stream inflates to, by the index at its end; 0 if that cannot be told. Modules have
 * one stream.
 */
static uint64_t declared_size(const uint8_t *bytes, size_t size) {
        uint64_t memory_limit = XZ_MEMORY_LIMIT, declared;
        lzma_stream_flags footer;
        lzma_index *index;
        size_t at;

        if (size < 2 * LZMA_STREAM_HEADER_SIZE ||
            lzma_stream_footer_decode(&footer, bytes + size - LZMA_STREAM_HEADER_SIZE) != LZMA_OK ||
            footer.backward_size > size - 2 * LZMA_STREAM_HEADER_SIZE)
                return 0;

        at = size - LZMA_STREAM_HEADER_SIZE - (size_t) footer.backward_size;
        if (lzma_index_buffer_decode(&index, &memory_limit, NULL, bytes, &at, size) != LZMA_OK)
                return 0;

        declared = lzma_index_uncompressed_size(index);
        lzma_index_end(index, NULL);
        return declared;
}

int xz_decoder_inflate(XzDecoder *decoder, const void *bytes, size_t size, Buffer *output,
                       const char **ret_reason) {
        lzma_stream *stream = &decoder->stream;
        lzma_ret result;
        int r;

        r = inflate_expect(output, decoder->limit, declared_size(bytes, size));
        if (r < 0)
                return r;

        /* On a stream that has been used, this uses the old decoder's memory again. */
        result = lzma_stream_decoder(stream, XZ_MEMORY_LIMIT, LZMA_CONCATENATED);
        if (result != LZMA_OK)
                return refuse(result, ret_reason);

        stream->next_in = bytes;
        stream->avail_in = size;

        /* At the end of cut bytes liblzma says LZMA_OK once more and only then LZMA_BUF_ERROR. */
        while (result == LZMA_OK) {
                size_t room;

                r = inflate_room(output, decoder->limit, &room);
                if (r < 0)
                        return r;

                stream->next_out = (uint8_t *) output->data + output->size;
                stream->avail_out = room;
                result = lzma_code(stream, LZMA_FINISH);
                output->size += room - stream->avail_out;
        }

        return result == LZMA_STREAM_END ? 0 : refuse(result, ret_reason);
}
