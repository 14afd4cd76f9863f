/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "model.h"

/*
 * What a model knows of each symbol: who exports it and with which CRC. Where nothing has told what
 * the kernel exports, what modules import and none exports is the kernel's, with the CRC that all
 * of them have recorded.
 */
typedef struct KnownSymbol {
        uint32_t provider; /* a module's index, SYMBOL_KERNEL or SYMBOL_NO_PROVIDER */
        uint32_t crc;
        bool is_crc_known : 1;
        bool is_disputed : 1; /* modules do not agree about the kernel's CRC: it is not known */
} KnownSymbol;

typedef struct KnownSymbols {
        const Model *model; /* borrowed */
        KnownSymbol *items; /* by the id of the name */
        uint32_t count;
} KnownSymbols;

/* 0 or -ENOMEM. */
int known_symbols_init(KnownSymbols *known, const Model *model);
void known_symbols_done(KnownSymbols *known);
#define _cleanup_known_symbols_ _cleanup_(known_symbols_done)

/* Of a symbol that is not known the provider is SYMBOL_NO_PROVIDER. */
KnownSymbol known_symbols_find(const KnownSymbols *known, const char *name);

/* "vmlinux" for the kernel, "" for nobody. */
const char *known_symbol_provider(const KnownSymbols *known, KnownSymbol symbol);
