/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "macro.h"
#include "problem.h"

/*
 * The configuration of modprobe: the lines of modprobe.d(5) and what the kernel's command line adds
 * to them, in the order in which kmod reads them. It owns its strings and never changes after it
 * was read.
 */
typedef enum ModprobeRuleKind {
        MODPROBE_ALIAS,     /* name: the pattern; text: the module that answers to it */
        MODPROBE_BLACKLIST, /* name: the module; no text */
        MODPROBE_INSTALL,   /* name: a pattern of modules; text: the command */
        MODPROBE_OPTIONS,   /* name: a module or an alias; text: the options */
        MODPROBE_REMOVE,    /* name: a pattern of modules; text: the command */
        MODPROBE_SOFTDEP,   /* name: a pattern of modules; text: as softdep.h reads it */
        MODPROBE_WEAKDEP,   /* name: a pattern of modules; text: names */
} ModprobeRuleKind;

typedef struct ModprobeRule {
        ModprobeRuleKind kind;
        uint32_t line; /* 0: of the kernel's command line */
        uint32_t file; /* which of the configuration's paths */
        bool is_early; /* its file is read before modules.softdep, which counts as one of them */
        char *name;    /* in the normal form; on the command line a blacklist has it as written */
        char *text;    /* as written, behind the one blank after the name; NULL: there is none */
} ModprobeRule;

typedef struct ModprobeConfig {
        ModprobeRule *rules;
        size_t count;
        size_t capacity;
        char **paths;
        size_t n_paths;
        size_t paths_capacity;
        ProblemList problems; /* files that cannot be read, lines that kmod passes over */
} ModprobeConfig;

/* The directories that are read when no path is given, highest precedence first; NULL ends them. */
extern const char *const modprobe_default_paths[];

#define MODPROBE_COMMAND_LINE "/proc/cmdline"

/*
 * Reads the files and directories of a NULL-terminated list, by the drop-in rules of depmod.d, and
 * the file that holds a kernel's command line (NULL: none). 0 or a negative errno: -ENOMEM,
 * -EMFILE, -ENFILE, -EIO. *ret_config is to be cleared with modprobe_config_done() in any case.
 */
int modprobe_config_read(ModprobeConfig *ret_config, const char *const *paths,
                         const char *command_line);

void modprobe_config_done(ModprobeConfig *config);
#define _cleanup_modprobe_config_ _cleanup_(modprobe_config_done)

/* Adds what the bytes of one file named `path` say; any bytes will do. 0 or -ENOMEM. */
int modprobe_config_parse(ModprobeConfig *config, const char *path, const char *bytes, size_t size);

/* The same for a kernel's command line: MODULE.OPTION=VALUE and modprobe.blacklist=MODULE,... */
int modprobe_config_parse_command_line(ModprobeConfig *config, const char *path, const char *bytes,
                                       size_t size);

/* For the two above. The strings are copied; text may be NULL. 0 or -ENOMEM. */
int modprobe_config_add(ModprobeConfig *config, ModprobeRule rule);
int modprobe_config_add_path(ModprobeConfig *config, const char *path);

/* For people: the rule as a line, and where it stands, as "FILE:LINE". Both NUL-terminated. */
void modprobe_rule_text(const ModprobeRule *rule, Buffer *text);
void modprobe_rule_source(const ModprobeConfig *config, const ModprobeRule *rule, Buffer *source);

static inline const char *modprobe_rule_path(const ModprobeConfig *config,
                                             const ModprobeRule *rule) {
        return config->paths[rule->file];
}

/*
 * The first rule of a kind for a name in its normal form, or NULL: install, remove, softdep and
 * weakdep lines by their pattern, blacklist lines by the very name.
 */
const ModprobeRule *modprobe_config_find(const ModprobeConfig *config, ModprobeRuleKind kind,
                                         const char *name);
