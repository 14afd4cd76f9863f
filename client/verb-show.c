/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "module-fields.h"
#include "verb.h"

static const Shape parameter[] = { { "name" }, { "type" }, { "description" }, {} };
static const Shape field[] = { { "key" }, { "value" }, {} };
static const Shape module[] = { { "Params", parameter }, { "Fields", field }, {} };
static const Shape module_shape[] = { { "module", module }, { "generation" }, {} };
static const Shape edge[] = { { "name" }, { "path" }, { "edges" }, {} };

static int ask_edges(Session *session, const char *method, const char *name, const char *key,
                     Value *document) {
        const Shape shape[] = { { key, edge }, {} };
        _cleanup_value_ Value reply = {};
        int r;

        r = session_ask_kernel(
                session, method,
                (RemoteArgument[]){ { .type = 's', .text = name },
                                    { .type = 't', .number = session_flags(session, 0) },
                                    {} },
                shape, &reply);
        if (r < 0)
                return r;
        return value_add_value(document, key, &reply.items[0]);
}

/* The record of GetModule, and "Providers" and "Dependents". */
static int fetch(Session *session, const char *name, Value *ret_module) {
        _cleanup_value_ Value reply = {};
        int r;

        r = session_ask_kernel(
                session, "GetModule",
                (RemoteArgument[]){ { .type = 's', .text = name },
                                    { .type = 't', .number = session_flags(session, 0) },
                                    {} },
                module_shape, &reply);
        if (r < 0)
                return r;

        *ret_module = value_take(&reply, "module");
        r = ask_edges(session, "GetDependencies", value_text(ret_module, "Name"), "Providers",
                      ret_module);
        if (r >= 0)
                r = ask_edges(session, "GetReverseDependencies", value_text(ret_module, "Name"),
                              "Dependents", ret_module);
        return r;
}

static void append_edges(const char *key, const Value *edges, Buffer *text) {
        _cleanup_buffer_ Buffer line = {};

        for (size_t i = 0; i < edges->count; i++) {
                buffer_clear(&line);
                buffer_append_format(&line, "%s (", value_text(&edges->items[i], "name"));
                cell_edges(value_find(&edges->items[i], "edges"), &line);
                buffer_append(&line, ")", sizeof(")"));
                if (buffer_error(&line) == 0)
                        module_fields_append_line(key, line.data, text);
        }
}

static void append_figures(const Value *shown, Buffer *text) {
        static const struct {
                const char *key;
                const char *field;
                CellFormat format;
        } figures[] = {
                { "size", "Size", cell_size },
                { "compression", "Compression", cell_plain },
                { "modified", "MTimeUSec", cell_time },
                { "buildid", "BuildID", cell_plain },
                { "order", "Order", cell_plain },
        };
        _cleanup_buffer_ Buffer line = {};

        for (size_t i = 0; i < ELEMENTSOF(figures); i++) {
                const Value *value = value_find(shown, figures[i].field);

                buffer_clear(&line);
                if (value && value->kind != VALUE_NOTHING)
                        figures[i].format(value, &line);
                if (line.size == 0)
                        continue;
                buffer_append_byte(&line, '\0');
                if (buffer_error(&line) == 0)
                        module_fields_append_line(figures[i].key, line.data, text);
        }
}

static int fail_for_memory(void) {
        message_error("Out of memory");
        return -ENOMEM;
}

/* 0 or EXIT_NO. */
static int print_text(Session *session, const Value *modules) {
        const char *wanted = session->options->field;
        _cleanup_buffer_ Buffer text = {};
        int status = EXIT_SUCCESS;

        for (size_t i = 0; i < modules->count; i++) {
                const Value *shown = &modules->items[i];

                if (wanted) {
                        if (!module_fields_append_values(shown, wanted, &text))
                                status = EXIT_NO;
                        continue;
                }
                if (i > 0)
                        buffer_append_byte(&text, '\n');
                if (module_fields_append(shown, &text) < 0)
                        return fail_for_memory();
                append_figures(shown, &text);
                append_edges("needs", value_list(shown, "Providers"), &text);
                append_edges("needed by", value_list(shown, "Dependents"), &text);
        }

        if (buffer_error(&text) < 0)
                return fail_for_memory();
        if (session_begin_text(session) && text.size > 0)
                (void) fwrite(text.data, 1, text.size, stdout);
        return status;
}

static int run(Session *session, int argc, char *argv[]) {
        _cleanup_value_ Value modules = { .kind = VALUE_LIST };
        int status = EXIT_SUCCESS, printed, r;

        for (int i = 0; i < argc; i++) {
                _cleanup_value_ Value shown = {};

                r = fetch(session, argv[i], &shown);
                if (r == -ENOENT) {
                        status = EXIT_NO;
                        continue;
                }
                if (r >= 0)
                        r = value_add_value(&modules, NULL, &shown);
                if (r < 0)
                        return r;
        }

        if (session->options->json_mode != JSON_OFF)
                printed = session_print_json(session, &modules);
        else
                printed = print_text(session, &modules);
        return printed != 0 ? printed : status;
}

static const Option options[] = {
        { "field", 'F', "FIELD", "Only the values of this field, each on a line",
          offsetof(Options, field) },
        {},
};

const Verb verb_show = {
        .name = "show",
        .arguments = "[OPTIONS] MODULE...",
        .help = "Show all that is known of modules",
        .options = options,
        .n_arguments_min = 1,
        .n_arguments_max = -1,
        .run = run,
};
