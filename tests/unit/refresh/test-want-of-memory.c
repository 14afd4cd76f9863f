/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>

#include "analysis.h"
#include "cycles.h"
#include "failing-memory.h"
#include "module-file.h"
#include "output.h"
#include "publication.h"
#include "refresh.h"
#include "temp-tree.h"
#include "test-case.h"

/*
 * Each allocation on the way fails once. Either that is an error, or the memory was not needed and
 * nothing shows of it. Leaks are the sanitizer's to find.
 */
typedef struct Outcome {
        OutputSet set;
        ProblemList problems;
} Outcome;

static void outcome_done(Outcome *outcome) {
        output_set_done(&outcome->set);
        problem_list_done(&outcome->problems);
}

#define _cleanup_outcome_ _cleanup_(outcome_done)

static const char *or_nothing(const char *string) {
        return string ? string : "";
}

static void assert_same(const Outcome *actual, const Outcome *expected) {
        for (size_t i = 0; i < OUTPUT_KINDS; i++)
                assert_bytes(&actual->set.files[i], expected->set.files[i].data,
                             expected->set.files[i].size);

        assert_int_equal(actual->problems.count, expected->problems.count);
        for (size_t i = 0; i < expected->problems.count; i++) {
                const Problem *a = &actual->problems.items[i], *b = &expected->problems.items[i];

                assert_int_equal(a->kind, b->kind);
                assert_string_equal(or_nothing(a->path), or_nothing(b->path));
                assert_string_equal(or_nothing(a->subject), or_nothing(b->subject));
                assert_string_equal(or_nothing(a->detail), or_nothing(b->detail));
        }
}

/* Runs `step` with its first allocation failing, its second, and so on, until none fails. */
static void fail_each_allocation(int (*step)(Outcome *outcome)) {
        _cleanup_outcome_ Outcome expected = {};
        bool has_failed = true;
        size_t n_good;

        assert_int_equal(step(&expected), 0);
        for (n_good = 0; has_failed; n_good++) {
                _cleanup_outcome_ Outcome outcome = {};
                int r;

                failing_memory_arm(n_good);
                r = step(&outcome);
                has_failed = failing_memory_disarm();
                if (r == 0)
                        assert_same(&outcome, &expected);
                else
                        assert_true(has_failed && r == -ENOMEM);
        }
        assert_true(n_good > 2);
}

static int refresh(Model *model, const RefreshOptions *options, ProblemList *problems) {
        _cleanup_refresh_failure_ RefreshFailure failure = {};
        int r;

        r = model_init(model, options->directory);
        if (r < 0)
                return r;

        return refresh_model(model, options, problems, &failure);
}

static int render(const Model *model, const DepLines *lines, Outcome *outcome) {
        OutputKind failed;

        return output_render(
                &outcome->set, model, lines,
                &(OutputOptions){ .kinds = OUTPUT_ALL, .report_duplicates = true, .n_workers = 1 },
                &outcome->problems, &failed);
}

static const char *const config_paths[] = { "depmod.d", NULL };

/* Two aliases, and records that are too long in each of their fields. */
static void write_builtin_modinfo(void) {
        static const char *const long_fields[] = { "", "f.", "f.alias=" };
        _cleanup_buffer_ Buffer modinfo = {};

        buffer_append(&modinfo, "f.alias=g-h\0f.alias=[", 22);
        for (size_t i = 0; i < ELEMENTSOF(long_fields); i++) {
                buffer_append_string(&modinfo, long_fields[i]);
                for (size_t k = 0; k < 5000; k++)
                        buffer_append_byte(&modinfo, 'x');
                buffer_append_byte(&modinfo, '\0');
        }
        assert_int_equal(buffer_error(&modinfo), 0);
        temp_tree_write("m/modules.builtin.modinfo", modinfo.data, modinfo.size);
}

/* Something of everything that a kernel directory may hold. */
static void write_kernel(void) {
        _cleanup_free_ char *external = temp_tree_path("ext");
        _cleanup_buffer_ Buffer config = {};

        module_file_write("m/k/a-b.ko", "need x\nneed .dot\nweak b\nversion x 5\nversion rest 6\n"
                                        "info alias=p-q\ninfo alias=p_q\ninfo alias=bad[\n"
                                        "info alias=devname:d\ninfo vermagic=1.0 SMP\n");
        module_file_write("m/k/x.ko", "export x 5\nexport dot 6\ninfo softdep=s\ninfo weakdep=w\n"
                                      "info alias=devname:e\ninfo alias=char-major-1-2\n");
        module_file_write("m/k/node.ko", "info alias=devname:n\ninfo alias=char-major-1-2\n");
        module_file_write("m/updates/x.ko", "string x\nstring dot\ninfo alias=\xff\n");
        module_file_write("ext/e.ko", "export e 1\nneed x\n");
        temp_tree_write_text("m/text.ko", "this is no module");
        temp_tree_write("m/packed.ko.xz", "\xfd\x37zXZ\0xxxxxxxxxxx", 17);
        temp_tree_link("..", "m/loop");
        temp_tree_write_text("m/modules.order", "k/x.ko\nk/a-b.ko\n");
        temp_tree_write_text("m/modules.builtin", "#c\nkernel/f.ko\n");
        write_builtin_modinfo();
        temp_tree_write_text("symvers", "1 printk vmlinux x\nz bad vmlinux x\n");
        buffer_append_format(&config,
                             "search updates built-in external\nexternal * %s\n"
                             "override a-b * k\nexclude y\nnonsense \\\n x\n%c",
                             external, '\0');
        temp_tree_write_text("depmod.d/x.conf", config.data);
        temp_tree_write_text("depmod.d/name", "");
}

static int index_kernel(Outcome *outcome) {
        const RefreshOptions options = { .directory = "m",
                                         .version = "1.0",
                                         .config_paths = config_paths,
                                         .symvers = "symvers",
                                         .symbol_prefix = '_',
                                         .read_builtin = true,
                                         .n_workers = 1 };
        _cleanup_dep_lines_ DepLines lines = {};
        _cleanup_model_ Model model = {};
        int r;

        r = refresh(&model, &options, &outcome->problems);
        if (r < 0)
                return r;
        r = analysis_report_symbols(&model, true, &outcome->problems);
        if (r < 0)
                return r;
        r = dep_lines_render(&lines, &model);
        if (r < 0)
                return r;

        return render(&model, &lines, outcome);
}

static void index_is_whole_or_not_there(void **state) {
        (void) state;
        write_kernel();
        fail_each_allocation(index_kernel);
}

/* Cycles are left out, and lines of an older modules.dep kept. */
static int mend_kernel(Outcome *outcome) {
        const RefreshOptions options = { .directory = "m",
                                         .version = "1.0",
                                         .config_paths = config_paths + 1,
                                         .system_map = "map",
                                         .n_workers = 1 };
        static const char old[] = "c.ko: old\ngone.ko:\n";
        _cleanup_(cycles_done) Cycles cycles = {};
        _cleanup_dep_lines_ DepLines lines = {};
        _cleanup_model_ Model model = {};
        int r;

        r = refresh(&model, &options, &outcome->problems);
        if (r < 0)
                return r;
        r = analysis_report_all(&model, &(AnalysisOptions){ .version = "1.0" }, &outcome->problems);
        if (r < 0)
                return r;
        r = cycles_find(&cycles, &model.graph);
        if (r < 0)
                return r;
        r = cycles_report(&cycles, &model.tree, &outcome->problems);
        if (r < 0)
                return r;
        r = model_leave_out_cycles(&model, &outcome->problems);
        if (r < 0)
                return r;
        r = dep_lines_append(&lines, &model, old, strlen(old), &outcome->problems);
        if (r < 0)
                return r;

        return render(&model, &lines, outcome);
}

static void mended_kernel_is_whole_or_not_there(void **state) {
        (void) state;
        module_file_write("m/a.ko", "need b\nexport a 1\ninfo vermagic=1.1\n");
        module_file_write("m/b.ko", "need a\nexport b 1\ninfo vermagic=1.0\n");
        module_file_write("m/c.ko", "need nowhere\nexport a 2\ninfo vermagic=1.0\n");
        module_file_write("m/s.ko", "need s\nexport s 2\nversion s 7\n");
        temp_tree_write_text("map", "0 r __ksymtab_x\nnonsense\n");
        fail_each_allocation(mend_kernel);
}

static char *named_files[2];

static int index_files(Outcome *outcome) {
        _cleanup_model_ Model model = {};

        return refresh(&model,
                       &(RefreshOptions){ .directory = "m",
                                          .version = "1.0",
                                          .files = named_files,
                                          .n_files = 2,
                                          .n_workers = 1 },
                       &outcome->problems);
}

/* The line of modules.order has no end. */
static void model_of_named_files_is_whole_or_not_there(void **state) {
        _cleanup_free_ char *one = temp_tree_path("m/a.ko"), *two = temp_tree_path("m/b.ko");

        (void) state;
        module_file_write("m/a.ko", "need b\n");
        module_file_write("m/b.ko", "export b 1\n");
        temp_tree_write_text("m/modules.order", "x");
        named_files[0] = one;
        named_files[1] = two;
        fail_each_allocation(index_files);
}

static int publish(Outcome *outcome) {
        _cleanup_publication_ Publication publication = PUBLICATION_NULL;
        Buffer text = { .data = (char *) "text", .size = 4 };
        const char *failed;
        int r;

        (void) outcome;
        r = publication_open(&publication, "out/deep", true);
        if (r < 0)
                return r;

        return publication_commit(
                &publication,
                (const PublicationFile[]){ { AT_FDCWD, "f", &text }, { AT_FDCWD, "g", &text } }, 2,
                false, &failed);
}

static void publication_leaves_nothing_behind(void **state) {
        _cleanup_buffer_ Buffer names = {};

        (void) state;
        fail_each_allocation(publish);
        temp_tree_list("out/deep", &names);
        assert_text(&names, "f g");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(index_is_whole_or_not_there),
                TREE_TEST(mended_kernel_is_whole_or_not_there),
                TREE_TEST(model_of_named_files_is_whole_or_not_there),
                TREE_TEST(publication_leaves_nothing_behind),
        };

        return cmocka_run_group_tests_name("want-of-memory", tests, NULL, NULL);
}
