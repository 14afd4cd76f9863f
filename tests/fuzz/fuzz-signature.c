/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

#include "buffer.h"
#include "der.h"
#include "module-signature.h"

#define MARKER "~Module signature appended~\n"
#define DEPTH_MAX 32

/*
 * The items lie one behind the other inside of what holds them, and no tag is taken for another.
 * The first bytes of a file that come here are few, so recursion is no danger.
 */
static void check_items(Der der, unsigned depth) {
        Der rest = der, content, same;
        uint8_t tag;

        while (der_take(&rest, &tag, &content)) {
                const uint8_t *before = der.next;

                fuzz_check(content.next > before && content.end >= content.next);
                fuzz_check(content.end == rest.next && rest.end == der.end);
                fuzz_check(rest.next <= rest.end);
                fuzz_check(!der_take_tagged(&der, tag ^ 1, &same) && der.next == before);
                fuzz_check(der_take_tagged(&der, tag, &same));
                fuzz_check(same.next == content.next && same.end == content.end);
                fuzz_check(der.next == rest.next);
                fuzz_check(der_is(content, content.next, der_size(content)));
                if (depth < DEPTH_MAX)
                        check_items(content, depth + 1);
        }

        fuzz_check(rest.next == der.next);
}

static void check_part(const Buffer *file, SignaturePart part) {
        fuzz_check(part.size <= file->size);
        fuzz_check(part.size == 0 ||
                   (part.bytes >= file->data && part.bytes + part.size <= file->data + file->size));
}

/* A file that ends with what the bytes are the signature of, and has these sizes in its trailer. */
static void check_file(const uint8_t sizes[5], const uint8_t *bytes, size_t size, bool is_honest) {
        _cleanup_buffer_ Buffer file = {};
        ModuleSignature signature = {};

        buffer_append(&file, bytes, size);
        buffer_append(&file, sizes, 5);
        buffer_append(&file, "\0\0\0", 3);
        buffer_append_u32_be(&file, is_honest ? (uint32_t) size : sizes[0] * 16U + sizes[1]);
        buffer_append_string(&file, MARKER);
        fuzz_check(buffer_error(&file) == 0);
        if (!module_signature_find(file.data, file.size, &signature))
                return;

        fuzz_check(signature.id && signature.hash_algorithm);
        fuzz_check(signature.signature.size <= size);
        check_part(&file, signature.signer);
        check_part(&file, signature.key);
        check_part(&file, signature.signature);
}

/* Five bytes of the trailer, then what it says of the others. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        static const uint8_t pkcs7[5] = { 0, 0, 2, 0, 0 };
        uint8_t *copy;

        if (size < 5)
                return 0;

        copy = malloc(size > 5 ? size - 5 : 1); /* of its size, so that reading on is seen */
        fuzz_check(copy);
        memcpy(copy, bytes + 5, size - 5);
        check_items(der_of(copy, size - 5), 0);
        check_file(pkcs7, copy, size - 5, true);
        check_file(bytes, copy, size - 5, true);
        check_file(bytes, copy, size - 5, false);
        free(copy);
        return 0;
}
