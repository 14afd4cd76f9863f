/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "changed-files.h"

#include <stdio.h>

#include "test-case.h"

#define _cleanup_changed_files_ _cleanup_(changed_files_done)

static void add(ChangedFiles *files, const char *directory, const char *name) {
        changed_files_add(files, "/m/1.0", directory, name);
}

/* "everything", or the paths. */
static void assert_taken(ChangedFiles *files, const char *expected) {
        _cleanup_buffer_ Buffer text = {};
        char **paths = changed_files_take(files);

        if (!paths)
                buffer_append_string(&text, "everything");
        for (char **path = paths; path && *path; path++)
                buffer_append_format(&text, "%s ", *path);
        changed_files_free(paths);
        assert_text(&text, expected);
}

static void paths_are_below_the_kernel_directory(void **state) {
        _cleanup_changed_files_ ChangedFiles files = {};

        (void) state;
        add(&files, "/m/1.0", "a.ko");
        add(&files, "/m/1.0/k/deep", "b.ko");
        assert_taken(&files, "a.ko k/deep/b.ko ");
}

static void path_is_there_once(void **state) {
        _cleanup_changed_files_ ChangedFiles files = {};

        (void) state;
        add(&files, "/m/1.0/k", "a.ko");
        add(&files, "/m/1.0", "a.ko");
        add(&files, "/m/1.0/k", "a.ko");
        assert_taken(&files, "k/a.ko a.ko ");
}

static void nothing_has_changed_at_first_and_after_taking(void **state) {
        _cleanup_changed_files_ ChangedFiles files = {};

        (void) state;
        assert_taken(&files, "");
        add(&files, "/m/1.0", "a.ko");
        assert_taken(&files, "a.ko ");
        assert_taken(&files, "");
        changed_files_add_everything(&files);
        assert_taken(&files, "everything");
        assert_taken(&files, "");
}

static void what_is_elsewhere_may_be_anything(void **state) {
        static const char *const directories[] = { "/ext", "/m", "/m/1.0-rc1", "/m/1.00/k" };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(directories); i++) {
                _cleanup_changed_files_ ChangedFiles files = {};

                add(&files, "/m/1.0", "a.ko");
                add(&files, directories[i], "b.ko");
                add(&files, "/m/1.0", "c.ko");
                assert_taken(&files, "everything");
        }
}

static void too_many_are_everything(void **state) {
        _cleanup_changed_files_ ChangedFiles files = {};
        char name[32];

        (void) state;
        for (unsigned i = 0; i < CHANGED_FILES_MAX; i++) {
                (void) snprintf(name, sizeof(name), "%u.ko", i);
                add(&files, "/m/1.0", name);
        }
        assert_false(files.is_everything);
        assert_int_equal(files.count, CHANGED_FILES_MAX);
        assert_null(files.paths[CHANGED_FILES_MAX]);
        add(&files, "/m/1.0", "more.ko");
        assert_taken(&files, "everything");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(paths_are_below_the_kernel_directory),
                cmocka_unit_test(path_is_there_once),
                cmocka_unit_test(nothing_has_changed_at_first_and_after_taking),
                cmocka_unit_test(what_is_elsewhere_may_be_anything),
                cmocka_unit_test(too_many_are_everything),
        };

        return cmocka_run_group_tests_name("changed-files", tests, NULL, NULL);
}
