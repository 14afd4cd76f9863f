/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "buffer.h"
#include "candidate.h"

/*
 * What the build of a kernel has left behind about its exports, and about those of all modules that
 * were built with it, installed or not. Never changes once it was parsed, so threads share it.
 */
typedef struct KernelExport {
        const char *name;
        const char
                *provider; /* "" for the kernel itself, else a path as "drivers/usb/core/usbcore" */
        const char *namespace; /* "" if it is in none, or if that is not known */
        uint32_t crc;
        bool has_crc;
        CandidateExportKind kind;
} KernelExport;

typedef struct KernelExports {
        Buffer bytes; /* that the strings lie in */
        KernelExport *items;
        size_t count;
        size_t capacity;
        bool has_crcs; /* they would stand there if there were any */
} KernelExports;

/* Of a zeroed struct, too. */
void kernel_exports_done(KernelExports *exports);
#define _cleanup_kernel_exports_ _cleanup_(kernel_exports_done)

/*
 * Take the bytes over and parse them; lines that cannot be understood are passed over. 0, also
 * without any export, or -ENOMEM.
 *
 * Module.symvers: columns with tabs between them: CRC, symbol, module, how it is exported and, if
 * it is in one, its namespace, which stood behind the symbol in Linux 5.4 and 5.5.
 */
int kernel_exports_parse_symvers(KernelExports *exports, Buffer *bytes);

/* System.map: the entries of exports. It knows neither CRCs nor namespaces nor modules. */
int kernel_exports_parse_system_map(KernelExports *exports, Buffer *bytes);

/* The kernel's own export goes before those of modules. NULL: there is none of this name. */
const KernelExport *kernel_exports_find(const KernelExports *exports, const char *name);
