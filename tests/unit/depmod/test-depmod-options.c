/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "depmod-options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fd.h"
#include "parallel.h"
#include "temp-tree.h"
#include "test-case.h"

#define ARGUMENTS_MAX 8

/* A command line, what it means, and what was said on stdout and stderr. */
typedef struct OptionsCase {
        char *arguments[ARGUMENTS_MAX + 2];
        DepmodOptions options;
        int result;
        Buffer said;
} OptionsCase;

static void options_case_done(OptionsCase *parsed) {
        depmod_options_done(&parsed->options);
        buffer_done(&parsed->said);
}

#define _cleanup_options_ _cleanup_(options_case_done)

static void take_back(int fd, int copy_fd) {
        assert_true(dup2(copy_fd, fd) >= 0);
        assert_int_equal(close(copy_fd), 0);
}

static void parse(OptionsCase *parsed, const char *const *arguments) {
        _cleanup_close_ int said_fd = memfd_create("said", MFD_CLOEXEC);
        int n = 1, out_fd, error_fd;
        size_t size;

        *parsed = (OptionsCase){ .arguments = { (char *) "depmod" } };
        for (; arguments[n - 1]; n++)
                parsed->arguments[n] = (char *) arguments[n - 1];

        (void) fflush(stdout);
        out_fd = dup(STDOUT_FILENO);
        error_fd = dup(STDERR_FILENO);
        assert_true(dup2(said_fd, STDOUT_FILENO) >= 0 && dup2(said_fd, STDERR_FILENO) >= 0);
        optind = 0;
        parsed->result = depmod_options_parse(&parsed->options, n, parsed->arguments);
        (void) fflush(stdout);
        take_back(STDOUT_FILENO, out_fd);
        take_back(STDERR_FILENO, error_fd);

        assert_int_equal(buffer_reserve(&parsed->said, 8192), 0);
        assert_int_equal(lseek(said_fd, 0, SEEK_SET), 0);
        assert_int_equal(fd_read_full(said_fd, parsed->said.data, 8191, &size), 0);
        parsed->said.data[size] = '\0';
        parsed->said.size = size;
}

#define PARSE(parsed, ...) parse(parsed, (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

static void assert_string_or_null(const char *actual, const char *expected) {
        if (expected)
                assert_string_equal(actual, expected);
        else
                assert_null(actual);
}

static void without_options_the_running_kernel_is_meant(void **state) {
        _cleanup_options_ OptionsCase parsed = {};
        const DepmodOptions *options = &parsed.options;

        (void) state;
        PARSE(&parsed);
        assert_int_equal(parsed.result, DEPMOD_OPTIONS_RUN);
        assert_string_equal(options->base_directory, "");
        assert_string_equal(options->module_directory, "lib/modules");
        assert_null(options->output_base);
        assert_null(options->version);
        assert_null(options->files);
        assert_null(options->config_paths);
        assert_null(options->symvers);
        assert_null(options->system_map);
        assert_int_equal(options->symbol_prefix, '\0');
        assert_false(options->all || options->quick || options->dry_run ||
                     options->report_symbols || options->report_duplicates);
        assert_int_equal(options->release.number, KMOD_RELEASE_NEWEST);
        assert_int_equal(options->n_workers, parallel_processors());
        assert_true(options->sync);
        assert_int_equal(depmod_options_severity(options), PROBLEM_WARNING);
        assert_text(&parsed.said, "");
}

static void switches_have_short_and_long_names(void **state) {
        static const struct {
                const char *arguments[3];
                bool all, quick, dry_run, symbols, duplicates, sync;
        } cases[] = {
                { { "-a" }, .all = true, .sync = true },
                { { "--all" }, .all = true, .sync = true },
                { { "-A" }, .quick = true, .sync = true },
                { { "--quick" }, .quick = true, .sync = true },
                { { "-n" }, .dry_run = true, .sync = true },
                { { "--show" }, .dry_run = true, .sync = true },
                { { "--dry-run" }, .dry_run = true, .sync = true },
                { { "--dry" }, .dry_run = true, .sync = true },
                { { "-e" }, .symbols = true, .sync = true },
                { { "--errsyms" }, .symbols = true, .sync = true },
                { { "-w" }, .duplicates = true, .sync = true },
                { { "--warn" }, .duplicates = true, .sync = true },
                { { "--no-sync" }, .sync = false },
                { { "-nA" }, .dry_run = true, .quick = true, .sync = true },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_options_ OptionsCase parsed = {};

                parse(&parsed, cases[i].arguments);
                assert_int_equal(parsed.result, DEPMOD_OPTIONS_RUN);
                assert_int_equal(parsed.options.all, cases[i].all);
                assert_int_equal(parsed.options.quick, cases[i].quick);
                assert_int_equal(parsed.options.dry_run, cases[i].dry_run);
                assert_int_equal(parsed.options.report_symbols, cases[i].symbols);
                assert_int_equal(parsed.options.report_duplicates, cases[i].duplicates);
                assert_int_equal(parsed.options.sync, cases[i].sync);
        }
}

static void options_with_a_value_take_it(void **state) {
        _cleanup_options_ OptionsCase shorts = {}, longs = {};

        (void) state;
        PARSE(&shorts, "-b/base", "-o", "/out", "-m", "//mods", "-Esymvers", "-FMap", "-P_");
        PARSE(&longs, "--basedir=/base", "--outdir", "/out", "--moduledir=//mods",
              "--symvers=symvers", "--filesyms=Map", "--symbol-prefix=_");
        for (int i = 0; i < 2; i++) {
                const OptionsCase *parsed = i == 0 ? &shorts : &longs;

                assert_int_equal(parsed->result, DEPMOD_OPTIONS_RUN);
                assert_string_equal(parsed->options.base_directory, "/base");
                assert_string_equal(parsed->options.output_base, "/out");
                assert_string_equal(parsed->options.module_directory, "mods");
                assert_string_equal(parsed->options.symvers, "symvers");
                assert_string_equal(parsed->options.system_map, "Map");
                assert_int_equal(parsed->options.symbol_prefix, '_');
        }
}

static void last_of_several_values_counts(void **state) {
        _cleanup_options_ OptionsCase parsed = {};

        (void) state;
        PARSE(&parsed, "-b/one", "-b/two", "-o/one", "-o/two", "--base=/three");
        assert_string_equal(parsed.options.base_directory, "/three");
        assert_string_equal(parsed.options.output_base, "/two");
}

static void configuration_paths_are_collected_in_order(void **state) {
        _cleanup_options_ OptionsCase parsed = {};

        (void) state;
        PARSE(&parsed, "-C", "b", "--config=a", "-C", "b");
        assert_int_equal(parsed.options.n_config_paths, 3);
        assert_string_equal(parsed.options.config_paths[0], "b");
        assert_string_equal(parsed.options.config_paths[1], "a");
        assert_string_equal(parsed.options.config_paths[2], "b");
        assert_null(parsed.options.config_paths[3]);
}

static void relative_directories_are_below_the_working_directory(void **state) {
        _cleanup_options_ OptionsCase parsed = {};
        _cleanup_free_ char *base = temp_tree_path("../x/."), *output = temp_tree_path("");

        (void) state;
        PARSE(&parsed, "-b", "../x/.", "-o", "");
        assert_string_equal(parsed.options.base_directory, base);
        assert_string_equal(parsed.options.output_base, output);
}

static void verbosity_is_counted(void **state) {
        static const struct {
                const char *arguments[4];
                ProblemSeverity severity;
        } cases[] = {
                { { "-v" }, PROBLEM_WARNING },
                { { "-v", "-v" }, PROBLEM_INFO },
                { { "-vvv" }, PROBLEM_DEBUG },
                { { "-vv", "--verbose", "-v" }, PROBLEM_DEBUG },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_options_ OptionsCase parsed = {};

                parse(&parsed, cases[i].arguments);
                assert_int_equal(depmod_options_severity(&parsed.options), cases[i].severity);
        }
}

/* Section 1.2: what scanf("%u.%u") takes, at the beginning. */
static void plain_is_what_the_daemon_does(void **state) {
        static const char *const plain[][3] = {
                { NULL }, { "6.1" }, { "-a", "6.1" }, { "--all" }, { "--jobs=2" }, { "-q" },
        };
        static const char *const others[][3] = {
                { "-A" },
                { "-n" },
                { "-v" },
                { "-w" },
                { "-e" },
                { "-b", "/" },
                { "-m", "modules" },
                { "-o", "/" },
                { "-C", "/etc/depmod.d" },
                { "-E", "/symvers" },
                { "-F", "/map" },
                { "-P", "_" },
                { "--kmod=33" },
                { "--no-sync" },
                { "6.1", "/a.ko" },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(plain); i++) {
                _cleanup_options_ OptionsCase parsed = {};

                parse(&parsed, plain[i]);
                assert_true(depmod_options_are_plain(&parsed.options));
        }
        for (size_t i = 0; i < ELEMENTSOF(others); i++) {
                _cleanup_options_ OptionsCase parsed = {};

                parse(&parsed, others[i]);
                assert_false(depmod_options_are_plain(&parsed.options));
        }
}

static void version_must_begin_like_one(void **state) {
        static const char *const good[] = { "6.1.0-56-amd64", "6.1", "+6.1", "6.1foo/bar",
                                            " 6. 1",          "0.0", "6.-1" };
        static const char *const bad[] = { "6", "6.", "6.x", "x6.1", "/lib/modules/6.1", "", ".1" };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(good); i++) {
                _cleanup_options_ OptionsCase parsed = {};

                PARSE(&parsed, good[i]);
                assert_int_equal(parsed.result, DEPMOD_OPTIONS_RUN);
                assert_string_equal(parsed.options.version, good[i]);
        }
        for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
                _cleanup_options_ OptionsCase parsed = {};

                PARSE(&parsed, bad[i]);
                assert_int_equal(parsed.result, -EINVAL);
                assert_non_null(strstr(parsed.said.data, "ERROR: Bad version passed "));
        }
}

static void files_follow_the_version_unless_all_are_meant(void **state) {
        static const struct {
                const char *arguments[6];
                const char *first_file;
                size_t n_files;
        } cases[] = {
                { { "6.1" }, NULL, 0 },
                { { "6.1", "/a.ko", "/b.ko" }, "/a.ko", 2 },
                { { "6.1", "-n", "/a.ko" }, "/a.ko", 1 },
                { { "6.1", "--", "-n" }, "-n", 1 },
                { { "-a", "6.1", "/a.ko" }, NULL, 0 },
                { { "6.1", "/a.ko", "-A" }, NULL, 0 },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_options_ OptionsCase parsed = {};

                parse(&parsed, cases[i].arguments);
                assert_int_equal(parsed.result, DEPMOD_OPTIONS_RUN);
                assert_string_equal(parsed.options.version, "6.1");
                assert_int_equal(parsed.options.n_files, cases[i].n_files);
                assert_string_or_null(parsed.options.files ? parsed.options.files[0] : NULL,
                                      cases[i].first_file);
        }
}

static void wrong_values_are_refused_and_told(void **state) {
        static const struct {
                const char *arguments[3];
                const char *words;
        } cases[] = {
                { { "-P", "" }, "FATAL: -P only takes a single char" },
                { { "-P", "ab" }, "FATAL: -P only takes a single char" },
                { { "--jobs=0" }, "--jobs takes a number from 1 to 1024, not '0'" },
                { { "--kmod=29" }, "--kmod takes a release from 30 to 34, not '29'" },
                { { "--nonsense" }, "unrecognized option '--nonsense'" },
                { { "-x" }, "invalid option -- 'x'" },
                { { "-b" }, "requires an argument" },
                { { "--all=x" }, "doesn't allow an argument" },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_options_ OptionsCase parsed = {};

                parse(&parsed, cases[i].arguments);
                assert_int_equal(parsed.result, -EINVAL);
                assert_non_null(strstr(parsed.said.data, cases[i].words));
        }
}

static void our_own_options_are_long(void **state) {
        _cleanup_options_ OptionsCase parsed = {};

        (void) state;
        PARSE(&parsed, "--jobs=3", "--kmod=33");
        assert_int_equal(parsed.result, DEPMOD_OPTIONS_RUN);
        assert_int_equal(parsed.options.n_workers, 3);
        assert_int_equal(parsed.options.release.number, 33);
        assert_int_equal(parsed.options.release.layout, INDEX_POSTORDER);
}

/* As kmod up to 33 does. */
static void options_of_old_are_ignored_and_told(void **state) {
        static const struct {
                const char *argument;
                const char *words;
        } cases[] = {
                { "-q", "WARNING: Ignored deprecated option -q\n" },
                { "--quiet", "WARNING: Ignored deprecated option --quiet\n" },
                { "-r", "WARNING: Ignored deprecated option -r\n" },
                { "--root", "WARNING: Ignored deprecated option --root\n" },
                { "-u", "WARNING: Ignored deprecated option -u\n" },
                { "--unresolved-error", "WARNING: Ignored deprecated option --unresolved-error\n" },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_options_ OptionsCase parsed = {};

                PARSE(&parsed, cases[i].argument, "6.1");
                assert_int_equal(parsed.result, DEPMOD_OPTIONS_RUN);
                assert_string_equal(parsed.options.version, "6.1");
                assert_non_null(strstr(parsed.said.data, cases[i].words));
        }
}

static void help_and_version_end_the_parse(void **state) {
        static const struct {
                const char *arguments[3];
                const char *words;
        } cases[] = {
                { { "-h", "nonsense" }, "Usage:\n" },
                { { "--help" }, "--basedir=DIR" },
                { { "-V", "--nonsense" }, "kmod version 34\n+ZSTD +XZ +ZLIB" },
                { { "--version" }, "depmodd " },
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_options_ OptionsCase parsed = {};

                parse(&parsed, cases[i].arguments);
                assert_int_equal(parsed.result, 0);
                assert_non_null(strstr(parsed.said.data, cases[i].words));
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(without_options_the_running_kernel_is_meant),
                TREE_TEST(switches_have_short_and_long_names),
                TREE_TEST(options_with_a_value_take_it),
                TREE_TEST(last_of_several_values_counts),
                TREE_TEST(configuration_paths_are_collected_in_order),
                TREE_TEST(relative_directories_are_below_the_working_directory),
                TREE_TEST(verbosity_is_counted),
                TREE_TEST(plain_is_what_the_daemon_does),
                TREE_TEST(version_must_begin_like_one),
                TREE_TEST(files_follow_the_version_unless_all_are_meant),
                TREE_TEST(wrong_values_are_refused_and_told),
                TREE_TEST(our_own_options_are_long),
                TREE_TEST(options_of_old_are_ignored_and_told),
                TREE_TEST(help_and_version_end_the_parse),
        };

        return cmocka_run_group_tests_name("depmod-options", tests, NULL, NULL);
}
