/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include "inflate-format.h"

/*
 * A gzip file is a row of members: header, deflated bytes, trailer. zlib is given the deflated
 * bytes only. Its own gzip mode cannot tell a cut trailer, which kmod tolerates, from cut contents.
 *
 * The stream's next_in and avail_in are the place in the file, for zlib and for the code here.
 */
struct GzipDecoder {
        size_t limit;
        z_stream stream;
};

enum {
        GZIP_HEADER_SIZE = 10,
        GZIP_TRAILER_SIZE = 8,
        GZIP_DEFLATE = 8,

        /* bits of the header's byte 3 */
        GZIP_HEADER_CRC = 1 << 1,
        GZIP_EXTRA = 1 << 2,
        GZIP_NAME = 1 << 3,
        GZIP_COMMENT = 1 << 4,
        GZIP_RESERVED = 0xe0,
};

static const char truncated[] = "gzip: unexpected end of file";

int gzip_decoder_new(size_t limit, GzipDecoder **ret_decoder) {
        GzipDecoder *decoder = calloc(1, sizeof(*decoder));

        if (!decoder)
                return -ENOMEM;

        if (inflateInit2(&decoder->stream, -MAX_WBITS) != Z_OK) {
                free(decoder);
                return -ENOMEM;
        }

        decoder->limit = limit;
        *ret_decoder = decoder;
        return 0;
}

GzipDecoder *gzip_decoder_free(GzipDecoder *decoder) {
        if (!decoder)
                return NULL;

        inflateEnd(&decoder->stream);
        free(decoder);
        return NULL;
}

static uint32_t read_u16(const uint8_t *bytes) {
        return (uint32_t) bytes[0] | (uint32_t) bytes[1] << 8;
}

static uint32_t read_u32(const uint8_t *bytes) {
        return read_u16(bytes) | read_u16(bytes + 2) << 16;
}

static int refuse(const char *reason, const char **ret_reason) {
        *ret_reason = reason;
        return -EINVAL;
}

static void advance(GzipDecoder *decoder, size_t n) {
        decoder->stream.next_in += n;
        decoder->stream.avail_in -= (uInt) n;
}

/* Behind the header's optional fields that come before its own checksum; 0 if they are cut. */
static size_t find_fields_end(const uint8_t *bytes, size_t size) {
        static const uint8_t strings[] = { GZIP_NAME, GZIP_COMMENT };
        size_t end = GZIP_HEADER_SIZE;

        if (bytes[3] & GZIP_EXTRA) {
                if (size - end < 2 || size - end - 2 < read_u16(bytes + end))
                        return 0;
                end += 2 + read_u16(bytes + end);
        }

        for (size_t i = 0; i < ELEMENTSOF(strings); i++) {
                const uint8_t *nul;

                if (!(bytes[3] & strings[i]))
                        continue;
                nul = memchr(bytes + end, '\0', size - end);
                if (!nul)
                        return 0;
                end = (size_t) (nul - bytes) + 1;
        }

        return end;
}

static int skip_header(GzipDecoder *decoder, const char **ret_reason) {
        const uint8_t *bytes = decoder->stream.next_in;
        size_t size = decoder->stream.avail_in, end;

        if (size < GZIP_HEADER_SIZE)
                return refuse(truncated, ret_reason);
        if (bytes[2] != GZIP_DEFLATE)
                return refuse("gzip: unknown compression method", ret_reason);
        if (bytes[3] & GZIP_RESERVED)
                return refuse("gzip: unknown header flags set", ret_reason);

        end = find_fields_end(bytes, size);
        if (end == 0)
                return refuse(truncated, ret_reason);

        if (bytes[3] & GZIP_HEADER_CRC) {
                if (size - end < 2)
                        return refuse(truncated, ret_reason);
                if (read_u16(bytes + end) != (crc32_z(0, bytes, end) & 0xffff))
                        return refuse("gzip: header crc mismatch", ret_reason);
                end += 2;
        }

        advance(decoder, end);
        return 0;
}

/* What zlib says of damaged contents, as a string that outlives the stream. */
static const char *find_reason(const char *message) {
        static const char *const reasons[] = {
                "gzip: invalid block type",
                "gzip: invalid stored block lengths",
                "gzip: too many length or distance symbols",
                "gzip: invalid code lengths set",
                "gzip: invalid bit length repeat",
                "gzip: invalid code -- missing end-of-block",
                "gzip: invalid literal/lengths set",
                "gzip: invalid distances set",
                "gzip: invalid literal/length code",
                "gzip: invalid distance code",
                "gzip: invalid distance too far back",
        };

        for (size_t i = 0; message && i < ELEMENTSOF(reasons); i++) {
                if (strcmp(reasons[i] + strlen("gzip: "), message) == 0)
                        return reasons[i];
        }

        return "gzip: data error";
}

static int inflate_contents(GzipDecoder *decoder, Buffer *output, const char **ret_reason) {
        z_stream *stream = &decoder->stream;

        (void) inflateReset(stream); /* fails only for a stream that was never set up */

        for (;;) {
                size_t room;
                int r;

                r = inflate_room(output, decoder->limit, &room);
                if (r < 0)
                        return r;

                stream->next_out = (Bytef *) output->data + output->size;
                stream->avail_out = (uInt) room;
                /* Z_FINISH: when all fits at once, zlib does without a window and its copying. */
                r = inflate(stream, Z_FINISH);
                output->size += room - stream->avail_out;

                if (r == Z_STREAM_END)
                        return 0;
                if (r == Z_MEM_ERROR)
                        return -ENOMEM;
                if (r != Z_OK && r != Z_BUF_ERROR)
                        return refuse(find_reason(stream->msg), ret_reason);
                if (stream->avail_out > 0)
                        return refuse(truncated, ret_reason);
        }
}

/* As gzread() does it, and kmod with it: what is left of a cut trailer is checked, the rest is not.
 */
static int check_trailer(GzipDecoder *decoder, const char *contents, size_t size,
                         const char **ret_reason) {
        const uint8_t *bytes = decoder->stream.next_in;
        size_t n = decoder->stream.avail_in;

        if (n >= 4 && read_u32(bytes) != crc32_z(0, (const Bytef *) contents, size))
                return refuse("gzip: incorrect data check", ret_reason);
        if (n >= GZIP_TRAILER_SIZE && read_u32(bytes + 4) != size)
                return refuse("gzip: incorrect length check", ret_reason);

        advance(decoder, n < GZIP_TRAILER_SIZE ? n : GZIP_TRAILER_SIZE);
        return 0;
}

static bool at_member(const GzipDecoder *decoder) {
        const uint8_t *bytes = decoder->stream.next_in;

        return decoder->stream.avail_in >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

/* What the last member says it inflates to, modulo 4 GiB. It cannot be more than a thousandfold. */
static uint64_t declared_size(const uint8_t *bytes, size_t size) {
        uint64_t declared = size < GZIP_TRAILER_SIZE ? 0 : read_u32(bytes + size - 4);

        return declared / 1032 > size ? 0 : declared;
}

int gzip_decoder_inflate(GzipDecoder *decoder, const void *bytes, size_t size, Buffer *output,
                         const char **ret_reason) {
        int r;

        r = inflate_expect(output, decoder->limit, declared_size(bytes, size));
        if (r < 0)
                return r;

        decoder->stream.next_in = bytes;
        decoder->stream.avail_in = (uInt) size;

        /* What follows the last member and is none is ignored, again as gzread() does it. */
        do {
                size_t start = output->size;

                r = skip_header(decoder, ret_reason);
                if (r < 0)
                        return r;
                r = inflate_contents(decoder, output, ret_reason);
                if (r < 0)
                        return r;
                r = check_trailer(decoder, output->data + start, output->size - start, ret_reason);
                if (r < 0)
                        return r;
        } while (at_member(decoder));

        return 0;
}
