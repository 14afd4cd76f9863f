/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define XXH_INLINE_ALL
#include "checksum.h"

#include <errno.h>
#include <unistd.h>
#include <xxhash.h>

#define READ_AT_ONCE ((size_t) 64 * 1024)

uint64_t checksum(const void *bytes, size_t size) {
        return XXH3_64bits(bytes, size);
}

int checksum_file(int fd, uint64_t *ret_checksum) {
        char bytes[READ_AT_ONCE];
        XXH3_state_t state;
        ssize_t n = 1;

        (void) XXH3_64bits_reset(&state);
        while (n != 0) {
                n = read(fd, bytes, sizeof(bytes));
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                (void) XXH3_64bits_update(&state, bytes, (size_t) n);
        }

        *ret_checksum = XXH3_64bits_digest(&state);
        return 0;
}
