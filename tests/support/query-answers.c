/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * query-answers DIRECTORY VERSION
 *
 * Answers the questions on stdin about a kernel directory, to be compared with what modprobe
 * answers. A question is a line of a keyword and a name; its answer is the lines of the same form
 * that follow it, and an empty line.
 *
 *   order NAME         the paths of the modules in load order, "builtin NAME" for a builtin one
 *   resolve ALIAS      the names of the modules
 *   time ALIAS         how many nanoseconds one answer takes, of many
 *   details FILE       key=value of each field and of the signature, newlines as "\n"
 */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>

#include "load-order.h"
#include "module-details.h"
#include "refresh.h"
#include "resolve.h"

#define TIMES 1000

static int answer_order(const Lookup *lookup, const char *name) {
        _cleanup_load_order_ LoadOrder order = {};
        int r;

        r = load_order_find(lookup, &name, 1, 0, &order);
        if (r < 0)
                return r;

        for (size_t i = 0; i < order.modules.count; i++) {
                const FoundModule *found = &order.modules.items[i];

                if (found->bits & DEPENDENCY_BUILTIN)
                        printf("builtin %s\n", found->name);
                else
                        printf("%s\n", found->path);
        }

        return 0;
}

static int answer_resolve(const Lookup *lookup, const char *alias) {
        _cleanup_resolutions_ Resolutions found = {};
        int r;

        r = resolve_alias(lookup, alias, RESOLVE_MODPROBE, &found);
        for (size_t i = 0; i < found.count; i++)
                printf("%s\n", found.items[i].name);
        return r;
}

static double seconds(void) {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

static int answer_time(const Lookup *lookup, const char *alias) {
        double start = seconds();
        int r;

        for (int i = 0; i < TIMES; i++) {
                _cleanup_resolutions_ Resolutions found = {};

                r = resolve_alias(lookup, alias, RESOLVE_MODPROBE, &found);
                if (r < 0)
                        return r;
        }

        printf("%.0f\n", (seconds() - start) / TIMES * 1e9);
        return 0;
}

static void print_field(const char *key, const char *value) {
        printf("%s=", key);
        for (; *value != '\0'; value++) {
                if (*value == '\n')
                        printf("\\n");
                else
                        putchar(*value);
        }
        putchar('\n');
}

static int answer_details(const Lookup *lookup, const char *path) {
        _cleanup_module_details_ ModuleDetails details = {};
        int r;

        (void) lookup;
        r = module_details_read(AT_FDCWD, path, &details);
        if (r < 0)
                return r;

        for (size_t i = 0; i < details.n_fields; i++)
                print_field(details.fields[i].key, details.fields[i].value);
        if (details.sig_id[0] == '\0')
                return 0;

        print_field("sig_id", details.sig_id);
        print_field("signer", details.signer);
        print_field("sig_key", details.sig_key);
        print_field("sig_hashalgo", details.sig_hashalgo);
        print_field("signature", details.signature);
        return 0;
}

static const struct {
        const char *keyword;
        int (*answer)(const Lookup *lookup, const char *name);
} questions[] = {
        { "order ", answer_order },
        { "resolve ", answer_resolve },
        { "time ", answer_time },
        { "details ", answer_details },
};

static int answer(const Lookup *lookup, const char *line) {
        for (size_t i = 0; i < ELEMENTSOF(questions); i++) {
                size_t size = strlen(questions[i].keyword);

                if (strncmp(line, questions[i].keyword, size) == 0)
                        return questions[i].answer(lookup, line + size);
        }

        return 0;
}

static int answer_all(const Model *model) {
        _cleanup_(lookup_freep) Lookup *lookup = NULL;
        _cleanup_free_ char *line = NULL;
        size_t capacity = 0;
        ssize_t size;
        int r;

        r = lookup_new(&lookup, model, NULL);
        if (r < 0)
                return r;

        while ((size = getline(&line, &capacity, stdin)) > 0) {
                if (line[size - 1] == '\n')
                        line[size - 1] = '\0';
                if (answer(lookup, line) < 0)
                        printf("cannot answer\n");
                printf("\n");
        }

        return 0;
}

int main(int argc, char *argv[]) {
        static const char *const no_configuration[] = { NULL };
        RefreshOptions options = { .config_paths = no_configuration,
                                   .read_builtin = true,
                                   .n_workers = 2 };
        _cleanup_refresh_failure_ RefreshFailure failure = {};
        _cleanup_model_ Model model = {};

        if (argc != 3)
                return EXIT_FAILURE;

        options.directory = argv[1];
        options.version = argv[2];
        if (model_init(&model, argv[1]) < 0 ||
            refresh_model(&model, &options, NULL, &failure) != 0 || answer_all(&model) < 0)
                return EXIT_FAILURE;

        return EXIT_SUCCESS;
}
