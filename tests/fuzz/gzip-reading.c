/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gzip-reading.h"

#include <sys/mman.h>
#include <zlib.h>

#include "fd.h"
#include "fuzz.h"

static gzFile open_bytes(const void *bytes, size_t size) {
        int fd = memfd_create("gzip", MFD_CLOEXEC);
        gzFile file;

        fuzz_check(fd >= 0);
        fuzz_check(fd_write_all(fd, bytes, size) == 0);
        fuzz_check(lseek(fd, 0, SEEK_SET) == 0);

        file = gzdopen(fd, "rb");
        fuzz_check(file);
        return file;
}

void gzip_reading_init(GzipReading *reading, const void *bytes, size_t size, size_t most) {
        gzFile file = open_bytes(bytes, size);
        int n;

        fuzz_check(buffer_reserve(&reading->output, most) == 0);
        do {
                n = gzread(file, reading->output.data + reading->output.size,
                           (unsigned) (most - reading->output.size));
                if (n > 0)
                        reading->output.size += (size_t) n;
        } while (n > 0 && reading->output.size < most);

        reading->has_failed = n < 0;
        (void) gzclose(file);
}

void gzip_reading_done(GzipReading *reading) {
        buffer_done(&reading->output);
}
