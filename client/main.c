/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "depmod.h"
#include "heap.h"
#include "message.h"
#include "remote.h"
#include "verb.h"

static int flush_output(void) {
        if (fflush(stdout) == 0 && !ferror(stdout))
                return EXIT_SUCCESS;

        message_error("Cannot write to standard output: %s", strerror(errno ? errno : EIO));
        return EXIT_FAILURE;
}

int main(int argc, char *argv[]) {
        bool is_depmod = strcmp(program_invocation_short_name, "depmod") == 0;
        int status;

        /* Only what does the work in its own process needs that much. */
        if (is_depmod || (argc > 1 && strcmp(argv[1], "index") == 0))
                heap_prepare();
        if (is_depmod)
                return depmod_main(argc, argv, remote_refresh_kernel);

        (void) setlocale(LC_CTYPE, "");
        (void) setlocale(LC_TIME, "");
        status = verb_main(argc, argv);
        if (status != EXIT_SUCCESS && status != EXIT_NO)
                return status;
        return flush_output() == EXIT_SUCCESS ? status : EXIT_FAILURE;
}
