/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

/*
 * All that one module file says of itself, read on demand: what a module's record leaves out
 * because no index needs it. Any thread may read; it shares nothing.
 *
 * All strings are NUL-terminated, belong to the details, and hold whatever bytes the file has.
 */
typedef struct ModuleField {
        const char *key;
        const char *value;
} ModuleField;

typedef struct ModuleDetails {
        ModuleField *fields; /* of .modinfo, in its order; a key may stand more than once */
        size_t n_fields;
        size_t fields_capacity;

        const char *compression; /* "", "gz", "xz", "zst" */
        const char *build_id;    /* as hexadecimal digits; "" if there is none */

        /* As modinfo says it, numbers as "A0:0F:…"; all "" if the file is not signed. */
        const char *sig_id;
        const char *signer;
        const char *sig_key;
        const char *sig_hashalgo;
        const char *signature;

        uint64_t size; /* of the file */
        uint64_t mtime_usec;
        uint64_t inode;

        Buffer text; /* of the strings above */
} ModuleDetails;

/* Of a zeroed struct, too. */
void module_details_done(ModuleDetails *details);
#define _cleanup_module_details_ _cleanup_(module_details_done)

/*
 * Reads the file below a directory. 0; -ENOEXEC: it is no ELF file; -EINVAL: it is damaged or cut
 * short; -EFBIG: it is too large to be a module; -ENOMEM; the errno of openat(2), fstat(2),
 * read(2).
 */
int module_details_read(int dir_fd, const char *path, ModuleDetails *ret_details);

/* The same of bytes, compressed or not, but for what the file system tells. */
int module_details_parse(const char *bytes, size_t size, ModuleDetails *ret_details);

/* How a module exports a symbol. */
typedef struct ModuleExport {
        const char *kind; /* "EXPORT_SYMBOL", "EXPORT_SYMBOL_GPL"; "" if that cannot be told */
        char *namespace;  /* "" if there is none */
} ModuleExport;

void module_export_done(ModuleExport *export);
#define _cleanup_module_export_ _cleanup_(module_export_done)

/* The results are those of module_details_read(). */
int module_export_read(int dir_fd, const char *path, const char *symbol, ModuleExport *ret_export);
int module_export_parse(const char *bytes, size_t size, const char *symbol,
                        ModuleExport *ret_export);
