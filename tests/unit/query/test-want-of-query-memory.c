/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "dependencies.h"
#include "failing-memory.h"
#include "kernel-difference.h"
#include "load-order.h"
#include "model-difference.h"
#include "module-list.h"
#include "query-case.h"
#include "resolve.h"
#include "shadowed.h"
#include "softdep.h"
#include "subgraph.h"
#include "symbol-users.h"

static Model empty_model;

static const char script[] = "module a.ko\nneed b\nneed k 7\nsoftdep pre: b al built gone\n"
                             "alias al\nalias x-y*\nweakdep c\n"
                             "module b.ko\nexport b 1\nneed c\nalias al\n"
                             "module c.ko\nexport c 2\nexport b 1\nalias x_y[z]*\n";

static int ask_for_more(const Lookup *lookup) {
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_shadowed_list_ ShadowedList shadowed = {};
        _cleanup_subgraph_ Subgraph subgraph = {};
        int r;

        r = problem_list_add(&problems, &(Problem){ .kind = PROBLEM_MODULE_SHADOWED,
                                                    .path = "x/a.ko",
                                                    .subject = "a.ko",
                                                    .detail = "path order" });
        if (r == 0)
                r = shadowed_find(lookup, &problems, &shadowed);
        if (r == 0)
                r = subgraph_find(lookup, NULL, 0, SUBGRAPH_SOFT, &subgraph);
        if (r < 0)
                return r;

        assert_int_equal(shadowed.count, 1);
        assert_int_equal(subgraph.n_nodes, 4);
        return 0;
}

static int compare_kernels(const Lookup *lookup) {
        _cleanup_kernel_changes_ KernelChanges changes = {};
        _cleanup_query_case_ QueryCase other = {};
        int r;

        r = lookup_new(&other.lookup, &empty_model, NULL);
        if (r == 0)
                r = kernel_changes_of_modules(lookup, other.lookup, &changes);
        if (r == 0)
                r = kernel_changes_of_symbols(lookup, other.lookup, &changes);
        if (r == 0)
                r = kernel_changes_of_aliases(lookup, other.lookup, &changes);
        if (r < 0)
                return r;

        assert_int_equal(changes.count, 4 + 2 + 5);
        return 0;
}

static int ask(const Lookup *lookup) {
        static const char *const names[] = { "a", "al", "c.ko", "gone" };
        const unsigned flags = DEPENDENCIES_TRANSITIVE | DEPENDENCIES_SOFT | DEPENDENCIES_WEAK;
        _cleanup_found_modules_ FoundModules modules = {}, needed = {}, needing = {}, users = {};
        _cleanup_problem_list_ ProblemList problems = {};
        _cleanup_difference_ Difference difference = {};
        _cleanup_resolutions_ Resolutions resolved = {};
        _cleanup_load_order_ LoadOrder order = {};
        _cleanup_providers_ Providers providers = {};
        uint32_t module;
        int r;

        r = lookup_find(lookup, "x-yz", &module);
        if (r == 0)
                r = module_list(lookup, "*", &problems, &modules);
        if (r == 0)
                r = dependencies_find(lookup, module, flags, &needed);
        if (r == 0)
                r = dependents_find(lookup, 2, flags, &needing);
        if (r == 0)
                r = load_order_find(lookup, names, ELEMENTSOF(names), 0, &order);
        if (r == 0)
                r = resolve_alias(lookup, "x-yz", RESOLVE_ALL, &resolved);
        if (r == 0)
                r = symbol_find_providers(lookup, "k", &providers);
        if (r == 0)
                r = symbol_find_users(lookup, "k", &users);
        if (r == 0)
                r = softdep_report_unknown(lookup, &problems);
        if (r == 0)
                r = difference_find(lookup, lookup, &difference);
        if (r < 0)
                return r;

        assert_int_equal(modules.count, 4);
        assert_int_equal(needed.count, 3);
        assert_int_equal(needing.count, 2);
        assert_int_equal(order.modules.count, 4);
        assert_int_equal(order.n_unresolved, 1);
        assert_int_equal(resolved.count, 2);
        assert_int_equal(providers.items[0].crc, 7);
        assert_int_equal(users.count, 1);
        assert_int_equal(problems.count, 1);
        return 0;
}

/* Leaks are the sanitizer's to find. */
static void each_allocation_that_fails_is_an_error(void **state) {
        _cleanup_model_ Model model = {};
        bool has_failed = true;
        size_t n_good;

        (void) state;
        model_script_link(&model, script);
        model_script_link(&empty_model, "");
        add_builtin_names(&model, "k/built.ko\n");
        add_builtin_aliases(&model, "built.alias=in-*\n");

        for (n_good = 0; has_failed; n_good++) {
                _cleanup_(lookup_freep) Lookup *lookup = NULL;
                int r;

                failing_memory_arm(n_good);
                r = lookup_new(&lookup, &model, NULL);
                if (r == 0)
                        r = ask(lookup);
                if (r == 0)
                        r = ask_for_more(lookup);
                if (r == 0)
                        r = compare_kernels(lookup);
                has_failed = failing_memory_disarm();
                assert_int_equal(r, has_failed ? -ENOMEM : 0);
        }
        assert_true(n_good > 50);
        model_done(&empty_model);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(each_allocation_that_fails_is_an_error),
        };

        return cmocka_run_group_tests_name("want-of-query-memory", tests, NULL, NULL);
}
