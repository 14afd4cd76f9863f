/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "model-script.h"
#include "pulls.h"
#include "test-case.h"

#define CONFIG_PATH "/etc/modprobe.d/test.conf"

/* A model, a configuration of one file, and who puts the one to the other. */
typedef struct ModprobeCase {
        Model model;
        Lookup *lookup;
        ModprobeConfig config;
        Prober *prober;
        Pulls pulls;
} ModprobeCase;

static inline void modprobe_case_done(ModprobeCase *modprobe) {
        pulls_done(&modprobe->pulls);
        prober_free(modprobe->prober);
        modprobe_config_done(&modprobe->config);
        lookup_free(modprobe->lookup);
        model_done(&modprobe->model);
}

#define _cleanup_modprobe_case_ _cleanup_(modprobe_case_done)

/* With two modules that are part of the kernel: "bi" with the alias "al:bi", and "bj". */
static inline void modprobe_case_init(ModprobeCase *modprobe, const char *script,
                                      const char *config) {
        static const char builtins[] = "kernel/bi.ko\nkernel/bj.ko\n", records[] = "bi.alias=al:bi";
        Model *model = &modprobe->model;

        model_script_link(model, script);
        assert_int_equal(
                builtin_parse_names(&model->builtin, &model->tree, builtins, strlen(builtins)), 0);
        assert_int_equal(
                builtin_parse_modinfo(&model->builtin, &model->tree, records, sizeof(records)), 0);
        assert_int_equal(lookup_new(&modprobe->lookup, model, NULL), 0);
        assert_int_equal(
                modprobe_config_parse(&modprobe->config, CONFIG_PATH, config, strlen(config)), 0);
        assert_int_equal(prober_new(&modprobe->prober, modprobe->lookup, &modprobe->config), 0);
        assert_int_equal(pulls_build(&modprobe->pulls, modprobe->prober), 0);
}

static inline uint32_t modprobe_case_find(const ModprobeCase *modprobe, const char *name) {
        uint32_t module;

        assert_int_equal(lookup_find_name(modprobe->lookup, name, &module), 0);
        return module;
}
