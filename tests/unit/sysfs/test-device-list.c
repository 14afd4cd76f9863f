/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device-list.h"

#include <errno.h>

#include "temp-tree.h"
#include "test-case.h"

/* "path modalias driver" of each */
static void check(const char *expected) {
        _cleanup_device_list_ DeviceList list = {};
        _cleanup_buffer_ Buffer text = {};

        assert_int_equal(device_list_read(&list, "sys"), 0);
        for (size_t i = 0; i < list.count; i++)
                buffer_append_format(&text, "%s %s %s\n", list.items[i].path,
                                     list.items[i].modalias,
                                     list.items[i].driver ? list.items[i].driver : "-");
        assert_text(&text, expected);
}

static void devices_are_found_wherever_they_are_and_sorted(void **state) {
        (void) state;
        temp_tree_write_text("sys/devices/pci0/0000:00:1f.2/modalias", "pci:v1\n");
        temp_tree_write_text("sys/devices/pci0/0000:00:1f.2/usb1/1-1/modalias", "usb:v2");
        temp_tree_write_text("sys/devices/cpu/modalias", "cpu:x\n");
        temp_tree_write_text("sys/devices/modalias", "top\n");
        temp_tree_write_text("sys/module/x/modalias", "no\n");
        check("/devices top -\n/devices/cpu cpu:x -\n/devices/pci0/0000:00:1f.2 pci:v1 -\n"
              "/devices/pci0/0000:00:1f.2/usb1/1-1 usb:v2 -\n");
}

static void driver_is_told_if_it_is_a_module(void **state) {
        (void) state;
        temp_tree_write_text("sys/devices/a/modalias", "a\n");
        temp_tree_write_text("sys/devices/b/modalias", "b\n");
        temp_tree_make_directory("sys/bus/drivers/ahci");
        temp_tree_link("../../bus/drivers/ahci", "sys/devices/a/driver");
        temp_tree_link("../../../module/ahci", "sys/bus/drivers/ahci/module");
        temp_tree_make_directory("sys/bus/drivers/plain");
        temp_tree_link("../../bus/drivers/plain", "sys/devices/b/driver");
        check("/devices/a a ahci\n/devices/b b -\n");
}

static void links_and_empty_aliases_are_passed_over(void **state) {
        (void) state;
        temp_tree_write_text("sys/devices/a/modalias", "a\n");
        temp_tree_write_text("sys/devices/b/modalias", "\n");
        temp_tree_make_directory("sys/devices/c/modalias");
        temp_tree_link("../a", "sys/devices/a/again");
        check("/devices/a a -\n");
}

static void alias_that_is_too_long_is_passed_over(void **state) {
        char text[5000];

        (void) state;
        memset(text, 'a', sizeof(text));
        temp_tree_write("sys/devices/a/modalias", text, sizeof(text));
        temp_tree_write("sys/devices/b/modalias", text, 4096);
        temp_tree_write_text("sys/devices/c/modalias", "c\n");
        text[4096] = '\0';
        {
                _cleanup_device_list_ DeviceList list = {};

                assert_int_equal(device_list_read(&list, "sys"), 0);
                assert_int_equal(list.count, 2);
                assert_string_equal(list.items[0].modalias, text);
        }
}

static void machine_without_sysfs_is_an_error(void **state) {
        DeviceList list = {};

        (void) state;
        assert_int_equal(device_list_read(&list, "sys"), -ENOENT);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(devices_are_found_wherever_they_are_and_sorted),
                TREE_TEST(driver_is_told_if_it_is_a_module),
                TREE_TEST(links_and_empty_aliases_are_passed_over),
                TREE_TEST(alias_that_is_too_long_is_passed_over),
                TREE_TEST(machine_without_sysfs_is_an_error),
        };

        return cmocka_run_group_tests_name("device-list", tests, NULL, NULL);
}
