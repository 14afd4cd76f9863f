/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

#include "inflate.h"
#include "module-details.h"
#include "module-signature.h"

/* Every string ends inside of the memory that holds them all, or is a constant. */
static size_t check_text(const ModuleDetails *details, const char *text) {
        const char *start = details->text.data, *end = start + details->text.size;

        fuzz_check(text);
        if (text >= start && text < end)
                fuzz_check(memchr(text, '\0', (size_t) (end - text)));
        return strlen(text);
}

static void check_part(const char *bytes, size_t size, SignaturePart part) {
        fuzz_check(part.size <= size);
        fuzz_check(part.size == 0 ||
                   (part.bytes >= bytes && part.bytes + part.size <= bytes + size));
}

static void check_details(const char *bytes, size_t size) {
        _cleanup_module_details_ ModuleDetails details = {};
        ModuleSignature signature;
        bool is_signed;

        is_signed = module_signature_find(bytes, size, &signature);
        if (is_signed) {
                check_part(bytes, size, signature.signer);
                check_part(bytes, size, signature.key);
                check_part(bytes, size, signature.signature);
        }

        if (module_details_parse(bytes, size, &details) < 0)
                return;

        fuzz_check(details.size == size);
        for (size_t i = 0; i < details.n_fields; i++) {
                fuzz_check(!strchr(details.fields[i].key, '='));
                (void) check_text(&details, details.fields[i].key);
                (void) check_text(&details, details.fields[i].value);
        }
        fuzz_check(check_text(&details, details.build_id) % 2 == 0);
        fuzz_check((check_text(&details, details.sig_id) > 0) == is_signed);
        if (!is_signed)
                return;

        fuzz_check(check_text(&details, details.signer) <= signature.signer.size);
        fuzz_check(check_text(&details, details.sig_key) ==
                   (signature.key.size == 0 ? 0 : 3 * signature.key.size - 1));
        fuzz_check(check_text(&details, details.signature) ==
                   (signature.signature.size == 0 ? 0 : 3 * signature.signature.size - 1));
}

static void check_export(const char *bytes, size_t size) {
        _cleanup_module_export_ ModuleExport export = {};

        if (module_export_parse(bytes, size, "x", &export) == 0)
                fuzz_check(export.kind && export.namespace);
}

/* In memory of just the size, so that a step too far is seen. Inflation has a fuzzer of its own. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        _cleanup_free_ char *copy = malloc(size);

        fuzz_check(copy);
        memcpy(copy, bytes, size);
        if (size >= INFLATE_MAGIC_SIZE && inflate_kind(copy, size) != INFLATE_NONE)
                return 0;

        check_details(copy, size);
        check_export(copy, size);
        return 0;
}
