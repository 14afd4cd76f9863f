/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index-verb.h"
#include "macro.h"

static int help_verb(int argc, char *argv[]) {
        const Verb *verb = argc > 1 ? verb_find(argv[1]) : NULL;

        if (argc > 1 && !verb) {
                (void) fprintf(stderr, "depmodctl: Unknown verb '%s', see depmodctl --help\n",
                               argv[1]);
                return EXIT_FAILURE;
        }
        if (verb && verb->run != help_verb)
                return verb->run(2, (char *[]){ argv[1], (char *) "--help", NULL });

        verb_print_help();
        return EXIT_SUCCESS;
}

const Verb verbs[] = {
        { "index", "[OPTIONS] [VERSION]", "Write a kernel's index files and report problems",
          index_verb },
        { "help", "[VERB]", "Show this help, or that of a verb", help_verb },
};

const size_t n_verbs = ELEMENTSOF(verbs);

const Verb *verb_find(const char *name) {
        for (size_t i = 0; i < n_verbs; i++) {
                if (strcmp(verbs[i].name, name) == 0)
                        return &verbs[i];
        }

        return NULL;
}

void verb_print_help(void) {
        printf("Usage:\n"
               "  depmodctl VERB [OPTIONS]\n"
               "  depmod [OPTIONS] [VERSION [FILE...]]\n"
               "\n"
               "Verbs:\n");
        for (size_t i = 0; i < n_verbs; i++)
                printf("  %-7s %-20s %s\n", verbs[i].name, verbs[i].arguments, verbs[i].help);
        printf("\n"
               "Options:\n"
               "  -h, --help     Show this help\n"
               "  --version      Show the version\n"
               "\n"
               "Called as depmod it takes the command line of kmod's depmod, see depmod --help.\n");
}
