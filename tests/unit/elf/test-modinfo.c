/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>

#include "modinfo.h"
#include "test-case.h"

static int on_field(const char *key, size_t key_size, const char *value, size_t value_size,
                    void *userdata) {
        Buffer *text = userdata;

        buffer_append(text, key, key_size);
        buffer_append_string(text, "<");
        buffer_append(text, value, value_size);
        buffer_append_string(text, "> ");
        return key_size == 4 && memcmp(key, "stop", 4) == 0 ? -ECANCELED : 0;
}

/* Parses memory of just the right size, so that a sanitizer sees each byte read too many. */
static int parse(const char *bytes, size_t size, Buffer *text) {
        _cleanup_free_ char *copy = malloc(size + 1);

        assert_non_null(copy);
        memcpy(copy + 1, bytes, size);
        return modinfo_parse(copy + 1, size, on_field, text);
}

static const struct {
        const char *name;
        const char *bytes;
        size_t size;
        const char *fields;
} cases[] = {
#define CASE(name, bytes, fields)                                                                  \
        { name, bytes, sizeof(bytes) - 1, fields }
        CASE("nothing", "", ""),
        CASE("NULs only", "\0\0\0", ""),
        CASE("one field", "license=GPL\0", "license<GPL> "),
        CASE("two", "license=GPL\0alias=a\0", "license<GPL> alias<a> "),
        CASE("last one without NUL", "alias=a\0alias=b", "alias<a> alias<b> "),
        CASE("NULs before, between, behind", "\0\0a=1\0\0\0b=2\0\0", "a<1> b<2> "),
        CASE("without equals sign", "alias\0b=2\0", "alias<> b<2> "),
        CASE("without equals sign at the end", "ab", "ab<> "),
        CASE("empty value", "alias=\0", "alias<> "),
        CASE("empty key", "=value\0", "<value> "),
        CASE("first equals sign counts", "a=b=c=\0", "a<b=c=> "),
        CASE("order and duplicates", "a=2\0a=1\0a=2\0", "a<2> a<1> a<2> "),
        CASE("any other byte", "a=\n\t\xff '\"\0", "a<\n\t\xff '\"> "),
        CASE("one byte is nothing", "x", ""),
        CASE("one byte behind NULs is nothing", "\0\0x", ""),
        CASE("one byte and its NUL", "x\0", "x<> "),
        CASE("one byte later on", "a=1\0x", "a<1> x<> "),
#undef CASE
};

static void fields_are_handed_out_in_order(void **state) {
        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_buffer_ Buffer text = {};

                assert_int_equal(parse(cases[i].bytes, cases[i].size, &text), 0);
                assert_text(&text, cases[i].fields);
        }
}

static void negative_result_ends_the_parse(void **state) {
        static const char bytes[] = "a=1\0stop=2\0b=3\0";
        _cleanup_buffer_ Buffer text = {};

        (void) state;
        assert_int_equal(parse(bytes, sizeof(bytes) - 1, &text), -ECANCELED);
        assert_text(&text, "a<1> stop<2> ");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(fields_are_handed_out_in_order),
                cmocka_unit_test(negative_result_ends_the_parse),
        };

        return cmocka_run_group_tests_name("modinfo", tests, NULL, NULL);
}
