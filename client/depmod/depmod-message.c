/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "depmod-message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "module-name.h"
#include "problem-words.h"

static const char *const level_names[] = {
        [MESSAGE_FATAL] = "FATAL", [MESSAGE_ERROR] = "ERROR", [MESSAGE_WARNING] = "WARNING",
        [MESSAGE_INFO] = "INFO",   [MESSAGE_DEBUG] = "DEBUG",
};

/* A kind without words is one that kmod does not tell of. */
static const char *const templates[PROBLEM_KINDS] = {
        [PROBLEM_CONFIG_BAD_LINE] = "{path}:{line}: ignoring bad line starting with '{subject}'",
        [PROBLEM_CONFIG_SUBDIRECTORY] = "Directories inside directories are not supported: {path}",
        [PROBLEM_CONFIG_STAT] = "Cannot stat directory entry: {path}/{subject}",
        [PROBLEM_CONFIG_UNREADABLE] = "file parse {path}: {error}",
        [PROBLEM_CONFIG_NAME] = "All cfg files need .conf: {path}",
        [PROBLEM_CONFIG_NO_MATCH] = "{path}:{line}: {subject} did not match {detail}",
        [PROBLEM_CONFIG_UNIMPLEMENTED] = "{path}:{line}: command {subject} not implemented yet",
        [PROBLEM_CONFIG_MASKED] = "Ignoring duplicate config file: {path}",
        [PROBLEM_DIRECTORY_UNREADABLE] = "could not open directory {path}: {error}",
        [PROBLEM_ENTRY_STAT] = "fstatat({path}): {error}",
        [PROBLEM_ENTRY_OPEN] = "openat({path}, O_RDONLY): {error}",
        [PROBLEM_ENTRY_TYPE] = "unsupported file type {path}: {octal}",
        [PROBLEM_DIRECTORY_LOOP] = "{path} leads back to a directory above it, not followed",
        [PROBLEM_DIRECTORY_LINKS] =
                "{path} is one of too many directories behind links, not followed",
        [PROBLEM_MODULE_SHADOWED] = "Ignored lower priority: {path}, higher: {subject}",
        [PROBLEM_INPUT_MISSING] = "could not open {subject} at {path}: {error}",
        [PROBLEM_ORDER_CORRUPT] = "{path}:{line} corrupted line misses '\\n'",
        [PROBLEM_BUILTIN_LINE] = "Invalid modules.builtin line: {subject}",
        [PROBLEM_BUILTIN_FIELD] = "Could not flush stream: 28. Partial content: {subject}",
        [PROBLEM_SYMVERS_VERSION] = "{path}:{line} Invalid symbol version {subject}: {error}",
        [PROBLEM_SYSTEM_MAP_LINE] = "{path}:{line}: invalid line: {subject}",
        [PROBLEM_INFLATE] = "{detail}",
        [PROBLEM_MODULE_UNREADABLE] = "failed to load symbols from {path}: {error}",
        [PROBLEM_SYMBOL_UNKNOWN] = "{path} needs unknown symbol {subject}",
        [PROBLEM_SYMBOL_DISAGREES] = "{path} disagrees about version of symbol {subject}",
        [PROBLEM_CYCLE] = "Cycle detected: {subject}",
        [PROBLEM_CYCLE_COUNT] = "Found {number} modules in dependency cycles!",
        [PROBLEM_ALIAS_BRACKETS] = "Unmatched bracket in {subject}",
        [PROBLEM_DUPLICATE_VALUE] = "duplicate module {subject}:\n{detail}",
        [PROBLEM_BAD_CHARACTER] = "Module index: bad character '{character}'=0x{hex} - only 7-bit "
                                  "ASCII is supported, entry left out:\n{subject}",
        [PROBLEM_DEVNAME] = "Module '{subject}' has devname ({detail}) but lacks major and minor "
                            "information. Ignoring.",
};

void depmod_message(MessageLevel level, const char *format, ...) {
        va_list arguments;

        (void) fprintf(stderr, "%s: %s: ", program_invocation_short_name, level_names[level]);
        va_start(arguments, format);
        (void) vfprintf(stderr, format, arguments);
        va_end(arguments);
        (void) fputc('\n', stderr);
}

static MessageLevel level_of(ProblemSeverity severity) {
        switch (severity) {
        case PROBLEM_DEBUG:
                return MESSAGE_DEBUG;
        case PROBLEM_INFO:
                return MESSAGE_INFO;
        case PROBLEM_WARNING:
                return MESSAGE_WARNING;
        default:
                return MESSAGE_ERROR;
        }
}

void depmod_message_problems(ProblemList *problems) {
        _cleanup_buffer_ Buffer sentence = {};

        for (size_t i = 0; i < problems->count; i++) {
                const Problem *problem = &problems->items[i];

                if (!templates[problem->kind])
                        continue;

                buffer_clear(&sentence);
                problem_words_append(&sentence, templates[problem->kind], problem);
                depmod_message(level_of(problem_severity(problem->kind)), "%.*s",
                               (int) sentence.size, sentence.size > 0 ? sentence.data : "");
        }

        problem_list_done(problems);
}

/* kmod tells a file that is named twice from two files of one module name. */
static void message_name_taken(const char *path, const char *other, const char *reason) {
        _cleanup_buffer_ Buffer name = {};

        (void) module_name_from_path(path, strlen(path), &name);
        buffer_append_byte(&name, '\0');

        if (strcmp(path, other) == 0) {
                depmod_message(MESSAGE_ERROR, "hash_add_unique %s: %s", name.data, reason);
                depmod_message(MESSAGE_FATAL, "could not add module %s: %s", path, reason);
        } else {
                depmod_message(MESSAGE_ERROR,
                               "kmod_module '%s' already exists with different path: "
                               "new-path='%s' old-path='%s'",
                               name.data, path, other);
                depmod_message(MESSAGE_FATAL, "could not create module %s: %s", path, reason);
        }
}

void depmod_message_failure(const RefreshFailure *failure, int r) {
        const char *subject = failure->subject ? failure->subject : "";
        const char *reason = strerror(-r);

        switch (failure->step) {
        case REFRESH_STEP_SYMBOLS:
                depmod_message(MESSAGE_FATAL, "could not load %s: %s", subject, reason);
                break;
        case REFRESH_STEP_CONFIG:
                depmod_message(MESSAGE_FATAL, "could not load configuration files: %s", reason);
                break;
        case REFRESH_STEP_SCAN:
                depmod_message(MESSAGE_FATAL, "could not search modules: %s", reason);
                break;
        case REFRESH_STEP_FILE_PATH:
                depmod_message(MESSAGE_FATAL, "%s: not absolute path.", subject);
                break;
        case REFRESH_STEP_FILE:
                depmod_message(MESSAGE_FATAL, "could not create module %s: %s", subject, reason);
                break;
        case REFRESH_STEP_FILE_NAME:
                message_name_taken(subject, failure->other ? failure->other : "", reason);
                break;
        case REFRESH_STEP_COUNT:
                depmod_message(MESSAGE_FATAL, "could not build module array: %s", reason);
                break;
        case REFRESH_STEP_READ:
                depmod_message(MESSAGE_FATAL, "could not read %s: %s", subject, reason);
                break;
        case REFRESH_STEP_LINK:
                depmod_message(MESSAGE_FATAL, "could not link modules: %s", reason);
                break;
        }
}

int depmod_message_needs(const Model *model) {
        _cleanup_buffer_ Buffer path = {}, provider = {};

        for (uint32_t m = 0; m < model->graph.n_modules; m++) {
                const Edge *edges = graph_edges(&model->graph, m);

                for (uint32_t i = 0; i < graph_n_edges(&model->graph, m); i++) {
                        tree_absolute_path(&model->tree, m, &path);
                        tree_absolute_path(&model->tree, edges[i].provider, &provider);
                        if (buffer_error(&path) < 0 || buffer_error(&provider) < 0)
                                return -ENOMEM;
                        (void) printf("%s needs \"%s\": %s\n", path.data,
                                      tree_string(&model->tree, edges[i].symbol), provider.data);
                }
        }

        return 0;
}

void depmod_message_unrendered(OutputKind kind, int r) {
        depmod_message(MESSAGE_ERROR, "Could not write index '%s': %s", output_name(kind),
                       strerror(-r));
}

void depmod_message_unpublished(const char *directory, const char *name, bool is_mixed, int r) {
        if (strcmp(name, ".") != 0)
                depmod_message(MESSAGE_ERROR, "Could not write index '%s/%s': %s. %s", directory,
                               name, strerror(-r),
                               is_mixed ? "Some files are new, the others as they were."
                                        : "All files are as they were.");
        else
                depmod_message(MESSAGE_ERROR,
                               "Could not sync %s: %s. The index is complete, but may not "
                               "outlive a power cut.",
                               directory, strerror(-r));
}
