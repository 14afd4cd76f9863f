/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "module.h"
#include "string-table.h"

/*
 * Reads one module file after the other: bytes, inflated if need be, ELF, record (specification
 * section 4). A reader belongs to one thread; it keeps its memory from file to file and has a
 * string table of its own, to be merged into the tree's when all is read.
 */
typedef struct ModuleReader ModuleReader;

int module_reader_new(ModuleReader **ret_reader);
ModuleReader *module_reader_free(ModuleReader *reader);

static inline void module_reader_freep(ModuleReader **reader) {
        module_reader_free(*reader);
}

/*
 * From now on files are read that are, or inflate to, more than 32 MiB. A reader has that much
 * memory for one of them that there must not be many at work.
 */
int module_reader_allow_large(ModuleReader *reader);

const StringTable *module_reader_strings(const ModuleReader *reader);

enum {
        MODULE_READER_LARGE =
                1, /* has read nothing: it takes a reader that large ones are allowed */
};

/*
 * Reads the file of `module`, whose name and path are known, and sets everything else. Ids in the
 * lists and in vermagic are those of the reader's table.
 *
 * A file that cannot be understood is not a failure: module->error says why (a positive errno), and
 * *ret_reason what a decompressor had to say, a constant string or NULL. Whatever could be read is
 * there; but of a file with absurdly much in it, which is EFBIG, nothing.
 *
 * 0 or MODULE_READER_LARGE. A negative errno (-ENOMEM, -EMFILE, -ENFILE, -EIO, -EOVERFLOW) says
 * that nothing can be known of the file: it must not be taken for an empty one.
 */
int module_reader_read(ModuleReader *reader, int dir_fd, const char *path, Module *module,
                       const char **ret_reason);
