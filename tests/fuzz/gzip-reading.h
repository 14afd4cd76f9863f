/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

/*
 * What gzread(3), by which kmod reads, makes of a gzip file. At most `most` bytes are read.
 */
typedef struct GzipReading {
        Buffer output;
        bool has_failed;
} GzipReading;

void gzip_reading_init(GzipReading *reading, const void *bytes, size_t size, size_t most);
void gzip_reading_done(GzipReading *reading);
