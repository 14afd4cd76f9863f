/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "index-examples.h"
#include "module-file.h"
#include "output.h"
#include "problem-text.h"
#include "refresh.h"
#include "temp-tree.h"
#include "test-case.h"

/* The worked example of section 6.9, from its kernel directory to the bytes of its files. */

static void write_module(const char *path, ElfFormat format, const char *script) {
        _cleanup_buffer_ Buffer file = {};

        module_file_render(&file, format, script);
        temp_tree_write(path, file.data, file.size);
}

static void write_tree(ElfFormat format) {
        static const char modinfo[] =
                "ext4.license=GPL\0ext4.alias=fs-ext4\0ext4.alias=ext3\0ext2.alias=ext3\0";

        write_module("m/1.0/kernel/aa.ko", format,
                     "export aa_x 0\ninfo license=GPL\ninfo alias=u:1-*\n");
        write_module("m/1.0/kernel/a-b.ko", format,
                     "need aa_x\ninfo alias=u:1-[2-3]\ninfo alias=u:1-*\ninfo softdep=pre: aa\n");
        temp_tree_write_text("m/1.0/modules.order", "kernel/a-b.ko\nkernel/aa.ko\n");
        temp_tree_write_text("m/1.0/modules.builtin", "kernel/fs/ext4.ko\nkernel/fs/ext2.ko\n");
        temp_tree_write("m/1.0/modules.builtin.modinfo", modinfo, sizeof(modinfo) - 1);
}

static void render(IndexLayout layout, OutputSet *set, ProblemList *problems) {
        static const char *const no_paths[] = { NULL };
        const RefreshOptions options = { .directory = "m/1.0",
                                         .version = "1.0",
                                         .config_paths = no_paths,
                                         .read_builtin = true,
                                         .n_workers = 2 };
        const OutputOptions output_options = {
                .layout = layout, .kinds = OUTPUT_ALL, .report_duplicates = true, .n_workers = 2
        };
        _cleanup_refresh_failure_ RefreshFailure failure = {};
        _cleanup_dep_lines_ DepLines lines = {};
        _cleanup_model_ Model model = {};
        OutputKind failed;

        assert_int_equal(model_init(&model, "m/1.0"), 0);
        assert_int_equal(refresh_model(&model, &options, problems, &failure), 0);
        assert_int_equal(dep_lines_render(&lines, &model), 0);
        assert_int_equal(output_render(set, &model, &lines, &output_options, problems, &failed), 0);
}

static void assert_files(const OutputSet *set, IndexLayout layout) {
        /* in the order of the examples */
        static const OutputKind indexes[] = { OUTPUT_ALIAS_BIN, OUTPUT_DEP_BIN,
                                              OUTPUT_BUILTIN_ALIAS_BIN, OUTPUT_BUILTIN_BIN,
                                              OUTPUT_SYMBOLS_BIN };

        assert_text(&set->files[OUTPUT_DEP], "kernel/a-b.ko: kernel/aa.ko\nkernel/aa.ko:\n");
        assert_text(&set->files[OUTPUT_ALIAS], "# Aliases extracted from modules themselves.\n"
                                               "alias u:1-[2-3] a_b\nalias u:1-* a_b\n"
                                               "alias u:1-* aa\n");
        assert_text(&set->files[OUTPUT_SYMBOLS], "# Aliases for symbols, used by "
                                                 "symbol_request().\nalias symbol:aa_x aa\n");
        assert_text(&set->files[OUTPUT_SOFTDEP],
                    "# Soft dependencies extracted from modules themselves.\n"
                    "softdep a_b pre: aa\n");
        assert_text(&set->files[OUTPUT_WEAKDEP],
                    "# Weak dependencies extracted from modules themselves.\n");
        assert_text(&set->files[OUTPUT_DEVNAME], "");
        for (size_t i = 0; i < ELEMENTSOF(indexes); i++)
                assert_bytes(&set->files[indexes[i]],
                             layout == INDEX_PREORDER ? examples[i].preorder
                                                      : examples[i].postorder,
                             examples[i].size);
}

static void files_are_those_of_the_specification(void **state) {
        static const IndexLayout layouts[] = { INDEX_PREORDER, INDEX_POSTORDER };

        (void) state;
        for (size_t i = 0; i < 2 * ELF_FORMATS; i++) {
                _cleanup_problem_list_ ProblemList problems = {};
                _cleanup_output_set_ OutputSet set = {};

                write_tree(elf_formats[i / 2]);
                render(layouts[i % 2], &set, &problems);
                assert_files(&set, layouts[i % 2]);
                assert_problems(&problems, "");
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(files_are_those_of_the_specification),
        };

        return cmocka_run_group_tests_name("worked-example", tests, NULL, NULL);
}
