/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define XXH_INLINE_ALL
#include "checksum.h"

#include <xxhash.h>

uint64_t checksum(const void *bytes, size_t size) {
        return XXH3_64bits(bytes, size);
}
