/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-signature.h"

#include <string.h>

#include "der.h"
#include "macro.h"

static const char marker[] = "~Module signature appended~\n";

/* What stands before the marker: one byte each but for the last four, which are a big-endian size.
 */
enum {
        TRAILER_HASH = 1,
        TRAILER_ID = 2,
        TRAILER_SIGNER_SIZE = 3,
        TRAILER_KEY_SIZE = 4,
        TRAILER_SIGNATURE_SIZE = 8,
        TRAILER_SIZE = 12,
};

static const char *const ids[] = { "PGP", "X509", "PKCS#7" };
#define ID_PKCS7 2

/* By the numbers that old signatures have for them. */
static const char *const hashes[] = { "md4",    "md5",    "sha1",   "rmd160",
                                      "sha256", "sha384", "sha512", "sha224" };

static const struct {
        const char *object; /* its identifier in DER */
        const char *name;
} hash_objects[] = {
        { "\x60\x86\x48\x01\x65\x03\x04\x02\x01", "sha256" },
        { "\x60\x86\x48\x01\x65\x03\x04\x02\x02", "sha384" },
        { "\x60\x86\x48\x01\x65\x03\x04\x02\x03", "sha512" },
        { "\x60\x86\x48\x01\x65\x03\x04\x02\x04", "sha224" },
        { "\x60\x86\x48\x01\x65\x03\x04\x02\x08", "sha3-256" },
        { "\x60\x86\x48\x01\x65\x03\x04\x02\x09", "sha3-384" },
        { "\x60\x86\x48\x01\x65\x03\x04\x02\x0a", "sha3-512" },
        { "\x2b\x0e\x03\x02\x1a", "sha1" },
        { "\x2b\x24\x03\x02\x01", "rmd160" },
        { "\x2a\x86\x48\x86\xf7\x0d\x02\x04", "md4" },
        { "\x2a\x86\x48\x86\xf7\x0d\x02\x05", "md5" },
        { "\x2a\x81\x1c\xcf\x55\x01\x83\x11", "sm3" },
};

static SignaturePart part_of(Der der) {
        return (SignaturePart){ .bytes = (const char *) der.next, .size = der_size(der) };
}

/* A name is a sequence of sets of pairs; the common name among them is what people know. */
static Der find_common_name(Der name) {
        static const char common_name[] = "\x55\x04\x03";
        Der set, pair, object, value;
        uint8_t tag;

        while (der_take_tagged(&name, DER_SET, &set)) {
                while (der_take_tagged(&set, DER_SEQUENCE, &pair)) {
                        if (der_take_tagged(&pair, DER_OBJECT, &object) &&
                            der_is(object, common_name, strlen(common_name)) &&
                            der_take(&pair, &tag, &value))
                                return value;
                }
        }

        return der_of("", 0);
}

static const char *hash_name(Der object) {
        for (size_t i = 0; i < ELEMENTSOF(hash_objects); i++) {
                if (der_is(object, hash_objects[i].object, strlen(hash_objects[i].object)))
                        return hash_objects[i].name;
        }

        return "";
}

/* Who signed: by the name and the number of a certificate, or by a number alone. */
static bool take_signer(Der *signer, ModuleSignature *signature) {
        Der certificate, name, number;

        if (der_take_tagged(signer, DER_CONTEXT_0_PRIMITIVE, &number)) {
                signature->signer = part_of(der_of("", 0));
                signature->key = part_of(number);
                return true;
        }

        if (!der_take_tagged(signer, DER_SEQUENCE, &certificate) ||
            !der_take_tagged(&certificate, DER_SEQUENCE, &name) ||
            !der_take_tagged(&certificate, DER_INTEGER, &number))
                return false;

        /* Zeros in front only keep the number from being a negative one. */
        while (der_size(number) > 0 && number.next[0] == 0)
                number.next++;
        signature->signer = part_of(find_common_name(name));
        signature->key = part_of(number);
        return true;
}

static bool read_signer(Der signer, ModuleSignature *signature) {
        Der version, algorithm, object, attributes, value;

        if (!der_take_tagged(&signer, DER_INTEGER, &version) || !take_signer(&signer, signature) ||
            !der_take_tagged(&signer, DER_SEQUENCE, &algorithm) ||
            !der_take_tagged(&algorithm, DER_OBJECT, &object))
                return false;
        signature->hash_algorithm = hash_name(object);

        (void) der_take_tagged(&signer, DER_CONTEXT_0, &attributes);
        if (!der_take_tagged(&signer, DER_SEQUENCE, &algorithm) ||
            !der_take_tagged(&signer, DER_OCTETS, &value))
                return false;
        signature->signature = part_of(value);
        return true;
}

/* RFC 2315: the first signer of signed data. */
static bool read_pkcs7(Der der, ModuleSignature *signature) {
        static const char signed_data[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
        Der content, object, wrapped, data, skipped, signers, signer;

        if (!der_take_tagged(&der, DER_SEQUENCE, &content) ||
            !der_take_tagged(&content, DER_OBJECT, &object) ||
            !der_is(object, signed_data, strlen(signed_data)) ||
            !der_take_tagged(&content, DER_CONTEXT_0, &wrapped) ||
            !der_take_tagged(&wrapped, DER_SEQUENCE, &data))
                return false;

        if (!der_take_tagged(&data, DER_INTEGER, &skipped) || /* version */
            !der_take_tagged(&data, DER_SET, &skipped) ||     /* hash algorithms */
            !der_take_tagged(&data, DER_SEQUENCE, &skipped))  /* what is signed */
                return false;
        (void) der_take_tagged(&data, DER_CONTEXT_0, &skipped); /* certificates */
        (void) der_take_tagged(&data, DER_CONTEXT_1, &skipped); /* revocations */

        return der_take_tagged(&data, DER_SET, &signers) &&
               der_take_tagged(&signers, DER_SEQUENCE, &signer) && read_signer(signer, signature);
}

/* The parts stand before the trailer, the signature last. */
static bool read_old(const char *end, size_t left, const uint8_t *trailer, size_t signature_size,
                     ModuleSignature *signature) {
        size_t signer_size = trailer[TRAILER_SIGNER_SIZE], key_size = trailer[TRAILER_KEY_SIZE];

        if (trailer[TRAILER_HASH] >= ELEMENTSOF(hashes) ||
            signature_size + signer_size + key_size > left)
                return false;

        end -= signature_size;
        signature->signature = (SignaturePart){ .bytes = end, .size = signature_size };
        end -= key_size;
        signature->key = (SignaturePart){ .bytes = end, .size = key_size };
        end -= signer_size;
        signature->signer = (SignaturePart){ .bytes = end, .size = signer_size };
        signature->hash_algorithm = hashes[trailer[TRAILER_HASH]];
        return true;
}

bool module_signature_find(const char *bytes, size_t size, ModuleSignature *ret_signature) {
        const size_t marker_size = strlen(marker);
        ModuleSignature signature = {};
        const uint8_t *trailer;
        size_t left, signature_size = 0;
        const char *end;

        if (size < marker_size + TRAILER_SIZE ||
            memcmp(bytes + size - marker_size, marker, marker_size) != 0)
                return false;

        left = size - marker_size - TRAILER_SIZE;
        end = bytes + left;
        trailer = (const uint8_t *) end;
        for (size_t i = TRAILER_SIGNATURE_SIZE; i < TRAILER_SIZE; i++)
                signature_size = signature_size << 8 | trailer[i];
        if (trailer[TRAILER_ID] >= ELEMENTSOF(ids) || signature_size == 0 || signature_size > left)
                return false;

        signature.id = ids[trailer[TRAILER_ID]];
        if (trailer[TRAILER_ID] == ID_PKCS7) {
                if (!read_pkcs7(der_of(end - signature_size, signature_size), &signature))
                        return false;
        } else if (!read_old(end, left, trailer, signature_size, &signature)) {
                return false;
        }

        *ret_signature = signature;
        return true;
}
