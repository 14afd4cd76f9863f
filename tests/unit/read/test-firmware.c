/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "firmware.h"

#include <fcntl.h>

#include "fd.h"
#include "temp-tree.h"
#include "test-case.h"

/* "owner name path" of each, "-" for no path. The root is cut off. */
static void check(const FirmwareList *list, const char *root, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        for (size_t i = 0; i < list->count; i++) {
                const Firmware *item = &list->items[i];

                buffer_append_format(&text, "%u %s %s\n", item->owner, item->name,
                                     item->path ? item->path + strlen(root) : "-");
        }
        assert_text(&text, expected);
}

static void it_is_found_where_the_kernel_looks(void **state) {
        static const char records[] = "one.firmware=a\0one.license=GPL\0one.firmware=b/c\0"
                                      "two.firmware=d\0two.firmware=p*\0one.firmware=none";
        _cleanup_firmware_list_ FirmwareList list = {};
        _cleanup_free_ char *root = temp_tree_path(".");
        _cleanup_close_ int fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);

        (void) state;
        temp_tree_write("modules.builtin.modinfo", records, sizeof(records));
        temp_tree_write_text("lib/firmware/a", "");
        temp_tree_write_text("lib/firmware/1.0/a.zst", "");
        temp_tree_write_text("lib/firmware/b/c.xz", "");
        temp_tree_write_text("lib/firmware/updates/b/c", "");
        temp_tree_write_text("lib/firmware/d.gz", "");
        temp_tree_write_text("lib/firmware/p1", "");
        assert_int_equal(firmware_list_add_builtin(&list, fd, "one", 3), 0);
        assert_int_equal(firmware_list_add_builtin(&list, fd, "two", 7), 0);
        assert_int_equal(firmware_list_add_builtin(&list, fd, "tw", 8), 0);
        check(&list, root, "3 a -\n3 b/c -\n3 none -\n7 d -\n7 p* -\n");

        assert_int_equal(firmware_list_locate(&list, root, "1.0"), 0);
        check(&list, root,
              "3 a /lib/firmware/1.0/a.zst\n3 b/c /lib/firmware/updates/b/c\n3 none -\n"
              "7 d -\n7 p* /lib/firmware/p1\n");
        assert_int_equal(firmware_list_first(&list, 0), 0);
        assert_int_equal(firmware_list_first(&list, 7), 3);
        assert_int_equal(firmware_list_first(&list, 9), 5);
}

static void what_cannot_be_read_says_nothing(void **state) {
        _cleanup_firmware_list_ FirmwareList list = {};
        _cleanup_close_ int fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);

        (void) state;
        temp_tree_write_text("bad.ko", "no module");
        assert_int_equal(firmware_list_add_module(&list, fd, "bad.ko", 0), 0);
        assert_int_equal(firmware_list_add_module(&list, fd, "none.ko", 0), 0);
        assert_int_equal(firmware_list_add_builtin(&list, fd, "one", 0), 0);
        assert_int_equal(list.count, 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(it_is_found_where_the_kernel_looks),
                TREE_TEST(what_cannot_be_read_says_nothing),
        };

        return cmocka_run_group_tests_name("firmware", tests, NULL, NULL);
}
