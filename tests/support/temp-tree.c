/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "temp-tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "test-case.h"

int temp_tree_enter(void **state) {
        char *path = strdup("/tmp/depmodd-test-XXXXXX");

        if (!path || !mkdtemp(path) || chmod(path, 0755) < 0 || chdir(path) < 0)
                return -1;
        *state = path;
        return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw) {
        (void) st;
        (void) type;
        (void) ftw;
        return remove(path);
}

int temp_tree_leave(void **state) {
        _cleanup_free_ char *path = *state;

        return chdir("/") < 0 || nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) < 0 ? -1 : 0;
}

void temp_tree_make_directory(const char *path) {
        _cleanup_free_ char *copy = strdup(path);

        assert_non_null(copy);
        for (char *slash = copy + 1; *slash != '\0'; slash++) {
                if (*slash != '/')
                        continue;
                *slash = '\0';
                assert_true(mkdir(copy, 0755) == 0 || errno == EEXIST);
                *slash = '/';
        }
        assert_true(mkdir(copy, 0755) == 0 || errno == EEXIST);
}

void temp_tree_write(const char *path, const void *bytes, size_t size) {
        const char *slash = strrchr(path, '/');
        _cleanup_close_ int fd = -1;

        if (slash && slash != path) {
                _cleanup_free_ char *directory = strndup(path, (size_t) (slash - path));

                assert_non_null(directory);
                temp_tree_make_directory(directory);
        }

        fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        assert_true(fd >= 0);
        assert_int_equal(fd_write_all(fd, bytes, size), 0);
}

void temp_tree_write_text(const char *path, const char *text) {
        temp_tree_write(path, text, strlen(text));
}

void temp_tree_link(const char *target, const char *path) {
        assert_int_equal(symlink(target, path), 0);
}

void temp_tree_read(const char *path, Buffer *bytes) {
        _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
        struct stat st;
        size_t n;

        assert_true(fd >= 0);
        assert_int_equal(fstat(fd, &st), 0);
        buffer_clear(bytes);
        assert_int_equal(buffer_reserve(bytes, (size_t) st.st_size + 1), 0);
        assert_int_equal(fd_read_full(fd, bytes->data, (size_t) st.st_size, &n), 0);
        assert_int_equal(n, st.st_size);
        bytes->size = n;
}

static int is_entry(const struct dirent *entry) {
        return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int compare_names(const struct dirent **a, const struct dirent **b) {
        return strcmp((*a)->d_name, (*b)->d_name);
}

void temp_tree_list(const char *path, Buffer *names) {
        struct dirent **entries;
        int n = scandir(path, &entries, is_entry, compare_names);

        assert_true(n >= 0);
        buffer_clear(names);
        for (int i = 0; i < n; i++) {
                buffer_append_format(names, "%s%s", i > 0 ? " " : "", entries[i]->d_name);
                free(entries[i]);
        }
        free(entries);
        assert_int_equal(buffer_error(names), 0);
}

char *temp_tree_path(const char *path) {
        _cleanup_free_ char *directory = getcwd(NULL, 0);
        char *absolute;

        assert_non_null(directory);
        assert_true(asprintf(&absolute, "%s/%s", directory, path) > 0);
        return absolute;
}
