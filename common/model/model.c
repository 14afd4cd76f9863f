/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model.h"

#include "cycles.h"

int model_init(Model *model, const char *directory) {
        *model = (Model){};
        return tree_init(&model->tree, directory);
}

void model_done(Model *model) {
        graph_done(&model->graph);
        symbol_table_done(&model->symbols);
        builtin_done(&model->builtin);
        tree_done(&model->tree);
}

int model_link(Model *model) {
        int r;

        graph_done(&model->graph);
        r = symbol_table_put_modules(&model->symbols, &model->tree);
        if (r < 0)
                return r;

        return graph_link(&model->graph, &model->tree, &model->symbols);
}

static int report_left_out(const Model *model, uint32_t module, ProblemList *problems) {
        _cleanup_buffer_ Buffer path = {};

        tree_absolute_path(&model->tree, module, &path);
        if (buffer_error(&path) < 0)
                return buffer_error(&path);

        return problem_list_add(problems,
                                &(Problem){ .kind = PROBLEM_LEFT_OUT, .path = path.data });
}

/* What model_link() returns for the modules that are left. */
static int leave_out_members(Model *model, ProblemList *problems) {
        _cleanup_(cycles_done) Cycles cycles = {};
        Tree *tree = &model->tree;
        size_t n_left = 0;
        int r;

        r = cycles_find(&cycles, &model->graph);
        if (r < 0)
                return r;

        for (uint32_t m = 0; m < tree->count; m++) {
                if (!cycles.is_member[m])
                        continue;
                r = report_left_out(model, m, problems);
                if (r < 0)
                        return r;
        }

        for (uint32_t m = 0; m < tree->count; m++) {
                if (cycles.is_member[m])
                        tree_release_module(&tree->modules[m]);
                else
                        tree->modules[n_left++] = tree->modules[m];
        }
        tree->count = n_left;
        symbol_table_forget_modules(&model->symbols);
        return model_link(model);
}

int model_leave_out_cycles(Model *model, ProblemList *problems) {
        int r;

        /* What a module exported that was left out another one may provide, and close a cycle. */
        do
                r = leave_out_members(model, problems);
        while (r == GRAPH_HAS_CYCLE);

        return r;
}
