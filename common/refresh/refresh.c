/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "refresh.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "checksum.h"
#include "fd.h"
#include "file-bytes.h"
#include "kernel-symbols.h"
#include "module-search.h"
#include "outage.h"
#include "scan.h"
#include "take-over.h"
#include "tree-read.h"

/* No input file of a kernel directory is anywhere near as large. */
#define INPUT_SIZE_MAX ((size_t) 256 * 1024 * 1024)

void refresh_failure_done(RefreshFailure *failure) {
        free(failure->subject);
        free(failure->other);
        *failure = (RefreshFailure){};
}

/* Returns r. Without memory for the strings they are missing from the message. */
static int fail(RefreshFailure *failure, RefreshStep step, const char *subject, const char *other,
                int r) {
        *failure = (RefreshFailure){ .step = step,
                                     .subject = subject ? strdup(subject) : NULL,
                                     .other = other ? strdup(other) : NULL };
        return r;
}

static int read_kernel_symbols(Model *model, const RefreshOptions *options, ProblemList *problems) {
        const char *path = options->symvers ? options->symvers : options->system_map;
        _cleanup_buffer_ Buffer bytes = {};
        int r;

        model->symbols.prefix = options->symbol_prefix;
        if (!path)
                return 0;

        r = file_read(AT_FDCWD, path, INPUT_SIZE_MAX, &bytes);
        if (r < 0)
                return r;

        if (options->symvers)
                r = kernel_symbols_parse_symvers(&model->symbols, &model->tree, path, bytes.data,
                                                 bytes.size, problems);
        else
                r = kernel_symbols_parse_system_map(&model->symbols, &model->tree, path, bytes.data,
                                                    bytes.size, problems);
        if (r < 0)
                return r;

        return symbol_table_put_kernel_defaults(&model->symbols, &model->tree);
}

static int scan_directory(Search *search) {
        RefreshFailure *failure = search->failure;
        const RefreshOptions *options = search->options;
        int r = 0;

        if (!search->own.directory)
                search_find_files(search, &search->model->tree);
        if (search->r < 0)
                return fail(failure, search->failed_step, NULL, NULL, search->r);
        if (search->own.directory)
                r = module_files_move(&search->files, search->model->tree.strings,
                                      search->own.strings);
        if (r < 0)
                return fail(failure, REFRESH_STEP_SCAN, NULL, NULL, r);

        r = scan_choose(&search->model->tree, &search->files, &search->config, search->problems);
        if (r < 0)
                return fail(failure, REFRESH_STEP_SCAN, NULL, NULL, r);

        if (options->files_found) {
                *options->files_found = search->files;
                search->files = (ModuleFiles){};
        }
        return 0;
}

static int scan_files(Model *model, const RefreshOptions *options, RefreshFailure *failure) {
        for (size_t i = 0; i < options->n_files; i++) {
                const char *path = options->files[i];
                size_t index;
                int r;

                if (path[0] != '/')
                        return fail(failure, REFRESH_STEP_FILE_PATH, path, NULL, -EINVAL);
                if (access(path, F_OK) < 0)
                        return fail(failure, REFRESH_STEP_FILE, path, NULL, -errno);

                r = scan_add_file(&model->tree, path, &index);
                if (r == -EEXIST) {
                        _cleanup_buffer_ Buffer other = {};

                        tree_absolute_path(&model->tree, index, &other);
                        return fail(failure, REFRESH_STEP_FILE_NAME, path, other.data, r);
                }
                if (r < 0)
                        return fail(failure, REFRESH_STEP_FILE, path, NULL, r);
        }

        return 0;
}

/* 0, and a problem if the file is not there; 1 if it was read. */
static int read_input(const Model *model, const char *name, Buffer *bytes, ProblemList *problems) {
        _cleanup_close_ int dir_fd = -1;
        int r;

        dir_fd = open(model->tree.directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (dir_fd < 0)
                r = -errno;
        else
                r = file_read_stored(dir_fd, name, INPUT_SIZE_MAX, bytes);
        if (is_outage(r))
                return r;
        if (r < 0)
                return problem_list_add(problems, &(Problem){ .kind = PROBLEM_INPUT_MISSING,
                                                              .path = model->tree.directory,
                                                              .subject = name,
                                                              .error = -r });

        return 1;
}

static int order_modules(Model *model, const RefreshOptions *options, ProblemList *problems) {
        _cleanup_buffer_ Buffer bytes = {};
        int r;

        r = module_order_by_hash(&model->tree);
        if (r < 0)
                return r;
        r = read_input(model, "modules.order", &bytes, problems);
        if (r <= 0)
                return r;

        return module_order_apply(&model->tree, bytes.data, bytes.size, options->order_repeat,
                                  problems);
}

static int read_builtin(Model *model) {
        _cleanup_buffer_ Buffer bytes = {};
        Builtin *builtin = &model->builtin;
        uint64_t sums[2] = {};
        int r;

        r = read_input(model, "modules.builtin", &bytes, &builtin->names_problems);
        if (r > 0) {
                sums[0] = checksum(bytes.data ? bytes.data : "", bytes.size);
                r = builtin_parse_names(builtin, &model->tree, bytes.data, bytes.size);
        }
        if (r < 0)
                return r;

        r = read_input(model, "modules.builtin.modinfo", &bytes, &builtin->modinfo_problems);
        if (r > 0) {
                sums[1] = checksum(bytes.data ? bytes.data : "", bytes.size);
                r = builtin_parse_modinfo(builtin, &model->tree, bytes.data, bytes.size);
        }
        builtin->source = checksum(sums, sizeof(sums));
        return r < 0 ? r : 0;
}

static int read_modules(const Search *search) {
        const RefreshOptions *options = search->options;
        Tree *tree = &search->model->tree;
        const char *path = NULL;
        int r = 0;

        if (search->known)
                r = tree_take_over(tree, search->known, search->is_walked ? NULL : options->changed,
                                   &search->looks, options->n_workers);
        if (r >= 0)
                r = tree_read(tree,
                              &(TreeReading){ .n_workers = options->n_workers,
                                              .is_cancelled = options->is_cancelled,
                                              .n_steps = options->n_steps },
                              search->problems, &path);
        return r < 0 ? fail(search->failure, REFRESH_STEP_READ, path, NULL, r) : 0;
}

static int choose_modules(Search *search) {
        const RefreshOptions *options = search->options;
        Model *model = search->model;
        int r;

        if (options->files)
                r = scan_files(model, options, search->failure);
        else
                r = scan_directory(search);
        if (r < 0)
                return r;

        r = order_modules(model, options, search->problems);
        return r < 0 ? fail(search->failure, REFRESH_STEP_READ, "modules.order", NULL, r) : 0;
}

/* What there is, in its order, and not yet what is in it. */
static int find_modules(Search *search) {
        RefreshFailure *failure = search->failure;
        const RefreshOptions *options = search->options;
        Model *model = search->model;
        int r;

        r = search_files(search);
        if (r < 0)
                return fail(failure, REFRESH_STEP_SCAN, NULL, NULL, r);

        r = read_kernel_symbols(model, options, search->problems);
        if (r < 0)
                return fail(failure, REFRESH_STEP_SYMBOLS,
                            options->symvers ? options->symvers : options->system_map, NULL, r);

        r = search_look_ahead_during(search, choose_modules);
        if (r < 0)
                return r;

        if (model->tree.count > TREE_MODULES_MAX)
                return fail(failure, REFRESH_STEP_COUNT, NULL, NULL, -ERANGE);
        return 0;
}

int refresh_model(Model *model, const RefreshOptions *options, ProblemList *problems,
                  RefreshFailure *ret_failure) {
        _cleanup_(search_done) Search search = {
                .model = model, .options = options, .problems = problems, .failure = ret_failure
        };
        int r;

        r = find_modules(&search);
        if (r >= 0)
                r = read_modules(&search);
        if (r < 0)
                return r;

        if (options->read_builtin) {
                r = read_builtin(model);
                if (r < 0)
                        return fail(ret_failure, REFRESH_STEP_READ, "modules.builtin", NULL, r);
        }

        r = model_link(model);
        if (r < 0)
                return fail(ret_failure, REFRESH_STEP_LINK, NULL, NULL, r);

        return r;
}
