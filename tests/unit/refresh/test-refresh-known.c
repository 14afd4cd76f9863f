/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "module-file.h"
#include "output.h"
#include "refresh.h"
#include "temp-tree.h"
#include "test-case.h"

#define DIRECTORY "m/1.0"

/* One model after another of the directory, each from what the one before it knows. */
typedef struct Made {
        Model model;
        ModuleFiles files;
        ProblemList problems;
        PlaceList places;
        int linked;
} Made;

static void made_done(Made *made) {
        model_done(&made->model);
        module_files_done(&made->files);
        problem_list_done(&made->problems);
        place_list_done(&made->places);
}

#define _cleanup_made_ _cleanup_(made_done)

/* `changed`: nothing else has since `known` was made; NULL: anything may have. */
static void make_after(Made *made, const char *directory, const Made *known, char *const *changed) {
        _cleanup_free_ char *config = temp_tree_path("depmod.d");
        const char *const config_paths[] = { config, "/nowhere/depmod.d", NULL };
        _cleanup_refresh_failure_ RefreshFailure failure = {};

        *made = (Made){};
        assert_int_equal(model_init(&made->model, directory), 0);
        made->linked = refresh_model(
                &made->model,
                &(RefreshOptions){ .directory = directory,
                                   .version = "1.0",
                                   .config_paths = config_paths,
                                   .read_builtin = true,
                                   .n_workers = 2,
                                   .strings = known ? known->model.tree.strings : NULL,
                                   .known = known ? &known->model.tree : NULL,
                                   .changed = changed,
                                   .known_files = known ? &known->files : NULL,
                                   .files_found = &made->files,
                                   .places = &made->places },
                &made->problems, &failure);
        assert_true(made->linked >= 0);
}

static void make(Made *made, const char *directory, const Made *known) {
        make_after(made, directory, known, NULL);
}

static void render(const Made *made, OutputSet *outputs) {
        _cleanup_dep_lines_ DepLines lines = {};
        OutputKind failed;

        assert_int_equal(dep_lines_render(&lines, &made->model), 0);
        assert_int_equal(output_render(outputs, &made->model, &lines,
                                       &(OutputOptions){ .kinds = OUTPUT_ALL, .n_workers = 1 },
                                       NULL, &failed),
                         0);
}

static void assert_same(const Made *a, const Made *b) {
        _cleanup_output_set_ OutputSet x = {}, y = {};

        assert_int_equal(a->linked, b->linked);
        assert_true(problem_list_is_equal(&a->problems, &b->problems));
        assert_int_equal(a->files.count, b->files.count);
        /* They are not told again if there was no walk. */
        if (a->places.count > 0)
                assert_int_equal(a->places.count, b->places.count);
        if (a->linked != 0)
                return;
        render(a, &x);
        render(b, &y);
        for (size_t i = 0; i < OUTPUT_KINDS; i++)
                assert_bytes(&x.files[i], y.files[i].data, y.files[i].size);
}

static unsigned pick(unsigned *seed, unsigned n) {
        *seed = *seed * 1103515245 + 12345;
        return (*seed >> 16) % n;
}

static void pick_path(unsigned *seed, char *path, size_t size) {
        static const char *const directories[] = { "", "k/", "k/deep/", "updates/" };

        (void) snprintf(path, size, DIRECTORY "/%sm%u.ko", directories[pick(seed, 4)],
                        pick(seed, 12));
}

/* Exports and imports of few names, so that modules conflict, are missing and depend. */
static void write_module_at(unsigned *seed, const char *path) {
        char script[512] = "";
        size_t size = 0;

        if (pick(seed, 8) == 0) {
                temp_tree_write_text(path, "garbage");
                return;
        }
        for (unsigned i = pick(seed, 4); i > 0; i--)
                size += (size_t) snprintf(script + size, sizeof(script) - size, "export s%u %x\n",
                                          pick(seed, 10), pick(seed, 3));
        for (unsigned i = pick(seed, 3); i > 0; i--)
                size += (size_t) snprintf(script + size, sizeof(script) - size, "need s%u\n",
                                          10 + pick(seed, 3));
        for (unsigned i = pick(seed, 3); i > 0; i--)
                size += (size_t) snprintf(script + size, sizeof(script) - size,
                                          "info alias=pci:%u*\n", pick(seed, 1000));
        module_file_write(path, script);
}

static void write_module(unsigned *seed) {
        char path[64];

        pick_path(seed, path, sizeof(path));
        write_module_at(seed, path);
}

static void write_text(unsigned *seed, const char *path, const char *format) {
        _cleanup_buffer_ Buffer text = {};

        for (unsigned i = pick(seed, 5); i > 0; i--)
                buffer_append_format(&text, "%s%u.ko\n", format, pick(seed, 12));
        temp_tree_write(path, text.data, text.size);
}

static void edit(unsigned *seed) {
        char path[64], other[64];

        switch (pick(seed, 8)) {
        case 0:
                pick_path(seed, path, sizeof(path));
                (void) unlink(path);
                break;
        case 1:
                pick_path(seed, path, sizeof(path));
                pick_path(seed, other, sizeof(other));
                (void) rename(path, other);
                break;
        case 2:
                write_text(seed, DIRECTORY "/modules.order", "k/m");
                break;
        case 3:
                write_text(seed, DIRECTORY "/modules.builtin", "k/b");
                break;
        case 4:
                write_text(seed, "depmod.d/x.conf", "exclude m");
                break;
        default:
                write_module(seed);
        }
}

/* One edit of a file, and the files that it was about. */
static void edit_one(unsigned *seed, char **changed, size_t *n_changed) {
        char path[64], other[64];

        pick_path(seed, path, sizeof(path));
        pick_path(seed, other, sizeof(other));
        switch (pick(seed, 4)) {
        case 0:
                (void) unlink(path);
                break;
        case 1:
                if (rename(path, other) == 0)
                        changed[(*n_changed)++] = strdup(other + strlen(DIRECTORY "/"));
                break;
        default:
                (void) unlink(path);
                write_module_at(seed, path);
        }
        changed[(*n_changed)++] = strdup(path + strlen(DIRECTORY "/"));
}

static void make_directories(void) {
        temp_tree_make_directory(DIRECTORY "/k/deep");
        temp_tree_make_directory(DIRECTORY "/updates");
        temp_tree_make_directory("depmod.d");
}

/* Whatever happened in between, and however often files have been taken over. */
static void check_edits(unsigned seed) {
        unsigned n_known = 0;
        Made last;

        for (unsigned i = 0; i < 20; i++)
                write_module(&seed);
        make(&last, DIRECTORY, NULL);
        for (unsigned round = 0; round < 40; round++) {
                _cleanup_made_ Made fresh = {};
                Made next;

                for (unsigned i = pick(&seed, 6); i > 0; i--)
                        edit(&seed);
                if (round % 10 == 0)
                        (void) usleep(120000);
                make(&next, DIRECTORY, &last);
                make(&fresh, DIRECTORY, NULL);
                assert_same(&next, &fresh);
                for (size_t i = 0; i < next.model.tree.count; i++)
                        n_known += next.model.tree.modules[i].is_known;
                made_done(&last);
                last = next;
        }

        assert_true(n_known > 20);
        made_done(&last);
}

static void model_from_known_ones_is_that_from_nothing(void **state) {
        (void) state;
        make_directories();
        for (unsigned seed = 1; seed <= 3; seed++)
                check_edits(seed);
}

/* Nothing is walked over then. */
static void check_changed(unsigned seed) {
        Made last;

        for (unsigned i = 0; i < 20; i++)
                write_module(&seed);
        make(&last, DIRECTORY, NULL);
        for (unsigned round = 0; round < 60; round++) {
                char *changed[16] = {};
                _cleanup_made_ Made fresh = {};
                size_t n_changed = 0;
                Made next;

                for (unsigned i = pick(&seed, 6); i > 0; i--)
                        edit_one(&seed, changed, &n_changed);
                if (round % 10 == 0)
                        (void) usleep(120000);
                make_after(&next, DIRECTORY, &last, changed);
                assert_int_equal(next.places.count, 0);
                make(&fresh, DIRECTORY, NULL);
                assert_same(&next, &fresh);
                for (size_t i = 0; i < n_changed; i++)
                        free(changed[i]);
                made_done(&last);
                last = next;
        }

        made_done(&last);
}

static void model_after_changed_files_is_that_from_nothing(void **state) {
        (void) state;
        make_directories();
        for (unsigned seed = 1; seed <= 3; seed++)
                check_changed(seed);
}

/* A file that is not among the changed ones is not looked at, and no directory is. */
static void what_is_not_said_to_have_changed_is_not_seen(void **state) {
        char *const nothing[] = { NULL };
        _cleanup_made_ Made first = {}, blind = {}, seeing = {};

        (void) state;
        make_directories();
        module_file_write(DIRECTORY "/a.ko", "export x 1\n");
        (void) usleep(120000);
        make(&first, DIRECTORY, NULL);
        module_file_write(DIRECTORY "/b.ko", "need x\n");
        make_after(&blind, DIRECTORY, &first, nothing);
        assert_int_equal(blind.model.tree.count, 1);
        make(&seeing, DIRECTORY, &blind);
        assert_int_equal(seeing.model.tree.count, 2);
}

static bool has_place(const PlaceList *places, PlaceKind kind, const char *path, const char *name) {
        _cleanup_free_ char *absolute = temp_tree_path(path);
        const Place *place = place_list_find(places, absolute);

        for (; place && place < places->items + places->count; place++) {
                if (strcmp(place->path, absolute) != 0)
                        return false;
                if (place->kind == kind && (!name || strcmp(place->name, name) == 0))
                        return true;
        }

        return false;
}

static void places_are_where_a_change_matters(void **state) {
        _cleanup_free_ char *directory = temp_tree_path(DIRECTORY), *ext = temp_tree_path("ext");
        _cleanup_free_ char *here = temp_tree_path("");
        _cleanup_buffer_ Buffer config = {};
        _cleanup_made_ Made made = {};

        (void) state;
        make_directories();
        module_file_write(DIRECTORY "/k/a.ko", "");
        module_file_write("ext/sub/b.ko", "");
        module_file_write("real/c.ko", "");
        module_file_write("other/file.ko", "");
        temp_tree_link("../../../real", DIRECTORY "/k/linked");
        temp_tree_link("../../other/file.ko", DIRECTORY "/d.ko");
        temp_tree_make_directory("usr/src/x");
        temp_tree_link("../../usr/src", DIRECTORY "/build");
        buffer_append_format(&config, "external * %s\n", ext);
        temp_tree_write("depmod.d/x.conf", config.data, config.size);
        make(&made, directory, NULL);

        assert_int_equal(made.model.tree.count, 4);
        assert_true(has_place(&made.places, PLACE_MODULES, DIRECTORY, NULL));
        assert_true(has_place(&made.places, PLACE_MODULES, DIRECTORY "/k", NULL));
        assert_true(has_place(&made.places, PLACE_MODULES, DIRECTORY "/k/deep", NULL));
        assert_true(has_place(&made.places, PLACE_MODULES, DIRECTORY "/updates", NULL));
        assert_true(has_place(&made.places, PLACE_MODULES, DIRECTORY "/k/linked", NULL));
        assert_true(has_place(&made.places, PLACE_MODULES, "ext", NULL));
        assert_true(has_place(&made.places, PLACE_MODULES, "ext/sub", NULL));
        assert_true(has_place(&made.places, PLACE_CONFIG, "depmod.d", NULL));

        /* The ways to them, and to what links lead to. */
        assert_true(has_place(&made.places, PLACE_NAME, DIRECTORY "/k", "linked"));
        assert_true(has_place(&made.places, PLACE_NAME, DIRECTORY, "d.ko"));
        assert_true(has_place(&made.places, PLACE_FILE, "other", "file.ko"));
        assert_false(has_place(&made.places, PLACE_MODULES, "other", NULL));
        assert_false(has_place(&made.places, PLACE_MODULES, DIRECTORY "/build", NULL));
        assert_false(has_place(&made.places, PLACE_MODULES, "usr/src", NULL));
        here[strlen(here) - 1] = '\0';
        assert_non_null(place_list_find(&made.places, "/"));
        assert_non_null(place_list_find(&made.places, here));
}

static void cancelled_refresh_fails_at_reading(void **state) {
        static const char *const no_paths[] = { NULL };
        _cleanup_refresh_failure_ RefreshFailure failure = {};
        const atomic_bool is_cancelled = true;
        _cleanup_model_ Model model = {};

        (void) state;
        module_file_write(DIRECTORY "/a.ko", "");
        assert_int_equal(model_init(&model, DIRECTORY), 0);
        assert_int_equal(refresh_model(&model,
                                       &(RefreshOptions){ .directory = DIRECTORY,
                                                          .version = "1.0",
                                                          .config_paths = no_paths,
                                                          .n_workers = 1,
                                                          .is_cancelled = &is_cancelled },
                                       NULL, &failure),
                         -ECANCELED);
        assert_int_equal(failure.step, REFRESH_STEP_READ);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(model_from_known_ones_is_that_from_nothing),
                TREE_TEST(model_after_changed_files_is_that_from_nothing),
                TREE_TEST(what_is_not_said_to_have_changed_is_not_seen),
                TREE_TEST(places_are_where_a_change_matters),
                TREE_TEST(cancelled_refresh_fails_at_reading),
        };

        return cmocka_run_group_tests_name("refresh-known", tests, NULL, NULL);
}
