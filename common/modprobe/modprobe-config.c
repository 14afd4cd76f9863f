/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modprobe-config.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "array.h"
#include "config-files.h"

const char *const modprobe_default_paths[] = {
        "/etc/modprobe.d",     "/run/modprobe.d", "/usr/local/lib/modprobe.d",
        "/usr/lib/modprobe.d", "/lib/modprobe.d", NULL,
};

void modprobe_config_done(ModprobeConfig *config) {
        for (size_t i = 0; i < config->count; i++) {
                free(config->rules[i].name);
                free(config->rules[i].text);
        }
        for (size_t i = 0; i < config->n_paths; i++)
                free(config->paths[i]);
        free(config->rules);
        free(config->paths);
        problem_list_done(&config->problems);
        *config = (ModprobeConfig){};
}

int modprobe_config_add_path(ModprobeConfig *config, const char *path) {
        char *copy;

        if (ARRAY_RESERVE(config->paths, config->paths_capacity, config->n_paths + 1) < 0)
                return -ENOMEM;
        copy = strdup(path);
        if (!copy)
                return -ENOMEM;

        config->paths[config->n_paths++] = copy;
        return 0;
}

int modprobe_config_add(ModprobeConfig *config, ModprobeRule rule) {
        _cleanup_free_ char *name = strdup(rule.name);
        _cleanup_free_ char *text = rule.text ? strdup(rule.text) : NULL;

        if (!name || (rule.text && !text) ||
            ARRAY_RESERVE(config->rules, config->capacity, config->count + 1) < 0)
                return -ENOMEM;

        rule.name = TAKE_PTR(name);
        rule.text = TAKE_PTR(text);
        config->rules[config->count++] = rule;
        return 0;
}

/* Of a file that cannot be read nothing holds, as with modprobe. */
static int read_file(ModprobeConfig *config, const char *path,
                     int (*parse)(ModprobeConfig *config, const char *path, const char *bytes,
                                  size_t size)) {
        _cleanup_buffer_ Buffer bytes = {};
        int r;

        r = config_file_read(path, &bytes, &config->problems);
        if (r < 0 || r == CONFIG_FILE_UNREADABLE)
                return r < 0 ? r : 0;

        return parse(config, path, bytes.data, bytes.size);
}

int modprobe_config_read(ModprobeConfig *ret_config, const char *const *paths,
                         const char *command_line) {
        _cleanup_config_files_ ConfigFiles files = {};
        int r;

        *ret_config = (ModprobeConfig){ .problems.least = PROBLEM_WARNING };
        r = config_files_find(&files, paths, &ret_config->problems);
        for (size_t i = 0; r >= 0 && i < files.count; i++)
                r = read_file(ret_config, files.items[i].path, modprobe_config_parse);
        if (r >= 0 && command_line)
                r = read_file(ret_config, command_line, modprobe_config_parse_command_line);
        return r;
}

void modprobe_rule_text(const ModprobeRule *rule, Buffer *text) {
        static const char *const words[] = {
                [MODPROBE_ALIAS] = "alias",     [MODPROBE_BLACKLIST] = "blacklist",
                [MODPROBE_INSTALL] = "install", [MODPROBE_OPTIONS] = "options",
                [MODPROBE_REMOVE] = "remove",   [MODPROBE_SOFTDEP] = "softdep",
                [MODPROBE_WEAKDEP] = "weakdep",
        };

        buffer_append_format(text, "%s %s%s%s", words[rule->kind], rule->name,
                             rule->text ? " " : "", rule->text ? rule->text : "");
        buffer_append_byte(text, '\0');
}

void modprobe_rule_source(const ModprobeConfig *config, const ModprobeRule *rule, Buffer *source) {
        if (rule->line == 0)
                buffer_append_string(source, "kernel command line");
        else
                buffer_append_format(source, "%s:%u", modprobe_rule_path(config, rule), rule->line);
        buffer_append_byte(source, '\0');
}

static bool is_for(const ModprobeRule *rule, const char *name) {
        return rule->kind == MODPROBE_BLACKLIST ? strcmp(rule->name, name) == 0
                                                : fnmatch(rule->name, name, 0) == 0;
}

const ModprobeRule *modprobe_config_find(const ModprobeConfig *config, ModprobeRuleKind kind,
                                         const char *name) {
        for (size_t i = 0; i < config->count; i++) {
                if (config->rules[i].kind == kind && is_for(&config->rules[i], name))
                        return &config->rules[i];
        }

        return NULL;
}
