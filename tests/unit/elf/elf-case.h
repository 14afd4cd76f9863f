/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/mman.h>

#include "elf-image.h"
#include "elf-writer.h"
#include "fd.h"
#include "test-case.h"

/* An image of a copy of a file: from memory of just the right size, or from a descriptor. */
typedef struct ElfCase {
        ElfImage *image;
        char *bytes;
        int fd;
} ElfCase;

static inline int elf_case_open(ElfCase *opened, const Buffer *file, bool from_memory) {
        *opened = (ElfCase){ .fd = -1 };
        if (from_memory) {
                opened->bytes = malloc(file->size);
                assert_non_null(opened->bytes);
                if (file->size > 0)
                        memcpy(opened->bytes, file->data, file->size);
                return elf_image_open_bytes(&opened->image, opened->bytes, file->size);
        }

        opened->fd = memfd_create("elf-case", MFD_CLOEXEC);
        assert_true(opened->fd >= 0);
        assert_int_equal(fd_write_all(opened->fd, file->data, file->size), 0);
        return elf_image_open_fd(&opened->image, opened->fd, file->size);
}

static inline void elf_case_done(ElfCase *opened) {
        elf_image_free(opened->image);
        free(opened->bytes);
        closep(&opened->fd);
}

#define _cleanup_elf_case_ _cleanup_(elf_case_done)

/* Both ways of opening have this result, and on failure leave no image. */
static inline void assert_opens(const Buffer *file, int expected) {
        for (int from_memory = 0; from_memory <= 1; from_memory++) {
                _cleanup_elf_case_ ElfCase opened = {};

                assert_int_equal(elf_case_open(&opened, file, from_memory), expected);
                assert_int_equal(opened.image != NULL, expected == 0);
        }
}
