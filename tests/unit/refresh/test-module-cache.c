/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "module-file.h"
#include "scan.h"
#include "temp-tree.h"
#include "test-case.h"
#include "tree-read.h"

#define _cleanup_tree_ _cleanup_(tree_done)

#define FOLDER "root/var/cache/depmodd"
#define FILE_PATH FOLDER "/1.0.cache"
#define NEW_PATH FOLDER "/.1.0.cache.new"
#define KERNEL "root/lib/modules/1.0"

static void read_tree(Tree *tree) {
        _cleanup_config_ Config config = {};
        const char *path;

        assert_int_equal(tree_init(tree, KERNEL), 0);
        assert_int_equal(config_init(&config), 0);
        assert_int_equal(scan_tree(tree, &config, NULL, NULL), 0);
        assert_int_equal(tree_read(tree, &(TreeReading){ .n_workers = 1 }, NULL, &path), 0);
}

/* Two modules that were not written just now, and a place for their cache. */
static void make_tree(Tree *tree) {
        module_file_write(KERNEL "/a.ko", "export one 1\ninfo alias=pci:a\n");
        module_file_write(KERNEL "/k/b.ko", "need one\n");
        temp_tree_make_directory(FOLDER);
        (void) nanosleep(&(struct timespec){ .tv_nsec = 120000000 }, NULL);
        read_tree(tree);
}

static void open_cache(ModuleCache *cache) {
        assert_true(module_cache_open(cache, "root", "1.0"));
}

static void save(const Tree *tree) {
        _cleanup_module_cache_ ModuleCache cache = MODULE_CACHE_NULL;
        int r;

        open_cache(&cache);
        r = module_cache_save(&cache, tree, NULL, true);
        if (r == -EOPNOTSUPP)
                skip(); /* temporary files lie on a file system that is not trusted */
        assert_int_equal(r, 0);
}

static void assert_loads(int expected, size_t n_modules) {
        _cleanup_module_cache_ ModuleCache cache = MODULE_CACHE_NULL;

        open_cache(&cache);
        assert_int_equal(module_cache_load(&cache, KERNEL, NULL), expected);
        assert_int_equal(module_cache_known(&cache) ? cache.tree.count : 0, n_modules);
}

static void without_its_directory_there_is_no_cache(void **state) {
        _cleanup_module_cache_ ModuleCache cache = MODULE_CACHE_NULL;
        _cleanup_tree_ Tree tree = {};

        (void) state;
        temp_tree_make_directory("root/var/cache");
        module_file_write(KERNEL "/a.ko", "");
        read_tree(&tree);
        assert_false(module_cache_open(&cache, "root", "1.0"));
        assert_int_equal(module_cache_load(&cache, KERNEL, NULL), 0);
        assert_null(module_cache_known(&cache));
        assert_false(module_cache_is_current(&cache, &tree));
        assert_int_equal(module_cache_save(&cache, &tree, NULL, false), -ENOENT);
        assert_int_equal(access(FOLDER, F_OK), -1);
}

static void what_was_saved_is_loaded(void **state) {
        _cleanup_module_cache_ ModuleCache cache = MODULE_CACHE_NULL;
        _cleanup_buffer_ Buffer names = {};
        _cleanup_tree_ Tree tree = {};
        struct stat st;

        (void) state;
        make_tree(&tree);
        assert_loads(0, 0);
        save(&tree);
        temp_tree_list(FOLDER, &names);
        assert_text(&names, "1.0.cache");
        assert_int_equal(stat(FILE_PATH, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);

        open_cache(&cache);
        assert_int_equal(module_cache_load(&cache, KERNEL, NULL), 0);
        assert_int_equal(module_cache_known(&cache)->count, 2);
        assert_true(stat_key_is_equal(&cache.tree.modules[0].key, &tree.modules[0].key));
        assert_int_equal(module_cache_remove(&cache), 0);
        assert_int_equal(module_cache_remove(&cache), 0);
        assert_loads(0, 0);
}

static void file_that_could_be_anybodys_is_foreign(void **state) {
        _cleanup_tree_ Tree tree = {};

        (void) state;
        make_tree(&tree);
        save(&tree);
        assert_loads(0, 2);

        assert_int_equal(chmod(FILE_PATH, 0620), 0);
        assert_loads(CACHE_IS_FOREIGN, 0);
        assert_int_equal(chmod(FILE_PATH, 0602), 0);
        assert_loads(CACHE_IS_FOREIGN, 0);
        assert_int_equal(chmod(FILE_PATH, 0644), 0);
        assert_loads(0, 2);
        if (chown(FILE_PATH, 12345, (gid_t) -1) == 0)
                assert_loads(CACHE_IS_FOREIGN, 0);
        save(&tree);
        assert_loads(0, 2);
}

static void what_is_no_regular_file_is_foreign_and_is_replaced(void **state) {
        _cleanup_tree_ Tree tree = {};

        (void) state;
        make_tree(&tree);
        save(&tree);
        assert_int_equal(rename(FILE_PATH, "elsewhere"), 0);
        temp_tree_link("../../../../elsewhere", FILE_PATH);
        assert_int_equal(access(FILE_PATH, R_OK), 0);
        assert_loads(CACHE_IS_FOREIGN, 0);
        save(&tree);
        assert_loads(0, 2);

        assert_int_equal(unlink(FILE_PATH), 0);
        assert_int_equal(mkfifo(FILE_PATH, 0600), 0);
        assert_loads(CACHE_IS_FOREIGN, 0);
        save(&tree);
        assert_loads(0, 2);

        assert_int_equal(unlink(FILE_PATH), 0);
        temp_tree_make_directory(FILE_PATH);
        assert_loads(CACHE_IS_FOREIGN, 0);
}

static void file_that_is_cut_or_of_other_bytes_is_damaged(void **state) {
        _cleanup_tree_ Tree tree = {};
        struct stat st;

        (void) state;
        make_tree(&tree);
        save(&tree);
        assert_int_equal(stat(FILE_PATH, &st), 0);
        assert_int_equal(truncate(FILE_PATH, st.st_size - 1), 0);
        assert_loads(CACHE_IS_DAMAGED, 0);
        assert_int_equal(truncate(FILE_PATH, st.st_size), 0); /* with a hole */
        assert_loads(0, 2);
        assert_int_equal(truncate(FILE_PATH, 8), 0);
        assert_int_equal(truncate(FILE_PATH, st.st_size), 0);
        assert_loads(CACHE_IS_FOREIGN, 0);
        assert_int_equal(truncate(FILE_PATH, 0), 0);
        assert_loads(CACHE_IS_DAMAGED, 0);
        temp_tree_write_text(FILE_PATH, "garbage\n");
        assert_loads(CACHE_IS_DAMAGED, 0);
        save(&tree);
        assert_loads(0, 2);
}

static void set_time(const char *path, time_t seconds) {
        const struct timespec times[] = { { .tv_sec = seconds }, { .tv_sec = seconds } };

        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void one_of_two_writers_gives_way(void **state) {
        _cleanup_module_cache_ ModuleCache cache = MODULE_CACHE_NULL;
        _cleanup_tree_ Tree tree = {};

        (void) state;
        make_tree(&tree);
        save(&tree);
        open_cache(&cache);
        temp_tree_write_text(NEW_PATH, "half of it");
        assert_int_equal(module_cache_save(&cache, &tree, NULL, false), -EBUSY);
        assert_loads(0, 2);
}

static void what_a_killed_writer_left_is_replaced(void **state) {
        _cleanup_buffer_ Buffer names = {};
        _cleanup_tree_ Tree tree = {};

        (void) state;
        make_tree(&tree);
        temp_tree_write_text(NEW_PATH, "half of it");
        set_time(NEW_PATH, time(NULL) - 3600);
        save(&tree);
        temp_tree_write_text(NEW_PATH, "half of it");
        set_time(NEW_PATH, time(NULL) + 3600); /* the clock has been set back since */
        save(&tree);
        assert_loads(0, 2);
        temp_tree_list(FOLDER, &names);
        assert_text(&names, "1.0.cache");
}

/* As by a publication that has failed, or by a killed one. */
static void what_is_prepared_and_not_published_changes_nothing(void **state) {
        _cleanup_buffer_ Buffer names = {};
        _cleanup_tree_ Tree tree = {}, less = {};
        ModuleCache cache;

        (void) state;
        make_tree(&tree);
        save(&tree);
        assert_int_equal(unlink(KERNEL "/k/b.ko"), 0);
        read_tree(&less);
        open_cache(&cache);
        assert_int_equal(module_cache_prepare(&cache, &less), 0);
        assert_loads(0, 2);
        module_cache_done(&cache);
        temp_tree_list(FOLDER, &names);
        assert_text(&names, "1.0.cache");
        assert_loads(0, 2);
}

static void index_is_loaded_with_the_modules(void **state) {
        _cleanup_module_cache_ ModuleCache cache = MODULE_CACHE_NULL;
        _cleanup_tree_ Tree tree = {};
        CachedIndex index = { .source = 17, .files = { [3] = { .checksum = 4 } } };

        (void) state;
        make_tree(&tree);
        index.files[3].key = tree.modules[0].key;
        index.files[3].is_certain = true;
        index.files[4].key = (StatKey){ .device = tree.modules[0].key.device + 1, .inode = 5 };
        open_cache(&cache);
        if (module_cache_prepare(&cache, &tree) == -EOPNOTSUPP)
                skip();
        assert_int_equal(module_cache_publish(&cache, &index, true), 0);
        assert_int_equal(module_cache_publish(&cache, &index, true), -ENOENT);
        assert_int_equal(module_cache_load(&cache, KERNEL, NULL), 0);
        index.files[4] = (CachedFile){};
        assert_true(cache.index.source == 17);
        for (size_t i = 0; i < CACHED_FILES; i++) {
                const CachedFile *file = &cache.index.files[i];

                assert_true(stat_key_is_equal(&file->key, &index.files[i].key));
                assert_true(file->checksum == index.files[i].checksum);
                assert_int_equal(file->is_certain, index.files[i].is_certain);
        }
}

static void cache_is_current_until_a_module_changes(void **state) {
        _cleanup_module_cache_ ModuleCache cache = MODULE_CACHE_NULL;
        _cleanup_tree_ Tree tree = {};

        (void) state;
        make_tree(&tree);
        save(&tree);
        open_cache(&cache);
        assert_int_equal(module_cache_load(&cache, KERNEL, NULL), 0);
        assert_false(module_cache_is_current(&cache, &tree)); /* it has been read anew */
        tree.modules[0].is_known = tree.modules[1].is_known = true;
        assert_true(module_cache_is_current(&cache, &tree));
        tree.modules[0].is_known = tree.modules[1].is_known = false;
}

static void name_of_any_release_is_a_file_name(void **state) {
        _cleanup_module_cache_ ModuleCache cache = MODULE_CACHE_NULL, longest = MODULE_CACHE_NULL;
        char release[300];

        (void) state;
        temp_tree_make_directory(FOLDER);
        assert_true(module_cache_open(&cache, "root", "../a b%\xff~1.0+x_y-z"));
        assert_string_equal(cache.name, "..%2Fa%20b%25%FF~1.0+x_y-z.cache");

        for (size_t size = 0; size < sizeof(release) - 1; size++) {
                _cleanup_module_cache_ ModuleCache any = MODULE_CACHE_NULL;

                memset(release, 'x', size);
                release[size] = '\0';
                if (module_cache_open(&any, "root", release))
                        assert_true(strlen(any.name) + strlen("..new") <= NAME_MAX);
                else
                        assert_true(size > 240);
        }
        assert_false(module_cache_open(&longest, "root", release));
}

static bool is_1_0(const char *release, void *userdata) {
        (void) userdata;
        return strcmp(release, "1.0") == 0;
}

static void caches_of_unwanted_releases_are_swept(void **state) {
        static const char *const stay[] = { "1.0.cache",  ".1.0.cache.new", "readme",
                                            ".cache",     "2.0.cache.old",  "a%2e.cache",
                                            "%.cache",    "b%2.cache",      "2.0",
                                            ".2.0.cache", "2.0.cache.new",  "link.cache" };
        static const char *const go[] = { "2.0.cache", ".2.0.cache.new", "a%2Fb.cache",
                                          ".2.0.cache" };
        _cleanup_buffer_ Buffer names = {};
        char path[PATH_MAX];

        (void) state;
        assert_int_equal(module_cache_sweep("root", is_1_0, NULL), 0);
        temp_tree_make_directory(FOLDER "/dir.cache");
        for (size_t i = 0; i < ELEMENTSOF(stay) + ELEMENTSOF(go); i++) {
                const char *name = i < ELEMENTSOF(stay) ? stay[i] : go[i - ELEMENTSOF(stay)];

                (void) snprintf(path, sizeof(path), FOLDER "/%s", name);
                if (strcmp(name, "link.cache") == 0)
                        temp_tree_link("1.0.cache", path);
                else {
                        temp_tree_write_text(path, "");
                        assert_int_equal(chmod(path, 0600), 0);
                }
        }
        temp_tree_write_text(FOLDER "/open.cache", "");
        assert_int_equal(chmod(FOLDER "/open.cache", 0666), 0);

        assert_int_equal(module_cache_sweep("root", is_1_0, NULL), ELEMENTSOF(go));
        temp_tree_list(FOLDER, &names);
        assert_text(&names, "%.cache .1.0.cache.new .cache 1.0.cache 2.0 2.0.cache.new "
                            "2.0.cache.old a%2e.cache b%2.cache dir.cache link.cache open.cache "
                            "readme");
}

static void link_leads_to_the_directory_of_the_root(void **state) {
        _cleanup_module_cache_ ModuleCache cache = MODULE_CACHE_NULL;

        (void) state;
        temp_tree_make_directory("root");
        temp_tree_link("/tmp", "root/var");
        temp_tree_make_directory("root/tmp/cache/depmodd");
        open_cache(&cache);
        assert_int_equal(faccessat(cache.dir_fd, "../../cache/depmodd", F_OK, 0), 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                TREE_TEST(without_its_directory_there_is_no_cache),
                TREE_TEST(what_was_saved_is_loaded),
                TREE_TEST(file_that_could_be_anybodys_is_foreign),
                TREE_TEST(what_is_no_regular_file_is_foreign_and_is_replaced),
                TREE_TEST(file_that_is_cut_or_of_other_bytes_is_damaged),
                TREE_TEST(one_of_two_writers_gives_way),
                TREE_TEST(what_a_killed_writer_left_is_replaced),
                TREE_TEST(what_is_prepared_and_not_published_changes_nothing),
                TREE_TEST(index_is_loaded_with_the_modules),
                TREE_TEST(cache_is_current_until_a_module_changes),
                TREE_TEST(name_of_any_release_is_a_file_name),
                TREE_TEST(caches_of_unwanted_releases_are_swept),
                TREE_TEST(link_leads_to_the_directory_of_the_root),
        };

        return cmocka_run_group_tests_name("module-cache", tests, NULL, NULL);
}
