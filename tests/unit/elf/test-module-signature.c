/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-signature.h"

#include "der.h"
#include "test-case.h"

#define MARKER "~Module signature appended~\n"
#define SIGNED_DATA "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
#define SHA256 "\x60\x86\x48\x01\x65\x03\x04\x02\x01"

/* Items that a structure is made of, from the inside to the outside. */
static void add_item(Buffer *der, uint8_t tag, const void *bytes, size_t size) {
        buffer_append_byte(der, tag);
        if (size >= 0x80) {
                buffer_append_byte(der, 0x82);
                buffer_append_byte(der, (uint8_t) (size >> 8));
        }
        buffer_append_byte(der, (uint8_t) size);
        buffer_append(der, bytes, size);
}

static void add_text(Buffer *der, uint8_t tag, const char *text) {
        add_item(der, tag, text, strlen(text));
}

/* Makes all that is in the buffer the content of an item. */
static void wrap(Buffer *der, uint8_t tag) {
        Buffer content = *der;

        *der = (Buffer){};
        add_item(der, tag, content.data, content.size);
        assert_int_equal(buffer_error(der), 0);
        buffer_done(&content);
}

static void add_wrapped(Buffer *der, uint8_t tag, Buffer *content) {
        wrap(content, tag);
        buffer_append(der, content->data, content->size);
        buffer_done(content);
}

/* A name of two parts; the second one is the common name. */
static void add_name(Buffer *der, const char *common_name) {
        _cleanup_buffer_ Buffer pair = {}, name = {};

        add_text(&pair, DER_OBJECT, "\x55\x04\x0a");
        add_text(&pair, 0x0c, "Organisation");
        wrap(&pair, DER_SEQUENCE);
        add_wrapped(&name, DER_SET, &pair);
        add_text(&pair, DER_OBJECT, "\x55\x04\x03");
        add_text(&pair, 0x0c, common_name);
        wrap(&pair, DER_SEQUENCE);
        add_wrapped(&name, DER_SET, &pair);
        add_wrapped(der, DER_SEQUENCE, &name);
}

typedef struct Signing {
        const char *hash;
        bool by_number;
        bool has_extras; /* certificates, revocations, attributes */
} Signing;

static void add_signer(Buffer *der, const Signing *signing) {
        _cleanup_buffer_ Buffer signer = {}, part = {};

        add_text(&signer, DER_INTEGER, "\x01");
        if (signing->by_number) {
                add_text(&signer, DER_CONTEXT_0_PRIMITIVE, "\x12\x34");
        } else {
                add_name(&part, "Some signer");
                add_item(&part, DER_INTEGER, "\0\xa0\x0f", 3);
                add_wrapped(&signer, DER_SEQUENCE, &part);
        }
        add_text(&part, DER_OBJECT, signing->hash);
        add_item(&part, 0x05, "", 0);
        add_wrapped(&signer, DER_SEQUENCE, &part);
        if (signing->has_extras)
                add_text(&signer, DER_CONTEXT_0, "attributes");
        add_text(&part, DER_OBJECT, "\x2a\x86");
        add_wrapped(&signer, DER_SEQUENCE, &part);
        add_text(&signer, DER_OCTETS, "signature");
        add_wrapped(der, DER_SEQUENCE, &signer);
}

static void render(Buffer *der, const Signing *signing) {
        _cleanup_buffer_ Buffer data = {}, part = {};

        add_text(&data, DER_INTEGER, "\x01");
        add_text(&data, DER_SET, "hashes");
        add_text(&data, DER_SEQUENCE, "content");
        if (signing->has_extras) {
                add_text(&data, DER_CONTEXT_0, "certificates");
                add_text(&data, DER_CONTEXT_1, "revocations");
        }
        add_signer(&part, signing);
        add_wrapped(&data, DER_SET, &part);
        wrap(&data, DER_SEQUENCE);
        wrap(&data, DER_CONTEXT_0);

        add_text(der, DER_OBJECT, SIGNED_DATA);
        buffer_append(der, data.data, data.size);
        wrap(der, DER_SEQUENCE);
}

/* algorithm, hash, id, size of the signer's name, size of the key's number */
static void sign_file(Buffer *file, const uint8_t trailer[5], const Buffer *parts,
                      uint32_t signature_size) {
        buffer_append_string(file, "ELF");
        buffer_append(file, parts->data, parts->size);
        buffer_append(file, trailer, 5);
        buffer_append(file, "\0\0\0", 3);
        buffer_append_u32_be(file, signature_size);
        buffer_append_string(file, MARKER);
        assert_int_equal(buffer_error(file), 0);
}

static void sign_with_pkcs7(Buffer *file, const Signing *signing) {
        static const uint8_t trailer[5] = { 0, 0, 2, 0, 0 };
        _cleanup_buffer_ Buffer der = {};

        render(&der, signing);
        sign_file(file, trailer, &der, (uint32_t) der.size);
}

static void assert_part(SignaturePart part, const void *expected, size_t size) {
        assert_int_equal(part.size, size);
        assert_memory_equal(part.bytes, expected, size);
}

/* In memory of just the size of the file, so that the sanitizer sees a step too far. */
static bool find(const Buffer *file, size_t size, char **ret_copy, ModuleSignature *signature) {
        *ret_copy = malloc(size + 1);
        assert_non_null(*ret_copy);
        memcpy(*ret_copy, file->data, size);
        *ret_copy = realloc(*ret_copy, size > 0 ? size : 1);
        assert_non_null(*ret_copy);
        return module_signature_find(*ret_copy, size, signature);
}

static void signer_and_key_are_those_of_the_certificate(void **state) {
        _cleanup_buffer_ Buffer file = {};
        ModuleSignature signature;

        (void) state;
        for (int has_extras = 0; has_extras <= 1; has_extras++) {
                buffer_clear(&file);
                sign_with_pkcs7(&file, &(Signing){ .hash = SHA256, .has_extras = has_extras });
                assert_true(module_signature_find(file.data, file.size, &signature));
                assert_string_equal(signature.id, "PKCS#7");
                assert_string_equal(signature.hash_algorithm, "sha256");
                assert_part(signature.signer, "Some signer", 11);
                assert_part(signature.key, "\xa0\x0f", 2);
                assert_part(signature.signature, "signature", 9);
        }
}

static void signer_may_be_told_by_number_alone(void **state) {
        _cleanup_buffer_ Buffer file = {};
        ModuleSignature signature;

        (void) state;
        sign_with_pkcs7(&file, &(Signing){ .hash = "\x2b\x0e\x03\x02\x1a", .by_number = true });
        assert_true(module_signature_find(file.data, file.size, &signature));
        assert_string_equal(signature.hash_algorithm, "sha1");
        assert_int_equal(signature.signer.size, 0);
        assert_part(signature.key, "\x12\x34", 2);
}

static void hash_that_is_not_known_has_no_name(void **state) {
        _cleanup_buffer_ Buffer file = {};
        ModuleSignature signature;

        (void) state;
        sign_with_pkcs7(&file, &(Signing){ .hash = "\x2b\x0e\x03\x02" });
        assert_true(module_signature_find(file.data, file.size, &signature));
        assert_string_equal(signature.hash_algorithm, "");
}

static void old_signature_stands_in_parts(void **state) {
        static const uint8_t trailer[5] = { 1, 6, 1, 4, 2 };
        _cleanup_buffer_ Buffer file = {}, parts = {};
        ModuleSignature signature;

        (void) state;
        buffer_append_string(&parts, "NameKYsigned");
        sign_file(&file, trailer, &parts, 6);
        assert_true(module_signature_find(file.data, file.size, &signature));
        assert_string_equal(signature.id, "X509");
        assert_string_equal(signature.hash_algorithm, "sha512");
        assert_part(signature.signer, "Name", 4);
        assert_part(signature.key, "KY", 2);
        assert_part(signature.signature, "signed", 6);
}

static void wrong_numbers_are_no_signature(void **state) {
        static const struct {
                uint8_t trailer[5];
                uint32_t signature_size;
        } cases[] = {
                { { 1, 6, 1, 4, 2 }, 10 },         /* more than there is */
                { { 1, 6, 1, 255, 255 }, 6 },      /* the same */
                { { 1, 6, 1, 4, 2 }, UINT32_MAX }, /* the same */
                { { 1, 6, 1, 4, 2 }, 0 },          /* none */
                { { 1, 8, 1, 4, 2 }, 6 },          /* a hash that nobody knows */
                { { 1, 6, 3, 4, 2 }, 6 },          /* an id that nobody knows */
                { { 1, 6, 2, 4, 2 }, 6 },          /* no DER */
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_buffer_ Buffer file = {}, parts = {};
                ModuleSignature signature;

                buffer_append_string(&parts, "NameKYsigned");
                sign_file(&file, cases[i].trailer, &parts, cases[i].signature_size);
                assert_false(module_signature_find(file.data, file.size, &signature));
        }
}

static void file_without_the_marker_is_not_signed(void **state) {
        _cleanup_buffer_ Buffer file = {};

        (void) state;
        sign_with_pkcs7(&file, &(Signing){ .hash = SHA256 });
        for (size_t size = 0; size < file.size; size++) {
                _cleanup_free_ char *copy = NULL;
                ModuleSignature signature;

                assert_false(find(&file, size, &copy, &signature));
        }
}

/* Whatever a byte of the structure is changed to, nothing is read beyond it. */
static void damaged_structure_does_no_harm(void **state) {
        static const uint8_t bytes[] = { 0x00, 0x7f, 0x80, 0x82, 0x84, 0xff };
        _cleanup_buffer_ Buffer file = {};
        size_t n_refused = 0;

        (void) state;
        sign_with_pkcs7(&file, &(Signing){ .hash = SHA256, .has_extras = true });
        for (size_t i = 0; i < (file.size - strlen(MARKER)) * ELEMENTSOF(bytes); i++) {
                _cleanup_free_ char *copy = NULL;
                size_t place = i / ELEMENTSOF(bytes);
                char before = file.data[place];
                ModuleSignature signature;

                file.data[place] = (char) bytes[i % ELEMENTSOF(bytes)];
                if (!find(&file, file.size, &copy, &signature))
                        n_refused++;
                file.data[place] = before;
        }
        assert_true(n_refused > 50);
}

static void length_of_an_item_must_fit(void **state) {
        static const char *const wrong[] = { "\x30",        "\x30\x01",
                                             "\x30\x80",    "\x30\x85\x01\x01\x01",
                                             "\x30\x81",    "\x30\x84\xff\xff\xff\xff",
                                             "\x3f\x01\x01" };
        Der content;
        uint8_t tag;

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(wrong); i++) {
                Der der = der_of(wrong[i], strlen(wrong[i]));

                assert_false(der_take(&der, &tag, &content));
                assert_ptr_equal(der.next, wrong[i]);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(signer_and_key_are_those_of_the_certificate),
                cmocka_unit_test(signer_may_be_told_by_number_alone),
                cmocka_unit_test(hash_that_is_not_known_has_no_name),
                cmocka_unit_test(old_signature_stands_in_parts),
                cmocka_unit_test(wrong_numbers_are_no_signature),
                cmocka_unit_test(file_without_the_marker_is_not_signed),
                cmocka_unit_test(damaged_structure_does_no_harm),
                cmocka_unit_test(length_of_an_item_must_fit),
        };

        return cmocka_run_group_tests_name("module-signature", tests, NULL, NULL);
}
