/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The bytes of a DER structure (ITU-T X.690), item by item: a tag, a length, and that many bytes,
 * which are items themselves in a constructed one. Enough of it to find one's way in a PKCS#7
 * signature: tags of one byte, definite lengths below 4 GiB.
 */
typedef struct Der {
        const uint8_t *next;
        const uint8_t *end;
} Der;

enum {
        DER_INTEGER = 0x02,
        DER_OCTETS = 0x04,
        DER_OBJECT = 0x06,
        DER_SEQUENCE = 0x30,
        DER_SET = 0x31,
        DER_CONTEXT_0 = 0xa0,           /* [0], constructed */
        DER_CONTEXT_1 = 0xa1,           /* [1], constructed */
        DER_CONTEXT_0_PRIMITIVE = 0x80, /* [0], of plain bytes */
};

static inline Der der_of(const void *bytes, size_t size) {
        const uint8_t *next = bytes;

        return (Der){ .next = next, .end = next + size };
}

static inline size_t der_size(Der der) {
        return (size_t) (der.end - der.next);
}

/* Goes behind the next item and tells what is in it. False if it is none that fits. */
bool der_take(Der *der, uint8_t *ret_tag, Der *ret_content);

/* The same if the next item has this tag; otherwise goes nowhere. */
bool der_take_tagged(Der *der, uint8_t tag, Der *ret_content);

/* Are these the bytes of the content? */
bool der_is(Der der, const void *bytes, size_t size);
