/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "array.h"
#include "module-name.h"
#include "prober-parts.h"
#include "resolve.h"

const char *prober_name(const Prober *prober, uint32_t module) {
        uint32_t n = lookup_count(prober->lookup);

        return module < n ? lookup_name(prober->lookup, module) : prober->missing[module - n];
}

/* Makes room for one more module behind all others. */
static int add_missing(Prober *prober, const char *name, uint32_t *ret_module) {
        char *copy;

        if (ARRAY_RESERVE(prober->missing, prober->missing_capacity, prober->n_missing + 1) < 0 ||
            ARRAY_RESERVE(prober->heads, prober->heads_capacity, prober->n_heads + 1) < 0)
                return -ENOMEM;
        copy = strdup(name);
        if (!copy)
                return -ENOMEM;

        *ret_module = (uint32_t) prober->n_heads;
        prober->missing[prober->n_missing++] = copy;
        prober->heads[prober->n_heads++] = TARGET_NONE;
        return 0;
}

int prober_find_module(Prober *prober, const char *name, uint32_t *ret_module) {
        int r = lookup_find_name(prober->lookup, name, ret_module);

        if (r != LOOKUP_NOT_FOUND)
                return r;

        for (size_t i = 0; i < prober->n_missing; i++) {
                if (strcmp(prober->missing[i], name) == 0) {
                        *ret_module = lookup_count(prober->lookup) + (uint32_t) i;
                        return 0;
                }
        }

        return add_missing(prober, name, ret_module);
}

int prober_get_target(Prober *prober, uint32_t module, const char *alias, uint32_t *ret_target) {
        _cleanup_free_ char *copy = NULL;
        uint32_t target = prober->heads[module];

        for (; target != TARGET_NONE; target = prober->targets[target].next) {
                const char *other = prober->targets[target].alias;

                if (alias && other ? strcmp(alias, other) == 0 : !alias && !other) {
                        *ret_target = target;
                        return 0;
                }
        }

        if (alias) {
                copy = strdup(alias);
                if (!copy)
                        return -ENOMEM;
        }
        if (ARRAY_RESERVE(prober->targets, prober->targets_capacity, prober->n_targets + 1) < 0)
                return -ENOMEM;

        target = (uint32_t) prober->n_targets++;
        prober->targets[target] = (Target){ .module = module,
                                            .alias = TAKE_PTR(copy),
                                            .next = prober->heads[module] };
        prober->heads[module] = target;
        *ret_target = target;
        return 0;
}

static int add(Prober *prober, uint32_t module, const char *alias, TargetList *targets) {
        if (ARRAY_RESERVE(targets->items, targets->capacity, targets->count + 1) < 0)
                return -ENOMEM;

        return prober_get_target(prober, module, alias, &targets->items[targets->count++]);
}

/* Each alias line that matches, in their order; the modules need not exist. */
static int add_configured(Prober *prober, const char *normal, TargetList *targets) {
        const ModprobeConfig *config = prober->config;

        for (size_t i = 0; config && i < config->count; i++) {
                const ModprobeRule *rule = &config->rules[i];
                uint32_t module;
                int r;

                if (rule->kind != MODPROBE_ALIAS || fnmatch(rule->name, normal, 0) != 0)
                        continue;
                r = prober_find_module(prober, rule->text, &module);
                if (r >= 0)
                        r = add(prober, module, normal, targets);
                if (r < 0)
                        return r;
        }

        return 0;
}

/* Who gives a name a command has named a module by it; patterns do not count here. */
static bool has_command(const Prober *prober, const char *normal) {
        const ModprobeConfig *config = prober->config;

        for (size_t i = 0; config && i < config->count; i++) {
                ModprobeRuleKind kind = config->rules[i].kind;

                if ((kind == MODPROBE_INSTALL || kind == MODPROBE_REMOVE) &&
                    strcmp(config->rules[i].name, normal) == 0)
                        return true;
        }

        return false;
}

static int add_found(Prober *prober, const char *normal, TargetList *targets) {
        _cleanup_resolutions_ Resolutions found = {};
        static const char symbol[] = "symbol:";
        bool is_symbol = strncmp(normal, symbol, strlen(symbol)) == 0;
        uint32_t module;
        int r;

        r = resolve_alias(prober->lookup, normal, RESOLVE_MODPROBE, &found);
        if (r < 0)
                return r;

        if (has_command(prober, normal) && !(is_symbol && found.count > 0)) {
                r = prober_find_module(prober, normal, &module);
                return r < 0 ? r : add(prober, module, NULL, targets);
        }

        for (size_t i = 0; r >= 0 && i < found.count; i++) {
                bool is_name = strcmp(found.items[i].name, normal) == 0;

                r = add(prober, found.items[i].module, is_name ? NULL : normal, targets);
        }

        return r;
}

int prober_look_up(Prober *prober, const char *text, TargetList *targets) {
        _cleanup_buffer_ Buffer normal = {};
        size_t n_before = targets->count;
        int r;

        r = alias_normalize(text, strlen(text), &normal);
        buffer_append_byte(&normal, '\0');
        if (buffer_error(&normal) < 0)
                return -ENOMEM;
        if (r == -EINVAL)
                return 0;

        r = add_configured(prober, normal.data, targets);
        if (r < 0 || targets->count > n_before)
                return r;
        return add_found(prober, normal.data, targets);
}
