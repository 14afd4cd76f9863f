/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "analysis.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "majority.h"

/* 0 or -ENOMEM. `symbol` and `detail` may be NULL. */
static int report(const Model *model, uint32_t module, ProblemKind kind, const char *symbol,
                  const char *detail, ProblemList *problems) {
        _cleanup_buffer_ Buffer path = {};

        tree_absolute_path(&model->tree, module, &path);
        if (buffer_error(&path) < 0)
                return buffer_error(&path);

        return problem_list_add(
                problems,
                &(Problem){ .kind = kind, .path = path.data, .subject = symbol, .detail = detail });
}

/* The same about a symbol, by the name that stands in the module's symbol table. */
static int report_import(const Model *model, uint32_t module, Import import, ProblemKind kind,
                         const char *detail, ProblemList *problems) {
        _cleanup_free_ char *name = NULL;

        if (asprintf(&name, "%s%s", import.is_dotted ? "." : "",
                     tree_string(&model->tree, import.name)) < 0) {
                name = NULL;
                return -ENOMEM;
        }

        return report(model, module, kind, name, detail, problems);
}

static uint64_t import_crc(Import import) {
        return import.is_crc_wide ? SYMBOL_CRC_WIDE : import.crc;
}

static int report_disagreement(const Model *model, uint32_t module, Import import, Symbol symbol,
                               ProblemList *problems) {
        _cleanup_free_ char *detail = NULL;

        if (asprintf(&detail, "0x%08llx, but %s exports it with 0x%08llx",
                     (unsigned long long) import_crc(import),
                     symbol.provider == SYMBOL_KERNEL
                             ? "the kernel"
                             : tree_module_path(&model->tree, symbol.provider),
                     (unsigned long long) symbol.crc) < 0) {
                detail = NULL;
                return -ENOMEM;
        }

        return report_import(model, module, import, PROBLEM_SYMBOL_DISAGREES, detail, problems);
}

int analysis_report_symbols(const Model *model, bool compare_crcs, ProblemList *problems) {
        int r = 0;

        for (uint32_t m = 0; m < model->tree.count; m++) {
                const Module *module = &model->tree.modules[m];

                for (size_t i = 0; i < module->n_imports && r >= 0; i++) {
                        Import import = module_imports(module)[i];
                        StringId id = symbol_table_import_id(&model->symbols, &model->tree, import);
                        Symbol symbol = symbol_table_get(&model->symbols, id);

                        if (import.is_weak)
                                continue;
                        if (symbol.provider == SYMBOL_NO_PROVIDER)
                                r = report_import(model, m, import, PROBLEM_SYMBOL_UNKNOWN, NULL,
                                                  problems);
                        else if (compare_crcs && symbol.crc != import_crc(import))
                                r = report_disagreement(model, m, import, symbol, problems);
                }
                if (r < 0)
                        return r;
        }

        return 0;
}

/* A CRC of 0 is none: a module without __crc_ symbols, a kernel known from its System.map only. */
static bool disagrees(const AnalysisOptions *options, Import import, Symbol symbol) {
        if (!import.has_crc || symbol.crc == 0)
                return false;
        if (symbol.provider == SYMBOL_KERNEL && !options->has_kernel_crcs)
                return false;

        return symbol.crc != import_crc(import);
}

typedef struct Analysis {
        uint32_t *numbers; /* of symbols, by the ids of their names */
        uint32_t n_numbers;
        bool *is_assumed; /* by the id of the name: a symbol is taken to be the kernel's */
        uint64_t n_assumed;
} Analysis;

static void analysis_done(Analysis *analysis) {
        free(analysis->numbers);
        free(analysis->is_assumed);
}

static int analysis_init(Analysis *analysis, const Model *model) {
        analysis->numbers =
                symbol_table_numbers(&model->symbols, &model->tree, &analysis->n_numbers);
        if (!analysis->numbers)
                return -ENOMEM;
        analysis->is_assumed = calloc((size_t) analysis->n_numbers + 1, sizeof(bool));
        return analysis->is_assumed ? 0 : -ENOMEM;
}

static void assume(Analysis *analysis, StringId id) {
        analysis->n_assumed += !analysis->is_assumed[id];
        analysis->is_assumed[id] = true;
}

/* NULL: it is of nothing. */
static const Symbol *find_symbol(const Analysis *analysis, const Model *model, StringId id) {
        uint32_t number = id < analysis->n_numbers ? analysis->numbers[id] : UINT32_MAX;

        return number == UINT32_MAX ? NULL : &model->symbols.symbols[number];
}

static int analyse_imports(const Model *model, const AnalysisOptions *options, uint32_t m,
                           Analysis *analysis, ProblemList *problems) {
        const Module *module = &model->tree.modules[m];
        int r = 0;

        for (size_t i = 0; i < module->n_imports && r >= 0; i++) {
                Import import = module_imports(module)[i];
                StringId id = symbol_table_import_id(&model->symbols, &model->tree, import);
                const Symbol *symbol = find_symbol(analysis, model, id);

                if (import.is_weak && !options->include_weak)
                        continue;

                if (symbol && symbol->provider != SYMBOL_NO_PROVIDER) {
                        if (disagrees(options, import, *symbol))
                                r = report_disagreement(model, m, import, *symbol, problems);
                } else if (options->is_kernel_known) {
                        r = report_import(model, m, import, PROBLEM_SYMBOL_UNKNOWN, NULL, problems);
                } else {
                        assume(analysis, import.name);
                }
        }

        return r;
}

static int analyse_exports(const Model *model, uint32_t m, const Analysis *analysis,
                           ProblemList *problems) {
        const Module *module = &model->tree.modules[m];
        int r = 0;

        for (size_t i = 0; i < module->n_exports && r >= 0; i++) {
                StringId id = module_exports(module)[i].name;
                const Symbol *symbol = find_symbol(analysis, model, id);

                if (!symbol || symbol->provider == m || symbol->provider >= SYMBOL_KERNEL)
                        continue;
                r = report(model, m, PROBLEM_SYMBOL_CONFLICT, tree_string(&model->tree, id),
                           tree_module_path(&model->tree, symbol->provider), problems);
        }

        return r;
}

static int analyse_origin(const Model *model, const Majority *majority, uint32_t m,
                          ProblemList *problems) {
        const Module *module = &model->tree.modules[m];
        char expected[256];
        int r;

        if (majority_differs_in_machine(majority, module, expected, sizeof(expected))) {
                char found[64];

                majority_format_machine(module->machine, found, sizeof(found));
                r = report(model, m, PROBLEM_WRONG_MACHINE, found, expected, problems);
                if (r < 0)
                        return r;
        }

        if (majority_differs_in_vermagic(majority, module, expected, sizeof(expected)))
                return report(model, m, PROBLEM_WRONG_VERSION,
                              tree_string(&model->tree, module->vermagic), expected, problems);

        return 0;
}

int analysis_report_all(const Model *model, const AnalysisOptions *options, ProblemList *problems) {
        _cleanup_(analysis_done) Analysis analysis = {};
        Majority majority;
        int r;

        r = analysis_init(&analysis, model);
        if (r < 0)
                return r;

        majority_find(&majority, &model->tree, options->version);
        for (uint32_t m = 0; m < model->tree.count; m++) {
                r = analyse_origin(model, &majority, m, problems);
                if (r < 0)
                        return r;
                r = analyse_exports(model, m, &analysis, problems);
                if (r < 0)
                        return r;
                r = analyse_imports(model, options, m, &analysis, problems);
                if (r < 0)
                        return r;
        }

        if (analysis.n_assumed == 0)
                return 0;
        return problem_list_add(problems, &(Problem){ .kind = PROBLEM_KERNEL_UNKNOWN,
                                                      .path = model->tree.directory,
                                                      .number = analysis.n_assumed });
}

bool analysis_knows_kernel(const Model *model) {
        /* Those that symbol_table_put_kernel_defaults() enters in any case. */
        const size_t n_defaults = 3;
        size_t n = 0;

        for (size_t i = 0; i < model->symbols.count && n <= n_defaults; i++)
                n += model->symbols.symbols[i].provider == SYMBOL_KERNEL;
        return n > n_defaults;
}
