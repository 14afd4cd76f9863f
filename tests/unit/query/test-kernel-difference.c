/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-difference.h"

#include "query-case.h"

typedef int (*Compare)(const Lookup *old, const Lookup *new, KernelChanges *changes);

/*
 * A model of a script, and of lines of modules.builtin and modules.builtin.modinfo, whose kernel
 * exports "k" with a CRC.
 */
typedef struct Side {
        const char *script;
        const char *builtin;
        const char *aliases;
        uint64_t kernel_crc; /* 0: it does not */
} Side;

static void start(QueryCase *query, Side side) {
        model_script_link(&query->model, side.script);
        if (side.builtin)
                add_builtin_names(&query->model, side.builtin);
        if (side.aliases)
                add_builtin_aliases(&query->model, side.aliases);
        if (side.kernel_crc)
                assert_int_equal(symbol_table_put(&query->model.symbols, &query->model.tree, "k", 1,
                                                  SYMBOL_KERNEL, side.kernel_crc),
                                 0);
        query_case_start(query);
}

/* "change name old new old_crc>new_crc" of each, of which what is empty is "-" */
static void check(Compare compare, Side old, Side new, const char *expected) {
        _cleanup_kernel_changes_ KernelChanges changes = {};
        _cleanup_query_case_ QueryCase before = {}, after = {};
        _cleanup_buffer_ Buffer text = {};

        start(&before, old);
        start(&after, new);
        assert_int_equal(compare(before.lookup, after.lookup, &changes), 0);
        for (size_t i = 0; i < changes.count; i++) {
                const KernelChange *change = &changes.items[i];

                buffer_append_format(&text, "%s %s %s %s", kernel_change_code(change->kind),
                                     change->name, change->old[0] ? change->old : "-",
                                     change->new[0] ? change->new : "-");
                if (change->old_crc || change->new_crc)
                        buffer_append_format(&text, " %x>%x", change->old_crc, change->new_crc);
                buffer_append_byte(&text, '\n');
        }
        assert_text(&text, expected);
}

static void modules_go_come_and_move(void **state) {
        (void) state;
        check(kernel_changes_of_modules, (Side){ .script = "module k/a.ko\nmodule k/b-c.ko\n" },
              (Side){ .script = "module l/b-c.ko\nmodule k/d.ko\n" },
              "gone a k/a.ko -\nmoved b_c k/b-c.ko l/b-c.ko\nnew d - k/d.ko\n");
        check(kernel_changes_of_modules, (Side){ .script = "module k/b-c.ko\n" },
              (Side){ .script = "module k/b_c.ko\n" }, "moved b_c k/b-c.ko k/b_c.ko\n");
}

/* It is the only symbol, and its name not the first string. */
static void symbol_of_the_kernel_itself_gets_another_crc(void **state) {
        (void) state;
        check(kernel_changes_of_symbols, (Side){ .script = "module a.ko\n", .kernel_crc = 1 },
              (Side){ .script = "module a.ko\n", .kernel_crc = 2 }, "crc k vmlinux vmlinux 1>2\n");
}

static void compression_is_no_move(void **state) {
        (void) state;
        check(kernel_changes_of_modules, (Side){ .script = "module k.ko/a.ko\n" },
              (Side){ .script = "module k.ko/a.ko.xz\n" }, "");
}

static void modules_become_builtin_and_the_reverse(void **state) {
        (void) state;
        check(kernel_changes_of_modules,
              (Side){ .script = "module k/a.ko\n", .builtin = "k/b.ko\nk/c.ko\nk/d.ko\n" },
              (Side){ .script = "module k/b.ko\n", .builtin = "k/a.ko\nk/c.ko\nk/e.ko\n" },
              "builtin a k/a.ko -\nmodule b - k/b.ko\ngone d - -\nnew e - -\n");
}

static void file_of_a_builtin_module_counts_as_a_file(void **state) {
        const Side both = { .script = "module k/a.ko\n", .builtin = "k/a.ko\n" };

        (void) state;
        check(kernel_changes_of_modules, both, both, "");
        check(kernel_changes_of_modules, both, (Side){ .script = "", .builtin = "k/a.ko\n" },
              "builtin a k/a.ko -\n");
}

static void symbols_of_modules_go_come_and_change(void **state) {
        (void) state;
        check(kernel_changes_of_symbols,
              (Side){ .script = "module a.ko\nexport same 1\nexport other 1\nexport gone 1\n"
                                "export plain\n" },
              (Side){ .script = "module b.ko\nexport same 1\nexport other 2\nexport new 3\n"
                                "export plain 4\n" },
              "gone gone a - 1>0\nnew new - b 0>3\ncrc other a b 1>2\n");
}

static void of_symbols_of_the_kernel_only_another_crc_is_told(void **state) {
        (void) state;
        check(kernel_changes_of_symbols,
              (Side){ .script = "module a.ko\nneed k 1\nneed l 1\nneed m 1\nweak w 1\n" },
              (Side){ .script = "module a.ko\nneed k 2\nneed n 1\nneed m 1\nweak w 2\n" },
              "crc k vmlinux vmlinux 1>2\n");
}

static void crc_that_modules_do_not_agree_about_is_not_known(void **state) {
        (void) state;
        check(kernel_changes_of_symbols, (Side){ .script = "module a.ko\nneed k 1\n" },
              (Side){ .script = "module a.ko\nneed k 2\nmodule b.ko\nneed k 3\nmodule c.ko\n"
                                "need k 2\n" },
              "");
}

static void symbol_that_moves_into_the_kernel_is_not_gone(void **state) {
        (void) state;
        check(kernel_changes_of_symbols, (Side){ .script = "module a.ko\nexport s 1\n" },
              (Side){ .script = "module b.ko\nneed s 1\n" }, "");
        check(kernel_changes_of_symbols, (Side){ .script = "module a.ko\nexport s 1\n" },
              (Side){ .script = "module b.ko\nneed s 2\n" }, "crc s a vmlinux 1>2\n");
}

static void aliases_are_lost_and_gained(void **state) {
        (void) state;
        check(kernel_changes_of_aliases,
              (Side){ .script = "module a.ko\nalias pci:1*\nalias pci:2*\n" },
              (Side){ .script = "module b.ko\nalias pci:2*\nalias pci:3*\n" },
              "gone pci:1* a -\nnew pci:3* - b\n");
}

static void aliases_of_builtin_modules_count(void **state) {
        (void) state;
        check(kernel_changes_of_aliases,
              (Side){ .script = "module a.ko\nalias fs-a\nalias fs-x\n" },
              (Side){ .script = "", .builtin = "k/a.ko\n", .aliases = "a.alias=fs-a\na.alias=n\n" },
              "gone fs-x a -\nnew n - a\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(modules_go_come_and_move),
                cmocka_unit_test(symbol_of_the_kernel_itself_gets_another_crc),
                cmocka_unit_test(compression_is_no_move),
                cmocka_unit_test(modules_become_builtin_and_the_reverse),
                cmocka_unit_test(file_of_a_builtin_module_counts_as_a_file),
                cmocka_unit_test(symbols_of_modules_go_come_and_change),
                cmocka_unit_test(of_symbols_of_the_kernel_only_another_crc_is_told),
                cmocka_unit_test(crc_that_modules_do_not_agree_about_is_not_known),
                cmocka_unit_test(symbol_that_moves_into_the_kernel_is_not_gone),
                cmocka_unit_test(aliases_are_lost_and_gained),
                cmocka_unit_test(aliases_of_builtin_modules_count),
        };

        return cmocka_run_group_tests_name("kernel-difference", tests, NULL, NULL);
}
