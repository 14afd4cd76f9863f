/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "temp-tree.h"
#include "test-case.h"

static const char *word_of(PlaceKind kind) {
        return kind == PLACE_MODULES ? "modules" : kind == PLACE_CONFIG ? "config" : "";
}

/* A line for each place: its path without that of the working directory, and its name or kind. */
static void describe(const PlaceList *list, Buffer *text) {
        _cleanup_free_ char *here = temp_tree_path("");

        for (size_t i = 0; i < list->count; i++) {
                const Place *place = &list->items[i];
                size_t size = strlen(here);
                struct stat st;

                assert_int_equal(stat(place->path, &st), 0);
                assert_int_equal(place->inode, st.st_ino);
                assert_int_equal(place->device, st.st_dev);
                assert_false(place->is_watched);
                if (strncmp(place->path, here, size - 1) != 0)
                        continue; /* on the way to the working directory */
                buffer_append_format(text, "%s %s\n",
                                     strlen(place->path) >= size ? place->path + size : "",
                                     place->name ? place->name : word_of(place->kind));
                assert_true((place->kind == PLACE_NAME || place->kind == PLACE_FILE) ==
                            (place->name != NULL));
        }
}

static void assert_places(const PlaceList *list, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        describe(list, &text);
        assert_text(&text, expected);
}

static void check_way(const char *path, const char *expected) {
        _cleanup_free_ char *absolute = temp_tree_path(path);
        _cleanup_place_list_ PlaceList list = {};

        assert_int_equal(place_list_add_way(&list, absolute), 0);
        assert_places(&list, expected);
}

static void way_has_a_place_for_each_name(void **state) {
        (void) state;
        temp_tree_make_directory("a/b/c");
        check_way("a/b/c", " a\na b\na/b c\n");
        check_way("a//b/./c/", " a\na b\na/b c\n");
}

static void way_begins_at_the_root(void **state) {
        _cleanup_place_list_ PlaceList list = {};

        (void) state;
        assert_int_equal(place_list_add_way(&list, "/tmp"), 0);
        assert_int_equal(list.count, 1);
        assert_string_equal(list.items[0].path, "/");
        assert_string_equal(list.items[0].name, "tmp");
        assert_int_equal(place_list_add_way(&list, "/"), 0);
        assert_int_equal(list.count, 1);
}

/* When the next name is made, it leads further. */
static void way_ends_with_the_first_name_that_is_missing(void **state) {
        (void) state;
        temp_tree_make_directory("a");
        check_way("a/gone/x/y", " a\na gone\n");
        check_way("gone", " gone\n");
}

static void way_to_a_file_ends_with_its_name(void **state) {
        (void) state;
        temp_tree_write_text("a/file", "");
        check_way("a/file", " a\na file\n");
        check_way("a/file/x", " a\na file\n");
}

/* Only of the file itself it matters what is written. */
static void file_at_the_end_is_told_from_what_leads_to_it(void **state) {
        _cleanup_place_list_ PlaceList list = {};
        _cleanup_free_ char *path = temp_tree_path("a/file");
        size_t n_files = 0;

        (void) state;
        temp_tree_write_text("a/file", "");
        assert_int_equal(place_list_add_way(&list, path), 0);
        for (size_t i = 0; i < list.count; i++)
                n_files += list.items[i].kind == PLACE_FILE;
        assert_int_equal(n_files, 1);
        assert_int_equal(list.items[list.count - 1].kind, PLACE_FILE);
        assert_string_equal(list.items[list.count - 1].name, "file");
}

static void nothing_above_the_root_is_on_the_way(void **state) {
        _cleanup_free_ char *root = temp_tree_path("a"), *path = temp_tree_path("a/b/c");
        _cleanup_place_list_ PlaceList list = { .root = root };

        (void) state;
        temp_tree_make_directory("a/b/c");
        assert_int_equal(place_list_add_way(&list, path), 0);
        assert_int_equal(list.count, 2);
        assert_string_equal(list.items[0].path, root);
        assert_string_equal(list.items[0].name, "b");
}

static void way_leads_through_relative_links(void **state) {
        (void) state;
        temp_tree_make_directory("real/deep/x");
        temp_tree_make_directory("d");
        temp_tree_link("../real/deep", "d/link");
        check_way("d/link/x", " d\nd link\n real\nreal deep\nreal/deep x\n");
}

static void way_leads_through_absolute_links(void **state) {
        _cleanup_free_ char *target = temp_tree_path("real");

        (void) state;
        temp_tree_make_directory("real/x");
        temp_tree_link(target, "link");
        check_way("link/x", " link\n real\nreal x\n");
}

static void way_leads_through_links_to_links(void **state) {
        (void) state;
        temp_tree_write_text("f", "");
        temp_tree_link("f", "one");
        temp_tree_link("one", "two");
        check_way("two", " two\n one\n f\n");
}

static void dangling_link_leads_to_what_is_missing(void **state) {
        (void) state;
        temp_tree_link("nowhere/x", "link");
        check_way("link", " link\n nowhere\n");
}

/* From where a link has led, not from where it stands. */
static void dots_lead_back_from_where_the_way_has_come(void **state) {
        (void) state;
        temp_tree_make_directory("a/b");
        temp_tree_make_directory("real/deep");
        temp_tree_link("real/deep", "link");
        check_way("a/../a/b", " a\n a\na b\n");
        check_way("link/../x", " link\n real\nreal deep\nreal x\n");
}

static void dots_at_the_root_stay_there(void **state) {
        _cleanup_place_list_ PlaceList list = {};

        (void) state;
        assert_int_equal(place_list_add_way(&list, "/../../tmp"), 0);
        assert_int_equal(list.count, 1);
        assert_string_equal(list.items[0].path, "/");
}

static void loop_of_links_ends_the_way(void **state) {
        _cleanup_free_ char *path = temp_tree_path("x");
        _cleanup_place_list_ PlaceList list = {};

        (void) state;
        temp_tree_link("y", "x");
        temp_tree_link("x", "y");
        assert_int_equal(place_list_add_way(&list, path), 0);
        assert_in_range(list.count, 2, 60);
        place_list_sort(&list);
        assert_places(&list, " x\n y\n");
}

static void endless_path_is_no_way(void **state) {
        _cleanup_place_list_ PlaceList list = {};
        char path[6000] = "/", name[300] = "/";

        (void) state;
        memset(path + 1, 'x', sizeof(path) - 2);
        assert_int_equal(place_list_add_way(&list, path), 0);
        assert_int_equal(list.count, 0);
        memset(name + 1, 'x', sizeof(name) - 2);
        assert_int_equal(place_list_add_way(&list, name), 0);
        assert_int_equal(list.count, 0);
}

static void add_path(PlaceList *list, const char *path) {
        _cleanup_free_ char *absolute = temp_tree_path(path);

        assert_int_equal(place_list_add_path(list, PLACE_CONFIG, absolute), 0);
}

static void path_may_be_a_directory_a_file_or_nothing(void **state) {
        _cleanup_place_list_ PlaceList directory = {}, file = {}, nothing = {};

        (void) state;
        temp_tree_make_directory("d");
        temp_tree_write_text("f", "");
        add_path(&directory, "d");
        assert_places(&directory, "d config\n d\n");
        add_path(&file, "f");
        assert_places(&file, " f\n");
        add_path(&nothing, "n/x");
        assert_places(&nothing, " n\n");
}

/* The path is that by which it was asked for; its names lead there. */
static void path_through_a_link_keeps_its_own_name(void **state) {
        _cleanup_place_list_ PlaceList list = {};

        (void) state;
        temp_tree_make_directory("real");
        temp_tree_link("real", "d");
        add_path(&list, "d");
        assert_places(&list, "d config\n d\n real\n");
}

static void open_directory_is_added_as_it_is(void **state) {
        _cleanup_free_ char *absolute = temp_tree_path("d");
        _cleanup_place_list_ PlaceList list = {};
        _cleanup_close_ int fd = -1;

        (void) state;
        temp_tree_make_directory("d");
        fd = open("d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_int_equal(place_list_add_directory(&list, PLACE_MODULES, absolute, fd), 0);
        assert_places(&list, "d modules\n");
        assert_int_equal(place_list_add_directory(&list, PLACE_MODULES, "/x", -1), -EBADF);
        assert_int_equal(list.count, 1);
}

/* As a list, without places on disk. */
static void add(PlaceList *list, PlaceKind kind, const char *path, const char *name) {
        _cleanup_close_ int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

        assert_int_equal(place_list_add_directory(list, kind, path, fd), 0);
        if (name)
                list->items[list->count - 1].name = strdup(name);
}

static void assert_order(const PlaceList *list, const char *expected) {
        _cleanup_buffer_ Buffer text = {};

        for (size_t i = 0; i < list->count; i++)
                buffer_append_format(&text, "%s%s%s ", list->items[i].path,
                                     list->items[i].name ? ":" : "",
                                     list->items[i].name ? list->items[i].name : "");
        assert_text(&text, expected);
}

static void sorted_list_has_each_place_once(void **state) {
        _cleanup_place_list_ PlaceList list = {}, empty = {};

        (void) state;
        add(&list, PLACE_NAME, "/b", "y");
        add(&list, PLACE_MODULES, "/c", NULL);
        add(&list, PLACE_NAME, "/b", "x");
        add(&list, PLACE_MODULES, "/b", NULL);
        add(&list, PLACE_NAME, "/b", "y");
        add(&list, PLACE_MODULES, "/c", NULL);
        add(&list, PLACE_MODULES, "/a", NULL);
        add(&list, PLACE_MODULES, "/a/b", NULL);
        place_list_sort(&list);
        assert_order(&list, "/a /a/b /b /b:x /b:y /c ");
        place_list_sort(&empty);
        assert_int_equal(empty.count, 0);
}

static void found_is_the_first_place_of_a_path(void **state) {
        _cleanup_place_list_ PlaceList list = {}, empty = {};

        (void) state;
        add(&list, PLACE_NAME, "/b", "y");
        add(&list, PLACE_MODULES, "/b", NULL);
        add(&list, PLACE_NAME, "/b", "x");
        add(&list, PLACE_MODULES, "/a", NULL);
        add(&list, PLACE_MODULES, "/c", NULL);
        place_list_sort(&list);
        assert_ptr_equal(place_list_find(&list, "/a"), &list.items[0]);
        assert_ptr_equal(place_list_find(&list, "/b"), &list.items[1]);
        assert_ptr_equal(place_list_find(&list, "/c"), &list.items[4]);
        assert_null(place_list_find(&list, "/"));
        assert_null(place_list_find(&list, "/bb"));
        assert_null(place_list_find(&list, "/d"));
        assert_null(place_list_find(&empty, "/a"));
}

/* A change in it is one of configuration and one of modules. */
static void directory_of_two_kinds_keeps_both(void **state) {
        _cleanup_place_list_ PlaceList list = {};

        (void) state;
        add(&list, PLACE_CONFIG, "/a", NULL);
        add(&list, PLACE_MODULES, "/a", NULL);
        place_list_sort(&list);
        assert_int_equal(list.count, 2);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(way_has_a_place_for_each_name),
                TREE_TEST(way_begins_at_the_root),
                TREE_TEST(way_ends_with_the_first_name_that_is_missing),
                TREE_TEST(way_to_a_file_ends_with_its_name),
                TREE_TEST(file_at_the_end_is_told_from_what_leads_to_it),
                TREE_TEST(nothing_above_the_root_is_on_the_way),
                TREE_TEST(way_leads_through_relative_links),
                TREE_TEST(way_leads_through_absolute_links),
                TREE_TEST(way_leads_through_links_to_links),
                TREE_TEST(dangling_link_leads_to_what_is_missing),
                TREE_TEST(dots_lead_back_from_where_the_way_has_come),
                TREE_TEST(dots_at_the_root_stay_there),
                TREE_TEST(loop_of_links_ends_the_way),
                TREE_TEST(endless_path_is_no_way),
                TREE_TEST(path_may_be_a_directory_a_file_or_nothing),
                TREE_TEST(path_through_a_link_keeps_its_own_name),
                TREE_TEST(open_directory_is_added_as_it_is),
                TREE_TEST(sorted_list_has_each_place_once),
                TREE_TEST(found_is_the_first_place_of_a_path),
                TREE_TEST(directory_of_two_kinds_keeps_both),
        };

        return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
