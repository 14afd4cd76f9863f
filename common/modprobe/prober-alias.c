/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "own-aliases.h"
#include "prober-parts.h"

/* The shortest name that a pattern may match: with nothing for '*', the first of each [...]. */
static void append_example(const char *pattern, Buffer *example) {
        for (; *pattern != '\0'; pattern++) {
                const char *end = *pattern == '[' ? strchr(pattern + 1, ']') : NULL;

                if (*pattern == '*')
                        continue;
                buffer_append_byte(example, (uint8_t) (*pattern == '?' ? '0'
                                                       : end           ? pattern[1]
                                                                       : *pattern));
                if (end)
                        pattern = end;
        }

        buffer_append_byte(example, '\0');
}

/* Does the pattern lead to the module, and not by the module's very name? */
static int try_pattern(Prober *prober, uint32_t module, const char *pattern, uint32_t *ret_target) {
        _cleanup_buffer_ Buffer example = {};
        TargetList found = {};
        int r;

        append_example(pattern, &example);
        r = buffer_error(&example);
        if (r >= 0)
                r = prober_look_up(prober, example.data, &found);
        if (r >= 0)
                r = PROBE_UNKNOWN;
        for (size_t i = 0; r == PROBE_UNKNOWN && i < found.count; i++) {
                const Target *target = &prober->targets[found.items[i]];

                if (target->module != module || !target->alias)
                        continue;
                *ret_target = found.items[i];
                r = 0;
        }

        free(found.items);
        return r;
}

static int find_own(Prober *prober, uint32_t module, const char **ret_alias, uint32_t *ret_target) {
        const Tree *tree = &lookup_model(prober->lookup)->tree;
        _cleanup_free_ StringId *aliases = NULL;
        size_t n_aliases;
        int r;

        r = own_aliases_find(prober->lookup, module, &aliases, &n_aliases);
        if (r < 0)
                return r;

        r = PROBE_UNKNOWN;
        for (size_t i = 0; r == PROBE_UNKNOWN && i < n_aliases; i++) {
                *ret_alias = tree_string(tree, aliases[i]);
                r = try_pattern(prober, module, *ret_alias, ret_target);
        }

        return r;
}

static int find_configured(Prober *prober, uint32_t module, const char **ret_alias,
                           uint32_t *ret_target) {
        const char *name = prober_name(prober, module);
        const ModprobeConfig *config = prober->config;
        int r = PROBE_UNKNOWN;

        for (size_t i = 0; config && r == PROBE_UNKNOWN && i < config->count; i++) {
                const ModprobeRule *rule = &config->rules[i];

                if (rule->kind != MODPROBE_ALIAS || strcmp(rule->text, name) != 0)
                        continue;
                *ret_alias = rule->name;
                r = try_pattern(prober, module, rule->name, ret_target);
        }

        return r;
}

int prober_find_alias(Prober *prober, uint32_t module, const char **ret_alias,
                      uint32_t *ret_target) {
        int r;

        r = find_configured(prober, module, ret_alias, ret_target);
        if (r != PROBE_UNKNOWN || module >= lookup_count(prober->lookup))
                return r;
        return find_own(prober, module, ret_alias, ret_target);
}
