/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "lookup-parts.h"
#include "query-case.h"
#include "resolve.h"

#define MODULES 24

/* A module of one model after another, all with one table of strings. */
typedef struct ModuleDraft {
        bool is_there;
        unsigned version; /* of its aliases */
} ModuleDraft;

static void add_aliases(Buffer *script, unsigned module, unsigned version) {
        static const char letters[] = "ab-_:*?";
        unsigned seed = module * 1000 + version;

        for (int n = rand_r(&seed) % 6; n > 0; n--) {
                char text[16];
                int size = 1 + rand_r(&seed) % 8;

                for (int i = 0; i < size; i++)
                        text[i] = letters[rand_r(&seed) % 7];
                text[size] = '\0';
                buffer_append_format(script, "alias %s\n", text);
        }
        if (rand_r(&seed) % 8 == 0)
                buffer_append_string(script, "alias a[unbalanced\n");
        if (module == 0)
                buffer_append_format(script, "softdep pre: ab %s\n", version % 4 ? "" : "-:-a");
}

static const Module *find_module(const Tree *tree, StringId name) {
        for (size_t i = 0; i < tree->count; i++) {
                if (tree->modules[i].name == name)
                        return &tree->modules[i];
        }

        return NULL;
}

/* As a refresh does: modules whose version is the same share the record that they had. */
static void make(QueryCase *query, const QueryCase *before, const ModuleDraft *drafts,
                 const bool *is_changed, unsigned *seed) {
        unsigned order[MODULES];
        Tree *tree = &query->model.tree;

        assert_int_equal(model_init(&query->model, "/m/1.0"), 0);
        if (before)
                tree_set_strings(tree, before->model.tree.strings);
        for (unsigned i = 0; i < MODULES; i++) {
                unsigned other = (unsigned) rand_r(seed) % (i + 1);

                order[i] = order[other];
                order[other] = i;
        }

        for (unsigned i = 0; i < MODULES; i++) {
                _cleanup_buffer_ Buffer script = {};
                unsigned m = order[i];
                const Module *old;
                Module *module;

                if (!drafts[m].is_there)
                        continue;
                buffer_append_format(&script, "module k/m%u.ko\n", m);
                add_aliases(&script, m, drafts[m].version);
                buffer_append_byte(&script, '\0');
                assert_int_equal(buffer_error(&script), 0);
                model_script_add(tree, script.data);
                module = &tree->modules[tree->count - 1];
                old = before && !is_changed[m] ? find_module(&before->model.tree, module->name)
                                               : NULL;
                if (old) {
                        module_lists_unref(module->lists);
                        module_share_record(module, old);
                }
        }
        assert_int_equal(model_link(&query->model), 0);
}

static void assert_same_index(const AliasIndex *a, const AliasIndex *b) {
        assert_int_equal(a->count, b->count);
        for (size_t i = 0; i < a->count; i++) {
                assert_int_equal(a->patterns[i].alias, b->patterns[i].alias);
                assert_int_equal(a->patterns[i].module, b->patterns[i].module);
                assert_int_equal(a->patterns[i].sequence, b->patterns[i].sequence);
                assert_int_equal(a->patterns[i].prefix_size, b->patterns[i].prefix_size);
                assert_int_equal(a->patterns[i].gram, b->patterns[i].gram);
        }
        assert_int_equal(a->n_groups, b->n_groups);
        for (size_t i = 0; i < a->n_groups; i++) {
                assert_int_equal(a->groups[i].first, b->groups[i].first);
                assert_int_equal(a->groups[i].parent, b->groups[i].parent);
        }
}

/* All aliases of the tree. */
static const AliasIndex *all_of(const Lookup *lookup) {
        const Aliases *aliases = NULL;

        assert_int_equal(lookup_get_aliases(lookup, &aliases), 0);
        return &aliases->of_tree;
}

static void assert_same_answers(const Lookup *a, const Lookup *b, unsigned *seed) {
        static const char letters[] = "ab-_:";

        for (unsigned n = 0; n < 100; n++) {
                _cleanup_resolutions_ Resolutions x = {}, y = {};
                char name[16];
                int size = 1 + rand_r(seed) % 8;

                for (int i = 0; i < size; i++)
                        name[i] = letters[rand_r(seed) % 5];
                name[size] = '\0';
                assert_int_equal(resolve_alias(a, name, RESOLVE_ALL, &x), 0);
                assert_int_equal(resolve_alias(b, name, RESOLVE_ALL, &y), 0);
                assert_int_equal(x.count, y.count);
                for (size_t i = 0; i < x.count; i++) {
                        assert_int_equal(x.items[i].module, y.items[i].module);
                        assert_string_equal(x.items[i].pattern, y.items[i].pattern);
                }
        }
}

static void edit(ModuleDraft *drafts, bool *is_changed, unsigned *seed) {
        for (unsigned i = 0; i < MODULES; i++) {
                is_changed[i] = rand_r(seed) % 4 == 0;
                if (!is_changed[i])
                        continue;
                drafts[i].version++;
                if (rand_r(seed) % 2)
                        drafts[i].is_there = !drafts[i].is_there;
        }
}

/* A lookup points to its model, so the cases stay where they are. */
static void check_edits(unsigned seed) {
        ModuleDraft drafts[MODULES] = {};
        bool is_changed[MODULES] = {};
        QueryCase cases[2] = {};

        make(&cases[0], NULL, drafts, is_changed, &seed);
        query_case_start(&cases[0]);
        (void) all_of(cases[0].lookup);
        for (unsigned round = 1; round < 60; round++) {
                QueryCase *last = &cases[(round + 1) % 2], *next = &cases[round % 2];
                Lookup *fresh;

                edit(drafts, is_changed, &seed);
                make(next, last, drafts, is_changed, &seed);
                assert_int_equal(lookup_new(&next->lookup, &next->model, last->lookup), 0);
                assert_int_equal(lookup_new(&fresh, &next->model, NULL), 0);
                assert_true(next->lookup->aliases.is_built);
                assert_same_index(all_of(next->lookup), all_of(fresh));
                assert_same_index(&next->lookup->aliases.of_softdeps.of_tree,
                                  &fresh->aliases.of_softdeps.of_tree);
                assert_same_answers(next->lookup, fresh, &seed);
                lookup_free(fresh);
                query_case_done(last);
                *last = (QueryCase){};
        }

        query_case_done(&cases[0]);
        query_case_done(&cases[1]);
}

static void lookup_after_another_one_is_that_from_nothing(void **state) {
        (void) state;
        for (unsigned seed = 1; seed <= 10; seed++)
                check_edits(seed);
}

/* The same ids are other strings there. */
static void lookup_of_another_table_is_of_no_use(void **state) {
        _cleanup_query_case_ QueryCase a = {}, b = {};
        Module *module;
        Lookup *fresh;

        (void) state;
        query_case_init(&a, "module k/x.ko\nalias one*\n");
        (void) all_of(a.lookup);
        model_script_link(&b.model, "module k/x.ko\nalias another*\n");
        module = &b.model.tree.modules[0];
        assert_int_equal(module->name, a.model.tree.modules[0].name);
        module_lists_unref(module->lists);
        module_share_record(module, &a.model.tree.modules[0]);
        assert_int_equal(lookup_new(&b.lookup, &b.model, a.lookup), 0);
        assert_int_equal(lookup_new(&fresh, &b.model, NULL), 0);
        assert_same_index(all_of(b.lookup), all_of(fresh));
        lookup_free(fresh);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(lookup_after_another_one_is_that_from_nothing),
                cmocka_unit_test(lookup_of_another_table_is_of_no_use),
        };

        return cmocka_run_group_tests_name("lookup-before", tests, NULL, NULL);
}
