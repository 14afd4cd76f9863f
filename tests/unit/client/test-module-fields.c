/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-fields.h"

#include "test-case.h"

static void add_record(Value *module, const char *list, const char *const pairs[][2]) {
        Value *items = NULL, *record;

        for (size_t i = 0; i < module->count; i++) {
                if (strcmp(module->items[i].key, list) == 0)
                        items = &module->items[i];
        }
        if (!items)
                items = value_add(module, list);
        assert_non_null(items);
        record = value_add(items, NULL);
        assert_non_null(record);
        for (; (*pairs)[0]; pairs++)
                assert_int_equal(value_add_text(record, (*pairs)[0], (*pairs)[1]), 0);
}

static void add_field(Value *module, const char *key, const char *value) {
        add_record(module, "Fields",
                   (const char *const[][2]){ { "key", key }, { "value", value }, {} });
}

static void add_parameter(Value *module, const char *name, const char *type,
                          const char *description) {
        add_record(
                module, "Params",
                (const char *const[][2]){
                        { "name", name }, { "type", type }, { "description", description }, {} });
}

static void expect(const Value *module, const char *text) {
        _cleanup_buffer_ Buffer lines = {};

        module_fields_append(module, &lines);
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

static void parameters_stand_behind_with_their_types(void **state) {
        _cleanup_value_ Value module = {};

        (void) state;
        add_field(&module, "parm", "debug:Level");
        add_field(&module, "parmtype", "debug:int");
        add_field(&module, "name", "a");
        add_parameter(&module, "debug", "int", "Level");
        add_parameter(&module, "other", "", "");
        expect(&module, "filename:       \n"
                        "name:           a\n"
                        "parm:           debug:Level (int)\n"
                        "parm:           other:\n");
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
                cmocka_unit_test(parameters_stand_behind_with_their_types),
                cmocka_unit_test(builtin_modules_have_no_file),
                cmocka_unit_test(signatures_are_broken_into_lines),
                cmocka_unit_test(one_field_gives_its_values),
        };

        return cmocka_run_group_tests_name("module-fields", tests, NULL, NULL);
}
