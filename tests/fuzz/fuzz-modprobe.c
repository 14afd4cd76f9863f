/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>

#include "blocked.h"
#include "model.h"
#include "modprobe-config.h"

#define PATH "/etc/modprobe.d/fuzz.conf"

/*
 * The first byte says whether the rest is a file or a kernel's command line. What it says is then
 * put to a kernel of a few modules.
 */
typedef struct Parsing {
        ModprobeConfig config;
        bool is_command_line;
} Parsing;

static void parse(Parsing *parsing, const char *bytes, size_t size) {
        int r = parsing->is_command_line
                        ? modprobe_config_parse_command_line(&parsing->config, PATH, bytes, size)
                        : modprobe_config_parse(&parsing->config, PATH, bytes, size);

        fuzz_check(r == 0);
}

static void check_rule(const Parsing *parsing, const ModprobeRule *rule) {
        bool has_text = rule->kind != MODPROBE_BLACKLIST;

        fuzz_check(rule->name[0] != '\0');
        fuzz_check(has_text == !!rule->text && rule->file < parsing->config.n_paths);
        fuzz_check(parsing->is_command_line == (rule->line == 0));
        fuzz_check(!has_text || parsing->is_command_line || rule->text[0] != '\0');
        fuzz_check(!has_text || parsing->is_command_line || !strchr(rule->text, '\n'));
        if (parsing->is_command_line)
                fuzz_check(rule->kind == MODPROBE_BLACKLIST || rule->kind == MODPROBE_OPTIONS);
        else
                fuzz_check(!strpbrk(rule->name, " \t\n") &&
                           (!strchr(rule->name, '-') || strchr(rule->name, '[')));
}

static void check_config(const Parsing *parsing) {
        const ModprobeConfig *config = &parsing->config;

        for (size_t i = 0; i < config->count; i++)
                check_rule(parsing, &config->rules[i]);
        for (size_t i = 0; i < config->problems.count; i++)
                fuzz_check(config->problems.items[i].kind == PROBLEM_MODPROBE_BAD_LINE &&
                           config->problems.items[i].line > 0);
}

/* The same bytes once more give the same rules once more. */
static void check_again(const char *bytes, size_t size, const Parsing *first) {
        Parsing again = { .is_command_line = first->is_command_line };

        parse(&again, bytes, size);
        fuzz_check(again.config.count == first->config.count);
        for (size_t i = 0; i < again.config.count; i++) {
                const ModprobeRule *a = &first->config.rules[i], *b = &again.config.rules[i];

                fuzz_check(a->kind == b->kind && a->line == b->line &&
                           strcmp(a->name, b->name) == 0);
                fuzz_check(!a->text || strcmp(a->text, b->text) == 0);
        }
        modprobe_config_done(&again.config);
}

static void add_module(Tree *tree, const char *name) {
        char path[32];
        StringId name_id, path_id;

        (void) snprintf(path, sizeof(path), "kernel/%s.ko", name);
        fuzz_check(string_table_intern(tree->strings, name, strlen(name), &name_id) == 0);
        fuzz_check(string_table_intern(tree->strings, path, strlen(path), &path_id) == 0);
        fuzz_check(tree_add(tree, name_id, path_id, false) == 0);
}

/* The second module needs the first one, which has an alias. */
static void add_edge(Tree *tree) {
        Module *provider = &tree->modules[0], *user = &tree->modules[1];
        StringId symbol, alias;

        fuzz_check(string_table_intern(tree->strings, "symbol", 6, &symbol) == 0);
        fuzz_check(string_table_intern(tree->strings, "al*", 3, &alias) == 0);
        for (size_t i = 0; i < tree->count; i++)
                fuzz_check(module_lists_new(&tree->modules[i].lists, 3) == 0);
        provider->n_exports = user->n_imports = provider->n_aliases = 1;
        module_exports(provider)[0] = (Export){ .name = symbol & STRING_ID_MASK };
        module_imports(user)[0] = (Import){ .name = symbol & STRING_ID_MASK };
        module_aliases(provider)[0] = alias;
}

static void check_plan(Prober *prober, const char *text) {
        _cleanup_probe_plan_ ProbePlan plan = {};
        int r = prober_plan(prober, text, 0, &plan);

        fuzz_check(r == 0 || r == PROBE_UNKNOWN);
        fuzz_check(r == 0 || plan.count + plan.n_refusals == 0);
        for (size_t i = 0; i < plan.count; i++)
                fuzz_check((plan.steps[i].action != PROBE_COMMAND) || plan.steps[i].command);
}

static void check_verdicts(const Lookup *lookup, const ModprobeConfig *config) {
        static const BlockedVerdict expected[] = { BLOCKED_OPEN, BLOCKED_ON_REQUEST,
                                                   BLOCKED_ON_REQUEST, BLOCKED_ON_REQUEST,
                                                   BLOCKED_BUILTIN };
        _cleanup_(prober_freep) Prober *prober = NULL;
        _cleanup_pulls_ Pulls pulls = {};

        fuzz_check(prober_new(&prober, lookup, config) == 0);
        check_plan(prober, "a");
        check_plan(prober, "foo");
        if (config->count > 0)
                check_plan(prober, config->rules[0].name);

        fuzz_check(pulls_build(&pulls, prober) == 0);
        for (uint32_t m = 0; m < lookup_count(lookup); m++) {
                _cleanup_blocked_ Blocked blocked = {};

                fuzz_check(blocked_find(prober, &pulls, m, &blocked) == 0);
                fuzz_check((blocked.verdict == BLOCKED_BUILTIN) == lookup_is_builtin(lookup, m));
                fuzz_check(config->count > 0 || blocked.verdict == expected[m]);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        static const char builtin[] = "kernel/foo.ko\n", record[] = "foo.alias=bi*";
        static const char *const names[] = { "a", "b", "ab", "a_b" };
        Parsing parsing = { .is_command_line = size > 0 && bytes[0] == '=' };
        const char *text = size > 0 ? (const char *) bytes + 1 : NULL;
        _cleanup_(lookup_freep) Lookup *lookup = NULL;
        _cleanup_model_ Model model = {};

        size -= size > 0;
        parse(&parsing, text, size);
        check_config(&parsing);
        check_again(text, size, &parsing);

        fuzz_check(model_init(&model, "/m") == 0);
        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                add_module(&model.tree, names[i]);
        add_edge(&model.tree);
        fuzz_check(builtin_parse_names(&model.builtin, &model.tree, builtin, strlen(builtin)) == 0);
        fuzz_check(builtin_parse_modinfo(&model.builtin, &model.tree, record, sizeof(record)) == 0);
        fuzz_check(model_link(&model) == 0);
        fuzz_check(lookup_new(&lookup, &model, NULL) == 0);
        check_verdicts(lookup, &parsing.config);
        modprobe_config_done(&parsing.config);
        return 0;
}
