/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "array.h"
#include "prober-parts.h"

static bool own_softdep(const Prober *prober, uint32_t module, const char **ret_text) {
        const Tree *tree = &lookup_model(prober->lookup)->tree;

        if (module >= lookup_tree_count(prober->lookup))
                return false;

        for (uint32_t i = 0; i < tree->modules[module].n_softdeps; i++) {
                *ret_text = tree_string(tree, module_softdeps(&tree->modules[module])[i]);
                if ((*ret_text)[0] != '\0')
                        return true;
        }

        return false;
}

bool prober_softdep(const Prober *prober, uint32_t module, const char **ret_text) {
        const ModprobeRule *rule = NULL;

        if (prober->config)
                rule = modprobe_config_find(prober->config, MODPROBE_SOFTDEP,
                                            prober_name(prober, module));
        if (rule && rule->is_early) {
                *ret_text = rule->text;
                return true;
        }
        if (own_softdep(prober, module, ret_text))
                return true;
        if (!rule)
                return false;

        *ret_text = rule->text;
        return true;
}

int prober_look_up_part(Prober *prober, Softdep softdep, SoftdepPart part, TargetList *targets) {
        int r = 0;

        while (r >= 0 && softdep_next(&softdep)) {
                _cleanup_free_ char *name = NULL;

                if (softdep.part != part)
                        continue;
                name = strndup(softdep.name, softdep.name_size);
                if (!name)
                        return -ENOMEM;
                r = prober_look_up(prober, name, targets);
        }

        return r;
}

int prober_find_weakdeps(Prober *prober, uint32_t module, TargetList *targets) {
        const Tree *tree = &lookup_model(prober->lookup)->tree;
        const ModprobeConfig *config = prober->config;
        uint32_t n_own = 0;
        int r = 0;

        if (module < lookup_tree_count(prober->lookup))
                n_own = tree->modules[module].n_weakdeps;
        for (uint32_t i = 0; r >= 0 && i < n_own; i++)
                r = prober_look_up_part(
                        prober,
                        weakdep_of(tree_string(tree, module_weakdeps(&tree->modules[module])[i])),
                        SOFTDEP_WEAK, targets);
        for (size_t i = 0; config && r >= 0 && i < config->count; i++) {
                if (config->rules[i].kind == MODPROBE_WEAKDEP &&
                    fnmatch(config->rules[i].name, prober_name(prober, module), 0) == 0)
                        r = prober_look_up_part(prober, weakdep_of(config->rules[i].text),
                                                SOFTDEP_WEAK, targets);
        }

        return r;
}
