/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "resolved.h"
#include "verb.h"
#include "wire.h"

static const Column columns[] = {
        { "name", "MODULE" },
        { "edges", "BY", 0, cell_edges },
        { "path", "PATH", COLUMN_SHORTEN },
        { "note", "NOTE", COLUMN_SHORTEN },
        {},
};

/* The names on standard input, one in a line. */
typedef struct Names {
        char **items;
        size_t count;
} Names;

static void names_done(Names *names) {
        for (size_t i = 0; i < names->count; i++)
                free(names->items[i]);
        free(names->items);
}

static int names_add(Names *names, const char *line, size_t size) {
        char **items, *name;

        items = realloc(names->items, (names->count + 1) * sizeof(char *));
        if (!items)
                return -ENOMEM;
        names->items = items;
        name = strndup(line, size);
        if (!name)
                return -ENOMEM;

        names->items[names->count++] = name;
        return 0;
}

static int names_read(Names *names) {
        _cleanup_free_ char *line = NULL;
        size_t capacity = 0;
        int r = 0;

        while (r >= 0 && getline(&line, &capacity, stdin) > 0) {
                size_t size = strcspn(line, "\n");

                if (size > 0)
                        r = names_add(names, line, size);
        }
        if (r >= 0 && ferror(stdin))
                r = -EIO;
        if (r < 0)
                message_error("Cannot read the names: %s", strerror(-r));
        return r;
}

static int add_firmware(const Value *step, const char *key, const char *note, Value *rows) {
        const Value *files = resolved_list(step, key);
        int r = 0;

        for (size_t i = 0; r >= 0 && i < files->count; i++) {
                Value *row = value_add(rows, NULL);

                r = row ? value_add_text(row, "path", files->items[i].text) : -ENOMEM;
                if (r >= 0)
                        r = value_add_text(row, "note", note);
        }

        return r;
}

/* A row for each module, and below it one for each firmware file. */
static int add_rows(const Value *step, Value *rows) {
        const char *command = resolved_text(step, "Command");
        Value *row = value_add(rows, NULL);
        int r;

        if (!row)
                return -ENOMEM;
        r = value_add_text(row, "name", value_text(step, "name"));
        if (r >= 0)
                r = value_add_number(row, "edges", value_number(step, "edges"));
        if (r >= 0)
                r = value_add_text(row, "path", value_text(step, "path"));
        if (r >= 0 && command[0] != '\0')
                r = value_add_text(row, "note", command);
        if (r >= 0)
                r = add_firmware(step, "Firmware", "firmware", rows);
        return r < 0 ? r : add_firmware(step, "MissingFirmware", "missing firmware", rows);
}

static int print_table(Session *session, const Value *reply) {
        _cleanup_value_ Value rows = { .kind = VALUE_LIST };
        const Value *modules = value_list(reply, "modules");
        int r = 0;

        for (size_t i = 0; r >= 0 && i < modules->count; i++)
                r = add_rows(&modules->items[i], &rows);
        return r < 0 ? r : session_print(session, reply, &rows, columns);
}

/* Where an install line stands in the way, the file is named all the same: an image needs it. */
static void print_step_files(const Value *step, const char *directory) {
        const Value *firmware = resolved_list(step, "Firmware");
        const char *path = value_text(step, "path");

        if (path[0] == '/')
                printf("%s\n", path);
        else if (path[0] != '\0')
                printf("%s/%s\n", directory, path);
        for (size_t i = 0; i < firmware->count; i++)
                printf("%s\n", firmware->items[i].text);
}

static int print_files(Session *session, const Value *reply) {
        const Value *modules = value_list(reply, "modules");
        _cleanup_value_ Value properties = {};
        int r;

        r = session_ask_properties(session, value_text(&session->kernel, "kernel"), DEPMOD1_KERNEL,
                                   &properties);
        if (r < 0)
                return r;
        if (!session_begin_text(session))
                return 0;

        for (size_t i = 0; i < modules->count; i++)
                print_step_files(&modules->items[i], value_text(&properties, "Path"));
        return 0;
}

static int resolve(Session *session, char *const *names, size_t n_names) {
        const Options *options = session->options;
        _cleanup_value_ Value reply = {};
        uint64_t flags = (options->no_weak ? 0 : DEPMOD1_RESOLVE_WEAK) |
                         (options->firmware ? DEPMOD1_RESOLVE_FIRMWARE : 0);
        int r;

        r = resolved_ask(session, names, n_names, flags, "modules", &reply);
        if (r < 0)
                return r;

        if (options->files && options->json_mode == JSON_OFF)
                r = print_files(session, &reply);
        else
                r = print_table(session, &reply);
        if (r < 0)
                return r;

        return resolved_explain(&reply) ? EXIT_NO : EXIT_SUCCESS;
}

static int run(Session *session, int argc, char *argv[]) {
        Names names = {};
        int r;

        if (argc > 0)
                return resolve(session, argv, (size_t) argc);

        r = names_read(&names);
        if (r >= 0)
                r = resolve(session, names.items, names.count);
        names_done(&names);
        return r;
}

static const Option options[] = {
        { "files", 0, NULL, "Print the files only, for an image", offsetof(Options, files) },
        { "firmware", 0, NULL, "With the firmware that the modules name",
          offsetof(Options, firmware) },
        { "no-soft", 0, NULL, "Without softdeps", offsetof(Options, no_soft) },
        { "no-weak", 0, NULL, "Without weakdeps", offsetof(Options, no_weak) },
        { "no-builtin", 0, NULL, "Without modules that are part of the kernel",
          offsetof(Options, no_builtin) },
        { "no-config", 0, NULL, "As if there were no modprobe.d", offsetof(Options, no_config) },
        {},
};

const Verb verb_resolve = {
        .name = "resolve",
        .arguments = "[OPTIONS] [NAME...]",
        .help = "Show all that names and aliases need",
        .options = options,
        .n_arguments_max = -1,
        .run = run,
};
