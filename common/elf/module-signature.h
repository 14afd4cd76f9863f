/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * The signature that stands behind the ELF file in a signed module: who signed it and with what, as
 * modinfo tells it. Nothing here verifies anything.
 *
 * The last bytes of a signed file are a text; before it stand twelve bytes that tell the sizes of
 * the parts, and before these the parts: today a PKCS#7 structure, in old modules the signer's
 * name, the key's number and the signature itself.
 */
typedef struct SignaturePart {
        const char *bytes;
        size_t size;
} SignaturePart;

typedef struct ModuleSignature {
        const char *id;             /* "PKCS#7", "X509", "PGP" */
        const char *hash_algorithm; /* "sha256"; "" if it is not known */
        SignaturePart signer;       /* a name */
        SignaturePart key;          /* the number that the signer has given the key, in bytes */
        SignaturePart signature;
} ModuleSignature;

/*
 * False if the file is not signed, or has a signature that cannot be understood. The parts lie in
 * `bytes`, which are those of the whole file, inflated.
 */
bool module_signature_find(const char *bytes, size_t size, ModuleSignature *ret_signature);
