/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

#include "buffer.h"

/*
 * A directory of its own for each test, which is the working directory while the test runs. What
 * is in it is removed afterwards. Paths are relative to it; nothing fails but the test.
 */
int temp_tree_enter(void **state);
int temp_tree_leave(void **state);

#define TREE_TEST(name) cmocka_unit_test_setup_teardown(name, temp_tree_enter, temp_tree_leave)

/* mkdir -p */
void temp_tree_make_directory(const char *path);

/* Writes a file, in place of an older one, and makes the directories that it lies in. */
void temp_tree_write(const char *path, const void *bytes, size_t size);
void temp_tree_write_text(const char *path, const char *text);

void temp_tree_link(const char *target, const char *path);

/* Replaces the content of `bytes` by that of the file. */
void temp_tree_read(const char *path, Buffer *bytes);

/* The names in a directory, hidden ones too, sorted and separated by blanks. */
void temp_tree_list(const char *path, Buffer *names);

/* The absolute path; the caller frees it. */
char *temp_tree_path(const char *path);
