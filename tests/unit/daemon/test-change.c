/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "change.h"

#include <fcntl.h>
#include <stdio.h>

#include "fd.h"
#include "output.h"
#include "temp-tree.h"
#include "test-case.h"

#define KERNEL "m/1.0"

static void add_directory(PlaceList *places, PlaceKind kind, const char *path) {
        _cleanup_close_ int fd = -1;

        temp_tree_make_directory(path);
        fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        assert_true(fd >= 0);
        assert_int_equal(place_list_add_directory(places, kind, path, fd), 0);
}

/* In `directory` only the entry `name` matters. */
static void add_name(PlaceList *places, const char *directory, const char *name) {
        add_directory(places, PLACE_NAME, directory);
        places->items[places->count - 1].name = strdup(name);
        assert_non_null(places->items[places->count - 1].name);
}

/* A kernel with a directory of modules, configuration, and the way to something outside. */
static void make_places(PlaceList *places) {
        add_directory(places, PLACE_MODULES, KERNEL);
        add_directory(places, PLACE_MODULES, KERNEL "/k");
        add_directory(places, PLACE_MODULES, "ext");
        add_directory(places, PLACE_CONFIG, "depmod.d");
        add_name(places, "way", "step");
        add_name(places, "way", "other");
        add_name(places, KERNEL, "link");
        place_list_sort(places);
}

static ChangeMeaning meaning_of(WatchChange change) {
        _cleanup_place_list_ PlaceList places = {};

        make_places(&places);
        return change_meaning(&change, &places, KERNEL);
}

static ChangeMeaning named(const char *directory, const char *name) {
        return meaning_of((WatchChange){ .directory = directory, .name = name });
}

static void module_files_matter_at_every_depth(void **state) {
        static const char *const directories[] = { KERNEL, KERNEL "/k", "ext" };
        static const char *const names[] = { "a.ko", "a.ko.gz", "a.ko.xz", "a.ko.zst", ".a.ko" };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(directories) * ELEMENTSOF(names); i++)
                assert_int_equal(
                        named(directories[i / ELEMENTSOF(names)], names[i % ELEMENTSOF(names)]),
                        CHANGE_MODULE_FILE);
}

static void module_file_that_goes_matters_too(void **state) {
        (void) state;
        assert_int_equal(meaning_of((WatchChange){
                                 .directory = KERNEL "/k", .name = "gone.ko", .is_gone = true }),
                         CHANGE_MODULE_FILE);
        assert_int_equal(meaning_of((WatchChange){ .directory = KERNEL "/k",
                                                   .name = "new.ko",
                                                   .is_moved_here = true }),
                         CHANGE_MODULE_FILE);
}

static void directories_among_modules_matter(void **state) {
        (void) state;
        assert_int_equal(meaning_of((WatchChange){
                                 .directory = KERNEL "/k", .name = "extra", .is_directory = true }),
                         CHANGE_MODEL);
        assert_int_equal(meaning_of((WatchChange){
                                 .directory = "way", .name = "extra", .is_directory = true }),
                         CHANGE_NOTHING);
}

static void input_files_matter_in_the_kernels_directory_alone(void **state) {
        static const char *const names[] = { "modules.order", "modules.builtin",
                                             "modules.builtin.modinfo" };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                assert_int_equal(named(KERNEL, names[i]), CHANGE_MODEL);
                assert_int_equal(named(KERNEL "/k", names[i]), CHANGE_NOTHING);
                assert_int_equal(named("ext", names[i]), CHANGE_NOTHING);
        }
}

static void index_files_are_outputs_in_the_kernels_directory_alone(void **state) {
        (void) state;
        for (size_t i = 0; i < OUTPUT_KINDS; i++) {
                const WatchChange moved = { .directory = KERNEL,
                                            .name = output_name(i),
                                            .is_moved_here = true };

                assert_int_equal(named(KERNEL, output_name(i)), CHANGE_OUTPUT);
                assert_int_equal(meaning_of(moved), CHANGE_OUTPUT_MOVED);
                assert_int_equal(named(KERNEL "/k", output_name(i)), CHANGE_NOTHING);
        }
}

static void index_file_that_is_moved_away_is_an_output_that_was_touched(void **state) {
        (void) state;
        assert_int_equal(meaning_of((WatchChange){
                                 .directory = KERNEL, .name = "modules.dep", .is_gone = true }),
                         CHANGE_OUTPUT);
}

/* A directory in the place of an index file may hold modules. */
static void directory_named_like_an_index_file_is_a_directory(void **state) {
        (void) state;
        assert_int_equal(meaning_of((WatchChange){ .directory = KERNEL,
                                                   .name = "modules.dep",
                                                   .is_directory = true }),
                         CHANGE_MODEL);
}

static void other_files_mean_nothing(void **state) {
        static const char *const names[] = {
                "readme",     ".modules.dep.new", "modules.dep.bak", "System.map",
                "a.ko.debug", "modules.orderx",   "vmlinuz",         "",
        };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                assert_int_equal(named(KERNEL, names[i]), CHANGE_NOTHING);
}

static void new_link_among_modules_matters_whatever_its_name(void **state) {
        (void) state;
        temp_tree_make_directory(KERNEL "/k");
        temp_tree_link("/elsewhere", KERNEL "/k/whatever");
        temp_tree_write_text(KERNEL "/k/file", "");
        assert_int_equal(named(KERNEL "/k", "whatever"), CHANGE_MODEL);
        assert_int_equal(named(KERNEL "/k", "file"), CHANGE_NOTHING);
        assert_int_equal(meaning_of((WatchChange){
                                 .directory = KERNEL "/k", .name = "whatever", .is_gone = true }),
                         CHANGE_NOTHING);
}

/* It was followed when the model was made, so its name has a place. */
static void known_link_matters_when_it_goes(void **state) {
        (void) state;
        assert_int_equal(
                meaning_of((WatchChange){ .directory = KERNEL, .name = "link", .is_gone = true }),
                CHANGE_MODEL);
}

static void files_of_the_configuration_matter(void **state) {
        (void) state;
        assert_int_equal(named("depmod.d", "a.conf"), CHANGE_MODEL);
        assert_int_equal(named("depmod.d", "a.conf.dpkg-new"), CHANGE_MODEL);
        assert_int_equal(named("depmod.d", ".a.conf.swp"), CHANGE_NOTHING);
}

static void on_a_way_only_the_names_of_its_steps_matter(void **state) {
        (void) state;
        assert_int_equal(named("way", "step"), CHANGE_MODEL);
        assert_int_equal(named("way", "other"), CHANGE_MODEL);
        assert_int_equal(named("way", "a.ko"), CHANGE_NOTHING);
        assert_int_equal(named("way", "steps"), CHANGE_NOTHING);
}

static void directories_of_others_mean_nothing(void **state) {
        (void) state;
        assert_int_equal(named("m", "a.ko"), CHANGE_NOTHING);
        assert_int_equal(named("m/2.0", "a.ko"), CHANGE_NOTHING);
        assert_int_equal(named(KERNEL "/", "a.ko"), CHANGE_NOTHING);
        assert_int_equal(meaning_of((WatchChange){ .hint = WATCH_LOST, .directory = "m/2.0" }),
                         CHANGE_NOTHING);
}

static void lost_place_of_any_kind_matters(void **state) {
        static const char *const directories[] = { KERNEL, KERNEL "/k", "ext", "depmod.d", "way" };

        (void) state;
        for (size_t i = 0; i < ELEMENTSOF(directories); i++)
                assert_int_equal(meaning_of((WatchChange){ .hint = WATCH_LOST,
                                                           .directory = directories[i] }),
                                 CHANGE_MODEL);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(module_files_matter_at_every_depth),
                TREE_TEST(module_file_that_goes_matters_too),
                TREE_TEST(directories_among_modules_matter),
                TREE_TEST(input_files_matter_in_the_kernels_directory_alone),
                TREE_TEST(index_files_are_outputs_in_the_kernels_directory_alone),
                TREE_TEST(index_file_that_is_moved_away_is_an_output_that_was_touched),
                TREE_TEST(directory_named_like_an_index_file_is_a_directory),
                TREE_TEST(other_files_mean_nothing),
                TREE_TEST(new_link_among_modules_matters_whatever_its_name),
                TREE_TEST(known_link_matters_when_it_goes),
                TREE_TEST(files_of_the_configuration_matter),
                TREE_TEST(on_a_way_only_the_names_of_its_steps_matter),
                TREE_TEST(directories_of_others_mean_nothing),
                TREE_TEST(lost_place_of_any_kind_matters),
        };

        return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
