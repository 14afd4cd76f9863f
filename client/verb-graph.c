/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drawing.h"
#include "fd.h"
#include "graph-cut.h"
#include "graphviz.h"
#include "message.h"
#include "verb.h"
#include "wire.h"

#define DEPTH_MAX 1000000UL

typedef struct Wanted {
        const char *picture; /* the format of graphviz; NULL: the text is wanted */
        int64_t depth;       /* -1: without limit */
} Wanted;

static int read_options(const Options *options, Wanted *ret_wanted) {
        const char *depth = options->depth, *format = options->format;
        Wanted wanted = { .depth = -1 };
        char *end;

        if (depth) {
                wanted.depth = (int64_t) strtoul(depth, &end, 10);
                if (!isdigit((unsigned char) depth[0]) || *end != '\0' ||
                    (unsigned long) wanted.depth > DEPTH_MAX) {
                        message_error("--depth takes a number of steps, not '%s'", depth);
                        return -EINVAL;
                }
        }
        if (format && strcmp(format, "dot") != 0) {
                if (strcmp(format, "svg") != 0 && strcmp(format, "png") != 0) {
                        message_error("--format takes dot, svg or png, not '%s'", format);
                        return -EINVAL;
                }
                wanted.picture = format;
        }
        if (wanted.picture && options->json_mode != JSON_OFF) {
                message_error("Either --format or --json");
                return -EINVAL;
        }
        if (wanted.picture && !options->quiet && isatty(STDOUT_FILENO)) {
                message_error("A picture is nothing for a terminal, write it to a file");
                return -EINVAL;
        }

        *ret_wanted = wanted;
        return 0;
}

static int ask(Session *session, int argc, char *argv[], Value *ret_reply) {
        static const Shape module[] = { { "name" }, { "path" }, { "level" }, {} };
        static const Shape edge[] = { { "from" }, { "to" }, { "edges" }, { "symbols" }, {} };
        static const Shape shape[] = {
                { "modules", module }, { "edges", edge }, { "generation" }, {}
        };
        const Options *options = session->options;
        uint64_t flags = (options->deps ? DEPMOD1_GRAPH_DEPENDENCIES : 0) |
                         (options->rdeps ? DEPMOD1_GRAPH_DEPENDENTS : 0) |
                         (options->no_soft ? 0 : DEPMOD1_GRAPH_SOFT);

        return session_ask_kernel(
                session, "GetGraph",
                (RemoteArgument[]){ { .type = 'a', .texts = argv, .n_texts = (size_t) argc },
                                    { .type = 't', .number = session_flags(session, flags) },
                                    {} },
                shape, ret_reply);
}

/* "btrfs and xfs in 6.1.0: what they need, and what needs them" */
static int append_title(Session *session, int argc, char *argv[], Buffer *title) {
        const Options *options = session->options;
        bool has_deps = options->deps || !options->rdeps,
             has_rdeps = options->rdeps || !options->deps;
        _cleanup_value_ Value properties = {};
        int r;

        r = session_ask_properties(session, value_text(&session->kernel, "kernel"), DEPMOD1_KERNEL,
                                   &properties);
        if (r < 0)
                return r;

        for (int i = 0; i < argc; i++)
                buffer_append_format(title, "%s%s",
                                     i == 0          ? ""
                                     : i == argc - 1 ? " and "
                                                     : ", ",
                                     argv[i]);
        buffer_append_format(title, "%s%s", argc > 0 ? " in " : "Modules of ",
                             value_text(&properties, "Release"));
        if (argc > 0)
                buffer_append_format(title, ": %s%s%s%s%s", has_deps ? "what " : "",
                                     !has_deps   ? ""
                                     : argc == 1 ? "it needs"
                                                 : "they need",
                                     has_deps && has_rdeps ? ", and " : "",
                                     has_rdeps ? "what needs " : "",
                                     !has_rdeps  ? ""
                                     : argc == 1 ? "it"
                                                 : "them");
        buffer_append_byte(title, '\0');
        return buffer_error(title);
}

/* Of a whole kernel each module would be a dot among thousands: only if that is asked for. */
static int draw(const Session *session, const Value *reply, bool is_whole, Drawing *ret_drawing) {
        bool is_full = session->options->full;
        int r;

        if (is_whole && !is_full)
                return drawing_read_directories(ret_drawing, reply);
        r = drawing_read(ret_drawing, reply);
        if (r >= 0 && !is_full)
                r = drawing_reduce(ret_drawing);
        return r < 0 || is_full ? r : drawing_fold(ret_drawing);
}

static int print(Session *session, const Buffer *dot, const char *picture) {
        int r;

        if (picture)
                return session->options->quiet ? 0 : graphviz_draw(dot, picture, STDOUT_FILENO);
        if (!session_begin_text(session))
                return 0;
        (void) fflush(stdout);
        r = fd_write_all(STDOUT_FILENO, dot->data, dot->size);
        if (r < 0)
                message_error("Cannot print the graph: %s", strerror(-r));
        return r;
}

static int run(Session *session, int argc, char *argv[]) {
        _cleanup_buffer_ Buffer title = {}, dot = {};
        _cleanup_drawing_ Drawing drawing = {};
        _cleanup_value_ Value reply = {};
        Wanted wanted;
        int r;

        r = read_options(session->options, &wanted);
        if (r >= 0)
                r = ask(session, argc, argv, &reply);
        if (r < 0)
                return r;
        if (wanted.depth >= 0)
                r = graph_cut(&reply, wanted.depth);
        if (r >= 0 && session->options->json_mode != JSON_OFF)
                return session_print_json(session, &reply);

        if (r >= 0)
                r = draw(session, &reply, argc == 0, &drawing);
        if (r < 0) {
                message_error("Cannot draw the graph: %s", strerror(-r));
                return r;
        }
        r = append_title(session, argc, argv, &title);
        if (r < 0)
                return r;
        drawing_append_dot(&drawing, title.data, session->options->full, &dot);
        r = buffer_error(&dot);
        return r < 0 ? r : print(session, &dot, wanted.picture);
}

static const Option options[] = {
        { "deps", 0, NULL, "Only what the modules need", offsetof(Options, deps) },
        { "rdeps", 0, NULL, "Only what needs the modules", offsetof(Options, rdeps) },
        { "depth", 0, "N", "Not more than so many steps away", offsetof(Options, depth) },
        { "no-soft", 0, NULL, "Without softdeps", offsetof(Options, no_soft) },
        { "format", 0, "FORMAT", "dot (the default), or as a picture svg or png",
          offsetof(Options, format) },
        {},
};

const Verb verb_graph = {
        .name = "graph",
        .arguments = "[OPTIONS] [MODULE...]",
        .help = "Draw what modules need and what needs them",
        .options = options,
        .n_arguments_max = -1,
        .run = run,
};
