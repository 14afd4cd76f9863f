/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "candidate-record.h"
#include "check-text.h"
#include "model-script.h"
#include "test-case.h"

/*
 * What a check is made from, as texts: a model (see model-script.h); candidates, as the lines of a
 * record; Module.symvers with blanks instead of tabs; lines of depmod.d. NULL: without.
 */
typedef struct CheckCase {
        const char *model;
        const char *candidates;
        const char *symvers;
        const char *builtin; /* of modules.builtin */
        const char *config;
        const char *module; /* a record: what each module of the kernel says if it is asked */
        char *const *removals;
        CheckRules rules;
        const char *other_model; /* of a kernel "other" */
} CheckCase;

/* Every candidate of the tests that is not about its vermagic has this one, as the model's do. */
#define FLAGS " SMP modversions "
#define VERMAGIC "1.0" FLAGS

static inline void case_record(Buffer *record, const char *lines) {
        buffer_append_string(record, lines);
        buffer_append_string(record, "Z\n");
        assert_int_equal(buffer_error(record), 0);
        for (size_t i = 0; i < record->size; i++)
                record->data[i] = record->data[i] == '\n' ? '\0' : record->data[i];
}

static inline void case_exports(KernelExports *exports, const char *symvers) {
        _cleanup_buffer_ Buffer bytes = {};

        if (!symvers)
                return;
        buffer_append_string(&bytes, symvers);
        for (size_t i = 0; i < bytes.size; i++)
                bytes.data[i] = bytes.data[i] == ' ' ? '\t' : bytes.data[i];
        assert_int_equal(kernel_exports_parse_symvers(exports, &bytes), 0);
}

static inline const Candidate *case_describe(void *userdata, const char *path) {
        const Candidates *module = userdata;

        (void) path;
        return module->count > 0 ? &module->items[0] : NULL;
}

/* The lookups of the kernel and of the other one. */
typedef struct CaseKernel {
        Model model;
        Lookup *lookup;
} CaseKernel;

static inline void case_kernel_init(CaseKernel *kernel, const char *script, const char *builtin) {
        model_script_link(&kernel->model, script);
        if (builtin)
                assert_int_equal(builtin_parse_names(&kernel->model.builtin, &kernel->model.tree,
                                                     builtin, strlen(builtin)),
                                 0);
        assert_int_equal(lookup_new(&kernel->lookup, &kernel->model, NULL), 0);
}

static inline void case_kernel_done(CaseKernel *kernel) {
        if (kernel->lookup)
                model_done(&kernel->model);
        lookup_free(kernel->lookup);
}

static inline void assert_check(const CheckCase *what, const char *expected) {
        _cleanup_(case_kernel_done) CaseKernel kernel = {}, other = {};
        _cleanup_candidates_ Candidates candidates = {}, module = {};
        _cleanup_buffer_ Buffer record = {}, module_record = {}, text = {};
        _cleanup_kernel_exports_ KernelExports exports = {};
        _cleanup_check_results_ CheckResults results = {};
        _cleanup_config_ Config config = {};
        CheckOther others[] = { { .release = "other" } };

        case_kernel_init(&kernel, what->model, what->builtin);
        if (what->other_model)
                case_kernel_init(&other, what->other_model, NULL);
        others[0].lookup = other.lookup;
        case_record(&record, what->candidates);
        assert_int_equal(candidates_parse(&candidates, record.data, record.size), 0);
        if (what->module) {
                case_record(&module_record, what->module);
                assert_int_equal(candidates_parse(&module, module_record.data, module_record.size),
                                 0);
        }
        case_exports(&exports, what->symvers);
        assert_int_equal(config_init(&config), 0);
        if (what->config)
                assert_int_equal(config_parse(&config, "x.conf", what->config, strlen(what->config),
                                              "1.0", NULL),
                                 0);

        assert_int_equal(check_candidates(&(CheckInput){ .candidates = &candidates,
                                                         .removals = what->removals,
                                                         .lookup = kernel.lookup,
                                                         .release = "1.0",
                                                         .exports = &exports,
                                                         .config = &config,
                                                         .rules = what->rules,
                                                         .others = others,
                                                         .n_others = other.lookup ? 1 : 0,
                                                         .describe = case_describe,
                                                         .userdata = &module },
                                          &results),
                         0);
        case_append(&text, &results);
        assert_text(&text, expected);
}
