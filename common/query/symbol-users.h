/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lookup.h"

/* The module number of the kernel itself among the providers. */
#define PROVIDER_KERNEL UINT32_MAX

typedef struct Provider {
        uint32_t module;
        const char *name; /* "vmlinux" for the kernel */
        const char *path; /* "" for the kernel */
        uint32_t crc;
        bool is_crc_known;
} Provider;

typedef struct Providers {
        Provider *items;
        size_t count;
        size_t capacity;
} Providers;

void providers_done(Providers *providers);
#define _cleanup_providers_ _cleanup_(providers_done)

/*
 * Who exports a symbol: its provider first, then those that export it, too, in final order.
 *
 * Where nothing has told what the kernel exports, a symbol that modules import and none exports is
 * taken to be the kernel's, with the CRC that more than half of them have recorded. 0, also when
 * nobody exports it, or -ENOMEM.
 */
int symbol_find_providers(const Lookup *lookup, const char *symbol, Providers *ret_providers);

/* That CRC alone: 1; 0: there is no such majority, or a module exports the symbol; -ENOMEM. */
int symbol_imported_crc(const Lookup *lookup, const char *symbol, uint32_t *ret_crc);

/* The modules that import a symbol, sorted by name. Bits are 0. 0 or -ENOMEM. */
int symbol_find_users(const Lookup *lookup, const char *symbol, FoundModules *ret_users);
