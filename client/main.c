/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "depmod.h"
#include "heap.h"
#include "verb.h"

int main(int argc, char *argv[]) {
        const Verb *verb;

        heap_prepare();

        if (strcmp(program_invocation_short_name, "depmod") == 0)
                return depmod_main(argc, argv);

        if (argc < 2 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) {
                verb_print_help();
                return argc < 2 ? EXIT_FAILURE : EXIT_SUCCESS;
        }
        if (strcmp(argv[1], "--version") == 0) {
                printf("depmodctl %s\n", DEPMODD_VERSION);
                return EXIT_SUCCESS;
        }

        verb = verb_find(argv[1]);
        if (!verb) {
                (void) fprintf(stderr, "depmodctl: Unknown verb '%s', see depmodctl --help\n",
                               argv[1]);
                return EXIT_FAILURE;
        }

        return verb->run(argc - 1, argv + 1);
}
