/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-fields.h"

#include "test-case.h"

static void add_field(Value *module, const char *key, const char *value) {
        Value *fields = (Value *) value_find(module, "Fields"), *field;

        if (!fields)
                fields = value_add(module, "Fields");
        assert_non_null(fields);
        field = value_add(fields, NULL);
        assert_non_null(field);
        assert_int_equal(value_add_text(field, "key", key), 0);
        assert_int_equal(value_add_text(field, "value", value), 0);
}

static void expect(const Value *module, const char *text) {
        _cleanup_buffer_ Buffer lines = {};

        assert_int_equal(module_fields_append(module, &lines), 0);
        assert_text(&lines, text);
}

static void fields_are_in_the_order_of_the_file(void **state) {
        _cleanup_value_ Value module = {};

        (void) state;
        assert_int_equal(value_add_text(&module, "Filename", "/lib/modules/6.1/a.ko"), 0);
        add_field(&module, "license", "GPL");
        add_field(&module, "alias", "pci:*");
        add_field(&module, "license", "and more");
        expect(&module, "filename:       /lib/modules/6.1/a.ko\n"
                        "license:        GPL\n"
                        "alias:          pci:*\n"
                        "license:        and more\n");
}

static void parameters_stand_behind_with_their_types_the_last_first(void **state) {
        _cleanup_value_ Value module = {};

        (void) state;
        add_field(&module, "parm", "debug:Level");
        add_field(&module, "parmtype", "debug:int");
        add_field(&module, "parmtype", "other:bool");
        add_field(&module, "parm", "bare:Without a type");
        add_field(&module, "parm", "odd");
        add_field(&module, "name", "a");
        expect(&module, "filename:       \n"
                        "name:           a\n"
                        "parm:           odd:\n"
                        "parm:           bare:Without a type\n"
                        "parm:           other:bool\n"
                        "parm:           debug:Level (int)\n");
}

static void no_line_of_a_value_pretends_to_be_a_field(void **state) {
        _cleanup_value_ Value module = {};

        (void) state;
        add_field(&module, "description", "a\nlicense: b\x1b");
        expect(&module, "filename:       \n"
                        "description:    a\n"
                        "\t\tlicense: b\\x1b\n");
}

static void builtin_modules_have_no_file(void **state) {
        _cleanup_value_ Value module = {};

        (void) state;
        assert_int_equal(value_add_text(&module, "Name", "ext4"), 0);
        assert_int_equal(value_add_text(&module, "Kind", "builtin"), 0);
        expect(&module, "name:           ext4\n"
                        "filename:       (builtin)\n");
}

static void signatures_are_broken_into_lines(void **state) {
        _cleanup_value_ Value module = {};
        char signature[3 * 21] = "";

        (void) state;
        for (size_t i = 0; i < 21; i++)
                memcpy(signature + 3 * i, i < 20 ? "AB:" : "CD", i < 20 ? 3 : 2);
        add_field(&module, "signature", signature);
        expect(&module, "filename:       \n"
                        "signature:      AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:"
                        "AB:\n"
                        "\t\tCD\n");
}

static void one_field_gives_its_values(void **state) {
        _cleanup_value_ Value module = {};
        _cleanup_buffer_ Buffer lines = {};

        (void) state;
        add_field(&module, "alias", "pci:*");
        add_field(&module, "license", "GPL");
        add_field(&module, "alias", "usb:*");
        assert_true(module_fields_append_values(&module, "alias", &lines));
        assert_text(&lines, "pci:*\nusb:*\n");
        assert_false(module_fields_append_values(&module, "author", &lines));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(fields_are_in_the_order_of_the_file),
                cmocka_unit_test(parameters_stand_behind_with_their_types_the_last_first),
                cmocka_unit_test(no_line_of_a_value_pretends_to_be_a_field),
                cmocka_unit_test(builtin_modules_have_no_file),
                cmocka_unit_test(signatures_are_broken_into_lines),
                cmocka_unit_test(one_field_gives_its_values),
        };

        return cmocka_run_group_tests_name("module-fields", tests, NULL, NULL);
}
